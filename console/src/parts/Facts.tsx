import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values, one a line; those without a value are left out. */
export function Facts({ facts }: { facts: Fact[] }) {
  const shown = facts.filter(({ value }) => value !== null && value !== undefined && value !== "" && value !== false);
  return (
    <dl style={{ margin: 0, display: "grid", gap: "var(--mantine-spacing-xs)" }}>
      {shown.map(({ name, value }) => (
        <Group key={name} component="div" gap={0} align="baseline" style={{ columnGap: "var(--mantine-spacing-xs)" }}>
          <Text component="dt" c="dimmed" size="sm" miw={{ base: 120, sm: 190 }}>
            {name}
          </Text>
          <Text component="dd" m={0} style={{ flex: "1 1 200px", minWidth: 0 }}>
            {value}
          </Text>
        </Group>
      ))}
    </dl>
  );
}
