import { Button, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { jobsKey, rendersQuery } from "../../api/jobs";
import type { RenderRequest, VoiceCard } from "../../api/schema";
import { Empty } from "../../parts/Empty";
import { FileChoice } from "../../parts/FileChoice";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { chosenVoice } from "./chosenVoice";
import { useDraftText } from "./draft";
import { RenderCard } from "./RenderCard";
import { inputDir } from "../../parts/inputDir";

type Format = NonNullable<RenderRequest["responseFormat"]>;
const FORMATS: Format[] = ["mp3", "opus", "aac", "flac", "wav"];

/** Texts that take minutes: jobs, with chapters and subtitles. */
export function LongTab({ voices }: { voices: VoiceCard[] }) {
  const text = useText();
  const words = text.studio.long;
  const renders = useInfiniteQuery(rendersQuery);
  return (
    <Stack>
      <NewRender voices={voices} />
      <Loaded query={renders}>
        {({ pages }) => {
          const jobs = pages.flatMap((page) => page.data);
          return jobs.length === 0 ? (
            <Empty title={words.none} command="sokhan read book.txt" />
          ) : (
            jobs.map((job) => <RenderCard key={job.id} job={job} />)
          );
        }}
      </Loaded>
      {renders.hasNextPage && (
        <Button variant="default" loading={renders.isFetchingNextPage} onClick={() => void renders.fetchNextPage()}>
          {text.common.more}
        </Button>
      )}
    </Stack>
  );
}

function NewRender({ voices }: { voices: VoiceCard[] }) {
  const text = useText();
  const words = text.studio.long;
  const client = useQueryClient();
  const [input, setInput] = useDraftText("", "long");
  const [title, setTitle] = useState("");
  const [voice, setVoice] = useState(chosenVoice(voices)?.id ?? "");
  const [format, setFormat] = useState<Format>("mp3");
  const start = useAction(
    () =>
      ask(
        api.POST("/api/speech", {
          body: { input, voice, title: title || null, responseFormat: format, speed: 1, lexicon: "" },
        }),
      ),
    {
      done: words.started,
      onDone: () => {
        setInput("");
        setTitle("");
        return client.invalidateQueries({ queryKey: jobsKey("speech") });
      },
    },
  );
  const take = async (file: File) => {
    setInput(await file.text());
    setTitle((old) => old || file.name.replace(/\.\w+$/, ""));
  };
  return (
    <Section title={text.studio.tabs.long}>
      <Text>{words.about}</Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate(undefined);
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={text.studio.text}
            {...inputDir("auto")}
            autosize
            minRows={4}
            maxRows={16}
            required
            value={input}
            onChange={(event) => setInput(event.currentTarget.value)}
          />
          <Group align="flex-end">
            <FileChoice accept=".txt,.md,text/plain" onFile={(file) => void take(file)}>
              {(props) => (
                <Button variant="default" {...props}>
                  {words.file}
                </Button>
              )}
            </FileChoice>
            <TextInput
              label={words.titleField}
              {...inputDir("auto")}
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Select
              label={text.studio.voice}
              value={voice}
              data={voices.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(chosen) => chosen && setVoice(chosen)}
              allowDeselect={false}
            />
            <Select
              label={text.studio.format}
              value={format}
              data={FORMATS}
              onChange={(chosen) => chosen && setFormat(chosen)}
              allowDeselect={false}
              w={100}
            />
            <Button type="submit" loading={start.isPending} disabled={!input.trim()}>
              {words.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
