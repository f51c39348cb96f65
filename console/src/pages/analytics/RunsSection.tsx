import { Button, Group, Select, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { TrainingView } from "../../api/schema";
import { saveBlob } from "../../parts/saveBlob";
import { SearchField } from "../../parts/SearchField";
import { Section } from "../../parts/Section";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { STATES } from "../training/search";
import { csv } from "./csv";
import { filterRows, rowOf, sortRows } from "./rows";
import { RunsTable } from "./RunsTable";
import { runsCsv } from "./runsCsv";
import type { AnalyticsSearch } from "./search";

const route = getRouteApi("/analytics");

/** The table of runs with its filters, all of them in the address. */
export function RunsSection({ runs }: { runs: TrainingView[] }) {
  const text = useText();
  const words = text.analytics;
  const format = useFormat();
  const now = useNow();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: AnalyticsSearch) =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true, resetScroll: false });
  const rows = sortRows(
    filterRows(
      runs.map((run) => rowOf(run, now)),
      search,
    ),
    search.sort ?? "created",
    search.ascending === true,
    (a, b) => format.compare(a, b),
  );
  return (
    <Section
      title={words.runs}
      actions={
        <Button
          size="xs"
          variant="default"
          className="no-print"
          disabled={rows.length === 0}
          onClick={() => saveBlob(new Blob([csv(runsCsv(rows))], { type: "text/csv" }), "runs.csv")}
        >
          {words.csv}
        </Button>
      }
    >
      <Group className="no-print" align="flex-end">
        <SearchField label={text.common.search} value={search.find} onChange={(typed) => change({ find: typed })} />
        <Select
          label={text.common.state}
          placeholder={text.common.all}
          value={search.state ?? null}
          onChange={(state) => change({ state: state ?? undefined })}
          data={STATES.map((value) => ({ value, label: text.common.states[value] }))}
          clearable
          w={160}
        />
        <Select
          label={text.training.origin.recipe}
          placeholder={text.common.all}
          value={search.recipe ?? null}
          onChange={(recipe) => change({ recipe: recipe ?? undefined })}
          data={[...new Set(runs.map(({ recipe }) => recipe))]}
          clearable
          w={180}
        />
        <Text size="sm" c="dimmed" role="status" pb={8}>
          {words.shown(format.integer(rows.length), format.integer(runs.length))}
        </Text>
      </Group>
      {rows.length === 0 ? (
        <Text c="dimmed">{words.noneFound}</Text>
      ) : (
        <RunsTable rows={rows} search={search} onChange={change} />
      )}
      <Text size="sm" c="dimmed" className="no-print">
        {words.chooseHelp}
      </Text>
    </Section>
  );
}
