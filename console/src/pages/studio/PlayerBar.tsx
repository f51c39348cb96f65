import { Button, Group, Slider, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Icon } from "../../parts/Icon";
import { Numbers } from "../../parts/inline";
import { saveBlob } from "../../parts/saveBlob";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { SpeechForm } from "./request";
import { speechRequest } from "./request";
import { speechFile } from "./speechFile";
import type { useSpeech } from "./useSpeech";

interface Props {
  speech: ReturnType<typeof useSpeech>;
  form: SpeechForm;
  onSpeak: () => void;
  /** Whether the fields may be sent; where not, the wrong one gets the focus. */
  isValid: () => boolean;
  disabled: boolean;
}

export function PlayerBar({ speech, form, onSpeak, isValid, disabled }: Props) {
  const text = useText();
  const words = text.studio;
  const format = useFormat();
  const busy = speech.state === "speaking" || speech.state === "paused";
  const speakButton = useRef<HTMLButtonElement>(null);
  const wasBusy = useRef(busy);
  useEffect(() => {
    // "Pause" and "stop" are gone, perhaps with the focus.
    if (wasBusy.current && !busy && document.activeElement === document.body) speakButton.current?.focus();
    wasBusy.current = busy;
  }, [busy]);
  const save = useAction(async () => {
    saveBlob(await speechFile(speechRequest(form)), `speech.${form.format}`);
  });
  return (
    <Group>
      <Button ref={speakButton} onClick={onSpeak} disabled={disabled} leftSection={<Icon name="play" size={16} />}>
        {words.speak}
      </Button>
      {busy && (
        <>
          <Button variant="default" onClick={speech.state === "paused" ? speech.resume : speech.pause}>
            {speech.state === "paused" ? text.common.resume : text.common.pause}
          </Button>
          <Button variant="default" onClick={speech.stop}>
            {words.stopSpeaking}
          </Button>
        </>
      )}
      {speech.duration > 0 && (
        <Group gap="xs" style={{ flex: "1 1 220px" }}>
          <Slider
            style={{ flex: 1 }}
            thumbLabel={words.position}
            value={speech.position}
            min={0}
            max={speech.duration}
            step={0.1}
            onChange={speech.seek}
            label={(second) => format.clock(second)}
          />
          <Text size="sm">
            <Numbers>{`${format.clock(speech.position)} / ${format.clock(speech.duration)}`}</Numbers>
          </Text>
        </Group>
      )}
      <Button
        variant="default"
        loading={save.isPending}
        disabled={!form.text.trim()}
        onClick={() => isValid() && save.mutate(undefined)}
      >
        {words.download}
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {speech.arriving && speech.duration === 0 && words.speaking}
        {speech.firstSound !== null && words.firstSound(format.duration(speech.firstSound))}
      </Text>
    </Group>
  );
}
