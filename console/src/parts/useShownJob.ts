import { useMutationState } from "@tanstack/react-query";

/** The key of the mutation (`useAction`) whose input is the action that is asked of a job. */
export const actionKey = (job: string) => ["job-action", job];

/**
 * The job with what is being asked of it now, before the gateway has answered. Not in the cache: there live events from
 * before the request would undo it, and a refusal would have to. `shown`: what an action,
 * the input of that mutation, changes at once.
 */
export function useShownJob<Job extends { id: string }>(
  job: Job,
  shown: (action: never, job: Job) => Partial<Job> | undefined,
): Job {
  const filters = { mutationKey: actionKey(job.id), status: "pending" } as const;
  const asked = useMutationState({ filters, select: (mutation) => mutation.state.variables as string }).at(-1);
  const changes = asked && shown(asked as never, job);
  return changes ? { ...job, ...changes } : job;
}
