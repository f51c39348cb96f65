import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveEvent } from "./messages";
import { LiveSocket } from "./socket";

/** A WebSocket whose other end is the test. */
class Wire {
  readyState: number = WebSocket.CONNECTING;
  sent: { op: string; topics?: unknown[] }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as { op: string });
  }
  close(): void {
    this.readyState = WebSocket.CLOSED;
  }
  accept(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }
  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  drop(code = 1006): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code });
  }
}

let wires: Wire[] = [];
const ended = vi.fn();
const newest = (): Wire => {
  const wire = wires.at(-1);
  if (!wire) throw new Error("no connection was tried");
  return wire;
};

function socket(): LiveSocket {
  return new LiveSocket("ws://x/ws", ended, () => {
    wires.push(new Wire());
    return newest() as unknown as WebSocket;
  });
}

const event = (revision: number, more: object = {}) => ({
  schema: "evt/1",
  topic: "training:a",
  kind: "training",
  jobId: "a",
  revision,
  type: "progress",
  data: { id: "a" },
  ...more,
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  wires = [];
  ended.mockReset();
});
afterEach(() => vi.useRealTimers());

test("after a lost line each topic continues with the revision that was seen", () => {
  const live = socket();
  const seen: LiveEvent[] = [];
  live.subscribe("training:a", { onEvent: (each) => seen.push(each) });
  live.subscribe("training:*", { onEvent: () => undefined });
  newest().accept();
  newest().tell(event(7));
  newest().drop();
  expect(live.connection).toBe("lost");
  vi.advanceTimersByTime(600);
  newest().accept();
  expect(wires).toHaveLength(2);
  expect(newest().sent[0]?.topics).toEqual([
    { topic: "training:a", since: 7 },
    { topic: "training:*", since: { a: 7 } },
  ]);
  expect(live.connection).toBe("open");
});

test("an event that is older than what was seen is dropped", () => {
  const live = socket();
  const seen: number[] = [];
  live.subscribe("training:a", { onEvent: (each) => seen.push(each.revision) });
  newest().accept();
  [5, 4, 6].forEach((revision) => newest().tell(event(revision)));
  expect(seen).toEqual([5, 6]);
});

test("an ended job is not asked for again by a wildcard: the server takes 200 revisions", () => {
  const live = socket();
  live.subscribe("training:*", { onEvent: () => undefined });
  newest().accept();
  newest().tell(event(9, { final: true }));
  newest().drop();
  vi.advanceTimersByTime(600);
  newest().accept();
  expect(newest().sent[0]?.topics).toEqual([{ topic: "training:*" }]);
});

test("a connection that is silent for too long is dead", () => {
  const live = socket();
  live.subscribe("training:a", { onEvent: () => undefined });
  newest().accept();
  vi.advanceTimersByTime(30_000);
  newest().tell({ op: "heartbeat" });
  vi.advanceTimersByTime(30_000);
  expect(live.connection).toBe("open");
  vi.advanceTimersByTime(15_000);
  expect(wires).toHaveLength(2);
});

test("the waits between tries grow and are bounded", () => {
  socket().subscribe("training:a", { onEvent: () => undefined });
  for (let i = 0; i < 8; i++) {
    newest().drop();
    vi.advanceTimersByTime(15_000);
  }
  expect(wires).toHaveLength(9);
});

test("a second listener of a topic hears at once that it is subscribed", async () => {
  const live = socket();
  live.subscribe("training:a", { onEvent: () => undefined });
  newest().accept();
  newest().tell({ op: "subscribed", topics: ["training:a"] });
  const onSubscribed = vi.fn();
  live.subscribe("training:a", { onEvent: () => undefined, onSubscribed });
  await Promise.resolve();
  expect(onSubscribed).toHaveBeenCalledTimes(1);
  expect(newest().sent).toHaveLength(1);
});

test("without listeners there is no connection, and no try to have one", () => {
  const live = socket();
  const end = live.subscribe("training:a", { onEvent: () => undefined });
  newest().accept();
  end();
  expect(newest().readyState).toBe(WebSocket.CLOSED);
  newest().drop();
  vi.advanceTimersByTime(60_000);
  expect(wires).toHaveLength(1);
});

test("the end of the session is told, a topic that is refused goes to its listener", () => {
  const live = socket();
  const onRefused = vi.fn();
  live.subscribe("training:b", { onEvent: () => undefined, onRefused });
  newest().accept();
  newest().tell({ op: "error", code: "NOT_FOUND", message: "No such run.", topic: "training:b" });
  expect(onRefused).toHaveBeenCalledWith("NOT_FOUND", "No such run.");
  newest().drop(4001);
  expect(ended).toHaveBeenCalledTimes(1);
});

test("a connection that never opens is given up", () => {
  const live = socket();
  live.subscribe("training:a", { onEvent: () => undefined });
  vi.advanceTimersByTime(41_000);
  expect(wires).toHaveLength(2);
  expect(wires[0]?.readyState).toBe(WebSocket.CLOSED);
});

test("a retry drops a connection that hangs, and nothing of it is heard later", () => {
  const live = socket();
  live.subscribe("training:a", { onEvent: () => undefined });
  live.retry();
  expect(wires).toHaveLength(2);
  wires[0]?.accept();
  expect(live.connection).toBe("connecting");
  wires[0]?.drop();
  newest().accept();
  expect(live.connection).toBe("open");
  expect(wires).toHaveLength(2);
});
