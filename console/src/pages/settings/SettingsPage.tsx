import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useMe } from "../../api/session";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { AccountTab } from "./AccountTab";
import { AppearanceTab } from "./AppearanceTab";
import { AuditTab } from "./AuditTab";
import { HubTab } from "./HubTab";
import { InstallationTab } from "./InstallationTab";
import { InvitationsTab } from "./InvitationsTab";
import { KeysTab } from "./KeysTab";
import { NotificationsTab } from "./NotificationsTab";
import type { SettingsTab } from "./tabs";
import { tabsFor } from "./tabs";
import { UsageTab } from "./UsageTab";
import { UsersTab } from "./UsersTab";

const CONTENT: Record<SettingsTab, ComponentType> = {
  appearance: AppearanceTab,
  hub: HubTab,
  account: AccountTab,
  keys: KeysTab,
  notifications: NotificationsTab,
  usage: UsageTab,
  users: UsersTab,
  invitations: InvitationsTab,
  audit: AuditTab,
  installation: InstallationTab,
};

const route = getRouteApi("/settings");

export default function SettingsPage() {
  const text = useText();
  const me = useMe();
  const navigate = route.useNavigate();
  const tabs = tabsFor(me);
  const asked = route.useSearch().tab;
  const tab = asked && tabs.includes(asked) ? asked : "appearance";
  const Content = CONTENT[tab];
  return (
    <Page title={text.settings.title}>
      <Tabs
        value={tab}
        onChange={(chosen) => void navigate({ search: { tab: chosen as SettingsTab } })}
        keepMounted={false}
      >
        <Tabs.List aria-label={text.settings.tabsLabel} mb="md">
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.settings.tabs[name]}
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
