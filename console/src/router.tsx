import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter } from "@tanstack/react-router";
import { analyticsSearch } from "./pages/analytics/search";
import { datasetsSearch } from "./pages/datasets/search";
import { hubSearch } from "./pages/hub/search";
import { resourcesSearch } from "./pages/resources/search";
import { settingsSearch } from "./pages/settings/tabs";
import { studioSearch } from "./pages/studio/search";
import { newTrainingSearch, runSearch, trainingSearch } from "./pages/training/search";
import { Layout } from "./shell/Layout";
import { lazyPage } from "./shell/lazyPage";
import { strictSearch } from "./shell/strictSearch";
import { PageCrash, PageNotFound } from "./shell/pages";

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Layout,
  notFoundComponent: PageNotFound,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyPage(() => import("./pages/home/HomePage")),
});

const hub = createRoute({
  getParentRoute: () => root,
  path: "/hub",
  validateSearch: strictSearch(hubSearch),
  component: lazyPage(() => import("./pages/hub/HubPage")),
});

const datasets = createRoute({
  getParentRoute: () => root,
  path: "/datasets",
  validateSearch: strictSearch(datasetsSearch),
  component: lazyPage(() => import("./pages/datasets/DatasetsPage")),
});

const training = createRoute({
  getParentRoute: () => root,
  path: "/training",
  validateSearch: strictSearch(trainingSearch),
  component: lazyPage(() => import("./pages/training/TrainingPage")),
});

const newTraining = createRoute({
  getParentRoute: () => root,
  path: "/training/new",
  validateSearch: strictSearch(newTrainingSearch),
  component: lazyPage(() => import("./pages/training/new/NewTrainingPage")),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/training/$run",
  validateSearch: strictSearch(runSearch),
  component: lazyPage(() => import("./pages/training/run/RunPage")),
});

const analytics = createRoute({
  getParentRoute: () => root,
  path: "/analytics",
  validateSearch: strictSearch(analyticsSearch),
  component: lazyPage(() => import("./pages/analytics/AnalyticsPage")),
});

const studio = createRoute({
  getParentRoute: () => root,
  path: "/studio",
  validateSearch: strictSearch(studioSearch),
  component: lazyPage(() => import("./pages/studio/StudioPage")),
});

const resources = createRoute({
  getParentRoute: () => root,
  path: "/resources",
  validateSearch: strictSearch(resourcesSearch),
  component: lazyPage(() => import("./pages/resources/ResourcesPage")),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: strictSearch(settingsSearch),
  component: lazyPage(() => import("./pages/settings/SettingsPage")),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    hub,
    datasets,
    training,
    newTraining,
    run,
    analytics,
    studio,
    resources,
    settings,
  ]),
  context: { client: undefined as unknown as QueryClient },
  defaultErrorComponent: PageCrash,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
