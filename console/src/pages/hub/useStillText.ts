import type { DownloadView } from "../../api/schema";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { whyStill } from "./whyStill";

const isolate = (foreign: string) => `\u2066${foreign}\u2069`;

/** The sentence under a bar that does not move; null while bytes arrive. */
export function useStillText(job: DownloadView): string | null {
  const text = useText();
  const format = useFormat();
  const words = text.hub.download.still;
  const still = job.control ? null : whyStill(job);
  if (!still) return null;
  if (still.kind === "message") return still.message;
  if (still.kind !== "retry") return words[still.kind];
  const attempt = still.attempt === null ? "" : ` (${words.attempt(format.integer(still.attempt))})`;
  return `${words.retry(format.duration(still.seconds))} ${isolate(still.reason)}${attempt}`;
}
