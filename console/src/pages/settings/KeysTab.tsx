import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWhole } from "../../api/client";
import type { KeyView } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Empty } from "../../parts/Empty";
import { Id, Moment, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { Secret } from "../../parts/Secret";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { NewKeyForm } from "./NewKeyForm";

export function KeysTab() {
  const text = useText();
  const words = text.settings.keys;
  const client = useQueryClient();
  const [made, setMade] = useState<string | null>(null);
  const keys = useQuery({ queryKey: ["keys"], queryFn: ({ signal }) => ask(api.GET("/api/auth/keys", { signal })) });
  const refresh = () => client.invalidateQueries({ queryKey: ["keys"] });
  return (
    <Stack>
      <Section title={words.make}>
        <Text>{words.about}</Text>
        <NewKeyForm
          onMade={(key) => {
            setMade(key);
            void refresh();
          }}
        />
        {made && <Secret title={words.made} value={made} />}
      </Section>
      <Section title={text.settings.tabs.keys}>
        <Loaded query={keys}>
          {(rows) =>
            rows.length ? (
              <Keys keys={rows} onChange={refresh} />
            ) : (
              <Empty title={words.none} command="sokhan keys add" />
            )
          }
        </Loaded>
      </Section>
    </Stack>
  );
}

function Keys({ keys, onChange }: { keys: KeyView[]; onChange: () => unknown }) {
  const text = useText();
  const format = useFormat();
  const words = text.settings.keys;
  const now = useNow();
  const confirm = useConfirm();
  const revoke = useAction((id: string) => askWhole(api.DELETE("/api/auth/keys/{id}", { params: { path: { id } } })), {
    done: words.revoked,
    onDone: onChange,
  });
  return (
    <DataTable
      label={text.settings.tabs.keys}
      rows={keys}
      rowKey={(key) => key.id}
      columns={[
        { name: "name", title: text.common.name, cell: (key) => <Name>{key.name}</Name> },
        { name: "prefix", title: "", cell: (key) => <Id>{`${key.prefix}…`}</Id> },
        {
          name: "scopes",
          title: words.scopes,
          cell: (key) => (
            <Group gap={4}>
              {key.scopes.map((scope) => (
                <Badge key={scope}>{words.scopeNames[scope]}</Badge>
              ))}
              {key.voice && <Id>{key.voice}</Id>}
            </Group>
          ),
        },
        {
          name: "expires",
          title: words.expires,
          cell: (key) => (key.expiresAt ? format.date(key.expiresAt) : words.forever),
        },
        {
          name: "used",
          title: words.lastUsed,
          cell: (key) => (key.lastUsedAt ? <Moment time={key.lastUsedAt} now={now} /> : text.common.never),
        },
        {
          name: "revoke",
          title: "",
          cell: (key) => (
            <Button
              size="xs"
              variant="default"
              aria-label={`${words.revoke}: ${key.name}`}
              onClick={() =>
                confirm({
                  title: words.revoke,
                  children: words.revokeSure(key.name),
                  confirm: words.revoke,
                  onConfirm: () => revoke.mutate(key.id),
                })
              }
            >
              {words.revoke}
            </Button>
          ),
        },
      ]}
    />
  );
}
