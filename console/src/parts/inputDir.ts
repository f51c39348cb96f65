/**
 * The direction of what is typed into a Mantine field. Its own `dir` goes to the box around the field, where `auto`
 * does not see the text. A field from left to right has its icons at its right end, where its text ends.
 */
export function inputDir(dir: "auto" | "ltr") {
  return { attributes: { input: { dir }, innerInput: { dir }, wrapper: dir === "ltr" ? { dir } : {} } };
}
