import { Badge, Button, Group, Select } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import type { AccountView, ChangeAccountRequest, Role } from "../../api/schema";
import { sessionQuery, useMe } from "../../api/session";
import { DataTable } from "../../parts/DataTable";
import { Id, Moment, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { DeleteAccount } from "./DeleteAccount";

const ROLES: Role[] = ["viewer", "member", "admin"];

export const usersQuery = {
  queryKey: ["users"],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET("/api/users", { signal })),
};

export function UsersTab() {
  const text = useText();
  const words = text.settings.users;
  const me = useMe();
  const now = useNow();
  const client = useQueryClient();
  const [deleting, setDeleting] = useState<AccountView | null>(null);
  const users = useQuery(usersQuery);
  const change = useAction(
    ({ name, ...body }: ChangeAccountRequest & { name: string }) =>
      ask(api.PATCH("/api/users/{name}", { params: { path: { name } }, body })),
    {
      done: words.changed,
      onDone: (changed) => {
        // Who takes the administrator's role from himself sees what is left to him.
        if (changed.name === me.name) void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
        return client.invalidateQueries({ queryKey: usersQuery.queryKey });
      },
    },
  );
  return (
    <Section title={text.settings.tabs.users}>
      <Loaded query={users}>
        {(rows) => (
          <DataTable
            label={text.settings.tabs.users}
            rows={rows}
            rowKey={(user) => user.name}
            columns={[
              {
                name: "name",
                title: words.name,
                cell: (user) => (
                  <>
                    <Name>{user.displayName}</Name> <Id>{user.name}</Id>
                  </>
                ),
              },
              {
                name: "role",
                title: words.role,
                cell: (user) => (
                  <Select
                    size="xs"
                    w={130}
                    aria-label={`${words.role}: ${user.name}`}
                    value={user.role}
                    data={ROLES.map((role) => ({ value: role, label: text.settings.account.roles[role] }))}
                    allowDeselect={false}
                    onChange={(role) => role && change.mutate({ name: user.name, role })}
                  />
                ),
              },
              {
                name: "state",
                title: text.common.state,
                cell: (user) => (
                  <Badge color={user.state === "active" ? "green" : "gray"}>{words.states[user.state]}</Badge>
                ),
              },
              {
                name: "login",
                title: words.lastLogin,
                cell: (user) => (user.lastLoginAt ? <Moment time={user.lastLoginAt} now={now} /> : text.common.never),
              },
              {
                name: "actions",
                title: "",
                cell: (user) =>
                  user.name !== me.name && (
                    <Group gap="xs" wrap="nowrap">
                      <StateButton user={user} onChange={(state) => change.mutate({ name: user.name, state })} />
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`${words.remove}: ${user.name}`}
                        onClick={() => setDeleting(user)}
                      >
                        {words.remove}
                      </Button>
                    </Group>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {deleting && <DeleteAccount account={deleting} others={users.data ?? []} onClose={() => setDeleting(null)} />}
    </Section>
  );
}

/** Disables an account after a question, or enables it. */
function StateButton({ user, onChange }: { user: AccountView; onChange: (state: AccountView["state"]) => void }) {
  const words = useText().settings.users;
  const confirm = useConfirm();
  const active = user.state === "active";
  const label = `${active ? words.disable : words.enable}: ${user.name}`;
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={label}
      onClick={() =>
        active
          ? confirm({
              title: label,
              children: words.disableSure,
              confirm: words.disable,
              onConfirm: () => onChange("disabled"),
            })
          : onChange("active")
      }
    >
      {active ? words.disable : words.enable}
    </Button>
  );
}
