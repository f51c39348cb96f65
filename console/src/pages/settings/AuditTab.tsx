import { Badge, Button, Group, Select, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, askWhole } from "../../api/client";
import type { AuditView } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Empty } from "../../parts/Empty";
import { Id, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { inputDir } from "../../parts/inputDir";

const COLORS = { done: "green", refused: "yellow", failed: "red" } as const;

export function AuditTab() {
  const text = useText();
  const words = text.settings.audit;
  const format = useFormat();
  const [account, setAccount] = useState("");
  const [outcome, setOutcome] = useState<string | null>(null);
  const filter = { account: account.trim() || null, outcome: outcome as AuditView["outcome"] | null };
  const entries = useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam, signal }) =>
      askWhole(api.GET("/api/audit", { params: { query: { limit: 100, cursor: pageParam, ...filter } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <Section
      title={text.settings.tabs.audit}
      actions={
        <Group gap="xs">
          <Button component="a" href="/api/audit/export?format=csv" download size="xs" variant="default">
            {words.csv}
          </Button>
          <Button component="a" href="/api/audit/export?format=jsonl" download size="xs" variant="default">
            {words.jsonl}
          </Button>
        </Group>
      }
    >
      <Group>
        <TextInput
          label={words.account}
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
          {...inputDir("ltr")}
        />
        <Select
          label={words.outcome}
          placeholder={text.common.all}
          value={outcome}
          onChange={setOutcome}
          data={Object.entries(words.outcomes).map(([value, label]) => ({ value, label }))}
          clearable
        />
      </Group>
      <Loaded query={entries}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.data);
          return rows.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <DataTable
              label={text.settings.tabs.audit}
              rows={rows}
              rowKey={(entry) => entry.id}
              minWidth={900}
              columns={[
                {
                  name: "time",
                  title: text.common.time,
                  cell: (entry) => <span style={{ whiteSpace: "nowrap" }}>{format.dateTime(entry.time)}</span>,
                },
                {
                  name: "account",
                  title: words.account,
                  cell: (entry) => entry.account && <Name>{entry.account}</Name>,
                },
                { name: "action", title: words.action, cell: (entry) => <Id>{entry.action}</Id> },
                { name: "target", title: words.target, cell: (entry) => entry.target && <Id>{entry.target}</Id> },
                {
                  name: "outcome",
                  title: words.outcome,
                  cell: (entry) => (
                    <>
                      <Badge color={COLORS[entry.outcome]} miw="max-content">
                        {words.outcomes[entry.outcome]}
                      </Badge>{" "}
                      {entry.code && <Id>{entry.code}</Id>}
                    </>
                  ),
                },
                {
                  name: "address",
                  title: words.address,
                  cell: (entry) => entry.address && <bdi style={{ whiteSpace: "nowrap" }}>{entry.address}</bdi>,
                },
              ]}
            />
          );
        }}
      </Loaded>
      {entries.hasNextPage && (
        <Button variant="default" loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
          {text.common.more}
        </Button>
      )}
    </Section>
  );
}
