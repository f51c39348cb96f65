import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { isActive } from "../../api/jobs";
import type { TrainingView } from "../../api/schema";
import { JobError } from "../../parts/ErrorAlert";
import { Id, Moment, Name, Numbers } from "../../parts/inline";
import { JobBar } from "../../parts/JobBar";
import { StateBadge } from "../../parts/StateBadge";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { headline, secondsLeft } from "./run/figures";
import { RunButtons } from "./RunButtons";
import { useMine } from "./useMine";
import { useShownRun } from "./useShownRun";

/** One run of the list: state, bar, newest values, and what can be done with it. */
export function RunCard({ run: known }: { run: TrainingView }) {
  const run = useShownRun(known);
  const text = useText();
  const words = text.training;
  const format = useFormat();
  const now = useNow();
  const mine = useMine(run);
  const values = headline(run.metrics)
    .slice(0, 3)
    .map((key): [string, string] => [words.metrics[key] ?? key, format.number(run.metrics[key] ?? NaN)]);
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Anchor component={Link} to={`/training/${run.id}`} fw={600}>
              <Name>{run.name}</Name>
            </Anchor>
            <StateBadge state={run.state} control={run.control} />
            <Id>{run.recipe}</Id>
            {!mine && (
              <Text size="sm" c="dimmed">
                {words.owner(run.owner)}
              </Text>
            )}
          </Group>
          <RunButtons run={run} />
        </Group>
        {isActive(run) && <JobBar job={run} label={run.name} eta={secondsLeft(run)} />}
        {run.state === "failed" && run.error && <JobError error={run.error} />}
        <Group gap="md">
          {run.step > 0 && (
            <Text size="sm">
              {words.step}{" "}
              <Numbers>
                {run.maxSteps
                  ? text.common.of(format.integer(run.step), format.integer(run.maxSteps))
                  : format.integer(run.step)}
              </Numbers>
            </Text>
          )}
          {values.map(([name, value]) => (
            <Text key={name} size="sm">
              {name} <Numbers>{value}</Numbers>
            </Text>
          ))}
          <Text size="sm" c="dimmed">
            <Moment time={run.finishedAt ?? run.startedAt ?? run.createdAt} now={now} />
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
