import { Group, Text, VisuallyHidden } from "@mantine/core";
import type { Histogram as Counts } from "../../api/schema";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { Bar } from "./bars";
import { barsOf } from "./bars";

const WIDTH = 600;
const HEIGHT = 140;
const GAP = 2;

/** Bars from left to right, as every axis here; the same numbers in a table for screen readers. */
export function Histogram({ label, histogram }: { label: string; histogram: Counts }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.histogram;
  const bars = barsOf(histogram);
  if (bars.length === 0) return <Text c="dimmed">{text.common.empty}</Text>;
  const highest = Math.max(...bars.map((bar) => bar.count));
  const width = WIDTH / bars.length;
  const shown = (value: number) => format.number(value, 3);
  return (
    <figure style={{ margin: 0 }}>
      <div dir="ltr" aria-hidden>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          style={{ width: "100%", height: HEIGHT, display: "block" }}
        >
          {bars.map((bar, i) => (
            <rect
              key={bar.from}
              x={i * width + GAP / 2}
              width={Math.max(1, width - GAP)}
              y={HEIGHT - bar.height * HEIGHT}
              height={bar.height * HEIGHT}
              fill="var(--mantine-primary-color-filled)"
            >
              <title>{words.bar(shown(bar.from), shown(bar.to), format.integer(bar.count))}</title>
            </rect>
          ))}
          <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--mantine-color-dimmed)" />
        </svg>
        <Group justify="space-between">
          {ticks(bars).map((value, i) => (
            <Text key={i} size="xs" c="dimmed">
              {shown(value)}
            </Text>
          ))}
        </Group>
      </div>
      <Text size="xs" c="dimmed" component="figcaption">
        {words.most(format.integer(highest))} · {words.outliers}
      </Text>
      <VisuallyHidden>
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{words.from}</th>
              <th scope="col">{words.to}</th>
              <th scope="col">{words.count}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.from}>
                <td>{shown(bar.from)}</td>
                <td>{shown(bar.to)}</td>
                <td>{format.integer(bar.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}

/** Where the bars begin, about at their quarters, and where they end. */
function ticks(bars: readonly Bar[]): number[] {
  const quarters = [0, 0.25, 0.5, 0.75].map((part) => bars[Math.floor(part * bars.length)]?.from ?? 0);
  return [...quarters, bars.at(-1)?.to ?? 0];
}
