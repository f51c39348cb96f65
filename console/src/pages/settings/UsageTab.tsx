import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { QuotaUse } from "../../api/schema";
import { settingsQuery } from "../../api/settings";
import { Bar } from "../../parts/Bar";
import { Numbers } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

export function UsageTab() {
  const text = useText();
  return (
    <Section title={text.settings.tabs.usage}>
      <Text>{text.settings.usage.about}</Text>
      <Loaded query={useQuery(settingsQuery)}>
        {({ usage }) => Object.entries(usage).map(([name, use]) => <Quota key={name} name={name} use={use} />)}
      </Loaded>
    </Section>
  );
}

function Quota({ name, use }: { name: string; use: QuotaUse }) {
  const text = useText();
  const format = useFormat();
  const words = text.settings.usage;
  const shown = (value: number) => (name.startsWith("bytes_") ? format.bytes(value) : format.integer(value));
  const label = words.names[name] ?? name;
  const limit = use.limit == null ? words.noLimit : shown(use.limit);
  return (
    <Stack gap={4}>
      <Text>
        {label}: <Numbers>{text.common.of(shown(use.used), limit)}</Numbers>
        {use.resetsIn != null && ` (${words.resets(format.duration(use.resetsIn))})`}
      </Text>
      {use.limit != null && (
        <Bar
          value={Math.min(100, (use.used / Math.max(1, use.limit)) * 100)}
          color={use.used >= use.limit ? "red" : undefined}
          label={label}
        />
      )}
    </Stack>
  );
}
