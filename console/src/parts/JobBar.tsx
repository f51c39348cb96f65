import { Group, Stack, Text } from "@mantine/core";
import type { AnyJob } from "../api/jobs";
import { isActive } from "../api/jobs";
import { useText } from "../text";
import { useFormat } from "../text/format";
import { Bar } from "./Bar";
import { Percent } from "./inline";

interface Props {
  job: Pick<AnyJob, "state" | "progress"> & { queuePosition?: number | null };
  label: string;
  /** Seconds that are left, when known. */
  eta?: number | null;
  /** Why nothing moves now. */
  waiting?: string | null;
}

/** The bar of a job with its percentage, the time left, and the reason when it waits. */
export function JobBar({ job, label, eta, waiting }: Props) {
  const text = useText();
  const format = useFormat();
  const moving = job.state === "running" && !waiting;
  return (
    <Stack gap={4}>
      <Bar
        value={job.progress}
        label={label}
        valueText={format.percent(job.progress)}
        color={waiting ? "yellow" : job.state === "failed" ? "red" : undefined}
        moving={moving}
      />
      <Group gap="md" justify="space-between">
        <Text size="sm">
          <Percent value={job.progress} fraction={job.state === "running" ? 1 : 0} />
        </Text>
        {job.queuePosition != null && (
          <Text size="sm" c="dimmed">
            {text.common.place(format.integer(job.queuePosition))}
          </Text>
        )}
        {isActive(job) && eta != null && (
          <Text size="sm" c="dimmed">
            {text.common.left(format.duration(eta))}
          </Text>
        )}
      </Group>
      {waiting && (
        <Text size="sm" dir="auto" role="status">
          {waiting}
        </Text>
      )}
    </Stack>
  );
}
