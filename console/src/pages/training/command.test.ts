import { expect, test } from "vitest";
import { trainCommand } from "./command";

test("options of their own stand first, the rest by --set", () => {
  const config = { preset: "tiny", max_steps: 60, batch_size: 4, multi_speaker: true };
  expect(trainCommand({ recipe: "vits", datasets: ["local/a", "local/b"], name: "صدای من", config })).toBe(
    "sokhan train --dataset local/a --dataset local/b --name 'صدای من' --preset tiny --max-steps 60 " +
      "--set batch_size=4 --set multi_speaker=true",
  );
});

test("the usual recipe is not named, another one is", () => {
  expect(trainCommand({ recipe: "masked_lm", baseModel: "hub/bert" })).toBe(
    "sokhan train --recipe masked_lm --base hub/bert",
  );
});
