import { Alert, Badge, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { CatalogItem } from "../../api/schema";
import { useIsAdmin } from "../../api/session";
import { entryQuery, planQuery } from "../../api/sources";
import { Loaded } from "../../parts/Loading";
import { useText } from "../../text";
import { DownloadSection } from "./DownloadSection";
import { EntryAdmin } from "./EntryAdmin";
import { EntryFacts } from "./EntryFacts";
import { FilesSection } from "./FilesSection";
import { InstalledSection } from "./InstalledSection";
import { useEntryName } from "./useEntryName";

/** An entry of the catalog: what it is, its download, its installed copy, its files. */
export function EntryPage({ id }: { id: string }) {
  const text = useText();
  const nameOf = useEntryName();
  const admin = useIsAdmin();
  return (
    <Loaded query={useQuery(entryQuery(id))} lines={8}>
      {(entry) => {
        const type = entry.repoType ?? "model";
        return (
          <Stack gap="lg">
            <Group gap="xs">
              <Badge color="cyan">{text.hub.kinds[entry.kind]}</Badge>
              {entry.installed && <Badge color="green">{text.hub.installed}</Badge>}
            </Group>
            {entry.description && <Text dir="auto">{nameOf({ id: "", name: entry.description })}</Text>}
            {entry.status === "error" && entry.problem && (
              <Alert color="red" title={text.hub.damaged}>
                <span dir="auto">{entry.problem}</span>
              </Alert>
            )}
            <DownloadSection id={entry.id} repo={entry.repoId} type={type} installed={entry.installed ?? false} />
            {(entry.installed === true || entry.status === "error") && (
              <InstalledSection copy={{ id: entry.id, type, name: nameOf(entry), pinned: entry.commit ?? null }} />
            )}
            <EntryFacts entry={entry} />
            <EntryFiles entry={entry} />
            {admin && <EntryAdmin entry={entry} />}
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** The files that the catalog knows; of an entry that nobody has refreshed yet, those that a download would fetch. */
function EntryFiles({ entry }: { entry: CatalogItem }) {
  const known = entry.files ?? [];
  const plan = useQuery({ ...planQuery(entry.id, entry.repoType ?? "model"), enabled: known.length === 0 });
  const files = known.length > 0 ? known : (plan.data?.files ?? []);
  return <FilesSection files={files} count={Math.max(files.length, entry.fileCount ?? 0)} />;
}
