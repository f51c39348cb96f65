/**
 * A reader of search parameters whose result is all that a page sees. TanStack's router lays the result over what the
 * address says: a value that the reader has left out, because it is none, would come through as it was typed.
 */
export function strictSearch<T extends object>(read: (search: Record<string, unknown>) => T) {
  return (search: Record<string, unknown>): T => {
    const nothing = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]));
    return { ...nothing, ...read(search) };
  };
}
