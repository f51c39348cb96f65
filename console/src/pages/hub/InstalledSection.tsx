import { Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client";
import type { CatalogItem } from "../../api/schema";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { UpdateCheck } from "./UpdateCheck";
import { useEntryName } from "./useEntryName";
import { Verification } from "./Verification";

const route = getRouteApi("/hub");

/** The copy on the disk: verify, update, remove. */
export function InstalledSection({ entry }: { entry: CatalogItem }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub.installedPart;
  const nameOf = useEntryName();
  const client = useQueryClient();
  const confirm = useConfirm();
  const navigate = route.useNavigate();
  const verification = route.useSearch().verify;
  const [checking, setChecking] = useState(false);
  const kind = entry.repoType ?? "model";
  const verify = useAction(() => ask(api.POST("/api/sources/installed/verify", { body: { id: entry.id, kind } })), {
    onDone: (job) => navigate({ search: (old) => ({ ...old, verify: job.id }), replace: true }),
  });
  const remove = useAction(
    () => ask(api.DELETE("/api/sources/installed/{id}", { params: { path: { id: entry.id }, query: { kind } } })),
    {
      onDone: async ({ freed }) => {
        tellDone(text, words.removed(format.bytes(freed)));
        await navigate({ search: (old) => ({ ...old, verify: undefined }), replace: true });
        await client.invalidateQueries({ queryKey: ["assets"] });
      },
    },
  );
  return (
    <Section title={words.title}>
      <Group gap="xs">
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate(undefined)}>
          {words.verify}
        </Button>
        <Button variant="default" onClick={() => setChecking(true)} disabled={checking}>
          {words.checkUpdate}
        </Button>
        <Button
          variant="default"
          leftSection={<Icon name="trash" size={14} />}
          loading={remove.isPending}
          onClick={() =>
            confirm({
              title: words.remove,
              children: words.removeSure(nameOf(entry)),
              confirm: words.remove,
              onConfirm: () => remove.mutate(undefined),
            })
          }
        >
          {words.remove}
        </Button>
      </Group>
      {verification && <Verification job={verification} entry={entry} />}
      {checking && <UpdateCheck entry={entry} />}
    </Section>
  );
}
