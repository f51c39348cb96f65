import type { Text } from "..";

export const chart: Text["chart"] = {
  asTable: "Show as a table",
  asChart: "Show as a chart",
  png: "Save the picture",
  reset: "Show all",
  keys: "Plus and minus zoom, arrows move, 0 shows all.",
  step: "Step",
};
