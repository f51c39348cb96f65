import { Button, Code, MultiSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Comparison as ComparisonView, TrainingView } from "../../api/schema";
import { comparisonQuery } from "../../api/training";
import { Chart } from "../../parts/chart/Chart";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loading";
import { saveBlob } from "../../parts/saveBlob";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { CurveControls } from "../training/CurveControls";
import { allPositive } from "../training/run/metricGroups";
import { rangeOf, searchOf } from "../training/search";
import { comparisonCsv } from "./comparisonCsv";
import { csv } from "./csv";
import { Differences } from "./Differences";
import { comparedVersion, overlay, runLabels, usualKeys } from "./overlay";
import type { AnalyticsSearch } from "./search";

const route = getRouteApi("/analytics");
const REFRESH_MS = 5000; // while one of the runs moves

/** The chosen runs over one another, metric by metric, and what was set differently. */
export function Comparison({ known }: { known: TrainingView[] }) {
  const words = useText().analytics;
  const { runs = [] } = route.useSearch();
  const navigate = route.useNavigate();
  const moving = known.some(({ id, state }) => runs.includes(id) && state === "running");
  const comparison = useQuery({
    ...comparisonQuery(runs, comparedVersion(known, runs)),
    placeholderData: keepPreviousData,
    refetchInterval: moving ? REFRESH_MS : false,
  });
  if (runs.length < 2) {
    return (
      <Section title={words.compare}>
        <Text c="dimmed">{words.compareHelp}</Text>
      </Section>
    );
  }
  return (
    <Section
      title={words.compare}
      actions={
        <Button
          size="xs"
          variant="default"
          className="no-print"
          onClick={() => void navigate({ search: (old) => ({ ...old, runs: undefined }), resetScroll: false })}
        >
          {words.clear}
        </Button>
      }
    >
      <Loaded query={comparison}>{(data) => <Overlays data={data} />}</Loaded>
      <Stack gap={4} className="no-print">
        <CommandLine command={`sokhan runs compare ${runs.join(" ")}`} />
      </Stack>
    </Section>
  );
}

function Overlays({ data }: { data: ComparisonView }) {
  const text = useText();
  const words = text.analytics;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: AnalyticsSearch) =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true, resetScroll: false });
  const labels = runLabels(data.runs);
  const keys = (search.keys ?? usualKeys(data.keys)).filter((key) => data.keys.includes(key));
  const charts = useMemo(() => data.keys.map((key) => ({ key, ...overlay(data.runs, key) })), [data]);
  const nameOf = (key: string) => text.training.metrics[key] ?? key;
  return (
    <>
      <MultiSelect
        label={words.metrics}
        value={keys}
        onChange={(chosen) => change({ keys: chosen.length ? chosen : undefined })}
        data={data.keys.map((key) => ({ value: key, label: nameOf(key) }))}
        searchable
        className="no-print"
      />
      <CurveControls search={search} onChange={change} />
      <SimpleGrid cols={{ base: 1, md: 2 }} className="curves">
        {keys
          .flatMap((key) => charts.find((chart) => chart.key === key) ?? [])
          .map(({ key, steps, values }) => (
            <Chart
              key={key}
              title={nameOf(key)}
              steps={steps}
              lines={values.map((column, i) => ({ label: labels[i] ?? "", values: column }))}
              xLabel={text.chart.step}
              log={search.log === true && allPositive(values)}
              smoothing={search.smooth ?? 0}
              range={rangeOf(search)}
              onRange={(range) => change(searchOf(range))}
            />
          ))}
      </SimpleGrid>
      {data.keys.length === 0 && <Text c="dimmed">{words.noMetrics}</Text>}
      <Differences data={data} labels={labels} keys={keys} />
      <Button
        size="xs"
        variant="default"
        w="fit-content"
        className="no-print"
        disabled={keys.length === 0}
        onClick={() =>
          saveBlob(new Blob([csv(comparisonCsv(data.runs, labels, keys))], { type: "text/csv" }), "comparison.csv")
        }
      >
        {words.csv} <Code className="ltr">comparison.csv</Code>
      </Button>
    </>
  );
}
