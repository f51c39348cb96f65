import { Anchor, Button, Group, List, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { api, ask, askWhole } from "../../api/client";
import { isActive, jobsKey } from "../../api/jobs";
import type { SpeechView } from "../../api/schema";
import { storeJob } from "../../api/storeJob";
import { JobError } from "../../parts/ErrorAlert";
import { Name } from "../../parts/inline";
import { JobBar } from "../../parts/JobBar";
import { jobName } from "../../parts/jobName";
import { PauseButton } from "../../parts/PauseButton";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { actionKey, useShownJob } from "../../parts/useShownJob";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

type Change = "pause" | "resume" | "retry";

const SHOWN: Partial<Record<Change, Partial<SpeechView>>> = {
  pause: { control: "pause" },
  resume: { state: "queued", control: null },
};

/** One long text: how far it is, what may be done with it, and its files. */
export function RenderCard({ job: known }: { job: SpeechView }) {
  const job = useShownJob(known, (change: Change) => SHOWN[change]);
  const text = useText();
  const words = text.studio.long;
  const format = useFormat();
  return (
    <Section title={jobName(job)} actions={<StateBadge state={job.state} control={job.control} />}>
      <Text size="sm" c="dimmed">
        <Name>{job.voice}</Name> ·{" "}
        {words.sentences(format.integer(job.sentencesDone), format.integer(job.sentencesTotal))}
        {job.chaptersTotal > 1 && ` · ${words.chapter(format.integer(job.chapter), format.integer(job.chaptersTotal))}`}
        {job.chapterTitle && (
          <>
            {" "}
            <Name>{job.chapterTitle}</Name>
          </>
        )}
      </Text>
      {isActive(job) && <JobBar job={job} label={jobName(job)} eta={job.eta} />}
      {job.error && <JobError error={job.error} />}
      {job.result && <Result job={job} />}
      <Controls job={job} />
    </Section>
  );
}

function Result({ job }: { job: SpeechView }) {
  const words = useText().studio.long;
  const format = useFormat();
  const base = `/api/speech/${job.id}`;
  const chapters = job.result?.chapters ?? [];
  return (
    <Stack gap="xs">
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- the subtitles are beside it, for audio shows none */}
      <audio controls preload="none" src={`${base}/audio`} style={{ width: "100%" }} />
      <Group>
        <Anchor href={`${base}/audio`} download>
          {words.audio}
        </Anchor>
        <Anchor href={`${base}/subtitles.srt`} download>
          {words.srt}
        </Anchor>
        <Anchor href={`${base}/subtitles.vtt`} download>
          {words.vtt}
        </Anchor>
      </Group>
      {chapters.length > 1 && (
        <List type="ordered" aria-label={words.chapters}>
          {chapters.map((chapter) => (
            <List.Item key={chapter.start}>
              <Name>{chapter.title}</Name> <span className="numbers">{format.clock(chapter.start)}</span>
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function Controls({ job }: { job: SpeechView }) {
  const text = useText();
  const words = text.studio.long;
  const client = useQueryClient();
  const confirm = useConfirm();
  const params = { path: { job: job.id } };
  const change = useAction(
    (what: Change) => {
      if (what === "pause") return ask(api.POST("/api/speech/{job}/pause", { params }));
      if (what === "resume") return ask(api.POST("/api/speech/{job}/resume", { params }));
      return ask(api.POST("/api/speech/{job}/retry", { params }));
    },
    { key: actionKey(job.id), onDone: (changed) => storeJob(client, "speech", changed) },
  );
  const remove = useAction(
    (purge: boolean) => askWhole(api.DELETE("/api/speech/{job}", { params: { ...params, query: { purge } } })),
    {
      onDone: (_, purge) => {
        if (purge) tellDone(text, words.deleted);
        return client.invalidateQueries({ queryKey: jobsKey("speech") });
      },
    },
  );
  const active = isActive(job);
  return (
    <Group>
      {active && (
        <PauseButton
          paused={job.state === "paused"}
          waiting={job.control != null}
          onPause={() => change.mutate("pause")}
          onResume={() => change.mutate("resume")}
        />
      )}
      {job.state === "failed" && (
        <Button size="xs" variant="default" onClick={() => change.mutate("retry")}>
          {text.common.retry}
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        onClick={() =>
          confirm({
            title: jobName(job),
            children: active ? words.cancelSure : words.deleteSure,
            confirm: active ? words.cancel : text.common.delete,
            onConfirm: () => remove.mutate(!active),
          })
        }
      >
        {active ? words.cancel : text.common.delete}
      </Button>
    </Group>
  );
}
