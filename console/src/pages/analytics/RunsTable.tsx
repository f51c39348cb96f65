import { Anchor, Checkbox, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { DataTable } from "../../parts/DataTable";
import { Id, Moment, Name } from "../../parts/inline";
import { StateBadge } from "../../parts/StateBadge";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { RunRow } from "./rows";
import type { AnalyticsSearch, Sort } from "./search";
import { MOST_RUNS } from "./search";

interface Props {
  rows: RunRow[];
  search: AnalyticsSearch;
  onChange: (changes: AnalyticsSearch) => void;
}

/** Runs with their last and best figures. Headings sort, boxes choose what is compared. */
export function RunsTable({ rows, search, onChange }: Props) {
  const text = useText();
  const words = text.analytics;
  const format = useFormat();
  const now = useNow();
  const chosen = search.runs ?? [];
  const value = (number: number | null) => (number === null ? "" : format.number(number));
  const toggle = (id: string, on: boolean) => {
    const runs = on ? [...chosen, id] : chosen.filter((other) => other !== id);
    onChange({ runs: runs.length ? runs : undefined });
  };
  const heading = (sort: Sort, title: string) => {
    const current = (search.sort ?? "created") === sort;
    const ascending = search.ascending === true;
    return {
      name: sort,
      sorted: current ? (ascending ? ("ascending" as const) : ("descending" as const)) : undefined,
      title: (
        <UnstyledButton
          fz="sm"
          fw={700}
          aria-label={text.common.sortBy(title)}
          onClick={() =>
            onChange({
              sort: sort === "created" ? undefined : sort,
              ascending: current && !ascending ? true : undefined,
            })
          }
        >
          {title} {current && <span aria-hidden>{ascending ? "↑" : "↓"}</span>}
        </UnstyledButton>
      ),
    };
  };
  return (
    <DataTable
      label={words.runs}
      rows={rows}
      rowKey={({ run }) => run.id}
      minWidth={980}
      columns={[
        {
          name: "choose",
          title: "",
          cell: ({ run }) => (
            <Checkbox
              aria-label={words.choose(run.name)}
              checked={chosen.includes(run.id)}
              disabled={!chosen.includes(run.id) && chosen.length >= MOST_RUNS}
              onChange={(event) => toggle(run.id, event.currentTarget.checked)}
            />
          ),
        },
        {
          ...heading("name", text.common.name),
          cell: ({ run }) => (
            <>
              <Anchor component={Link} to={`/training/${run.id}`}>
                <Name>{run.name}</Name>
              </Anchor>{" "}
              <Id>{run.recipe}</Id>
            </>
          ),
        },
        {
          ...heading("state", text.common.state),
          cell: ({ run }) => <StateBadge state={run.state} control={run.control} />,
        },
        {
          ...heading("step", text.training.step),
          numeric: true,
          cell: ({ run }) =>
            run.maxSteps
              ? text.common.of(format.integer(run.step), format.integer(run.maxSteps))
              : format.integer(run.step),
        },
        { ...heading("loss", words.lastLoss), numeric: true, cell: (row) => value(row.loss) },
        { ...heading("valLoss", words.lastValLoss), numeric: true, cell: (row) => value(row.valLoss) },
        {
          ...heading("best", words.best),
          cell: ({ best }) =>
            best &&
            `${text.training.metrics[best.key] ?? best.key}: ${words.valueAt(format.number(best.value), format.integer(best.step))}`,
        },
        { ...heading("throughput", text.training.throughput), numeric: true, cell: (row) => value(row.throughput) },
        {
          ...heading("time", text.training.worked),
          numeric: true,
          cell: ({ time }) => time !== null && format.duration(time),
        },
        {
          ...heading("created", text.training.createdAt),
          cell: ({ run }) => <Moment time={run.createdAt} now={now} />,
        },
      ]}
    />
  );
}
