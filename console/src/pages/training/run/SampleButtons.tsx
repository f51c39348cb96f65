import { ActionIcon, Group, Tooltip } from "@mantine/core";
import type { CheckpointView } from "../../../api/schema";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import type { Sample } from "./SamplePlayer";

interface Props {
  checkpoint: CheckpointView;
  playing: Sample | null;
  onPlay: (sample: Sample) => void;
}

/** A numbered button for each sample of a checkpoint: the same number is the same sentence at every step. */
export function SampleButtons({ checkpoint, playing, onPlay }: Props) {
  const words = useText().training.checkpoints;
  const format = useFormat();
  if (checkpoint.state === "missing") return null;
  return (
    <Group gap={4} wrap="nowrap" className="no-print">
      {(checkpoint.samples ?? []).map((name, i) => {
        const chosen = playing?.step === checkpoint.step && playing.name === name;
        const label = words.play(format.integer(i + 1), format.integer(checkpoint.step));
        return (
          <Tooltip key={name} label={label}>
            <ActionIcon
              variant={chosen ? "filled" : "default"}
              aria-label={label}
              aria-pressed={chosen}
              onClick={() => onPlay({ step: checkpoint.step, name })}
            >
              {format.integer(i + 1)}
            </ActionIcon>
          </Tooltip>
        );
      })}
    </Group>
  );
}
