import { Badge, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { isActive } from "../../../api/jobs";
import type { TrainingView } from "../../../api/schema";
import { JobError } from "../../../parts/ErrorAlert";
import { Id, Moment, Numbers } from "../../../parts/inline";
import { JobBar } from "../../../parts/JobBar";
import { Section } from "../../../parts/Section";
import { StateBadge } from "../../../parts/StateBadge";
import { useNow } from "../../../parts/useNow";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { useShownRun } from "../useShownRun";
import { headline, secondsLeft, workedSeconds } from "./figures";

/** State, progress and the newest values of a run. */
export function RunHead({ run: known }: { run: TrainingView }) {
  const run = useShownRun(known);
  const text = useText();
  const words = text.training;
  const format = useFormat();
  const active = isActive(run);
  const now = useNow(active ? 5000 : 60_000);
  const worked = workedSeconds(run, now);
  const step = run.maxSteps
    ? text.common.of(format.integer(run.step), format.integer(run.maxSteps))
    : format.integer(run.step);
  const facts: [string, string][] = [
    [words.step, step],
    [words.epoch, format.integer(run.epoch)],
    ...headline(run.metrics).map((key): [string, string] => [
      words.metrics[key] ?? key,
      format.number(run.metrics[key] ?? NaN),
    ]),
    ...(run.throughput != null ? [[words.throughput, format.number(run.throughput, 3)] as [string, string]] : []),
    ...(worked !== null ? [[words.worked, format.duration(worked)] as [string, string]] : []),
  ];
  return (
    <Section
      title={words.now}
      actions={
        <Group gap="xs">
          <StateBadge state={run.state} control={run.control} />
          {run.visibility === "shared" && <Badge color="grape">{text.common.visibility.shared}</Badge>}
        </Group>
      }
    >
      <JobBar job={run} label={run.name} eta={secondsLeft(run)} />
      {run.error && <JobError error={run.error} />}
      {run.result && <Text>{words.reasons[run.result.reason] ?? run.result.reason}</Text>}
      <SimpleGrid cols={{ base: 2, sm: 3, md: 4, lg: 6 }} component="dl" m={0}>
        {facts.map(([name, value]) => (
          <Stack key={name} gap={0}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} fw={600}>
              <Numbers>{value}</Numbers>
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {words.createdAt} <Moment time={run.createdAt} now={now} /> · {words.attempt(format.integer(run.attempt))} ·{" "}
        <Id>{run.id}</Id>
      </Text>
    </Section>
  );
}
