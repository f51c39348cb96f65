import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { downloadsQuery, isActive } from "../../api/jobs";
import type { CatalogItem } from "../../api/schema";
import type { RepoType } from "../../api/sources";
import { catalogQuery } from "../../api/sources";
import { Icon } from "../../parts/Icon";
import { Loaded } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { EntryPage } from "./EntryPage";
import { HubCardPage } from "./HubCardPage";
import { useEntryName } from "./useEntryName";

const route = getRouteApi("/hub");

/** One repository: its catalog entry, or what the Hub knows of one that is not listed. */
export function RepoPage({ id, type }: { id: string; type?: RepoType }) {
  const text = useText();
  const nameOf = useEntryName();
  const navigate = route.useNavigate();
  const catalog = useQuery(catalogQuery);
  const entry = findEntry(catalog.data ?? [], id, type);
  const jobs = useInfiniteQuery(downloadsQuery).data?.pages.flatMap((page) => page.data) ?? [];
  const job = jobs.find(
    (download) => download.assetId === id && (!type || download.repoType === type) && isActive(download),
  );
  const back = (
    <Button
      variant="default"
      leftSection={<Icon name="back" size={14} mirrored />}
      onClick={() =>
        void navigate({
          search: (old) => ({
            ...old,
            id: undefined,
            verify: undefined,
            type: old.tab === "hub" ? old.type : undefined,
          }),
        })
      }
    >
      {text.hub.back}
    </Button>
  );
  return (
    <Page title={entry ? nameOf(entry) : id} actions={back} progress={job ? job.progress : null}>
      <Loaded query={catalog} lines={8}>
        {() => (entry ? <EntryPage id={entry.id} /> : <HubCardPage repo={id} type={type ?? "model"} />)}
      </Loaded>
    </Page>
  );
}

function findEntry(entries: readonly CatalogItem[], id: string, type?: RepoType): CatalogItem | undefined {
  return entries.find((entry) => entry.id === id && (!type || (entry.repoType ?? "model") === type));
}
