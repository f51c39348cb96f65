import { Stack, Text, Title } from "@mantine/core";
import type { ComparedRun, Comparison } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Id, Name } from "../../parts/inline";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { isJudged } from "../training/run/metricGroups";

interface Props {
  data: Comparison;
  labels: string[];
  keys: string[];
}

/** Best and last values side by side, and the settings that are not the same in all runs. */
export function Differences({ data, labels, keys }: Props) {
  const text = useText();
  const words = text.analytics;
  const format = useFormat();
  const columns = <Row,>(cell: (run: ComparedRun, row: Row) => React.ReactNode) =>
    data.runs.map((run, i) => ({
      name: run.id,
      title: <Name>{labels[i] ?? run.name}</Name>,
      cell: (row: Row) => cell(run, row),
    }));
  const settings = [...new Set(data.runs.flatMap(({ config }) => Object.keys(config)))].sort();
  const minWidth = 200 + 160 * data.runs.length;
  const values = (run: ComparedRun, key: string) => {
    const [best, last] = [run.best[key], run.last[key]];
    if (!best || !last) return null;
    const at = (value: { step: number; value: number }) =>
      words.valueAt(format.number(value.value), format.integer(value.step));
    return (
      <Stack gap={0}>
        {isJudged(key) && <Text size="sm">{words.bestAt(at(best))}</Text>}
        <Text size="sm" c="dimmed">
          {words.lastAt(at(last))}
        </Text>
      </Stack>
    );
  };
  return (
    <>
      {keys.length > 0 && (
        <Stack gap={4}>
          <Title order={3} size="h5">
            {words.values}
          </Title>
          <DataTable
            label={words.values}
            rows={keys}
            rowKey={(key) => key}
            minWidth={minWidth}
            columns={[
              { name: "key", title: text.common.name, cell: (key) => text.training.metrics[key] ?? <Id>{key}</Id> },
              ...columns<string>(values),
            ]}
          />
        </Stack>
      )}
      <Stack gap={4}>
        <Title order={3} size="h5">
          {words.differences}
        </Title>
        {settings.length === 0 ? (
          <Text c="dimmed">{words.noDifferences}</Text>
        ) : (
          <DataTable
            label={words.differences}
            rows={settings}
            rowKey={(name) => name}
            minWidth={minWidth}
            columns={[
              { name: "name", title: text.common.name, cell: (name) => <Id>{name}</Id> },
              ...columns<string>((run, name) => {
                const value = run.config[name];
                return value === undefined || value === null || value === "" ? "—" : <Id>{String(value)}</Id>;
              }),
            ]}
          />
        )}
      </Stack>
    </>
  );
}
