import { lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { noConnection } from "../api/errors";

type Load = () => Promise<{ default: ComponentType }>;

const pages: Load[] = [];

/**
 * A page whose code is loaded when it is opened, or by `fetchPages`. The router answers code that is not there, as after
 * an upgrade, with a reload; where the gateway cannot be reached that would end the console, and what is typed in it.
 */
export function lazyPage(load: Load) {
  pages.push(load);
  return lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      if (await reachable()) throw error;
      throw noConnection(error);
    }
  });
}

/** Load the code of all pages: they open while the line is down, too. */
export function fetchPages(): void {
  for (const load of pages) load().catch(() => undefined); // the page says it when it is opened
}

/** Whether the gateway answers now. */
export function reachable(): Promise<boolean> {
  return fetch("/icon.svg", { method: "HEAD", cache: "no-store" }).then(
    () => true,
    () => false,
  );
}
