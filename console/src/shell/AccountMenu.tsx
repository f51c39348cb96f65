import { ActionIcon, Menu } from "@mantine/core";
import { forgetStored } from "../api/account";
import { api } from "../api/client";
import { useMe } from "../api/session";
import { Icon } from "../parts/Icon";
import { Name } from "../parts/inline";
import { useAction } from "../parts/useAction";
import { useText } from "../text";
import { usePreferences } from "./preferences";

export function AccountMenu() {
  const text = useText();
  const me = useMe();
  const { preferences, change } = usePreferences();
  const signOut = useAction(() => api.POST("/api/auth/logout"), {
    onDone: () => {
      forgetStored();
      location.assign("/"); // a new page: nothing of one account is shown to the next
    },
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.shell.account}>
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me.mode !== "off" && (
          <Menu.Label>
            <Name>{me.displayName || me.name}</Name>
          </Menu.Label>
        )}
        <Menu.Item
          lang={preferences.language === "fa" ? "en" : "fa"}
          onClick={() => change({ language: preferences.language === "fa" ? "en" : "fa" })}
        >
          {text.shell.otherLanguage}
        </Menu.Item>
        {me.session && <Menu.Item onClick={() => signOut.mutate(undefined)}>{text.shell.signOut}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
