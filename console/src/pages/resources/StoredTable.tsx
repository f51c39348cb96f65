import { Anchor, Badge, Checkbox, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AssetUse } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Bytes, Moment, Name } from "../../parts/inline";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { Stored } from "./stored";
import { checkpointOf, isRemovable } from "./stored";

interface Props {
  rows: Stored[];
  selected: ReadonlySet<string>;
  onSelect: (keys: ReadonlySet<string>) => void;
  disabled: boolean;
}

const COLORS = { model: "blue", voice: "cyan", dataset: "grape", checkpoint: "orange", cache: "gray" } as const;

export function StoredTable({ rows, selected, onSelect, disabled }: Props) {
  const text = useText();
  const words = text.resources.stored;
  const now = useNow();
  const removable = rows.filter(isRemovable);
  const chosen = removable.filter((row) => selected.has(row.key));
  const toggle = (row: Stored) => {
    const keys = new Set(selected);
    if (!keys.delete(row.key)) keys.add(row.key);
    onSelect(keys);
  };
  return (
    <DataTable
      label={words.title}
      rows={rows}
      rowKey={(row) => row.key}
      minWidth={720}
      columns={[
        {
          name: "select",
          title: (
            <Checkbox
              aria-label={words.selectAll}
              checked={removable.length > 0 && chosen.length === removable.length}
              indeterminate={chosen.length > 0 && chosen.length < removable.length}
              disabled={disabled || removable.length === 0}
              onChange={() =>
                onSelect(new Set(chosen.length === removable.length ? [] : removable.map((row) => row.key)))
              }
            />
          ),
          cell: (row) =>
            isRemovable(row) && (
              <Checkbox
                aria-label={words.select(row.id, words.kinds[row.kind])}
                checked={selected.has(row.key)}
                disabled={disabled}
                onChange={() => toggle(row)}
              />
            ),
        },
        { name: "name", title: text.common.name, cell: (row) => <StoredName row={row} /> },
        {
          name: "kind",
          title: words.kind,
          cell: (row) => <Badge color={COLORS[row.kind]}>{words.kinds[row.kind]}</Badge>,
        },
        { name: "size", title: text.common.size, cell: (row) => <Bytes value={row.size} /> },
        { name: "use", title: words.columns.use, cell: (row) => <Uses row={row} /> },
        {
          name: "used",
          title: words.columns.lastUsed,
          cell: (row) => row.asset && (row.lastUsedAt ? <Moment time={row.lastUsedAt} now={now} /> : text.common.never),
        },
      ]}
    />
  );
}

/** The name, leading to the page where the thing is shown. */
function StoredName({ row }: { row: Stored }) {
  const text = useText();
  const format = useFormat();
  if (row.part) return text.resources.disk.parts[row.part];
  if (row.kind === "dataset") {
    return (
      <Anchor renderRoot={(link) => <Link to="/datasets" search={{ id: row.id }} {...link} />}>
        <Name>{row.id}</Name>
      </Anchor>
    );
  }
  if (row.kind === "checkpoint") {
    return (
      <Anchor renderRoot={(link) => <Link to="/training/$run" params={{ run: checkpointOf(row.id).run }} {...link} />}>
        <Name>{row.runName ?? checkpointOf(row.id).run}</Name> {text.chart.step}{" "}
        {format.integer(checkpointOf(row.id).step)}
      </Anchor>
    );
  }
  if (row.asset?.source === "HuggingFace") {
    return (
      <Anchor renderRoot={(link) => <Link to="/hub" search={{ id: row.id, type: "model" }} {...link} />}>
        <Name>{row.id}</Name>
      </Anchor>
    );
  }
  return <Name>{row.id}</Name>;
}

function Uses({ row }: { row: Stored }) {
  const text = useText();
  const words = text.resources.stored;
  if (row.part === "uploads") {
    return (
      <Anchor size="sm" renderRoot={(link) => <Link to="/datasets" {...link} />}>
        {words.inDatasets}
      </Anchor>
    );
  }
  if (row.part) return words.cleanedByItself;
  return (
    <Stack gap={2}>
      {row.kept ? (
        <Group gap={4}>
          <Badge color="yellow">{words.keptBecause[row.kept]}</Badge>
        </Group>
      ) : (
        <Text size="sm">{words.unused}</Text>
      )}
      {row.uses.map((use, i) => (
        <Use key={use.id ?? i} use={use} />
      ))}
    </Stack>
  );
}

function Use({ use }: { use: AssetUse }) {
  const words = useText().resources.stored;
  const name = use.name ?? use.id?.slice(0, 8);
  return (
    <Text size="sm">
      {words.usedBy[use.kind]} {name && <Name>{name}</Name>}
    </Text>
  );
}
