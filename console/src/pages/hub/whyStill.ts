import type { DownloadView } from "../../api/schema";

/** Why no bytes arrive: a bar that stands still must say so. */
export type Stillness =
  | { kind: "retry"; seconds: number; reason: string; attempt: number | null }
  | { kind: "message"; message: string }
  | { kind: "queued" | "verifying" | "connecting" };

type Seen = Pick<DownloadView, "state" | "speed" | "bytesDownloaded" | "bytesTotal" | "waiting" | "files">;

export function whyStill(job: Seen): Stillness | null {
  if (job.state !== "queued" && job.state !== "running") return null;
  if (job.waiting) return readWaiting(job.waiting);
  if (job.state === "queued") return { kind: "queued" };
  if (job.speed > 0) return null;
  const files = job.files ?? [];
  const verifying = files.some((file) => file.state === "verifying");
  if (verifying || (job.bytesTotal > 0 && job.bytesDownloaded >= job.bytesTotal)) return { kind: "verifying" };
  return { kind: "connecting" };
}

const WAITING = /^waiting (\d+) s: (.*?)(?:,? attempt (\d+))?$/s;

/** The downloader's sentence: `waiting 8 s: 503 from cdn.example, attempt 3`. */
function readWaiting(message: string): Stillness {
  const found = WAITING.exec(message);
  if (!found) return { kind: "message", message };
  const [, seconds, reason = "", attempt] = found;
  return { kind: "retry", seconds: Number(seconds), reason, attempt: attempt ? Number(attempt) : null };
}

/** The file that a reader asks about: the one that moves, else the first that is not done. */
export function byProgress(files: NonNullable<DownloadView["files"]>): NonNullable<DownloadView["files"]> {
  const order = { downloading: 0, verifying: 1, pending: 2, done: 3 };
  return [...files].sort((a, b) => order[a.state ?? "pending"] - order[b.state ?? "pending"]);
}
