import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { sharedRunsQuery } from "../../api/jobs";
import type { JobState } from "../../api/schema";
import { useMe } from "../../api/session";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { RunCard } from "./RunCard";
import { sortRuns } from "./sortRuns";

/** The runs that other accounts share, to read. Nothing while there is none. */
export function SharedRuns({ state }: { state?: JobState }) {
  const words = useText().training;
  const enabled = useMe().mode === "accounts";
  const shared = useInfiniteQuery({ ...sharedRunsQuery, enabled });
  const runs = shared.data?.pages.flatMap((page) => page.data) ?? [];
  const { active, ended } = sortRuns(state ? runs.filter((run) => run.state === state) : runs);
  if (active.length + ended.length === 0 && !shared.hasNextPage) return null;
  return (
    <Section title={words.sharedByOthers}>
      {[...active, ...ended].map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
      {shared.hasNextPage && (
        <Button variant="default" loading={shared.isFetchingNextPage} onClick={() => void shared.fetchNextPage()}>
          {words.older}
        </Button>
      )}
    </Section>
  );
}
