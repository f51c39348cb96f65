const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const ENDING = /\.(zip|tar|tgz|tbz2?|txz|gz|bz2|xz|jsonl|ndjson|json|csv|tsv|parquet|arrow|txt)$/i;

export const isDatasetName = (name: string): boolean => NAME.test(name) && name.length <= 96;

/** A name for the dataset in a file: the file's, without endings and without what a name cannot have. */
export function nameFor(fileName: string): string {
  let stem = fileName;
  while (ENDING.test(stem)) stem = stem.replace(ENDING, "");
  const name = stem
    .replace(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 96);
  return isDatasetName(name) ? name : "dataset";
}
