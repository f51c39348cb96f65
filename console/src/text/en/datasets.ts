import type { Text } from "..";

export const datasets: Text["datasets"] = {
  title: "Datasets",
};
