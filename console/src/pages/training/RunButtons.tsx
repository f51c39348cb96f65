import { Button, Group } from "@mantine/core";
import { isActive } from "../../api/jobs";
import type { TrainingView } from "../../api/schema";
import type { IconName } from "../../parts/Icon";
import { Icon } from "../../parts/Icon";
import { PauseButton } from "../../parts/PauseButton";
import { useText } from "../../text";
import type { RunAction } from "./runActions";
import { actionsOf } from "./runActions";
import { useMine } from "./useMine";
import { useRunAction } from "./useRunAction";
import { useShownRun } from "./useShownRun";

const ICONS: Record<Exclude<RunAction, "pause" | "resume">, IconName> = {
  stop: "stop",
  cancel: "close",
  restart: "retry",
  again: "copy",
  remove: "trash",
};

/** The buttons for what can be done with a run now. */
export function RunButtons({ run: known }: { run: TrainingView }) {
  const run = useShownRun(known);
  const words = useText().training.actions;
  const act = useRunAction(run);
  const mine = useMine(run);
  if (!mine) return null;
  const actions = actionsOf(run);
  const others = actions.filter((action) => action !== "pause" && action !== "resume");
  return (
    <Group gap="xs" className="no-print">
      {isActive(run) && (
        <PauseButton
          paused={run.state === "paused"}
          waiting={!actions.includes("pause") && !actions.includes("resume")}
          name={run.name}
          words={words}
          size={16}
          onPause={() => act("pause")}
          onResume={() => act("resume")}
        />
      )}
      {others.map((action) => (
        <Button
          key={action}
          size="xs"
          variant="default"
          leftSection={<Icon name={ICONS[action]} size={16} />}
          aria-label={`${words[action]}: ${run.name}`}
          onClick={() => act(action)}
        >
          {words[action]}
        </Button>
      ))}
    </Group>
  );
}
