import { Badge, Group, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CheckpointView, TrainingView } from "../../../api/schema";
import { checkpointsQuery } from "../../../api/training";
import { DataTable } from "../../../parts/DataTable";
import { Bytes, Moment, Name, Numbers } from "../../../parts/inline";
import { Loaded } from "../../../parts/Loading";
import { Section } from "../../../parts/Section";
import { useNow } from "../../../parts/useNow";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { CheckpointMenu } from "./CheckpointMenu";
import { SampleButtons } from "./SampleButtons";
import type { Sample } from "./SamplePlayer";
import { SamplePlayer } from "./SamplePlayer";
import { shownValues } from "./checkpointValues";

/** What a run has kept: figures and samples of each checkpoint, and what can be made of it. */
export function Checkpoints({ run }: { run: TrainingView }) {
  const text = useText();
  const words = text.training.checkpoints;
  const [sample, setSample] = useState<Sample | null>(null);
  const query = checkpointsQuery(run.id, run.lastCheckpoint?.step);
  const checkpoints = useQuery({ ...query, placeholderData: keepPreviousData });
  return (
    <Section title={words.title}>
      <Loaded query={checkpoints}>
        {(rows) =>
          rows.length === 0 ? (
            <Text c="dimmed">{words.none}</Text>
          ) : (
            <>
              <Table run={run} rows={rows} playing={sample} onPlay={setSample} />
              {sample && <SamplePlayer run={run.id} sample={sample} />}
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

interface TableProps {
  run: TrainingView;
  rows: CheckpointView[];
  playing: Sample | null;
  onPlay: (sample: Sample) => void;
}

function Table({ run, rows, playing, onPlay }: TableProps) {
  const text = useText();
  const words = text.training.checkpoints;
  const format = useFormat();
  const now = useNow();
  return (
    <DataTable
      label={words.title}
      rows={rows}
      rowKey={(row) => String(row.step)}
      minWidth={760}
      columns={[
        {
          name: "step",
          title: text.chart.step,
          cell: (row) => (
            <Group gap={6}>
              <Numbers>{format.integer(row.step)}</Numbers>
              {row.best && (
                <Badge color="green" miw="fit-content">
                  {words.best}
                </Badge>
              )}
              {row.step === run.lastCheckpoint?.step && (
                <Badge color="gray" miw="fit-content">
                  {words.last}
                </Badge>
              )}
              {row.state === "missing" && (
                <Badge color="red" miw="fit-content">
                  {words.missing}
                </Badge>
              )}
            </Group>
          ),
        },
        { name: "size", title: text.common.size, cell: (row) => <Bytes value={row.size} />, numeric: true },
        ...shownValues(rows).map((key) => ({
          name: key,
          title: text.training.metrics[key] ?? <bdi>{key}</bdi>,
          cell: (row: CheckpointView) => {
            const value = row.values[key];
            return value === undefined ? "" : format.number(value);
          },
          numeric: true,
        })),
        {
          name: "samples",
          title: words.samples,
          cell: (row) => <SampleButtons checkpoint={row} playing={playing} onPlay={onPlay} />,
        },
        {
          name: "deployed",
          title: words.deployedAs,
          cell: (row) => row.deployedAs && <Name>{row.deployedAs}</Name>,
        },
        { name: "created", title: text.common.time, cell: (row) => <Moment time={row.createdAt} now={now} /> },
        { name: "menu", title: "", cell: (row) => <CheckpointMenu run={run} checkpoint={row} /> },
      ]}
    />
  );
}
