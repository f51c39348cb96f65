import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { AnyJob, JobList } from "./jobs";
import { jobsKey, runsQuery } from "./jobs";
import { newestPages } from "./newest";
import { storeJob } from "./storeJob";

const job = (id: string, revision: number) => ({ id, revision }) as AnyJob;
const list = (...pages: AnyJob[][]): JobList => ({
  pages: pages.map((data) => ({ data })),
  pageParams: pages.map((_, i) => (i ? String(i) : undefined)),
});

test("a state that came while the list was read is kept", () => {
  const merged = newestPages(list([job("a", 7)], [job("b", 2)]), list([job("a", 5)], [job("b", 3)]));
  expect(merged).toEqual(list([job("a", 7)], [job("b", 3)]));
});

test("what the answer does not have is gone, and a job is listed once", () => {
  const old = list([job("c", 1), job("a", 1)]);
  expect(newestPages(old, list([job("a", 1)], [job("a", 1), job("b", 1)]))).toEqual(list([job("a", 1)], [job("b", 1)]));
});

test("nothing new keeps its identity, so that nothing is drawn again", () => {
  const old = list([job("a", 1)]);
  expect(newestPages(old, list([job("a", 1)]))).toBe(old);
});

test("an answer that is under way does not take back what an event has told", async () => {
  const client = new QueryClient();
  let answer: (page: { data: AnyJob[] }) => void = () => undefined;
  client.setQueryData(jobsKey("training"), list([job("a", 1)]));
  const options = {
    ...runsQuery,
    queryFn: () => new Promise<never>((done) => (answer = done as unknown as typeof answer)),
  };
  const read = new InfiniteQueryObserver(client, options).refetch();
  storeJob(client, "training", { id: "a", revision: 9, state: "completed" });
  answer({ data: [job("a", 8)] });
  await read;
  expect(client.getQueryData<JobList>(jobsKey("training"))?.pages[0]?.data[0]).toMatchObject({ revision: 9 });
});
