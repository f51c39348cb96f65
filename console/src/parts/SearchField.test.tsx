import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SearchField } from "./SearchField";
import { stubMatchMedia, TestPage } from "./testPage";

const changed = vi.fn();
const page = (value: string | undefined) => (
  <TestPage>
    <SearchField label="search" value={value} onChange={changed} />
  </TestPage>
);
const field = () => screen.getByRole<HTMLInputElement>("searchbox", { name: "search" });
const type = (value: string) => fireEvent.change(field(), { target: { value } });

beforeEach(stubMatchMedia);
afterEach(cleanup);

test("an address that comes later than the letters does not take them back", () => {
  const { rerender } = render(page(undefined));
  type("s");
  type("se");
  type("sed");
  rerender(page("s"));
  expect(field().value).toBe("sed");
  rerender(page("sed"));
  expect(field().value).toBe("sed");
  expect(changed).toHaveBeenLastCalledWith("sed");
});

test("an address that changes by itself is shown", () => {
  const { rerender } = render(page("old"));
  expect(field().value).toBe("old");
  rerender(page("back"));
  expect(field().value).toBe("back");
  rerender(page(undefined));
  expect(field().value).toBe("");
});

test("an emptied field has no words in the address", () => {
  render(page("old"));
  type("");
  expect(changed).toHaveBeenLastCalledWith(undefined);
});
