import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { actionKey, useShownJob } from "./useShownJob";

afterEach(cleanup);

interface Job {
  id: string;
  control: string | null;
}

function shown(job: Job, ask: (action: string) => Promise<void>) {
  const client = new QueryClient();
  return renderHook(
    () => {
      const { mutate } = useMutation({ mutationKey: actionKey("a"), mutationFn: ask });
      return {
        mutate,
        job: useShownJob(job, (action: string) => (action === "pause" ? { control: "pause" } : undefined)),
      };
    },
    { wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> },
  ).result;
}

test("what is asked is shown at once, and a refusal takes it back", async () => {
  let refuse: (error: Error) => void = () => undefined;
  const result = shown({ id: "a", control: null }, () => new Promise((_, failed) => (refuse = failed)));
  act(() => result.current.mutate("pause"));
  await waitFor(() => expect(result.current.job.control).toBe("pause"));
  refuse(new Error("too late"));
  await waitFor(() => expect(result.current.job.control).toBeNull());
});

test("what is asked of another job changes nothing", async () => {
  const job = { id: "b", control: null };
  const result = shown(job, () => new Promise(() => undefined));
  await act(async () => {
    result.current.mutate("pause");
    await new Promise((resolve) => setTimeout(resolve));
  });
  expect(result.current.job).toBe(job);
});
