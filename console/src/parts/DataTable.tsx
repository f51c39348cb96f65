import { Table } from "@mantine/core";
import type { ReactNode } from "react";

export interface Column<Row> {
  name: string;
  title: ReactNode;
  cell: (row: Row) => ReactNode;
  numeric?: boolean;
  /** The rows are in the order of this column. */
  sorted?: "ascending" | "descending";
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Below this width (px) the table scrolls by itself, not the page. */
  minWidth?: number;
}

/** A table of a few rows, with names for screen readers and its own scroll on a phone. */
export function DataTable<Row>({ label, columns, rows, rowKey, minWidth = 600 }: Props<Row>) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "region", "aria-label": label } }}
    >
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.name} scope="col" aria-sort={column.sorted}>
                {column.title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map((column) => (
                <Table.Td key={column.name} className={column.numeric ? "numbers" : undefined}>
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
