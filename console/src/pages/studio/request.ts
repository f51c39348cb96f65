/** The form of the studio as a request, and as the same request in other programs. */

import type { SpeechRequest } from "../../api/schema";
import { shellWord } from "../../parts/shellWord";

export interface SpeechForm {
  text: string;
  voice: string;
  speaker: string | null;
  speed: number;
  seed: number | null;
  format: "mp3" | "opus" | "aac" | "flac" | "wav";
}

export function speechRequest(form: SpeechForm): SpeechRequest {
  return {
    model: "sokhan",
    input: form.text,
    voice: form.voice,
    response_format: form.format,
    ...(form.speed === 1 ? {} : { speed: form.speed }),
    ...(form.speaker === null ? {} : { speaker: form.speaker }),
    ...(form.seed === null ? {} : { seed: form.seed }),
  };
}

export function curlCommand(form: SpeechForm, origin: string, key: boolean): string {
  const lines = [
    `curl ${origin}/v1/audio/speech`,
    ...(key ? ['-H "Authorization: Bearer $SOKHAN_KEY"'] : []),
    "-H 'Content-Type: application/json'",
    `-d ${shellWord(JSON.stringify(speechRequest(form)))}`,
    `-o speech.${form.format}`,
  ];
  return lines.join(" \\\n  ");
}

export function pythonProgram(form: SpeechForm, origin: string, key: boolean): string {
  const { model, input, voice, response_format, speed, ...extra } = speechRequest(form);
  const options = [
    `model=${JSON.stringify(model)}`,
    `voice=${JSON.stringify(voice)}`,
    `input=${JSON.stringify(input)}`,
    `response_format=${JSON.stringify(response_format)}`,
    ...(speed === undefined ? [] : [`speed=${speed}`]),
  ];
  if (Object.keys(extra).length > 0) options.push(`extra_body=${JSON.stringify(extra)}`);
  return [
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url="${origin}/v1", api_key=${key ? 'os.environ["SOKHAN_KEY"]' : '"none"'})`,
    "with client.audio.speech.with_streaming_response.create(",
    ...options.map((option) => `    ${option},`),
    ") as speech:",
    `    speech.stream_to_file("speech.${form.format}")`,
  ]
    .join("\n")
    .replace("from openai", key ? "import os\n\nfrom openai" : "from openai");
}

export function cliCommand(form: SpeechForm): string {
  const options = [
    `--voice ${shellWord(form.voice)}`,
    ...(form.speaker === null ? [] : [`--speaker ${shellWord(form.speaker)}`]),
    ...(form.speed === 1 ? [] : [`--speed ${form.speed}`]),
    ...(form.seed === null ? [] : [`--seed ${form.seed}`]),
    `-o speech.${form.format}`,
  ];
  return `sokhan say ${shellWord(form.text)} ${options.join(" ")}`;
}
