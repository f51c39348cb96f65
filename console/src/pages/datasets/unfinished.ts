import type { UploadView } from "../../api/schema";
import type { Sending } from "./uploads";

/** Of the open uploads those of an earlier visit. */
export function unfinishedOf(open: readonly UploadView[], sending: readonly Sending[]): UploadView[] {
  // While a new upload has no id yet, its entry of the list cannot be told apart from an earlier visit's.
  if (sending.some(({ uploadId, state }) => !uploadId && state === "sending")) return [];
  return open.filter(({ id }) => !sending.some(({ uploadId }) => uploadId === id));
}
