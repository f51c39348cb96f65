import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { settingsQuery, useChangeSettings } from "../../api/settings";
import { Id } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Form } from "../../parts/Form";
import { fromKilobytes, toKilobytes } from "../../parts/bandwidth";
import { NumberField } from "../../parts/NumberField";
import { saveBlob } from "../../parts/saveBlob";
import { Section } from "../../parts/Section";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { diagnostics } from "./diagnostics";

export function InstallationTab() {
  const text = useText();
  const words = text.settings.installation;
  const health = useQuery({ queryKey: ["health"], queryFn: ({ signal }) => ask(api.GET("/health", { signal })) });
  const save = useAction(async () => {
    const bundle = await diagnostics();
    saveBlob(new Blob([JSON.stringify(bundle, null, 2)], { type: "application/json" }), "sokhan-diagnostics.json");
  });
  return (
    <Stack>
      <Section title={text.settings.tabs.installation}>
        <Loaded query={health}>
          {({ version }) => (
            <Text>
              {words.version} <Id>{version ?? "?"}</Id>
            </Text>
          )}
        </Loaded>
        <Loaded query={useQuery(settingsQuery)}>
          {(stored) => <Bandwidth stored={stored.downloadBandwidth ?? null} />}
        </Loaded>
        <Text size="sm" c="dimmed">
          {words.mirrors}
        </Text>
      </Section>
      <Section title={words.diagnostics}>
        <Text>{words.diagnosticsAbout}</Text>
        <Group>
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>
            {words.save}
          </Button>
        </Group>
      </Section>
    </Stack>
  );
}

function Bandwidth({ stored }: { stored: number | null }) {
  const text = useText();
  const words = text.settings.installation;
  const [bandwidth, setBandwidth] = useState(toKilobytes(stored));
  const change = useChangeSettings(text.common.saved);
  return (
    <Form onSubmit={() => change.mutate({ downloadBandwidth: fromKilobytes(bandwidth) })}>
      <Group align="flex-end">
        <NumberField
          label={words.bandwidth}
          description={words.bandwidthHelp}
          value={bandwidth}
          onChange={setBandwidth}
          min={2}
          integer
        />
        <Button type="submit" loading={change.isPending}>
          {text.common.save}
        </Button>
      </Group>
    </Form>
  );
}
