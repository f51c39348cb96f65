import { Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client";
import type { RepoType } from "../../api/sources";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { UpdateCheck } from "./UpdateCheck";
import { Verification } from "./Verification";

export interface InstalledCopy {
  id: string;
  type: RepoType;
  name: string;
  /** The commit that the catalog pins. */
  pinned: string | null;
}

const route = getRouteApi("/hub");

/** The copy on the disk: verify, update, remove. */
export function InstalledSection({ copy }: { copy: InstalledCopy }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub.installedPart;
  const client = useQueryClient();
  const confirm = useConfirm();
  const navigate = route.useNavigate();
  const verification = route.useSearch().verify;
  const [checking, setChecking] = useState(false);
  const { id, type: kind } = copy;
  const verify = useAction(() => ask(api.POST("/api/sources/installed/verify", { body: { id, kind } })), {
    onDone: (job) => navigate({ search: (old) => ({ ...old, verify: job.id }), replace: true }),
  });
  const remove = useAction(
    () => ask(api.DELETE("/api/sources/installed/{id}", { params: { path: { id }, query: { kind } } })),
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
        {kind === "dataset" && (
          <Button variant="default" renderRoot={(link) => <Link to="/datasets" search={{ id }} {...link} />}>
            {words.see}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<Icon name="trash" size={14} />}
          loading={remove.isPending}
          onClick={() =>
            confirm({
              title: words.remove,
              children: words.removeSure(copy.name),
              confirm: words.remove,
              onConfirm: () => remove.mutate(undefined),
            })
          }
        >
          {words.remove}
        </Button>
      </Group>
      {verification && <Verification job={verification} copy={copy} />}
      {checking && <UpdateCheck copy={copy} />}
    </Section>
  );
}
