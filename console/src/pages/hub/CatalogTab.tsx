import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useIsAdmin } from "../../api/session";
import { catalogQuery } from "../../api/sources";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { SearchField } from "../../parts/SearchField";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { AddRepository } from "./AddRepository";
import { filterCatalog } from "./filterCatalog";
import { RepoCard } from "./RepoCard";
import type { HubSearch } from "./search";
import { KINDS } from "./search";
import { useEntryName } from "./useEntryName";

const route = getRouteApi("/hub");

/** The repositories that may be downloaded here, by kind and words. */
export function CatalogTab() {
  const text = useText();
  const format = useFormat();
  const words = text.hub;
  const admin = useIsAdmin();
  const nameOf = useEntryName();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<HubSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true });
  return (
    <Stack>
      <Group align="flex-end">
        <SearchField
          label={words.searchCatalog}
          value={filter.q}
          onChange={(q) => change({ q })}
          style={{ flex: "1 1 240px" }}
        />
        <Select
          label={words.kind}
          placeholder={text.common.all}
          value={filter.kind ?? null}
          onChange={(kind) => change({ kind: kind ?? undefined })}
          data={KINDS.map((kind) => ({ value: kind, label: words.kinds[kind] }))}
          clearable
          clearButtonProps={{ "aria-label": words.showAll }}
          w={180}
        />
        <Checkbox
          label={words.onlyInstalled}
          checked={filter.installed ?? false}
          onChange={(event) => change({ installed: event.currentTarget.checked || undefined })}
          pb={8}
        />
        {admin && <AddRepository />}
      </Group>
      <Loaded query={useQuery(catalogQuery)} lines={8}>
        {(entries) => {
          const shown = filterCatalog(entries, filter);
          if (entries.length === 0)
            return <Empty title={words.emptyCatalog} command="sokhan catalog add facebook/mms-tts-fas --kind tts" />;
          return (
            <>
              <Text size="sm" c="dimmed" role="status">
                {words.catalogCount(format.integer(shown.length), format.integer(entries.length))}
              </Text>
              {shown.length === 0 ? (
                <Empty
                  title={words.nothingFound}
                  action={
                    <Button
                      variant="default"
                      onClick={() => change({ q: undefined, kind: undefined, installed: undefined })}
                    >
                      {words.showAll}
                    </Button>
                  }
                  command="sokhan catalog"
                />
              ) : (
                <SimpleGrid cols={{ base: 1, md: 2 }}>
                  {shown.map((entry) => (
                    <RepoCard
                      key={entry.id}
                      id={entry.id}
                      type={entry.repoType ?? "model"}
                      name={nameOf(entry)}
                      about={nameOf({ id: "", name: entry.description })}
                      kind={words.kinds[entry.kind]}
                      licence={entry.license}
                      licenceClass={entry.licenseClass}
                      size={entry.size}
                      installed={entry.installed}
                      problem={entry.status === "error"}
                    />
                  ))}
                </SimpleGrid>
              )}
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
