import { Stack } from "@mantine/core";
import { useRef, useState } from "react";
import type { VoiceCard } from "../../api/schema";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { focusProblem } from "../../parts/Form";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { BrowserNotes } from "./browser/BrowserNotes";
import { useBrowserVoice } from "./browser/useBrowserVoice";
import { CodeSamples } from "./CodeSamples";
import { MendWord } from "./MendWord";
import { PlayerBar } from "./PlayerBar";
import { SpeechFields } from "./SpeechFields";
import { SpokenText } from "./SpokenText";
import { speechRequest } from "./request";
import { streamSpeech } from "./speechStream";
import { Trace } from "./Trace";
import { useSpeech } from "./useSpeech";
import { useSpeechForm } from "./useSpeechForm";

export type Place = "gateway" | "browser";

/** A text spoken at once, here or on the server, with what the front-end made of it. */
export function SpeakTab({ voices }: { voices: VoiceCard[] }) {
  const text = useText();
  const { form, card, change } = useSpeechForm(voices);
  const [place, setPlace] = useState<Place>("gateway");
  const speech = useSpeech();
  const browser = useBrowserVoice();
  const field = useRef<HTMLTextAreaElement>(null);
  const here = place === "browser" && card?.engine === "piper";
  const fields = useRef<HTMLDivElement>(null);
  const isValid = () => !focusProblem(fields.current);
  const play = () => {
    if (!isValid()) return;
    void speech.speak((events, signal) =>
      here ? browser.speak(form, events, signal) : streamSpeech(speechRequest(form), events, signal),
    );
  };
  return (
    <Stack>
      <Section title={text.studio.tabs.speak}>
        <div ref={fields}>
          <SpeechFields
            form={form}
            card={card}
            voices={voices}
            onChange={change}
            onSubmit={play}
            place={place}
            onPlace={setPlace}
            fieldRef={field}
          />
        </div>
        {place === "browser" && <BrowserNotes piper={here} state={browser.state} />}
        <PlayerBar
          speech={speech}
          form={form}
          onSpeak={play}
          isValid={isValid}
          disabled={!form.text.trim() || (place === "browser" && !here)}
        />
        {speech.error !== null && <ErrorAlert error={speech.error} />}
        <SpokenText
          sentences={speech.sentences}
          position={speech.position}
          lit={speech.state !== "idle"}
          onSeek={speech.seek}
        />
      </Section>
      <Trace input={form.text} />
      <MendWord input={form.text} field={field} onSaved={play} />
      <CodeSamples form={form} />
    </Stack>
  );
}
