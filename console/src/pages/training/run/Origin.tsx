import { Anchor, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { runsQuery } from "../../../api/jobs";
import type { TrainingView } from "../../../api/schema";
import { CommandLine } from "../../../parts/CommandLine";
import { Id, Name } from "../../../parts/inline";
import { Section } from "../../../parts/Section";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { shellWord } from "../../../parts/shellWord";

/** Where a run came from, and what it made. */
export function Origin({ run }: { run: TrainingView }) {
  const text = useText();
  const words = text.training.origin;
  const format = useFormat();
  const runs = useInfiniteQuery(runsQuery).data?.pages.flatMap((page) => page.data) ?? [];
  const parent = run.startFrom;
  const voice = run.result?.voice;
  const children = runs.filter((other) => other.startFrom?.run === run.id);
  const baseName = parent && (runs.find(({ id }) => id === parent.run)?.name ?? parent.run);
  const rows: [string, ReactNode][] = [
    [words.recipe, <Id key="recipe">{run.recipe}</Id>],
    [
      words.data,
      run.datasets.map((id) => (
        <Anchor key={id} me="sm" renderRoot={(link) => <Link to="/datasets" search={{ id }} {...link} />}>
          <Id>{id}</Id>
        </Anchor>
      )),
    ],
    [words.base, run.baseModel && <Id>{run.baseModel}</Id>],
    [words.teacher, run.teacherModel && <Id>{run.teacherModel}</Id>],
    [words.recogniser, run.asrModel && <Id>{run.asrModel}</Id>],
    [
      words.startFrom,
      parent && (
        <Anchor key="parent" component={Link} to={`/training/${parent.run}`}>
          <Name>{baseName ?? ""}</Name> · {words.atStep(format.integer(parent.step))}
        </Anchor>
      ),
    ],
    [
      words.children,
      children.length > 0 &&
        children.map((child) => (
          <Anchor key={child.id} component={Link} to={`/training/${child.id}`} me="sm">
            <Name>{child.name}</Name> · {words.atStep(format.integer(child.startFrom?.step ?? 0))}
          </Anchor>
        )),
    ],
    [words.model, run.result?.model && <Id>{run.result.model}</Id>],
    [words.bestStep, run.result?.bestStep != null && format.integer(run.result.bestStep)],
  ];
  return (
    <Section title={words.title}>
      <Stack gap={6}>
        {rows
          .filter(([, value]) => value && (!Array.isArray(value) || value.length > 0))
          .map(([name, value]) => (
            <Text key={name} component="div">
              <Text span c="dimmed">
                {name}:
              </Text>{" "}
              {value}
            </Text>
          ))}
        {voice && (
          <Stack gap={4}>
            <Text>
              <Text span c="dimmed">
                {words.voice}:
              </Text>{" "}
              <Id>{voice}</Id>{" "}
              <Anchor className="no-print" renderRoot={(link) => <Link to="/studio" search={{ voice }} {...link} />}>
                {words.listen}
              </Anchor>
            </Text>
            <div className="no-print">
              <CommandLine command={`sokhan say --voice ${shellWord(voice)} 'سلام'`} />
            </div>
          </Stack>
        )}
      </Stack>
    </Section>
  );
}
