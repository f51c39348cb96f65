import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogLineView } from "../../../api/schema";
import { stubMatchMedia, TestPage } from "../../../parts/testPage";
import { LogLines } from "./LogLines";

const onFollow = vi.fn();
const lines = [{ seq: 1, time: "2026-11-28T10:00:00Z", level: "info", message: "step 1" }] as LogLineView[];

beforeEach(() => {
  stubMatchMedia();
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = vi.fn();
      unobserve = vi.fn();
      disconnect = vi.fn();
    },
  );
  Element.prototype.scrollTo = vi.fn() as never;
  onFollow.mockReset();
  render(
    <TestPage>
      <LogLines lines={lines} follow onFollow={onFollow} label="log" />
    </TestPage>,
  );
  Object.defineProperties(viewport(), { scrollHeight: { value: 1000 }, clientHeight: { value: 300 } });
});
afterEach(cleanup);

const viewport = () => screen.getByRole("log");

function scroll(top: number): void {
  viewport().scrollTop = top;
  fireEvent.scroll(viewport());
}

test("a drag of the scrollbar ends the following, however small its first step", () => {
  fireEvent.pointerDown(viewport().parentElement ?? document.body);
  scroll(690);
  expect(onFollow).not.toHaveBeenCalled();
  scroll(100);
  expect(onFollow).toHaveBeenCalledExactlyOnceWith(false);
});

test("what scrolls by itself does not, also after a drag", () => {
  fireEvent.pointerDown(viewport());
  fireEvent.pointerUp(window);
  scroll(100);
  expect(onFollow).not.toHaveBeenCalled();
});
