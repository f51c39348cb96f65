/** A text is spoken on the server and in the browser; a word is mended; a long text becomes a file. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { browserForTests, hand, opening, settled, text } from "./support";

// A reading that is none.
const browser = browserForTests(/status of 422/);
const words = text.studio;

function field(page: Page, name: string) {
  return page.getByRole("textbox", { name, exact: true });
}

function button(page: Page, name: string) {
  return page.getByRole("button", { name, exact: true });
}

test("a sentence is heard while it is spoken, and its words are lit", async () => {
  const page = await browser.open("/studio");
  await settled(page);
  await hand.write(field(page, words.text), "سلام. امروز هوا خوب است.");
  await hand.press(button(page, words.speak));
  await page.getByText(opening(words.firstSound)).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "امروز هوا خوب است." }).waitFor();
  await expect
    .poll(async () => Number(await page.getByRole("slider", { name: words.position }).getAttribute("aria-valuenow")), {
      timeout: 30_000,
    })
    .toBeGreaterThan(1);
});

test("a word is mended by the lexicon and the phonemes follow at once", async () => {
  const page = await browser.open("/studio");
  await settled(page);
  await hand.write(field(page, words.text), "مهراباد");
  const phonemes = page.locator("section", { hasText: words.trace.title });
  await expect.poll(() => phonemes.innerText(), { timeout: 15_000 }).toContain("مهراباد");
  const before = await phonemes.innerText();
  await hand.write(field(page, words.word.word), "مهراباد");
  await hand.write(field(page, words.word.reading), "/tehrɒːn/");
  await hand.press(button(page, words.word.save));
  await expect.poll(() => phonemes.innerText(), { timeout: 15_000 }).not.toBe(before);
  await hand.press(page.getByRole("tab", { name: words.tabs.lexicon }));
  await hand.press(button(page, `${text.common.remove}: مهراباد`));
  await page.getByText(words.lexicon.empty).waitFor();
});

test("a reading that is none is refused with its sentence", async () => {
  const page = await browser.open("/studio");
  await settled(page);
  await hand.write(field(page, words.word.word), "کتاب");
  await hand.write(field(page, words.word.reading), "/!!!/");
  await hand.press(button(page, words.word.save));
  await page.locator("main").getByRole("alert").getByText("VALIDATION").waitFor();
});

test("a Piper voice is computed in the browser", async () => {
  const page = await browser.open("/studio?voice=local/piper-fa");
  await settled(page);
  await hand.check(page.getByRole("radio", { name: words.places.browser }));
  await page.getByText(words.browserAbout).waitFor();
  await hand.write(field(page, words.text), "سلام. امروز هوا خوب است.");
  await hand.press(button(page, words.speak));
  await page.getByText(opening(words.speedOf)).waitFor({ timeout: 60_000 });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByRole("button", { name: "امروز هوا خوب است." }).waitFor();
});

test("a long text becomes a file with subtitles", async () => {
  const page = await browser.open("/studio?tab=long");
  await settled(page);
  await hand.write(field(page, words.text), "# یک\nسلام. خوبی؟\n# دو\nامروز هوا خوب است.");
  await hand.write(field(page, words.long.titleField), "کتاب آزمایشی");
  await hand.press(button(page, words.long.start));
  const card = page.getByRole("region", { name: "کتاب آزمایشی" });
  await card.getByText(words.long.srt).waitFor({ timeout: 90_000 });
  await hand.press(card.getByRole("button", { name: text.common.delete }));
  await hand.press(page.getByRole("dialog").getByRole("button", { name: text.common.delete }));
  await card.waitFor({ state: "detached" });
});

test("two voices are compared blind, and their names are said after the choice", async () => {
  const page = await browser.open("/studio?tab=compare");
  await settled(page);
  const { compare } = words;
  await hand.write(field(page, words.text), "سلام.");
  await hand.press(button(page, compare.prepare));
  await button(page, compare.listen("A")).waitFor({ timeout: 60_000 });
  await hand.press(button(page, compare.listen("A")));
  await hand.press(button(page, compare.better("A")));
  await page.getByText(opening(compare.youChose)).waitFor();
  await page.getByText(compare.tally).waitFor();
  expect(await button(page, compare.better("A")).count()).toBe(0);
});
