import { Anchor, Badge, Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { datasetsQuery } from "../../api/datasets";
import type { DatasetView } from "../../api/schema";
import { useMe } from "../../api/session";
import { DataTable } from "../../parts/DataTable";
import { Empty } from "../../parts/Empty";
import { Bytes, Moment, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

export function DatasetList() {
  const text = useText();
  const words = text.datasets;
  const datasets = useQuery(datasetsQuery);
  return (
    <Section title={words.list}>
      <Loaded query={datasets}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty
              title={words.none}
              text={words.noneText}
              action={
                <Button
                  variant="default"
                  renderRoot={(link) => <Link to="/hub" search={{ kind: "dataset" }} {...link} />}
                >
                  {words.fromHub}
                </Button>
              }
              command="sokhan datasets add my-voice.zip"
            />
          ) : (
            <Datasets rows={rows} />
          )
        }
      </Loaded>
    </Section>
  );
}

function Datasets({ rows }: { rows: DatasetView[] }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets;
  const now = useNow();
  const accounts = useMe().mode === "accounts";
  return (
    <DataTable
      label={words.list}
      rows={[...rows].sort((a, b) => b.downloadedAt.localeCompare(a.downloadedAt))}
      rowKey={(row) => row.id}
      minWidth={760}
      columns={[
        {
          name: "name",
          title: text.common.name,
          cell: (row) => (
            <Anchor renderRoot={(link) => <Link to="/datasets" search={{ id: row.id }} {...link} />}>
              <Name>{row.id}</Name>
            </Anchor>
          ),
        },
        { name: "type", title: words.columns.type, cell: (row) => words.types[row.type] ?? <Name>{row.type}</Name> },
        {
          name: "items",
          title: words.columns.items,
          numeric: true,
          cell: (row) => row.details.items != null && format.integer(row.details.items),
        },
        {
          name: "hours",
          title: words.columns.hours,
          numeric: true,
          cell: (row) => row.details.hours != null && format.duration(row.details.hours * 3600),
        },
        { name: "size", title: text.common.size, cell: (row) => <Bytes value={row.size} /> },
        { name: "added", title: words.columns.added, cell: (row) => <Moment time={row.downloadedAt} now={now} /> },
        {
          name: "state",
          title: text.common.state,
          cell: (row) => (
            <Group gap={4}>
              <Badge color={row.status === "ready" ? "green" : "red"}>
                {row.status === "ready" ? words.ready : words.broken}
              </Badge>
              {accounts && row.visibility && <Badge color="gray">{text.common.visibility[row.visibility]}</Badge>}
            </Group>
          ),
        },
      ]}
    />
  );
}
