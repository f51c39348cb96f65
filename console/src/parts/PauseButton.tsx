import { Button } from "@mantine/core";
import { useText } from "../text";
import { Icon } from "./Icon";

interface Props {
  paused: boolean;
  /** What was asked is under way, or there is nothing to pause yet. */
  waiting: boolean;
  onPause: () => void;
  onResume: () => void;
  /** What the button is about, after its word in the accessible name. */
  name?: string;
  words?: { pause: string; resume: string };
  size?: number;
}

/** One button for both, which stays while it waits: it keeps the focus. */
export function PauseButton({ paused, waiting, onPause, onResume, name, words, size = 14 }: Props) {
  const { common } = useText();
  const { pause, resume } = words ?? common;
  const word = paused ? resume : pause;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon name={paused ? "play" : "pause"} size={size} />}
      aria-label={name && `${word}: ${name}`}
      aria-disabled={waiting || undefined}
      data-disabled={waiting || undefined}
      onClick={() => {
        if (!waiting) (paused ? onResume : onPause)();
      }}
    >
      {word}
    </Button>
  );
}
