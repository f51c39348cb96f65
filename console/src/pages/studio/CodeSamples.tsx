import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useMe } from "../../api/session";
import { CommandLine } from "../../parts/CommandLine";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import type { SpeechForm } from "./request";
import { cliCommand, curlCommand, pythonProgram } from "./request";

type Language = "curl" | "python" | "cli";

export function CodeSamples({ form }: { form: SpeechForm }) {
  const words = useText().studio.code;
  const key = useMe().mode !== "off";
  const [language, setLanguage] = useState<Language>("curl");
  const samples: Record<Language, string> = {
    curl: curlCommand(form, location.origin, key),
    python: pythonProgram(form, location.origin, key),
    cli: cliCommand(form),
  };
  return (
    <Section title={words.title}>
      <SegmentedControl<Language>
        aria-label={words.title}
        value={language}
        onChange={setLanguage}
        data={(["curl", "python", "cli"] as const).map((value) => ({ value, label: words[value] }))}
        w="fit-content"
      />
      <CommandLine command={samples[language]} />
    </Section>
  );
}
