import { Button, Group, Select, Switch, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState, useSyncExternalStore } from "react";
import { readLog } from "../../../api/training";
import { useTopic } from "../../../live/live";
import { ErrorAlert } from "../../../parts/ErrorAlert";
import { Lines } from "../../../parts/Loading";
import { saveBlob } from "../../../parts/saveBlob";
import { SearchField } from "../../../parts/SearchField";
import { Section } from "../../../parts/Section";
import { useText } from "../../../text";
import { LogLines } from "./LogLines";
import type { Level } from "./runLog";
import { chosenLines, LEVELS, logText, RunLog } from "./runLog";

const route = getRouteApi("/training/$run");

/** The log of a run, live, with a filter by level and by text that is in the address. */
export function Log({ run }: { run: string }) {
  const text = useText();
  const words = text.training.log;
  const { level = "info", find = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [log] = useState(() => new RunLog((after) => readLog(run, after)));
  useTopic(`training:${run}`, log);
  useSyncExternalStore(log.watch, () => log.version);
  const [follow, setFollow] = useState(true);
  const lines = chosenLines(log.lines, level, find);
  const change = (changes: { level?: Level; find?: string }) =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true, resetScroll: false });
  return (
    <Section
      title={words.title}
      actions={
        <Button
          size="xs"
          variant="default"
          className="no-print"
          disabled={lines.length === 0}
          onClick={() => saveBlob(new Blob([logText(lines)], { type: "text/plain" }), `${run}.log`)}
        >
          {words.save}
        </Button>
      }
    >
      <Group className="no-print" align="flex-end">
        <Select
          label={words.level}
          value={level}
          onChange={(chosen) => change({ level: chosen === "info" ? undefined : (chosen as Level) })}
          data={LEVELS.map((value) => ({ value, label: words.levels[value] }))}
          allowDeselect={false}
          w={170}
        />
        <SearchField label={text.common.search} value={find} onChange={(typed) => change({ find: typed })} />
        <Switch
          label={words.follow}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
          mb={8}
        />
      </Group>
      {log.error !== null && <ErrorAlert error={log.error} onRetry={() => void log.fill()} />}
      {!log.loaded && log.error === null && <Lines />}
      {log.loaded && lines.length === 0 && <Text c="dimmed">{log.lines.length ? words.noneFound : words.none}</Text>}
      {lines.length > 0 && <LogLines lines={lines} follow={follow} onFollow={setFollow} label={words.title} />}
    </Section>
  );
}
