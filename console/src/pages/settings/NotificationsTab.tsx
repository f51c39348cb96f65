import { Stack, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { settingsQuery, useChangeSettings } from "../../api/settings";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { Webhooks } from "./Webhooks";

export function NotificationsTab() {
  const text = useText();
  const words = text.settings.notifications;
  const change = useChangeSettings(text.common.saved);
  return (
    <Stack>
      <Section title={words.browser}>
        <Loaded query={useQuery(settingsQuery)}>
          {({ notifications }) => (
            <Stack gap="xs">
              {(["completed", "failed"] as const).map((end) => (
                <Switch
                  key={end}
                  label={words[end]}
                  checked={notifications?.[end] ?? true}
                  onChange={(event) =>
                    change.mutate({ notifications: { ...notifications, [end]: event.currentTarget.checked } })
                  }
                />
              ))}
            </Stack>
          )}
        </Loaded>
      </Section>
      <Webhooks />
    </Stack>
  );
}
