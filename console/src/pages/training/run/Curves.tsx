import { SimpleGrid, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import type { TrainingView } from "../../../api/schema";
import { isActive } from "../../../api/jobs";
import { Chart } from "../../../parts/chart/Chart";
import type { Range } from "../../../parts/chart/plot";
import { ErrorAlert } from "../../../parts/ErrorAlert";
import { Lines } from "../../../parts/Loading";
import { Section } from "../../../parts/Section";
import { useText } from "../../../text";
import { CurveControls } from "../CurveControls";
import { rangeOf, searchOf } from "../search";
import { allPositive, metricGroups } from "./metricGroups";
import { useRunCurves } from "./useRunCurves";

const route = getRouteApi("/training/$run");
const REFINE_MS = 300; // of a zoom with several keys, only the last range is read

/** The curves of a run, live. They share zoom, smoothing and scale, which are in the address. */
export function Curves({ run }: { run: TrainingView }) {
  const text = useText();
  const words = text.training;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const curves = useRunCurves(run.id);
  const { series, version } = curves;
  const range = rangeOf(search);
  const { refine } = curves;
  useEffect(() => {
    if (search.from === undefined || search.to === undefined) return;
    const { from, to } = { from: search.from, to: search.to };
    const timer = setTimeout(() => void refine(from, to).catch(() => undefined), REFINE_MS); // the coarse curve stays
    return () => clearTimeout(timer);
  }, [search.from, search.to, refine]);
  const onRange = (chosen: Range | null) =>
    void navigate({
      search: (old) => ({ ...old, ...searchOf(chosen) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Section title={words.curves}>
      <CurveControls
        search={search}
        onChange={(changes) =>
          void navigate({ search: (old) => ({ ...old, ...changes }), replace: true, resetScroll: false })
        }
      />
      {!curves.loaded &&
        (curves.error ? <ErrorAlert error={curves.error} onRetry={() => void curves.fill()} /> : <Lines />)}
      {curves.loaded && series.steps.length === 0 && (
        <Text c="dimmed">{isActive(run) ? words.noPointsYet : words.noPoints}</Text>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} className="curves">
        {metricGroups(series.keys()).map((group) => {
          const values = group.keys.map((key) => series.values[key] ?? []);
          return (
            <Chart
              key={group.id}
              title={words.metrics[group.id] ?? group.id}
              steps={series.steps}
              lines={group.keys.map((key, i) => ({ label: words.metrics[key] ?? key, values: values[i] ?? [] }))}
              version={version}
              xLabel={text.chart.step}
              log={search.log === true && allPositive(values)}
              smoothing={search.smooth ?? 0}
              range={range}
              onRange={onRange}
            />
          );
        })}
      </SimpleGrid>
    </Section>
  );
}
