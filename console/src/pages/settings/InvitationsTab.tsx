import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWhole } from "../../api/client";
import type { Role } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Empty } from "../../parts/Empty";
import { Moment, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Form } from "../../parts/Form";
import { NumberField } from "../../parts/NumberField";
import { Section } from "../../parts/Section";
import { Secret } from "../../parts/Secret";
import { useAction } from "../../parts/useAction";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

const KEY = ["invitations"];

export function InvitationsTab() {
  const text = useText();
  const words = text.settings.invitations;
  const now = useNow();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const invitations = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(api.GET("/api/invitations", { signal })),
  });
  const withdraw = useAction(
    (id: string) => askWhole(api.DELETE("/api/invitations/{id}", { params: { path: { id } } })),
    {
      done: words.withdrawn,
      onDone: refresh,
    },
  );
  return (
    <Stack>
      <NewInvitation onMade={() => void refresh()} />
      <Section title={text.settings.tabs.invitations}>
        <Loaded query={invitations}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={words.none} command="sokhan invite" />
            ) : (
              <DataTable
                label={text.settings.tabs.invitations}
                rows={rows}
                rowKey={(invitation) => invitation.id}
                columns={[
                  { name: "name", title: text.common.name, cell: ({ name, note }) => <Name>{name ?? note}</Name> },
                  {
                    name: "role",
                    title: text.settings.users.role,
                    cell: ({ role }) => text.settings.account.roles[role],
                  },
                  { name: "by", title: words.by, cell: ({ createdBy }) => <Name>{createdBy}</Name> },
                  {
                    name: "expires",
                    title: words.expires,
                    cell: ({ expiresAt }) => <Moment time={expiresAt} now={now} />,
                  },
                  {
                    name: "withdraw",
                    title: "",
                    cell: ({ id, name, note }) => (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`${words.withdraw}: ${name ?? note}`}
                        onClick={() => withdraw.mutate(id)}
                      >
                        {words.withdraw}
                      </Button>
                    ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
    </Stack>
  );
}

function NewInvitation({ onMade }: { onMade: () => void }) {
  const text = useText();
  const words = text.settings.invitations;
  const [role, setRole] = useState<Role>("member");
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [hours, setHours] = useState<number | null>(72);
  const [link, setLink] = useState<string | null>(null);
  const make = useAction(
    () => ask(api.POST("/api/invitations", { body: { role, name: name || null, note, expiresInHours: hours ?? 72 } })),
    {
      onDone: (made) => {
        setLink(made.link);
        setName("");
        setNote("");
        onMade();
      },
    },
  );
  return (
    <Section title={words.make}>
      <Form onSubmit={() => make.mutate(undefined)}>
        <Group align="flex-end">
          <Select
            label={text.settings.users.role}
            value={role}
            onChange={(value) => setRole(value ?? "member")}
            data={(["viewer", "member", "admin"] as const).map((value) => ({
              value,
              label: text.settings.account.roles[value],
            }))}
            allowDeselect={false}
          />
          <TextInput
            label={words.forName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            {...inputDir("ltr")}
          />
          <TextInput
            label={words.note}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            {...inputDir("auto")}
          />
          <NumberField label={words.hours} value={hours} onChange={setHours} min={1} max={8760} integer required />
          <Button type="submit" loading={make.isPending}>
            {words.make}
          </Button>
        </Group>
      </Form>
      {link && <Secret title={words.link} value={link} />}
    </Section>
  );
}
