import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../../api/client";
import type { TrainingView } from "../../../api/schema";
import { storeJob } from "../../../api/storeJob";
import { useMe } from "../../../api/session";
import { Icon } from "../../../parts/Icon";
import { useAction } from "../../../parts/useAction";
import { useText } from "../../../text";
import { useMine } from "../useMine";

/** Lets every account read the run, or no longer. Without accounts there is nobody to share with. */
export function ShareButton({ run }: { run: TrainingView }) {
  const words = useText().training;
  const me = useMe();
  const mine = useMine(run);
  const client = useQueryClient();
  const shared = run.visibility === "shared";
  const share = useAction(
    () =>
      ask(
        api.PATCH("/api/training/{run}", {
          params: { path: { run: run.id } },
          body: { visibility: shared ? "private" : "shared" },
        }),
      ),
    { done: shared ? words.unshared : words.shared, onDone: (view) => storeJob(client, "training", view) },
  );
  if (me.mode !== "accounts" || !mine) return null;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon name="link" size={16} />}
      loading={share.isPending}
      onClick={() => share.mutate(undefined)}
    >
      {shared ? words.unshare : words.share}
    </Button>
  );
}
