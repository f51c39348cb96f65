import { expect, test } from "vitest";
import type { RecipeParameter } from "../../../api/schema";
import { fieldOfError, groupParameters, searchParameters } from "./parameters";

const parameter = (name: string, help = "", helpFa = ""): RecipeParameter => ({
  name,
  help,
  helpFa,
  type: "int",
  default: 1,
});
const parameters = [
  parameter("max_steps", "Stop after this many steps"),
  parameter("preset"),
  parameter("seed", "The same seed gives the same run.", "با یک بذر، یک نتیجه."),
];

test("the preset stands first, then what most people change", () => {
  const groups = groupParameters({ name: "a", title: "", titleFa: "", baseModels: [], datasets: [], parameters });
  expect(groups.preset?.name).toBe("preset");
  expect(groups.usual.map(({ name }) => name)).toEqual(["max_steps"]);
  expect(groups.others.map(({ name }) => name)).toEqual(["seed"]);
});

test("a parameter is found by its name, its label and both helps", () => {
  const found = (search: string) =>
    searchParameters(parameters, search, { seed: "بذر تصادفی" }).map(({ name }) => name);
  expect(found("max steps")).toEqual(["max_steps"]);
  expect(found("تصادفی")).toEqual(["seed"]);
  expect(found("SAME run")).toEqual(["seed"]);
  expect(found("")).toHaveLength(3);
});

test("an error stands at the field that it names", () => {
  const names = ["learning_rate", "max_steps", "epochs"];
  const of = (message: string, param?: string) => fieldOfError({ message, param }, names);
  expect(of("learning_rate must be a number between 1e-07 and 0.1; it is '-4'.")).toBe("learning_rate");
  expect(of("The configuration is refused: max_steps and epochs cannot both be 0")).toBe("max_steps");
  expect(of("The recipe import needs a baseModel.")).toBe("baseModel");
  expect(of("There is no dataset local/x here.")).toBe("datasets");
  expect(of("“a/b” is not a valid name.")).toBe("name");
  expect(of("Wrong.", "config.epochs")).toBe("epochs");
  expect(of("The gateway is busy.")).toBeNull();
});
