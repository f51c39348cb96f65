import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Section } from "./Section";
import { stubMatchMedia, TestPage } from "./testPage";

const page = (section: boolean, words: string[]) => (
  <TestPage>
    <main id="content" tabIndex={-1}>
      {section && (
        <Section title="words">
          {words.map((word) => (
            <button key={word} type="button">
              {word}
            </button>
          ))}
        </Section>
      )}
    </main>
  </TestPage>
);

const observed = () => act(() => new Promise<void>((resolve) => setTimeout(resolve)));
const focus = (word: string) => act(() => screen.getByText(word).focus());

beforeEach(stubMatchMedia);
afterEach(cleanup);

test("the heading takes the focus of what is removed", async () => {
  const { rerender } = render(page(true, ["a", "b"]));
  focus("a");
  rerender(page(true, ["b"]));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { name: "words" })));
});

test("the content takes it when the section goes with it", async () => {
  const { rerender } = render(page(true, ["a"]));
  focus("a");
  rerender(page(false, []));
  await waitFor(() => expect(document.activeElement?.id).toBe("content"));
});

test("a person who has left the section is not called back", async () => {
  const { rerender } = render(page(true, ["a", "b"]));
  focus("a");
  act(() => screen.getByText("a").blur());
  await observed();
  rerender(page(true, ["b"]));
  await observed();
  await observed(); // what is seen is acted on a moment later
  expect(document.activeElement).toBe(document.body);
});
