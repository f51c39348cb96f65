import { expect, test } from "vitest";
import { csv } from "./csv";

test("cells are quoted where needed, and no name becomes a formula", () => {
  expect(
    csv([
      ["name", "loss"],
      ['my "best", voice', 1.5],
      ["=1+1", null],
      ["صدا", -2],
    ]),
  ).toBe('\ufeffname,loss\r\n"my ""best"", voice",1.5\r\n\'=1+1,\r\nصدا,-2\r\n');
});
