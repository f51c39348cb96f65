import { Group, Text } from "@mantine/core";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";

export interface Sample {
  step: number;
  name: string;
}

/** One player for the samples of all checkpoints: the next one is heard at once, for comparison. */
export function SamplePlayer({ run, sample }: { run: string; sample: Sample }) {
  const words = useText().training.checkpoints;
  const format = useFormat();
  const number = Number.parseInt(sample.name, 10);
  const label = words.play(Number.isNaN(number) ? sample.name : format.integer(number), format.integer(sample.step));
  const path = `${encodeURIComponent(run)}/checkpoints/${sample.step}/samples/${encodeURIComponent(sample.name)}`;
  return (
    <Group className="no-print" gap="sm">
      <Text size="sm" role="status">
        {label}
      </Text>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- recordings of a voice that learns: no text comes with them */}
      <audio controls autoPlay src={`/api/training/${path}`} aria-label={label} dir="ltr" />
    </Group>
  );
}
