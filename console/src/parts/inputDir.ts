/**
 * The direction of what is typed into a Mantine field. Its own `dir` goes to the box around the field, where `auto`
 * does not see the text.
 */
export function inputDir(dir: "auto" | "ltr") {
  return { attributes: { input: { dir }, innerInput: { dir } } };
}
