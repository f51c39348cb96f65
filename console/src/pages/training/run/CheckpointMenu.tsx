import { ActionIcon, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../../api/client";
import type { CheckpointView, TrainingView } from "../../../api/schema";
import { Icon } from "../../../parts/Icon";
import { useAction } from "../../../parts/useAction";
import { useConfirm } from "../../../parts/useConfirm";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { useMine } from "../useMine";
import { DeployDialog } from "./DeployDialog";
import { RestoreDialog } from "./RestoreDialog";

/** What can be done with a checkpoint: serve it, train on from it, fetch it, delete it. */
export function CheckpointMenu({ run, checkpoint }: { run: TrainingView; checkpoint: CheckpointView }) {
  const text = useText();
  const words = text.training.checkpoints;
  const format = useFormat();
  const client = useQueryClient();
  const confirm = useConfirm();
  const [dialog, setDialog] = useState<"deploy" | "restore" | null>(null);
  const params = { path: { run: run.id, step: checkpoint.step } };
  const refresh = () => client.invalidateQueries({ queryKey: ["checkpoints", run.id] });
  const undeploy = useAction(() => ask(api.DELETE("/api/training/{run}/checkpoints/{step}/deploy", { params })), {
    done: words.undeployed,
    onDone: refresh,
  });
  const remove = useAction(() => ask(api.DELETE("/api/training/{run}/checkpoints/{step}", { params })), {
    done: words.removed,
    onDone: refresh,
  });
  const step = format.integer(checkpoint.step);
  const ready = checkpoint.state === "ready";
  const mine = useMine(run);
  const kept = checkpoint.best || checkpoint.step === run.lastCheckpoint?.step || checkpoint.deployedAs != null;
  return (
    <div className="no-print">
      <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={words.actionsOf(step)}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mine && ready && <Menu.Item onClick={() => setDialog("deploy")}>{words.deploy}</Menu.Item>}
          {mine && checkpoint.deployedAs != null && (
            <Menu.Item onClick={() => undeploy.mutate(undefined)}>{words.undeploy}</Menu.Item>
          )}
          {mine && ready && <Menu.Item onClick={() => setDialog("restore")}>{words.restore}</Menu.Item>}
          {ready && (
            <Menu.Item component="a" href={`/api/training/${run.id}/checkpoints/${checkpoint.step}`} download>
              {words.fetch}
            </Menu.Item>
          )}
          {mine && !kept && (
            <Menu.Item
              onClick={() =>
                confirm({
                  title: words.removeTitle(step),
                  children: words.removeSure,
                  confirm: text.common.delete,
                  onConfirm: () => remove.mutate(undefined),
                })
              }
            >
              {text.common.delete}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "deploy" && (
        <DeployDialog run={run} step={checkpoint.step} onClose={() => setDialog(null)} onDone={refresh} />
      )}
      {dialog === "restore" && <RestoreDialog run={run} step={checkpoint.step} onClose={() => setDialog(null)} />}
    </div>
  );
}
