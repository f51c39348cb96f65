import { ActionIcon, Box, Card, Group, Text, Title, Tooltip, useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMediaQuery } from "@mantine/hooks";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { Icon } from "../Icon";
import { saveBlob } from "../saveBlob";
import { ChartTable } from "./ChartTable";
import { lineStyle } from "./colors";
import { Legend } from "./Legend";
import type { Columns, Line, Plot, Range } from "./plot";
import { createPlot } from "./plot";
import { moveRange } from "./range";
import { smooth } from "./smooth";

export interface ChartLine {
  label: string;
  values: (number | null)[];
}

interface Props {
  title: string;
  /** Shared by all lines. The arrays may grow in place: `version` then says that they have. */
  steps: number[];
  lines: ChartLine[];
  version?: number;
  xLabel: string;
  log?: boolean;
  /** 0 to 0.99. */
  smoothing?: number;
  /** The part that is shown, null for all. It is the caller's, for several charts and the address share it. */
  range: Range | null;
  onRange: (range: Range | null) => void;
  height?: number;
}

/** Curves over steps, with zoom by mouse and keys, and the same numbers as a table. */
export function Chart({
  title,
  steps,
  lines,
  version = 0,
  xLabel,
  log = false,
  smoothing = 0,
  range,
  onRange,
  height = 240,
}: Props) {
  const text = useText();
  const format = useFormat();
  const dark = useComputedColorScheme("light") === "dark";
  const printing = useMediaQuery("print");
  const [asTable, setAsTable] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const { ref: sizeRef, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const onRangeNow = useRef(onRange);
  const titleId = useId();
  const labels = lines.map((line) => line.label).join("\n");

  useEffect(() => {
    onRangeNow.current = onRange;
  }, [onRange]);

  const styled = useMemo(
    () => labels.split("\n").map((label, i): Line => ({ label, ...lineStyle(i, dark && !printing) })),
    [labels, dark, printing],
  );
  // `version` stands for the content of the arrays, which grow in place.
  const data = useMemo(
    (): Columns => {
      const raw = lines.map((line) => line.values);
      return smoothing > 0 ? [steps, ...raw.map((values) => smooth(values, smoothing)), ...raw] : [steps, ...raw];
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [steps, labels, version, smoothing, lines.length],
  );
  const latest = useRef({ data, range });
  useEffect(() => {
    latest.current = { data, range };
    plot.current?.setData(data, range);
  }, [data, range]);

  useEffect(() => {
    const element = host.current;
    if (!element || asTable) return;
    const faint = smoothing > 0 ? styled.map((line) => ({ ...line, faint: true })) : [];
    const made = createPlot(element, latest.current.data, {
      lines: [...styled, ...faint],
      log,
      height,
      dark: dark && !printing,
      font: "'Vazirmatn Variable', sans-serif",
      formatX: (value) => format.integer(value),
      formatY: (value) => format.number(value),
      onSelect: (selected) => onRangeNow.current(selected),
      onCursor: setCursor,
    });
    made.setData(latest.current.data, latest.current.range);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [styled, log, height, dark, printing, format, asTable, smoothing > 0]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => {
    if (width > 0) plot.current?.setWidth(width);
  }, [width]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const moved = moveRange(event.key, range, steps);
    if (moved === undefined) return;
    event.preventDefault();
    onRange(moved);
  };
  const tableLabel = asTable ? text.chart.asChart : text.chart.asTable;
  return (
    <Card withBorder component="section" aria-labelledby={titleId} padding="sm">
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Title order={3} size="h5" id={titleId}>
          <bdi>{title}</bdi>
        </Title>
        <Group gap={2} wrap="nowrap" className="no-print">
          {range && (
            <Tooltip label={text.chart.reset}>
              <ActionIcon variant="subtle" color="gray" aria-label={text.chart.reset} onClick={() => onRange(null)}>
                <Icon name="retry" />
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label={tableLabel}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${tableLabel}: ${title}`}
              onClick={() => setAsTable(!asTable)}
            >
              <Icon name={asTable ? "training" : "table"} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={text.chart.png}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${text.chart.png}: ${title}`}
              disabled={asTable}
              onClick={() => void plot.current?.picture().then((blob) => blob && saveBlob(blob, `${title}.png`))}
            >
              <Icon name="download" />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Legend lines={styled} data={data} cursor={cursor} />
      {asTable ? (
        <ChartTable xLabel={xLabel} steps={steps} lines={lines} label={title} />
      ) : (
        <Box ref={sizeRef} dir="ltr" mih={height}>
          {/* A figure that takes keys: the instructions are its description. */}
          <div
            ref={host}
            role="application"
            tabIndex={0}
            aria-label={`${title}. ${text.chart.keys}`}
            onKeyDown={onKeyDown}
          />
        </Box>
      )}
      <Text size="xs" c="dimmed" ta="center">
        {xLabel}
      </Text>
    </Card>
  );
}
