import { Button, Group } from "@mantine/core";
import type { TrainingView } from "../../api/schema";
import type { IconName } from "../../parts/Icon";
import { Icon } from "../../parts/Icon";
import { useText } from "../../text";
import type { RunAction } from "./runActions";
import { actionsOf } from "./runActions";
import { useMine } from "./useMine";
import { useRunAction } from "./useRunAction";
import { useShownRun } from "./useShownRun";

const ICONS: Record<RunAction, IconName> = {
  pause: "pause",
  resume: "play",
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
  return (
    <Group gap="xs" className="no-print">
      {actionsOf(run).map((action) => (
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
