import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { ActiveDownloads } from "./ActiveDownloads";
import { CatalogTab } from "./CatalogTab";
import { DownloadsTab } from "./DownloadsTab";
import { RepoPage } from "./RepoPage";
import { SearchTab } from "./SearchTab";
import type { HubTab } from "./search";
import { TABS } from "./search";

const CONTENT: Record<HubTab, ComponentType> = { catalog: CatalogTab, hub: SearchTab, downloads: DownloadsTab };
const route = getRouteApi("/hub");

export default function HubPage() {
  const text = useText();
  const navigate = route.useNavigate();
  const { id, type, tab = "catalog", q } = route.useSearch();
  if (id) return <RepoPage key={id} id={id} type={type} />;
  const Content = CONTENT[tab];
  return (
    <Page title={text.hub.title}>
      {tab !== "downloads" && <ActiveDownloads />}
      <Tabs
        value={tab}
        onChange={(chosen) => void navigate({ search: { tab: chosen as HubTab, q } })}
        keepMounted={false}
      >
        <Tabs.List aria-label={text.hub.tabsLabel} mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.hub.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Content />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
