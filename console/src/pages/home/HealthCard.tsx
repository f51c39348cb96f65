import { Badge, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import type { PartHealth } from "../../api/schema";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const COLORS = { ok: "green", degraded: "yellow", down: "red", unknown: "gray" } as const;

/** The parts of the platform, each with its state and the age of that knowledge. */
export function HealthCard() {
  const text = useText();
  const health = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => ask(api.GET("/health", { signal })),
    refetchInterval: 10_000,
  });
  return (
    <Section title={text.home.health}>
      <Loaded query={health}>
        {(report) => (
          <Stack gap="xs">
            {Object.entries(report.parts ?? {}).map(([name, part]) => (
              <Part key={name} name={name} part={part} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function Part({ name, part }: { name: string; part: PartHealth }) {
  const text = useText();
  const format = useFormat();
  return (
    <Group justify="space-between" wrap="nowrap">
      <Stack gap={0}>
        <Text>{text.home.parts[name] ?? name}</Text>
        {part.problem && (
          <Text size="sm" c="dimmed" dir="auto">
            {part.problem}
          </Text>
        )}
      </Stack>
      <Badge color={COLORS[part.state]} title={text.home.age(format.duration(part.age))}>
        {text.home.healthStates[part.state]}
      </Badge>
    </Group>
  );
}
