import { cleanup, createEvent, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FilePicker } from "./FilePicker";
import { stubMatchMedia, TestPage } from "./testPage";

const onFile = vi.fn();

beforeEach(() => {
  stubMatchMedia();
  onFile.mockReset();
  render(
    <TestPage>
      <FilePicker label="choose" drop="drop it here" onFile={onFile} />
    </TestPage>,
  );
});
afterEach(cleanup);

function drop(place: Element, types = ["Files"]): boolean {
  const dataTransfer = { types, files: [new File(["x"], "x.zip")], dropEffect: "copy" };
  const event = createEvent.drop(place, { dataTransfer });
  fireEvent(place, event);
  return event.defaultPrevented;
}

test("a file beside the place is not opened by the browser, nor taken", () => {
  expect(drop(document.body)).toBe(true);
  expect(onFile).not.toHaveBeenCalled();
});

test("a text that is dragged elsewhere is left to the browser", () => {
  expect(drop(document.body, ["text/plain"])).toBe(false);
});

test("a file in the place is taken", () => {
  drop(screen.getByText("drop it here"));
  expect(onFile).toHaveBeenCalledOnce();
});

test("without the place the browser does as it always does", () => {
  cleanup();
  expect(drop(document.body)).toBe(false);
});
