import { Stack, Text } from "@mantine/core";
import { useAllJobs } from "../../api/useAllJobs";
import { JobError } from "../../parts/ErrorAlert";
import { Moment, Name } from "../../parts/inline";
import { jobName } from "../../parts/jobName";
import { Section } from "../../parts/Section";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";

const SHOWN = 3;

/** The newest jobs that have failed, with what to do about it. */
export function LastErrors() {
  const text = useText();
  const now = useNow();
  const failed = (useAllJobs().data ?? [])
    .filter((job) => job.state === "failed" && job.error)
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
    .slice(0, SHOWN);
  return (
    <Section title={text.home.lastErrors}>
      {failed.length === 0 && <Text c="dimmed">{text.home.noErrors}</Text>}
      {failed.map((job) => (
        <Stack gap={4} key={job.id}>
          <Text size="sm">
            {text.common.kinds[job.kind]} <Name>{jobName(job)}</Name>{" "}
            <Text span c="dimmed">
              <Moment time={job.updatedAt} now={now} />
            </Text>
          </Text>
          {job.error && <JobError error={job.error} />}
        </Stack>
      ))}
    </Section>
  );
}
