import { Group, Stack, Text } from "@mantine/core";
import type { AnyJob } from "../../api/jobs";
import { isActive } from "../../api/jobs";
import { useAllJobs } from "../../api/useAllJobs";
import { Name } from "../../parts/inline";
import { JobBar } from "../../parts/JobBar";
import { jobName } from "../../parts/jobName";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { useText } from "../../text";

/** Every job that runs or waits now, of all kinds. */
export function RunningJobs() {
  const text = useText();
  const jobs = useAllJobs();
  return (
    <Section title={text.home.running}>
      <Loaded query={{ ...jobs, data: jobs.data?.filter(isActive) }}>
        {(active) =>
          active.length === 0 ? (
            <Text c="dimmed">{text.home.nothingRuns}</Text>
          ) : (
            <Stack>
              {active.map((job) => (
                <ActiveJob key={job.id} job={job} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}

function ActiveJob({ job }: { job: AnyJob }) {
  const text = useText();
  const name = jobName(job);
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {text.common.kinds[job.kind]}
        </Text>
        <Text fw={600}>
          <Name>{name}</Name>
        </Text>
        <StateBadge state={job.state} control={job.control} />
      </Group>
      <JobBar
        job={job}
        label={name}
        eta={"eta" in job ? job.eta : null}
        waiting={"waiting" in job ? job.waiting : null}
      />
    </Stack>
  );
}
