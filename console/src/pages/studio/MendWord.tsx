import { Button, Group, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { Section } from "../../parts/Section";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { inputDir } from "../../parts/inputDir";

interface Props {
  input: string;
  /** The word that is selected in it is taken over. */
  field: RefObject<HTMLTextAreaElement | null>;
  onSaved: () => void;
}

/** Another reading for a word of the text: tried, added to the lexicon, and heard at once. */
export function MendWord({ input, field, onSaved }: Props) {
  const text = useText();
  const words = text.studio.word;
  const client = useQueryClient();
  const [word, setWord] = useState("");
  const [reading, setReading] = useState("");
  const test = useAction(() => ask(api.POST("/api/lexicon/test", { body: { input: input || word, word, reading } })));
  const save = useAction(() => ask(api.PUT("/api/lexicon/{word}", { params: { path: { word } }, body: { reading } })), {
    onDone: async () => {
      tellDone(text, words.saved(word));
      await Promise.all([
        client.invalidateQueries({ queryKey: ["lexicon"] }),
        client.invalidateQueries({ queryKey: ["phonemize"] }),
      ]);
      onSaved();
    },
  });
  const complete = word.trim() !== "" && reading.trim() !== "";
  return (
    <Section title={words.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <Group align="flex-start">
          <TextInput
            label={words.word}
            {...inputDir("auto")}
            value={word}
            required
            onChange={(event) => setWord(event.currentTarget.value)}
            onFocus={() => {
              const { value, selectionStart, selectionEnd } = field.current ?? {
                value: "",
                selectionStart: 0,
                selectionEnd: 0,
              };
              const selected = value.slice(selectionStart, selectionEnd).trim();
              if (word === "" && selected !== "" && !/\s/.test(selected)) setWord(selected);
            }}
          />
          <TextInput
            label={words.reading}
            description={words.readingHelp}
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...inputDir("auto")}
            value={reading}
            required
            onChange={(event) => setReading(event.currentTarget.value)}
            w={{ base: "100%", sm: 340 }}
          />
          <Group mt={24}>
            <Button
              variant="default"
              disabled={!complete}
              loading={test.isPending}
              onClick={() => test.mutate(undefined)}
            >
              {words.try}
            </Button>
            <Button type="submit" disabled={!complete} loading={save.isPending}>
              {words.save}
            </Button>
          </Group>
        </Group>
      </form>
      {save.error && <ErrorAlert error={save.error} />}
      {test.data && (
        <Group gap="xl" role="status">
          <Reading title={words.before} phonemes={test.data.without.phonemes} />
          <Reading title={words.after} phonemes={test.data.with.phonemes} />
        </Group>
      )}
    </Section>
  );
}

function Reading({ title, phonemes }: { title: string; phonemes: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Text className="ltr" ff="monospace">
        {phonemes}
      </Text>
    </div>
  );
}
