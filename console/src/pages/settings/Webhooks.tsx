import { Button, Card, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWhole } from "../../api/client";
import type { ChangeWebhookRequest, WebhookView } from "../../api/schema";
import { Empty } from "../../parts/Empty";
import { Id } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { Secret } from "../../parts/Secret";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { Deliveries } from "./Deliveries";
import { inputDir } from "../../parts/inputDir";

export function Webhooks() {
  const text = useText();
  const words = text.settings.notifications;
  const client = useQueryClient();
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState<string | null>(null);
  const hooks = useQuery({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => ask(api.GET("/api/webhooks", { signal })),
  });
  const refresh = () => client.invalidateQueries({ queryKey: ["webhooks"] });
  const add = useAction(() => ask(api.POST("/api/webhooks", { body: { url } })), {
    onDone: (made) => {
      setUrl("");
      setSecret(made.secret ?? null);
      return refresh();
    },
  });
  return (
    <Section title={words.webhooks}>
      <Text>{words.about}</Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(undefined);
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={words.url}
            type="url"
            {...inputDir("ltr")}
            required
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            placeholder="https://…"
            w={{ base: "100%", sm: 360 }}
          />
          <Button type="submit" loading={add.isPending}>
            {words.add}
          </Button>
        </Group>
      </form>
      {secret && <Secret title={words.secret} value={secret} />}
      <Loaded query={hooks}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            found.map((hook) => <Webhook key={hook.id} hook={hook} onChange={refresh} onSecret={setSecret} />)
          )
        }
      </Loaded>
    </Section>
  );
}

interface WebhookProps {
  hook: WebhookView;
  onChange: () => unknown;
  onSecret: (secret: string | null) => void;
}

function Webhook({ hook, onChange, onSecret }: WebhookProps) {
  const text = useText();
  const words = text.settings.notifications;
  const confirm = useConfirm();
  const [opened, setOpened] = useState(false);
  const path = { path: { id: hook.id } };
  const change = useAction(
    (body: ChangeWebhookRequest) => ask(api.PATCH("/api/webhooks/{id}", { params: path, body })),
    {
      onDone: (changed) => {
        if (changed.secret) onSecret(changed.secret);
        return onChange();
      },
    },
  );
  const remove = useAction(() => askWhole(api.DELETE("/api/webhooks/{id}", { params: path })), {
    done: words.removed,
    onDone: onChange,
  });
  return (
    <Card withBorder>
      <Stack gap="xs">
        <Group justify="space-between">
          <Id>{hook.url}</Id>
          <Switch
            label={words.active}
            aria-label={`${words.active}: ${hook.url}`}
            checked={hook.active}
            onChange={(event) => change.mutate({ active: event.currentTarget.checked })}
          />
        </Group>
        {hook.problem && (
          <Text size="sm" c="error" dir="auto">
            {hook.problem}
          </Text>
        )}
        <Group>
          <Button
            size="xs"
            variant="default"
            aria-label={`${words.deliveries}: ${hook.url}`}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {words.deliveries}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`${words.rotate}: ${hook.url}`}
            onClick={() =>
              confirm({
                title: words.rotate,
                children: words.rotateSure,
                confirm: words.rotate,
                onConfirm: () => change.mutate({ rotateSecret: true }),
              })
            }
          >
            {words.rotate}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`${text.common.remove}: ${hook.url}`}
            onClick={() =>
              confirm({
                title: text.common.remove,
                children: <Id>{hook.url}</Id>,
                confirm: text.common.remove,
                onConfirm: () => remove.mutate(undefined),
              })
            }
          >
            {text.common.remove}
          </Button>
        </Group>
        {opened && <Deliveries hook={hook.id} />}
      </Stack>
    </Card>
  );
}
