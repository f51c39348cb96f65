import { Alert, Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import type { UpdateView } from "../../api/schema";
import { useIsAdmin } from "../../api/session";
import { updatesQuery } from "../../api/sources";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { Loaded } from "../../parts/Loading";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import type { InstalledCopy } from "./InstalledSection";
import { useStartDownload } from "./useStartDownload";

/** Whether the Hub has a newer commit. A download takes the commit that the catalog pins: an administrator moves it. */
export function UpdateCheck({ copy }: { copy: InstalledCopy }) {
  return (
    <Loaded query={useQuery(updatesQuery)} lines={1}>
      {(updates) => {
        const update = updates.find(({ id, kind }) => id === copy.id && kind === copy.type);
        return update ? <Update update={update} copy={copy} /> : null;
      }}
    </Loaded>
  );
}

function Update({ update, copy }: { update: UpdateView; copy: InstalledCopy }) {
  const text = useText();
  const words = text.hub.installedPart;
  const admin = useIsAdmin();
  const start = useStartDownload();
  const pinned = copy.pinned !== null && copy.pinned !== update.latestCommit;
  const refresh = useAction(
    async () => {
      const path = { id: copy.id };
      if (pinned) await ask(api.POST("/api/sources/catalog/{id}/refresh", { params: { path } }));
    },
    { onDone: () => start.mutate({ modelId: copy.id, repoType: copy.type }) },
  );
  if (update.error) {
    return (
      <Alert color="yellow" role="alert" title={words.unchecked}>
        <span dir="auto">{update.error}</span>
      </Alert>
    );
  }
  if (!update.updateAvailable) return <Text role="status">{words.upToDate}</Text>;
  return (
    <Alert color="cyan" role="status">
      <Group justify="space-between">
        <span>
          {words.newer(update.latestCommit?.slice(0, 10) ?? "")} {pinned && !admin && words.pinned}
        </span>
        {(!pinned || admin) && (
          <Button size="xs" loading={refresh.isPending || start.isPending} onClick={() => refresh.mutate(undefined)}>
            {words.update}
          </Button>
        )}
      </Group>
      {start.error && <ErrorAlert error={start.error} />}
    </Alert>
  );
}
