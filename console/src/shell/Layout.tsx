import { ActionIcon, AppShell, Burger, Group, NavLink, ScrollArea, Text, Tooltip } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Icon } from "../parts/Icon";
import { focusContent } from "../parts/useKeptFocus";
import { useText } from "../text";
import { AccountMenu } from "./AccountMenu";
import { Banner } from "./Banner";
import { openCommands } from "./commandsStore";
import { JobNotices } from "./JobNotices";
import { fetchPages } from "./lazyPage";
import { PLACES } from "./navigation";
import { PreferencesSync } from "./PreferencesSync";
import { Shortcuts } from "./Shortcuts";
import { ThemeButton } from "./ThemeButton";

/** The first page has the line to itself. */
const PAGES_AFTER_MS = 3000;

// Nobody needs it before the page stands.
const Commands = lazy(async () => ({ default: (await import("./Commands")).Commands }));

/** What every page has around it. */
export function Layout() {
  const text = useText();
  const [opened, { close, toggle }] = useDisclosure(false);
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => close(), [path, close]);
  useEffect(() => {
    const timer = setTimeout(fetchPages, PAGES_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(shown);
  useEffect(() => {
    if (before.current && before.current !== shown) focusContent(); // not on the first page: Tab begins at its top
    before.current = shown;
  }, [shown]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className="skip">
        {text.shell.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={text.shell.menu}
              aria-expanded={opened}
              aria-controls="menu"
            />
            <img src="/icon.svg" width={28} height={28} alt="" />
            <Text fw={700} size="lg">
              {text.common.product}
            </Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            <Tooltip label={`${text.shell.palette.open} (Ctrl-K)`}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                onClick={openCommands}
                aria-label={text.shell.palette.open}
              >
                <Icon name="search" />
              </ActionIcon>
            </Tooltip>
            <ThemeButton />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar id="menu" p="xs" aria-label={text.shell.menu} inert={phone && !opened}>
        <ScrollArea>
          {PLACES.map((place) => (
            <NavLink
              key={place.to}
              component={Link}
              to={place.to}
              label={text.shell.nav[place.name]}
              leftSection={<Icon name={place.icon} />}
              active={place.to === "/" ? path === "/" : path.startsWith(place.to)}
              aria-current={path === place.to ? "page" : undefined}
            />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Banner />
        <Outlet />
      </AppShell.Main>
      <PreferencesSync />
      <JobNotices />
      <Suspense fallback={null}>
        <Commands />
      </Suspense>
      <Shortcuts />
    </AppShell>
  );
}
