import { Button, Group } from "@mantine/core";
import { isActive } from "../../api/jobs";
import type { DownloadView } from "../../api/schema";
import { Icon } from "../../parts/Icon";
import { PauseButton } from "../../parts/PauseButton";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { BandwidthButton } from "./BandwidthButton";
import type { useDownloadActions } from "./useDownloadActions";

interface Props {
  job: DownloadView;
  actions: ReturnType<typeof useDownloadActions>;
}

export function DownloadButtons({ job, actions }: Props) {
  const text = useText();
  const words = text.hub.download;
  const confirm = useConfirm();
  const named = (label: string) => `${label}: ${job.assetId}`;
  const button = { size: "xs", variant: "default" } as const;
  const { act, limit, retrying } = actions;
  const ended = job.state === "failed" || job.state === "cancelled";
  return (
    <Group gap="xs" className="no-print">
      {isActive(job) && (
        <PauseButton
          paused={job.state === "paused"}
          waiting={job.control != null}
          name={job.assetId}
          onPause={() => act.mutate("pause")}
          onResume={() => act.mutate("resume")}
        />
      )}
      {(ended || (isActive(job) && job.waiting)) && (
        <Button
          {...button}
          leftSection={<Icon name="retry" size={14} />}
          loading={retrying}
          aria-label={named(ended ? text.common.retry : words.retryNow)}
          onClick={() => act.mutate("retry")}
        >
          {ended ? text.common.retry : words.retryNow}
        </Button>
      )}
      {isActive(job) && (
        <>
          <BandwidthButton job={job} pending={limit.isPending} onChange={(bandwidth) => limit.mutate(bandwidth)} />
          <Button
            {...button}
            leftSection={<Icon name="close" size={14} />}
            aria-label={`${words.cancel}: ${job.assetId}`}
            onClick={() =>
              confirm({
                title: words.cancel,
                children: words.cancelSure(job.assetId),
                confirm: words.cancel,
                onConfirm: () => act.mutate("cancel"),
              })
            }
          >
            {words.cancel}
          </Button>
        </>
      )}
    </Group>
  );
}
