import type { NewEntryRequest } from "../../api/schema";
import type { RepoType } from "../../api/sources";
import type { CatalogKind } from "./search";

export interface EntryForm {
  repoId: string;
  id: string;
  type: RepoType;
  kind: CatalogKind;
  nameFa: string;
  nameEn: string;
  include: string;
}

const REPO = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?$/;

export const isRepoId = (text: string): boolean => REPO.test(text) && text.length <= 192;
export const isCommit = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

const KIND_OF_TAG: Record<string, CatalogKind> = {
  "text-to-speech": "tts",
  tts: "tts",
  vits: "tts",
  "automatic-speech-recognition": "asr",
  "text-generation": "llm",
  "text2text-generation": "llm",
  "fill-mask": "llm",
  "text-classification": "llm",
};

/** The kind that a repository's tags speak of. */
export function kindOf(type: RepoType, tags: readonly string[]): CatalogKind {
  if (type === "dataset") return "dataset";
  return tags.map((tag) => KIND_OF_TAG[tag]).find((kind) => kind !== undefined) ?? "tts";
}

/** The request of a form, or the field that keeps it from being sent. */
export function newEntry(form: EntryForm): { body: NewEntryRequest } | { wrong: "repoId" | "id" } {
  const repoId = form.repoId.trim().replace(/^https:\/\/huggingface\.co\/(datasets\/)?/, "");
  const id = form.id.trim();
  const include = form.include
    .split(/[,،\s]+/)
    .map((pattern) => pattern.trim())
    .filter(Boolean);
  if (!isRepoId(repoId)) return { wrong: "repoId" };
  if (id ? !isRepoId(id) : include.length > 0) return { wrong: "id" };
  return {
    body: {
      repoId,
      id: id || null,
      repoType: form.type,
      kind: form.kind,
      name: { fa: form.nameFa.trim(), en: form.nameEn.trim() },
      include,
    },
  };
}
