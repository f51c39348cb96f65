/** The messages of `/ws` (docs/events.md). */

export interface LiveEvent {
  schema: string;
  id: string;
  topic: string;
  kind: string;
  jobId?: string | null;
  revision?: number;
  type: "snapshot" | "state" | "progress" | "metrics" | "log" | "asset" | "hidden" | "system";
  time: string;
  data: Record<string, unknown>;
  final?: boolean;
}

/** The last revision that was received, by job. */
export type SinceRevisions = Record<string, number>;

export type SocketMessage =
  | LiveEvent
  | { op: "subscribed" | "unsubscribed"; topics: string[] }
  | { op: "error"; code: string; message: string; topic?: string }
  | { op: "heartbeat" | "pong" };
