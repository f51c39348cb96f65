import { expect, test } from "vitest";
import type { UploadView } from "../../api/schema";
import { unfinishedOf } from "./unfinished";
import type { Sending } from "./uploads";

const open = ["a", "b"].map((id) => ({ id }) as UploadView);
const sending = (uploadId: string | null, state: Sending["state"]) => [{ uploadId, state } as Sending];
const shown = (list: Sending[]) => unfinishedOf(open, list).map(({ id }) => id);

test("what this page sends now is not listed", () => {
  expect(shown(sending("a", "sending"))).toEqual(["b"]);
});

test("while an upload has no id yet, its entry cannot be told apart", () => {
  expect(shown(sending(null, "sending"))).toEqual([]);
});

test("one that was refused at its creation hides nothing", () => {
  expect(shown(sending(null, "failed"))).toEqual(["a", "b"]);
});
