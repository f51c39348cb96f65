import { Card, SimpleGrid, Text } from "@mantine/core";
import type { TrainingView } from "../../api/schema";
import { Numbers } from "../../parts/inline";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { figuresOf } from "./figures";

/** The figures of all runs. */
export function Cards({ runs }: { runs: TrainingView[] }) {
  const words = useText().analytics.cards;
  const format = useFormat();
  const figures = figuresOf(runs, useNow());
  const cards: [string, string, string][] = [
    [words.runs, format.integer(figures.runs), words.active(format.integer(figures.active))],
    [words.completed, format.integer(figures.completed), words.earlyStops(format.integer(figures.earlyStops))],
    [words.failed, format.integer(figures.failed), words.diverged(format.integer(figures.diverged))],
    [words.time, format.duration(figures.seconds), words.steps(format.integer(figures.steps))],
  ];
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} component="dl" m={0}>
      {cards.map(([name, value, detail]) => (
        <Card key={name} withBorder padding="sm">
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} fz="h3" fw={650}>
            <Numbers>{value}</Numbers>
          </Text>
          <Text component="dd" m={0} size="sm" c="dimmed">
            {detail}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}
