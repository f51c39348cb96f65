import { ScrollArea, Table } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useFormat } from "../../text/format";
import type { ChartLine } from "./Chart";

const ROW = 30;

/** The numbers of a chart, for those who do not see it, or want one of them. Only the rows in sight are in the page. */
export function ChartTable({
  xLabel,
  steps,
  lines,
  label,
}: {
  xLabel: string;
  steps: number[];
  lines: ChartLine[];
  label: string;
}) {
  const format = useFormat();
  const viewport = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: steps.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <ScrollArea h={240} viewportRef={viewport} viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}>
      <Table stickyHeader aria-rowcount={steps.length + 1} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{xLabel}</Table.Th>
            {lines.map((line) => (
              <Table.Th key={line.label}>
                <bdi>{line.label}</bdi>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map(({ index }) => (
            <Table.Tr key={index} aria-rowindex={index + 2}>
              <Table.Td className="numbers">{format.integer(steps[index] ?? 0)}</Table.Td>
              {lines.map((line) => {
                const value = line.values[index];
                return (
                  <Table.Td key={line.label} className="numbers">
                    {value == null ? "" : format.number(value, 6)}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
