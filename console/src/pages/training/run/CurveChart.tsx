import { useInViewport } from "@mantine/hooks";
import { memo } from "react";
import { Chart } from "../../../parts/chart/Chart";
import type { Range } from "../../../parts/chart/plot";
import { useText } from "../../../text";
import { allPositive } from "./metricGroups";
import type { RunCurves } from "./runCurves";
import { useVersion } from "./useRunCurves";

interface Props {
  /** The name of the group of metrics, and its keys with commas. */
  id: string;
  keys: string;
  curves: RunCurves;
  log: boolean;
  smoothing: number;
  range: Range | null;
  onRange: (range: Range | null) => void;
}

/** One chart of a run. Live points redraw it while it is in sight. */
export const CurveChart = memo(function CurveChart({ id, keys, curves, log, smoothing, range, onRange }: Props) {
  const text = useText();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const version = useVersion(curves, inViewport);
  const { series } = curves;
  const names = text.training.metrics;
  const lines = keys.split(",").map((key) => ({ label: names[key] ?? key, values: series.values[key] ?? [] }));
  return (
    <div ref={ref}>
      <Chart
        title={names[id] ?? id}
        steps={series.steps}
        lines={lines}
        version={version}
        xLabel={text.chart.step}
        log={log && allPositive(lines.map(({ values }) => values))}
        smoothing={smoothing}
        range={range}
        onRange={onRange}
      />
    </div>
  );
});
