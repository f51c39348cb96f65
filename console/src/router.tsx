import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { settingsSearch } from "./pages/settings/tabs";
import { studioSearch } from "./pages/studio/search";
import { Layout } from "./shell/Layout";
import { PageCrash, PageNotFound } from "./shell/pages";

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Layout,
  notFoundComponent: PageNotFound,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/home/HomePage")),
});

const studio = createRoute({
  getParentRoute: () => root,
  path: "/studio",
  validateSearch: studioSearch,
  component: lazyRouteComponent(() => import("./pages/studio/StudioPage")),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage")),
});

export const router = createRouter({
  routeTree: root.addChildren([home, studio, settings]),
  context: { client: undefined as unknown as QueryClient },
  defaultErrorComponent: PageCrash,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
