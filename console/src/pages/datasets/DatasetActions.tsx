import { Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, ask } from "../../api/client";
import type { DatasetView } from "../../api/schema";
import { useMe } from "../../api/session";
import { Icon } from "../../parts/Icon";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const route = getRouteApi("/datasets");

/** Train on it, share it, remove it. */
export function DatasetActions({ dataset }: { dataset: DatasetView }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets;
  const accounts = useMe().mode === "accounts";
  const client = useQueryClient();
  const confirm = useConfirm();
  const navigate = route.useNavigate();
  const path = { id: dataset.id };
  const shared = dataset.visibility === "shared";
  const share = useAction(
    () =>
      ask(
        api.PATCH("/api/assets/{id}", {
          params: { path },
          body: { visibility: shared ? "private" : "shared", kind: "dataset" },
        }),
      ),
    {
      done: shared ? words.unshared : words.shared,
      onDone: () => client.invalidateQueries({ queryKey: ["assets"] }),
    },
  );
  const remove = useAction(
    () => ask(api.DELETE("/api/sources/installed/{id}", { params: { path, query: { kind: "dataset" } } })),
    {
      onDone: async ({ freed }) => {
        tellDone(text, words.removed(format.bytes(freed)));
        await navigate({ search: {} });
        await client.invalidateQueries({ queryKey: ["assets"] });
      },
    },
  );
  return (
    <Group gap="xs" className="no-print">
      {dataset.status === "ready" && (
        <Button renderRoot={(link) => <Link to="/training/new" search={{ dataset: dataset.id }} {...link} />}>
          {words.train}
        </Button>
      )}
      {dataset.source === "HuggingFace" && (
        <Button
          variant="default"
          renderRoot={(link) => <Link to="/hub" search={{ id: dataset.id, type: "dataset" }} {...link} />}
        >
          {words.inHub}
        </Button>
      )}
      {accounts && dataset.mine && (
        <Button variant="default" loading={share.isPending} onClick={() => share.mutate(undefined)}>
          {shared ? words.unshare : words.share}
        </Button>
      )}
      {dataset.mine !== false && (
        <Button
          variant="default"
          leftSection={<Icon name="trash" size={14} />}
          loading={remove.isPending}
          onClick={() =>
            confirm({
              title: words.remove,
              children: words.removeSure(dataset.id),
              confirm: words.remove,
              onConfirm: () => remove.mutate(undefined),
            })
          }
        >
          {words.remove}
        </Button>
      )}
    </Group>
  );
}
