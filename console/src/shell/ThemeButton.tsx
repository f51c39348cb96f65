import { ActionIcon, Tooltip, useComputedColorScheme } from "@mantine/core";
import { Icon } from "../parts/Icon";
import { useText } from "../text";
import { usePreferences } from "./preferences";

export function useSwitchTheme(): () => void {
  const { change } = usePreferences();
  const shown = useComputedColorScheme("light");
  return () => change({ theme: shown === "dark" ? "light" : "dark" });
}

export function ThemeButton() {
  const text = useText();
  const shown = useComputedColorScheme("light");
  const label = `${text.shell.theme.label}: ${text.shell.theme[shown === "dark" ? "light" : "dark"]}`;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={useSwitchTheme()}>
        <Icon name={shown === "dark" ? "sun" : "moon"} />
      </ActionIcon>
    </Tooltip>
  );
}
