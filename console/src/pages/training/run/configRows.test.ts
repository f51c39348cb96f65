import { expect, test } from "vitest";
import type { RecipeParameter } from "../../../api/schema";
import { configRows } from "./configRows";
import { restoredConfig } from "./restore";

const parameter = (name: string, value: RecipeParameter["default"]): RecipeParameter => ({
  name,
  default: value,
  type: "int",
  help: "",
  helpFa: "",
});

test("what was changed stands first", () => {
  const rows = configRows({ seed: 42, batch_size: 4, freeze: "" }, [
    parameter("seed", 42),
    parameter("batch_size", 16),
  ]);
  expect(rows.map(({ name, value, changed }) => [name, value, changed])).toEqual([
    ["batch_size", "4", true],
    ["seed", "42", false],
    ["freeze", "—", false],
  ]);
});

test("a restore sends only what is changed", () => {
  const old = { max_steps: 60, batch_size: 4 };
  expect(restoredConfig(old, { max_steps: 90, batch_size: 4, learning_rate: null })).toEqual({ max_steps: 90 });
});
