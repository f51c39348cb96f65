import { SimpleGrid, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo } from "react";
import type { Range } from "../../../parts/chart/plot";
import { ErrorAlert } from "../../../parts/ErrorAlert";
import { Lines } from "../../../parts/Loading";
import { Section } from "../../../parts/Section";
import { useText } from "../../../text";
import { CurveControls } from "../CurveControls";
import { rangeOf, searchOf } from "../search";
import { CurveChart } from "./CurveChart";
import { metricGroups } from "./metricGroups";
import { useRunCurves } from "./useRunCurves";

const route = getRouteApi("/training/$run");
const REFINE_MS = 300; // of a zoom with several keys, only the last range is read

/** The curves of a run, live. They share zoom, smoothing and scale, which are in the address. */
export const Curves = memo(function Curves({ run, active }: { run: string; active: boolean }) {
  const words = useText().training;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const curves = useRunCurves(run);
  const { refine } = curves;
  const { from, to } = search;
  const range = useMemo(() => rangeOf({ from, to }), [from, to]);
  useEffect(() => {
    if (!range) return;
    // The coarse curve stays if the finer points do not come.
    const timer = setTimeout(() => void refine(range.from, range.to).catch(() => undefined), REFINE_MS);
    return () => clearTimeout(timer);
  }, [range, refine]);
  const onRange = useCallback(
    (chosen: Range | null) =>
      void navigate({ search: (old) => ({ ...old, ...searchOf(chosen) }), replace: true, resetScroll: false }),
    [navigate],
  );
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
      {curves.loaded && curves.series.keys().length === 0 && (
        <Text c="dimmed">{active ? words.noPointsYet : words.noPoints}</Text>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} className="curves">
        {metricGroups(curves.series.keys()).map((group) => (
          <CurveChart
            key={group.id}
            id={group.id}
            keys={group.keys.join()}
            curves={curves}
            log={search.log === true}
            smoothing={search.smooth ?? 0}
            range={range}
            onRange={onRange}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
});
