import type { Text } from "..";

export const resources: Text["resources"] = {
  title: "Resources",
};
