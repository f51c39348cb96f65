import type { VoiceCard } from "../../api/schema";

/** The voice that was asked for, by id or alias; else the default one; else one that sounds better than espeak. */
export function chosenVoice(
  voices: readonly VoiceCard[],
  asked?: string,
  byDefault?: string | null,
): VoiceCard | undefined {
  const named = (name?: string | null) =>
    name ? voices.find(({ id, aliases }) => id === name || aliases?.includes(name)) : undefined;
  return named(asked) ?? named(byDefault) ?? voices.find(({ engine }) => engine !== "espeak") ?? voices[0];
}
