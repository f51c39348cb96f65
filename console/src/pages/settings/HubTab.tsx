import { Anchor, Button, Group, PasswordInput, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { settingsQuery } from "../../api/settings";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { tellDone, tellWarning } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

export function HubTab() {
  const text = useText();
  const settings = useQuery(settingsQuery);
  return (
    <Section title={text.settings.tabs.hub}>
      <Text>{text.settings.hub.about}</Text>
      <Anchor href="https://huggingface.co/settings/tokens" target="_blank" rel="noreferrer">
        {text.settings.hub.create}
      </Anchor>
      <Loaded query={settings}>{({ huggingface }) => <HubToken hasToken={huggingface.hasToken} />}</Loaded>
    </Section>
  );
}

/** Write only: a stored token is checked and forgotten, never shown. */
export function HubToken({ hasToken, onStored }: { hasToken: boolean; onStored?: () => void }) {
  const text = useText();
  const words = text.settings.hub;
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const refresh = () => client.invalidateQueries({ queryKey: settingsQuery.queryKey });
  const store = useAction(
    (entered: string) => ask(api.PUT("/api/settings/huggingface/token", { body: { token: entered } })),
    {
      onDone: async (stored) => {
        setToken("");
        tellDone(text, stored.known === true && stored.name ? words.belongs(stored.name) : words.unchecked);
        await refresh();
        onStored?.();
      },
    },
  );
  const check = useAction(() => ask(api.PUT("/api/settings/huggingface/validate", { body: {} })), {
    onDone: ({ valid, name }) =>
      valid ? tellDone(text, words.belongs(name ?? "?")) : tellWarning(text, words.invalid),
  });
  const forget = useAction(() => ask(api.DELETE("/api/settings/huggingface/token")), {
    done: words.forgotten,
    onDone: refresh,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        store.mutate(token.trim());
      }}
    >
      <Text mb="xs">{hasToken ? words.stored : words.missing}</Text>
      <Group align="flex-end">
        <PasswordInput
          label={words.token}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          autoComplete="off"
          required
          {...inputDir("ltr")}
          w={{ base: "100%", sm: 360 }}
        />
        <Button type="submit" loading={store.isPending}>
          {text.common.save}
        </Button>
        {hasToken && (
          <>
            <Button variant="default" loading={check.isPending} onClick={() => check.mutate(undefined)}>
              {words.check}
            </Button>
            <Button variant="default" loading={forget.isPending} onClick={() => forget.mutate(undefined)}>
              {words.forget}
            </Button>
          </>
        )}
      </Group>
    </form>
  );
}
