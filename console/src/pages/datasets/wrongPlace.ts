import type { ErrorInfo } from "../../api/schema";

export interface WrongPlace {
  file: string;
  line: number | null;
}

const LINE = /^Line ([\d,]+) of (.+?) (?:is|are|has|have|cannot|contains|begins|names|does)\b/;
const FILE = /^(\S+\.[A-Za-z0-9]{1,8}) (?:is|has|cannot|contains|names|does)\b/;

/** The files and lines that an error of an import names: “Line 2 of metadata.csv is not …”, and in its hint. */
export function wrongPlaces({ message, hint }: Pick<ErrorInfo, "message" | "hint">): WrongPlace[] {
  return [message, hint ?? ""].map(placeIn).filter((place) => place !== null);
}

function placeIn(sentence: string): WrongPlace | null {
  const line = LINE.exec(sentence);
  if (line) return { file: line[2] ?? "", line: Number((line[1] ?? "").replace(/,/g, "")) };
  const file = FILE.exec(sentence);
  return file ? { file: file[1] ?? "", line: null } : null;
}
