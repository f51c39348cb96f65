/** The page's socket, and the events of all jobs that keep the query cache fresh. */

import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { Kind } from "../api/jobs";
import { jobKey, jobsKey } from "../api/jobs";
import { sessionQuery } from "../api/session";
import { storeJob } from "../api/storeJob";
import { Batch } from "./batch";
import type { LiveEvent } from "./messages";
import type { Connection, Listener } from "./socket";
import { LiveSocket } from "./socket";

const KINDS: Kind[] = ["download", "training", "speech", "scan"];
const LiveContext = createContext<LiveSocket | null>(null);

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [socket] = useState(() => {
    const url = `${location.origin.replace(/^http/, "ws")}/ws`;
    return new LiveSocket(url, () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey }));
  });
  useEffect(() => {
    const online = () => socket.retry();
    window.addEventListener("online", online);
    return () => window.removeEventListener("online", online);
  }, [socket]);
  useEffect(() => {
    const batch = new Batch<LiveEvent>((events) => {
      for (const event of events) apply(event);
    });
    const apply = (event: LiveEvent) => {
      if (event.type === "asset") {
        void client.invalidateQueries({ queryKey: ["assets"] });
      } else if (event.type === "hidden") {
        void client.resetQueries({ queryKey: jobKey(event.kind, event.jobId) }); // it is not to be read any more
        void client.invalidateQueries({ queryKey: jobsKey(event.kind) });
      } else if (event.type !== "system") {
        storeJob(client, event.kind, { ...event.data, revision: event.revision });
      }
    };
    const ends = KINDS.map((kind) =>
      socket.subscribe(`${kind}:*`, {
        // The newest event of a job has its whole state: what came before it in the batch need not be drawn.
        onEvent: (event) => batch.put(`${event.topic} ${event.type === "hidden"}`, event),
        onSubscribed: () => void client.invalidateQueries({ queryKey: jobsKey(kind) }),
      }),
    );
    ends.push(socket.subscribe("asset:*", { onEvent: (event) => batch.put("asset", event) }));
    return () => {
      ends.forEach((end) => end());
      batch.stop();
    };
  }, [client, socket]);
  return <LiveContext.Provider value={socket}>{children}</LiveContext.Provider>;
}

function useSocket(): LiveSocket {
  const socket = useContext(LiveContext);
  if (!socket) throw new Error("used outside of LiveProvider");
  return socket;
}

export function useConnection(): Connection {
  const socket = useSocket();
  return useSyncExternalStore(
    (changed) => socket.watch(changed),
    () => socket.connection,
  );
}

export function useReconnect(): () => void {
  const socket = useSocket();
  return () => socket.retry();
}

/** Follow a topic while the component is shown. `listener` must keep its identity (useMemo, useRef). */
export function useTopic(topic: string | null, listener: Listener): void {
  const socket = useSocket();
  useEffect(() => (topic ? socket.subscribe(topic, listener) : undefined), [socket, topic, listener]);
}
