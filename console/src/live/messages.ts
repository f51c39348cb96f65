/** The messages of `/ws` (docs/events.md), generated from the gateway. */

export type { LiveEvent, SocketMessage, SocketRequest } from "../api/schema";

/** The last revision that was received, by job. */
export type SinceRevisions = Record<string, number>;
