import { Button, Group, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, askWhole } from "../../api/client";
import type { CatalogItem } from "../../api/schema";
import { catalogKey } from "../../api/sources";
import { Section } from "../../parts/Section";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { isCommit } from "./newEntry";
import { useEntryName } from "./useEntryName";

const route = getRouteApi("/hub");

/** For administrators: refresh from the Hub, pin or follow, remove from the catalog. */
export function EntryAdmin({ entry }: { entry: CatalogItem }) {
  const text = useText();
  const words = text.hub.admin;
  const nameOf = useEntryName();
  const client = useQueryClient();
  const confirm = useConfirm();
  const navigate = route.useNavigate();
  const params = { path: { id: entry.id } };
  const renew = () => client.invalidateQueries({ queryKey: ["assets"] });
  const refresh = useAction(() => ask(api.POST("/api/sources/catalog/{id}/refresh", { params })), {
    done: words.refreshed,
    onDone: renew,
  });
  const remove = useAction(() => askWhole(api.DELETE("/api/sources/catalog/{id}", { params })), {
    done: words.removed,
    onDone: async () => {
      await navigate({ search: (old) => ({ ...old, id: undefined, type: undefined, verify: undefined }) });
      await client.invalidateQueries({ queryKey: catalogKey });
    },
  });
  return (
    <Section title={words.title}>
      <Text size="sm" c="dimmed">
        {words.refreshAbout}
      </Text>
      <Group>
        <Button variant="default" loading={refresh.isPending} onClick={() => refresh.mutate(undefined)}>
          {words.refresh}
        </Button>
        <Button
          variant="default"
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
      <Pin key={entry.commit} entry={entry} onChange={renew} />
    </Section>
  );
}

function Pin({ entry, onChange }: { entry: CatalogItem; onChange: () => unknown }) {
  const text = useText();
  const words = text.hub.admin;
  const [commit, setCommit] = useState(entry.commit ?? "");
  const typed = commit.trim().toLowerCase();
  const change = (pinned: string | null) =>
    ask(api.PATCH("/api/sources/catalog/{id}", { params: { path: { id: entry.id } }, body: { commit: pinned } }));
  const pin = useAction(change, { done: words.pinned, onDone: onChange });
  const unpin = useAction(() => change(null), { done: words.unpinned, onDone: onChange });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isCommit(typed)) pin.mutate(typed);
      }}
    >
      <Group align="flex-start">
        <TextInput
          label={words.pinLabel}
          value={commit}
          onChange={(event) => setCommit(event.currentTarget.value)}
          error={typed && !isCommit(typed) ? words.pinWrong : null}
          dir="ltr"
          w={{ base: "100%", sm: 420 }}
        />
        <Group mt={{ base: 0, sm: 25 }}>
          <Button type="submit" variant="default" loading={pin.isPending} disabled={!isCommit(typed)}>
            {words.pin}
          </Button>
          {entry.commit && (
            <Button variant="default" loading={unpin.isPending} onClick={() => unpin.mutate(undefined)}>
              {words.unpin}
            </Button>
          )}
        </Group>
      </Group>
    </form>
  );
}
