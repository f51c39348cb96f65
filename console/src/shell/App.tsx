import { DirectionProvider, MantineProvider, useDirection } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { asApiError } from "../api/errors";
import { router } from "../router";
import type { Text } from "../text";
import { loadText, TextContext } from "../text";
import type { Preferences } from "./preferences";
import { PreferencesContext, storedPreferences, storePreferences } from "./preferences";
import { SessionGate } from "./SessionGate";
import { theme, variables } from "./theme";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: "always", // the gateway may be on this machine while the browser is offline
      retry: (failures, error) => asApiError(error).transient && failures < 3,
    },
    mutations: { networkMode: "always" },
  },
});

/** Everything around the pages: preferences, words, colours, the query cache, the session and the router. */
export function App({ text: first }: { text: Text }) {
  const [preferences, setPreferences] = useState(storedPreferences);
  const [text, setText] = useState(first);
  const state = useMemo(
    () => ({
      preferences,
      change: (changes: Partial<Preferences>) =>
        setPreferences((old) => {
          const changed = { ...old, ...changes };
          storePreferences(changed);
          return changed;
        }),
    }),
    [preferences],
  );
  useEffect(() => {
    let current = true;
    void loadText(preferences.language).then((loaded) => current && setText(loaded));
    return () => {
      current = false;
    };
  }, [preferences.language]);
  const scheme = preferences.theme === "system" ? "auto" : preferences.theme;
  return (
    <PreferencesContext.Provider value={state}>
      <TextContext.Provider value={text}>
        <DirectionProvider initialDirection={preferences.language === "fa" ? "rtl" : "ltr"} detectDirection={false}>
          <MantineProvider
            theme={theme}
            cssVariablesResolver={variables}
            defaultColorScheme="auto"
            forceColorScheme={scheme === "auto" ? undefined : scheme}
          >
            <PageDirection language={preferences.language} />
            <QueryClientProvider client={client}>
              <ModalsProvider>
                <Notifications position="bottom-center" />
                <SessionGate>
                  <RouterProvider router={router} context={{ client }} />
                </SessionGate>
              </ModalsProvider>
            </QueryClientProvider>
          </MantineProvider>
        </DirectionProvider>
      </TextContext.Provider>
    </PreferencesContext.Provider>
  );
}

function PageDirection({ language }: Pick<Preferences, "language">) {
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = language;
    setDirection(language === "fa" ? "rtl" : "ltr");
  }, [language, setDirection]);
  return null;
}
