import { Anchor, Card, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { isActive } from "../../api/jobs";
import type { DownloadView } from "../../api/schema";
import type { RepoType } from "../../api/sources";
import { JobError } from "../../parts/ErrorAlert";
import { Name, Numbers } from "../../parts/inline";
import { JobBar } from "../../parts/JobBar";
import { StateBadge } from "../../parts/StateBadge";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { AccessHelp } from "./AccessHelp";
import { needsAccess } from "./access";
import { DownloadButtons } from "./DownloadButtons";
import { DownloadFiles } from "./DownloadFiles";
import { useDownloadActions, useShownDownload } from "./useDownloadActions";
import { useStillText } from "./useStillText";

/** One download: how far, how fast, from whom, why it waits, and what can be done. */
export function DownloadCard({ job: known, openFiles = false }: { job: DownloadView; openFiles?: boolean }) {
  const job = useShownDownload(known);
  const text = useText();
  const format = useFormat();
  const words = text.hub.download;
  const actions = useDownloadActions(job);
  const active = isActive(job);
  const still = useStillText(job);
  return (
    <Card withBorder padding="md" component="article" aria-label={`${words.title}: ${job.assetId}`}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Anchor
              fw={600}
              renderRoot={(link) => (
                <Link to="/hub" search={{ id: job.assetId, type: job.repoType as RepoType }} {...link} />
              )}
            >
              <Name>{job.assetId}</Name>
            </Anchor>
            <StateBadge state={job.state} control={job.control} />
          </Group>
          <DownloadButtons job={job} actions={actions} />
        </Group>
        {(active || job.state === "failed") && (
          <JobBar
            job={job}
            label={job.assetId}
            eta={job.state === "running" && !still ? job.eta : null}
            waiting={still}
          />
        )}
        <Group gap="md">
          {job.bytesTotal > 0 && (
            <Text size="sm">
              <Numbers>{words.bytes(format.bytes(job.bytesDownloaded), format.bytes(job.bytesTotal))}</Numbers>
            </Text>
          )}
          {job.state === "running" && job.speed > 0 && (
            <Text size="sm">
              <Numbers>{format.speed(job.speed)}</Numbers>
            </Text>
          )}
          {job.state === "running" && job.servedBy && (
            <Text size="sm" c="dimmed">
              {words.served("")} <Name>{job.servedBy}</Name>
            </Text>
          )}
          {active && job.bandwidth != null && (
            <Text size="sm" c="dimmed">
              {text.hub.capNow(format.speed(job.bandwidth))}
            </Text>
          )}
          {job.finishedAt && (
            <Text size="sm" c="dimmed">
              {words.finished(format.dateTime(job.finishedAt))}
            </Text>
          )}
        </Group>
        {job.error && job.state !== "queued" && <JobError error={job.error} />}
        {needsAccess(job.error) && (
          <AccessHelp repo={job.repoId} type={job.repoType as RepoType} onStored={() => actions.act.mutate("retry")} />
        )}
        {active && <DownloadFiles files={job.files ?? []} open={openFiles} />}
      </Stack>
    </Card>
  );
}
