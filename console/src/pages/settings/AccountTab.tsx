import { Badge, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { useMe } from "../../api/session";
import { DataTable } from "../../parts/DataTable";
import { field } from "../../parts/form";
import { Id, Moment, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { inputDir } from "../../parts/inputDir";

export function AccountTab() {
  const text = useText();
  const me = useMe();
  return (
    <Stack>
      <Section title={text.settings.tabs.account}>
        <Text>
          <Name>{me.displayName || me.name}</Name> <Id>{me.name}</Id>{" "}
          <Badge>{text.settings.account.roles[me.role]}</Badge>
        </Text>
      </Section>
      <Password />
      <Sessions />
    </Stack>
  );
}

function Password() {
  const text = useText();
  const format = useFormat();
  const words = text.settings.account;
  const client = useQueryClient();
  const change = useAction(
    ({ form }: { form: HTMLFormElement }) => {
      const data = new FormData(form);
      return ask(
        api.POST("/api/auth/password", { body: { current: field(data, "current"), new: field(data, "new") } }),
      );
    },
    {
      onDone: ({ revoked }, { form }) => {
        form.reset();
        tellDone(text, words.changed(format.integer(revoked)));
        return client.invalidateQueries({ queryKey: ["sessions"] });
      },
    },
  );
  return (
    <Section title={words.password}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ form: event.currentTarget });
        }}
      >
        <Group align="flex-end">
          <PasswordInput
            name="current"
            label={words.currentPassword}
            autoComplete="current-password"
            required
            {...inputDir("ltr")}
            miw={220}
          />
          <PasswordInput
            name="new"
            label={words.newPassword}
            autoComplete="new-password"
            minLength={10}
            required
            {...inputDir("ltr")}
            miw={220}
          />
          <Button type="submit" loading={change.isPending}>
            {words.change}
          </Button>
        </Group>
      </form>
    </Section>
  );
}

function Sessions() {
  const text = useText();
  const words = text.settings.account;
  const now = useNow();
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => ask(api.GET("/api/auth/sessions", { signal })),
  });
  const refresh = { done: words.ended, onDone: () => client.invalidateQueries({ queryKey: ["sessions"] }) };
  const end = useAction(
    (id: string) => ask(api.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } })),
    refresh,
  );
  const confirm = useConfirm();
  const endOthers = useAction(() => ask(api.DELETE("/api/auth/sessions")), refresh);
  return (
    <Section
      title={words.sessions}
      actions={
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            confirm({
              title: words.endOthers,
              children: words.endOthersSure,
              confirm: words.endOthers,
              onConfirm: () => endOthers.mutate(undefined),
            })
          }
        >
          {words.endOthers}
        </Button>
      }
    >
      <Loaded query={sessions}>
        {(rows) => (
          <DataTable
            label={words.sessions}
            rows={rows}
            rowKey={(session) => session.id}
            columns={[
              {
                name: "kind",
                title: text.common.name,
                cell: (session) => (session.current ? words.thisOne : words.kinds[session.kind]),
              },
              {
                name: "agent",
                title: text.common.details,
                cell: (session) => session.agent && <Id>{session.agent}</Id>,
              },
              { name: "address", title: words.from, cell: (session) => session.address && <Id>{session.address}</Id> },
              {
                name: "used",
                title: words.lastUsed,
                cell: (session) => <Moment time={session.lastUsedAt} now={now} />,
              },
              {
                name: "end",
                title: "",
                cell: (session) =>
                  !session.current && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${words.end}: ${session.agent ?? words.kinds[session.kind]}`}
                      onClick={() => end.mutate(session.id)}
                    >
                      {words.end}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
