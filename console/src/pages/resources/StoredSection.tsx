import { Alert, Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { assetsQuery } from "../../api/assets";
import type { AssetList } from "../../api/schema";
import { systemQuery } from "../../api/system";
import { useAllRuns } from "../../api/useAllRuns";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { SearchField } from "../../parts/SearchField";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { removals } from "./removeStored";
import type { ResourcesSearch } from "./search";
import { KINDS, SORTS } from "./search";
import { SelectionBar } from "./SelectionBar";
import { StoredTable } from "./StoredTable";
import { bytesOf, filterStored, isRemovable, storedOf } from "./stored";
import { useWaiting, WaitingText } from "./useRemovals";

const route = getRouteApi("/resources");

/** Models, datasets, checkpoints, voices and caches in one table; what is not in use may go. */
export function StoredSection() {
  const text = useText();
  return (
    <Section title={text.resources.stored.title}>
      <Loaded query={useQuery(assetsQuery)} lines={6}>
        {(list) => (list.assets.length === 0 ? <Nothing /> : <Everything list={list} />)}
      </Loaded>
    </Section>
  );
}

function Nothing() {
  const words = useText().resources.stored;
  return (
    <Empty
      title={words.none}
      action={<Button renderRoot={(link) => <Link to="/hub" {...link} />}>{words.toHub}</Button>}
      command="sokhan installed"
    />
  );
}

function Everything({ list }: { list: AssetList }) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.stored;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const waiting = useWaiting();
  const use = useQuery(systemQuery).data?.disk.used ?? null;
  const runs = useAllRuns().data ?? [];
  const leaving = new Set(waiting?.items.map(({ key }) => key));
  const all = storedOf(list.assets, use, runs).filter((row) => !leaving.has(row.key));
  const shown = filterStored(all, search);
  const chosen = shown.filter((row) => selected.has(row.key) && isRemovable(row));
  const { totals } = list;
  const removable = all.filter(isRemovable); // with checkpoints, which the totals leave to their runs
  return (
    <Stack>
      <Text size="sm">
        {words.totals(format.integer(totals.count), format.bytes(totals.bytes))} ·{" "}
        {words.removable(format.integer(removable.length), format.bytes(bytesOf(removable)))} ·{" "}
        {words.downloads(format.integer(totals.downloadsThisMonth))}
      </Text>
      <Filters
        search={search}
        onChange={(changes) => void navigate({ search: (old) => ({ ...old, ...changes }), replace: true })}
      />
      {waiting ? (
        <Alert color="yellow" role="group">
          <WaitingText focus />
        </Alert>
      ) : (
        <SelectionBar
          rows={chosen}
          onClear={() => setSelected(new Set())}
          onRemove={() => {
            removals.schedule(chosen.map((row) => ({ key: row.key, name: row.id, row })));
            setSelected(new Set());
          }}
        />
      )}
      {shown.length === 0 ? (
        <Empty
          title={words.nothingFound}
          action={
            <Button variant="default" onClick={() => void navigate({ search: {} })}>
              {words.showAll}
            </Button>
          }
        />
      ) : (
        <StoredTable rows={shown} selected={selected} onSelect={setSelected} disabled={waiting !== null} />
      )}
    </Stack>
  );
}

function Filters({
  search,
  onChange,
}: {
  search: ResourcesSearch;
  onChange: (changes: Partial<ResourcesSearch>) => void;
}) {
  const text = useText();
  const words = text.resources.stored;
  return (
    <Group align="flex-end">
      <SearchField label={words.search} value={search.q} onChange={(q) => onChange({ q })} />
      <Select
        label={words.kind}
        placeholder={text.common.all}
        value={search.kind ?? null}
        onChange={(kind) => onChange({ kind: kind ?? undefined })}
        data={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
        clearable
        clearButtonProps={{ "aria-label": words.showAll }}
        w={170}
      />
      <Select
        label={words.sort}
        value={search.sort ?? "size"}
        onChange={(sort) => onChange({ sort: sort ?? undefined })}
        data={SORTS.map((value) => ({ value, label: words.sorts[value] }))}
        allowDeselect={false}
        w={170}
      />
      <Checkbox
        label={words.onlyRemovable}
        checked={search.removable ?? false}
        onChange={(event) => onChange({ removable: event.currentTarget.checked || undefined })}
        pb={8}
      />
    </Group>
  );
}
