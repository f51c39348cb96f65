import { expect, test } from "vitest";
import { readEvents } from "./readEvents";
import { SampleReader } from "./speechStream";

async function events(pieces: string[]): Promise<string[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  const found: string[] = [];
  for await (const event of readEvents(new Response(body))) found.push(event);
  return found;
}

test("events that are cut anywhere come whole, comments do not come", async () => {
  expect(await events(['data: {"a"', ":1}\n", '\n: alive\n\ndata: {"b":2}\r\n\r\n'])).toEqual(['{"a":1}', '{"b":2}']);
});

test("an event without its end is not taken for one", async () => {
  expect(await events(['data: {"a":1}\n\ndata: {"cut'])).toEqual(['{"a":1}']);
});

test("a sample that is cut between two pieces is whole", () => {
  const reader = new SampleReader();
  expect([...reader.read(Uint8Array.of(0, 64, 0))]).toEqual([0.5]);
  expect([...reader.read(Uint8Array.of(192))]).toEqual([-0.5]);
});
