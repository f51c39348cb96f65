import type { LinkProps } from "@tanstack/react-router";
import type { IconName } from "../parts/Icon";
import type { Text } from "../text";

interface Place {
  to: NonNullable<LinkProps["to"]>;
  name: keyof Text["shell"]["nav"];
  icon: IconName;
  /** After `g`: the shortcut. */
  key: string;
}

/** The pages in the order of the menu. */
export const PLACES: readonly Place[] = [
  { to: "/", name: "home", icon: "home", key: "h" },
  { to: "/hub", name: "hub", icon: "hub", key: "m" },
  { to: "/datasets", name: "datasets", icon: "datasets", key: "d" },
  { to: "/training", name: "training", icon: "training", key: "t" },
  { to: "/analytics", name: "analytics", icon: "analytics", key: "a" },
  { to: "/studio", name: "studio", icon: "studio", key: "s" },
  { to: "/resources", name: "resources", icon: "resources", key: "r" },
  { to: "/settings", name: "settings", icon: "settings", key: "e" },
];
