import { Button, SegmentedControl, Stack } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { runsQuery } from "../../api/jobs";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { Loaded } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { RunCard } from "./RunCard";
import { SharedRuns } from "./SharedRuns";
import { sortRuns } from "./sortRuns";
import { STATES } from "./search";

const route = getRouteApi("/training");
const EXAMPLE = "sokhan train --dataset local/my-voice --preset small";

/** The queue: what runs, what waits, and what has ended. */
export default function TrainingPage() {
  const text = useText();
  const words = text.training;
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useInfiniteQuery(runsQuery);
  const data = runs.data?.pages.flatMap((page) => page.data);
  return (
    <Page
      title={words.title}
      actions={
        <Button component={Link} to="/training/new" leftSection={<Icon name="plus" size={16} />}>
          {words.newRun}
        </Button>
      }
    >
      <Loaded query={{ ...runs, data }} lines={8}>
        {(all) => {
          if (all.length === 0) return <NoRuns />;
          const { active, ended } = sortRuns(state ? all.filter((run) => run.state === state) : all);
          return (
            <Stack>
              <SegmentedControl
                aria-label={words.filter}
                value={state ?? "all"}
                onChange={(value) => void navigate({ search: { state: value === "all" ? undefined : value } })}
                data={[
                  { value: "all", label: text.common.all },
                  ...STATES.map((value) => ({ value, label: text.common.states[value] })),
                ]}
                className="wrapping"
              />
              {active.length > 0 && (
                <Section title={words.active}>
                  {active.map((run) => (
                    <RunCard key={run.id} run={run} />
                  ))}
                </Section>
              )}
              {ended.length > 0 && (
                <Section title={words.ended}>
                  {ended.map((run) => (
                    <RunCard key={run.id} run={run} />
                  ))}
                </Section>
              )}
              {active.length + ended.length === 0 && (
                <Empty
                  title={words.noneWithState}
                  action={
                    <Button variant="default" onClick={() => void navigate({ search: {} })}>
                      {words.showAll}
                    </Button>
                  }
                />
              )}
              {runs.hasNextPage && (
                <Button variant="default" loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                  {words.older}
                </Button>
              )}
            </Stack>
          );
        }}
      </Loaded>
      <SharedRuns state={state} />
    </Page>
  );
}

function NoRuns() {
  const words = useText().training;
  return (
    <Empty
      title={words.nothing}
      text={words.nothingText}
      action={
        <Button component={Link} to="/training/new">
          {words.newRun}
        </Button>
      }
      command={EXAMPLE}
    />
  );
}
