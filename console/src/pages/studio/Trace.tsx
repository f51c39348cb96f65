import { Code, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, askWhole } from "../../api/client";
import type { TraceStep } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";

/** The stages that changed the text, and the first. */
function changes(trace: TraceStep[]): TraceStep[] {
  return trace.filter(({ text }, i) => i === 0 || text !== trace[i - 1]?.text);
}

/** What the front-end makes of the text: each stage, and the phonemes of each sentence. */
export function Trace({ input }: { input: string }) {
  const words = useText().studio.trace;
  const [settled] = useDebouncedValue(input.trim(), 400);
  const trace = useQuery({
    queryKey: ["phonemize", settled],
    queryFn: ({ signal }) => askWhole(api.POST("/v1/audio/phonemize", { body: { input: settled }, signal })),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
  });
  if (settled === "") return null;
  return (
    <Section title={words.title}>
      <Loaded query={trace}>
        {(found) => (
          <Stack gap="xs">
            <DataTable
              label={words.title}
              minWidth={420}
              rows={changes(found.trace)}
              rowKey={(step) => step.stage}
              columns={[
                { name: "stage", title: words.stage, cell: (step) => <Code className="ltr">{step.stage}</Code> },
                { name: "text", title: words.result, cell: (step) => <span dir="auto">{step.text}</span> },
              ]}
            />
            {found.sentences.map((sentence, i) => (
              <Stack key={`${i} ${sentence}`} gap={0}>
                <Text dir="auto">{sentence}</Text>
                <Text className="ltr" ff="monospace" c="dimmed" ta="left">
                  {found.sentencePhonemes?.[i] ?? ""}
                </Text>
              </Stack>
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}
