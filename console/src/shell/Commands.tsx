import type { SpotlightActionData } from "@mantine/spotlight";
import { Spotlight } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Icon } from "../parts/Icon";
import type { Text } from "../text";
import { loadText, useText } from "../text";
import { commandsStore } from "./commandsStore";
import { PLACES } from "./navigation";
import { IN_LANGUAGE, usePreferences } from "./preferences";

/** Pages and switches by name. A name is found in both languages, for keyboards are often left in the other one. */
export function Commands() {
  const text = useText();
  const navigate = useNavigate();
  const { preferences, change } = usePreferences();
  const other = useOtherText();
  const pages: SpotlightActionData[] = PLACES.map((place) => ({
    id: place.to,
    label: text.shell.nav[place.name],
    keywords: other ? [other.shell.nav[place.name]] : [],
    leftSection: <Icon name={place.icon} />,
    onClick: () => void navigate({ to: place.to }),
  }));
  const themes: SpotlightActionData[] = (["light", "dark", "system"] as const).map((theme) => ({
    id: `theme-${theme}`,
    label: `${text.shell.theme.label}: ${text.shell.theme[theme]}`,
    keywords: other ? [`${other.shell.theme.label} ${other.shell.theme[theme]}`] : [],
    leftSection: <Icon name={theme === "dark" ? "moon" : "sun"} />,
    onClick: () => change({ theme }),
  }));
  const language: SpotlightActionData = {
    id: "language",
    label: text.shell.otherLanguage,
    keywords: other ? [other.shell.language, text.shell.language] : [],
    leftSection: <Icon name="retry" />,
    onClick: () => change(IN_LANGUAGE[preferences.language === "fa" ? "en" : "fa"]),
  };
  return (
    <Spotlight
      store={commandsStore}
      actions={[...pages, ...themes, language]}
      shortcut={null}
      nothingFound={text.shell.palette.nothing}
      searchProps={{ placeholder: text.shell.palette.placeholder, "aria-label": text.shell.palette.placeholder }}
      scrollable
      maxHeight={420}
    />
  );
}

function useOtherText(): Text | undefined {
  const other = usePreferences().preferences.language === "fa" ? "en" : "fa";
  return useQuery({ queryKey: ["text", other], queryFn: () => loadText(other), staleTime: Infinity }).data;
}
