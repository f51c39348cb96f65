import { Stack, Text } from "@mantine/core";
import { Bar } from "../../../parts/Bar";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { availableThreads } from "./threads";
import type { BrowserState } from "./useBrowserVoice";

/** Plainly: where the text goes, where the voice is computed, and what this browser can give. */
export function BrowserNotes({ piper, state }: { piper: boolean; state: BrowserState }) {
  const words = useText().studio;
  const format = useFormat();
  return (
    <Stack gap={4}>
      <Text size="sm">{piper ? words.browserAbout : words.browserOnlyPiper}</Text>
      {piper && (
        <Text size="sm" c="dimmed">
          {globalThis.crossOriginIsolated ? words.threads(format.integer(availableThreads())) : words.oneThread}
          {state.factor !== null && ` — ${words.speedOf(format.number(state.factor, 2))}`}
        </Text>
      )}
      {state.loading !== null && (
        <>
          <Text size="sm" role="status">
            {words.loadingVoice(format.percent(state.loading))}
          </Text>
          <Bar value={state.loading} label={words.loadingVoice(format.percent(state.loading))} />
        </>
      )}
    </Stack>
  );
}
