import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, ask, askWhole } from "../../api/client";
import { jobKey, jobsKey } from "../../api/jobs";
import type { TrainingView } from "../../api/schema";
import { storeJob } from "../../api/storeJob";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { actionKey } from "../../parts/useShownJob";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { draftOf, storeDraft } from "./new/draft";
import type { RunAction } from "./runActions";

/** A function that carries out an action on a run. `useShownRun` shows what was asked for at once. */
export function useRunAction(run: TrainingView): (action: RunAction) => void {
  const text = useText();
  const words = text.training;
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const params = { path: { run: run.id } };
  const act = useAction(
    async (action: Exclude<RunAction, "again" | "remove">): Promise<TrainingView> => {
      switch (action) {
        case "pause":
          return ask(api.POST("/api/training/{run}/pause", { params }));
        case "stop":
          return ask(api.POST("/api/training/{run}/stop", { params }));
        case "resume":
        case "restart":
          return ask(api.POST("/api/training/{run}/resume", { params }));
        case "cancel":
          return (await askWhole(api.DELETE("/api/training/{run}", { params }))).data as TrainingView;
      }
    },
    {
      key: actionKey(run.id),
      onDone: (view) => {
        storeJob(client, "training", view);
        if (view.id !== run.id) {
          tellDone(text, words.restarted);
          void navigate({ to: "/training/$run", params: { run: view.id } });
        }
      },
    },
  );
  const remove = useAction(
    () => askWhole(api.DELETE("/api/training/{run}", { params: { ...params, query: { purge: true } } })),
    {
      onDone: async ({ data: deleted }) => {
        if ("freed" in deleted) tellDone(text, words.removed(format.bytes(deleted.freed)));
        await navigate({ to: "/training" });
        client.removeQueries({ queryKey: jobKey("training", run.id) });
        return client.invalidateQueries({ queryKey: jobsKey("training") });
      },
    },
  );
  return (action) => {
    if (action === "again") {
      storeDraft(draftOf(run));
      void navigate({ to: "/training/new" });
    } else if (action === "cancel" || action === "remove") {
      confirm({
        title: `${words.actions[action]}: ${run.name}`,
        children: action === "cancel" ? words.cancelSure : words.removeSure,
        confirm: words.actions[action],
        onConfirm: () => (action === "cancel" ? act.mutate("cancel") : remove.mutate(undefined)),
      });
    } else {
      act.mutate(action);
    }
  };
}
