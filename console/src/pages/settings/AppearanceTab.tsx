import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useId } from "react";
import { Numbers } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useNow } from "../../parts/useNow";
import { IN_LANGUAGE, usePreferences } from "../../shell/preferences";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

export function AppearanceTab() {
  const { appearance } = useText().settings;
  const text = useText();
  const format = useFormat();
  const now = useNow();
  const { preferences, change } = usePreferences();
  return (
    <Section title={text.settings.tabs.appearance}>
      <Choice
        label={appearance.language}
        value={preferences.language}
        choices={appearance.languages}
        onChange={(language) => change(IN_LANGUAGE[language])}
      />
      <Choice
        label={appearance.digits}
        value={preferences.digits}
        choices={appearance.digitKinds}
        onChange={(digits) => change({ digits })}
      />
      <Choice
        label={appearance.calendar}
        value={preferences.calendar}
        choices={appearance.calendars}
        onChange={(calendar) => change({ calendar })}
      />
      <Choice
        label={appearance.theme}
        value={preferences.theme}
        choices={{ system: text.shell.theme.system, light: text.shell.theme.light, dark: text.shell.theme.dark }}
        onChange={(theme) => change({ theme })}
      />
      <Text>
        {appearance.example}: <Numbers>{format.dateTime(new Date(now))}</Numbers>
        {" — "}
        <Numbers>{format.bytes(63_200_000)}</Numbers>
      </Text>
      <Text size="sm" c="dimmed">
        {appearance.stored}
      </Text>
    </Section>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  choices: Record<T, string>;
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, choices, onChange }: ChoiceProps<T>) {
  const id = useId();
  const data = Object.entries<string>(choices).map(([choice, words]) => ({ value: choice as T, label: words }));
  return (
    <Stack gap={4} align="flex-start">
      <Text fw={500} id={id}>
        {label}
      </Text>
      <SegmentedControl<T> aria-labelledby={id} value={value} data={data} onChange={onChange} />
    </Stack>
  );
}
