/** The address of the datasets page: the open dataset and its first shown row. */
export interface DatasetsSearch {
  id?: string;
  offset?: number;
}

export function datasetsSearch({ id, offset }: Record<string, unknown>): DatasetsSearch {
  const found: DatasetsSearch = {};
  if (typeof id === "string" && id) found.id = id;
  if (typeof offset === "number" && Number.isInteger(offset) && offset > 0 && offset <= 1_000_000)
    found.offset = offset;
  return found;
}
