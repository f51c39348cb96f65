import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { VoiceCard } from "../../api/schema";
import { settingsQuery } from "../../api/settings";
import { useText } from "../../text";
import { chosenVoice } from "./chosenVoice";
import { useDraftText } from "./draft";
import type { SpeechForm } from "./request";

const route = getRouteApi("/studio");

/** The fields of the form; the voice is in the address, the text survives a reload. */
export function useSpeechForm(voices: VoiceCard[]) {
  const words = useText().studio;
  const asked = route.useSearch().voice;
  const navigate = route.useNavigate();
  const [text, setText] = useDraftText(words.example);
  const [rest, setRest] = useState<Omit<SpeechForm, "text" | "voice">>({
    speaker: null,
    speed: 1,
    seed: null,
    format: "mp3",
  });
  const { data: settings } = useQuery(settingsQuery);
  const card = chosenVoice(voices, asked, settings?.defaultVoice);
  const form: SpeechForm = { ...rest, text, voice: card?.id ?? "" };
  const change = ({ text: typed, voice, ...others }: Partial<SpeechForm>) => {
    if (typed !== undefined) setText(typed);
    if (voice !== undefined) void navigate({ search: (old) => ({ ...old, voice }), replace: true });
    setRest((old) => ({ ...old, ...(voice === undefined ? {} : { speaker: null }), ...others }));
  };
  return { form, card, change };
}
