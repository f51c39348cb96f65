import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import type { AnyJob } from "./jobs";
import { jobKey, jobsKey, sharedJobsKey } from "./jobs";
import { sessionQuery } from "./session";
import { storeJob } from "./storeJob";

const job = (id: string, revision: number, progress: number) => ({ id, revision, progress }) as unknown as AnyJob;

function filled(): QueryClient {
  const client = new QueryClient();
  client.setQueryData(jobsKey("training"), {
    pages: [{ data: [job("a", 5, 10)] }, { data: [job("b", 3, 20)] }],
    pageParams: [undefined, "x"],
  });
  client.setQueryData(jobKey("training", "b"), job("b", 3, 20));
  return client;
}

const shown = (client: QueryClient, key: readonly string[] = jobsKey("training")) =>
  client.getQueryData<{ pages: { data: AnyJob[] }[] }>(key)?.pages.flatMap((page) => page.data);

test("a newer state of a job is put into its list, on whatever page, and into its own place", () => {
  const client = filled();
  storeJob(client, "training", { id: "b", revision: 4, progress: 30 });
  expect(shown(client)).toEqual([job("a", 5, 10), job("b", 4, 30)]);
  expect(client.getQueryData(jobKey("training", "b"))).toEqual(job("b", 4, 30));
});

test("an older state that comes late changes nothing", () => {
  const client = filled();
  storeJob(client, "training", { id: "b", revision: 2, progress: 15 });
  expect(shown(client)).toEqual([job("a", 5, 10), job("b", 3, 20)]);
});

test("a new job is put first, without asking for the list", () => {
  const client = filled();
  const read = vi.spyOn(client, "invalidateQueries");
  storeJob(client, "training", { id: "c", revision: 1, progress: 0 });
  expect(shown(client)?.map(({ id }) => id)).toEqual(["c", "a", "b"]);
  expect(read).not.toHaveBeenCalled();
});

test("a job of another account changes the list of shared ones only", () => {
  const client = filled();
  client.setQueryData(sessionQuery.queryKey, { name: "ali", role: "member", mode: "accounts" });
  client.setQueryData(sharedJobsKey("training"), { pages: [{ data: [] }], pageParams: [undefined] });
  const read = vi.spyOn(client, "invalidateQueries");
  storeJob(client, "training", { id: "c", revision: 1, progress: 0, owner: "sara" });
  storeJob(client, "training", { id: "c", revision: 2, progress: 40, owner: "sara" });
  expect(shown(client)).toEqual([job("a", 5, 10), job("b", 3, 20)]);
  expect(shown(client, sharedJobsKey("training"))).toEqual([{ ...job("c", 2, 40), owner: "sara" }]);
  expect(read).not.toHaveBeenCalled();
});
