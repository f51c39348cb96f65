import { Button, Group } from "@mantine/core";
import type { TrainingView } from "../../api/schema";
import type { IconName } from "../../parts/Icon";
import { Icon } from "../../parts/Icon";
import { useText } from "../../text";
import type { RunAction } from "./runActions";
import { actionsOf } from "./runActions";
import { useRunAction } from "./useRunAction";

const ICONS: Record<RunAction, IconName> = {
  pause: "pause",
  resume: "play",
  stop: "stop",
  cancel: "close",
  restart: "retry",
  remove: "trash",
};

/** The buttons for what can be done with a run now. */
export function RunButtons({ run }: { run: TrainingView }) {
  const words = useText().training.actions;
  const act = useRunAction(run);
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
