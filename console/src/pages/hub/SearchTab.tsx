import { Group, SegmentedControl, Select, SimpleGrid, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { assetsQuery } from "../../api/assets";
import { hubSearchQuery, SORTS } from "../../api/sources";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { SearchField } from "../../parts/SearchField";
import { useText } from "../../text";
import { RepoCard } from "./RepoCard";
import type { HubSearch } from "./search";

const LIMIT = 40;
const TYPING_MS = 400; // the Hub counts requests: ask when the person pauses
const route = getRouteApi("/hub");

/** The Hub's own search, live. */
export function SearchTab() {
  const text = useText();
  const words = text.hub;
  const { q = "", type = "model", sort = "downloads" } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<HubSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true });
  const [asked] = useDebouncedValue(q, TYPING_MS);
  const hits = useQuery({
    ...hubSearchQuery({ q: asked.trim(), kind: type, sort, limit: LIMIT }),
    placeholderData: keepPreviousData,
  });
  const installed = new Set(
    (useQuery(assetsQuery).data?.assets ?? [])
      .filter(({ status }) => status === "ready")
      .map(({ kind, id }) => `${kind}:${id}`),
  );
  return (
    <Stack>
      <Group align="flex-end">
        <SearchField
          label={words.searchHub}
          value={q}
          onChange={(typed) => change({ q: typed })}
          style={{ flex: "1 1 240px" }}
        />
        <SegmentedControl
          aria-label={words.kind}
          value={type}
          onChange={(chosen) => change({ type: chosen })}
          data={(["model", "dataset"] as const).map((value) => ({ value, label: words.types[value] }))}
        />
        <Select
          label={words.sort}
          value={sort}
          onChange={(chosen) => change({ sort: chosen ?? undefined })}
          data={SORTS.map((value) => ({ value, label: words.sorts[value] }))}
          allowDeselect={false}
          w={180}
        />
      </Group>
      <Loaded query={hits} lines={8}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={words.nothingOnHub} command={'sokhan search "persian tts"'} />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {found.map((hit) => (
                <RepoCard
                  key={hit.id}
                  id={hit.catalogId ?? hit.id}
                  type={hit.repoType}
                  name={hit.id}
                  kind={words.types[hit.repoType]}
                  licence={hit.license}
                  licenceClass={hit.licenseClass}
                  installed={installed.has(`${hit.repoType}:${hit.catalogId ?? hit.id}`)}
                  gated={hit.gated}
                  isPrivate={hit.private}
                  allowed={hit.allowed}
                  downloads={hit.downloads}
                  likes={hit.likes}
                />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Stack>
  );
}
