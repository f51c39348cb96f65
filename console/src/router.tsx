import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { analyticsSearch } from "./pages/analytics/search";
import { datasetsSearch } from "./pages/datasets/search";
import { hubSearch } from "./pages/hub/search";
import { resourcesSearch } from "./pages/resources/search";
import { settingsSearch } from "./pages/settings/tabs";
import { studioSearch } from "./pages/studio/search";
import { newTrainingSearch, runSearch, trainingSearch } from "./pages/training/search";
import { Layout } from "./shell/Layout";
import { strictSearch } from "./shell/strictSearch";
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

const hub = createRoute({
  getParentRoute: () => root,
  path: "/hub",
  validateSearch: strictSearch(hubSearch),
  component: lazyRouteComponent(() => import("./pages/hub/HubPage")),
});

const datasets = createRoute({
  getParentRoute: () => root,
  path: "/datasets",
  validateSearch: strictSearch(datasetsSearch),
  component: lazyRouteComponent(() => import("./pages/datasets/DatasetsPage")),
});

const training = createRoute({
  getParentRoute: () => root,
  path: "/training",
  validateSearch: strictSearch(trainingSearch),
  component: lazyRouteComponent(() => import("./pages/training/TrainingPage")),
});

const newTraining = createRoute({
  getParentRoute: () => root,
  path: "/training/new",
  validateSearch: strictSearch(newTrainingSearch),
  component: lazyRouteComponent(() => import("./pages/training/new/NewTrainingPage")),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/training/$run",
  validateSearch: strictSearch(runSearch),
  component: lazyRouteComponent(() => import("./pages/training/run/RunPage")),
});

const analytics = createRoute({
  getParentRoute: () => root,
  path: "/analytics",
  validateSearch: strictSearch(analyticsSearch),
  component: lazyRouteComponent(() => import("./pages/analytics/AnalyticsPage")),
});

const studio = createRoute({
  getParentRoute: () => root,
  path: "/studio",
  validateSearch: strictSearch(studioSearch),
  component: lazyRouteComponent(() => import("./pages/studio/StudioPage")),
});

const resources = createRoute({
  getParentRoute: () => root,
  path: "/resources",
  validateSearch: strictSearch(resourcesSearch),
  component: lazyRouteComponent(() => import("./pages/resources/ResourcesPage")),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: strictSearch(settingsSearch),
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage")),
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
