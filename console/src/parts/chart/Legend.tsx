import { Group, Text } from "@mantine/core";
import { useFormat } from "../../text/format";
import { Numbers } from "../inline";
import type { Columns, Line } from "./plot";

/** The lines by name, each with its value at the cursor, or else its newest one. */
export function Legend({ lines, data, cursor }: { lines: Line[]; data: Columns; cursor: number | null }) {
  const format = useFormat();
  return (
    <Group gap="sm" mb={4}>
      {lines.map((line, i) => {
        const values = data[i + 1];
        const value = values && (cursor === null ? values.findLast((v) => v !== null) : values[cursor]);
        return (
          <Group key={line.label} gap={6} wrap="nowrap">
            <svg width={22} height={8} aria-hidden>
              <line
                x1={0}
                y1={4}
                x2={22}
                y2={4}
                stroke={line.color}
                strokeWidth={2.5}
                strokeDasharray={line.dash.join(" ")}
              />
            </svg>
            <Text size="xs">
              <bdi>{line.label}</bdi> {value != null && <Numbers>{format.number(value)}</Numbers>}
            </Text>
          </Group>
        );
      })}
    </Group>
  );
}
