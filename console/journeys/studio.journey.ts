/** A text is spoken on the server and in the browser; a word is mended; a long text becomes a file. */

import { expect, test } from "vitest";
import { settled, browserForTests } from "./support";

// A reading that is none.
const browser = browserForTests(/status of 422/);

test("a sentence is heard while it is spoken, and its words are lit", async () => {
  const page = await browser.open("/studio", { language: "en", theme: "light" });
  await settled(page);
  await page.getByRole("textbox", { name: "Text" }).fill("سلام. امروز هوا خوب است.");
  await page.getByRole("button", { name: "Speak", exact: true }).click();
  await page.getByText("First sound after").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "امروز هوا خوب است." }).waitFor();
  await expect
    .poll(async () => Number(await page.getByRole("slider", { name: "Position" }).getAttribute("aria-valuenow")), {
      timeout: 30_000,
    })
    .toBeGreaterThan(1);
});

test("a word is mended by the lexicon and the phonemes follow at once", async () => {
  const page = await browser.open("/studio", { language: "en", theme: "light" });
  await settled(page);
  await page.getByRole("textbox", { name: "Text" }).fill("مهراباد");
  const phonemes = page.locator("section", { hasText: "From text to phonemes" });
  await expect.poll(() => phonemes.innerText(), { timeout: 15_000 }).toContain("مهراباد");
  const before = await phonemes.innerText();
  await page.getByRole("textbox", { name: "Word" }).fill("مهراباد");
  await page.getByRole("textbox", { name: "Reading" }).fill("/tehrɒːn/");
  await page.getByRole("button", { name: "Add and hear" }).click();
  await expect.poll(() => phonemes.innerText(), { timeout: 15_000 }).not.toBe(before);
  await page.getByRole("tab", { name: "Lexicon" }).click();
  await page.getByRole("button", { name: "Remove: مهراباد" }).click();
  await page.getByText("The lexicon is empty").waitFor();
});

test("a reading that is none is refused with its sentence", async () => {
  const page = await browser.open("/studio", { language: "en", theme: "light" });
  await settled(page);
  await page.getByRole("textbox", { name: "Word" }).fill("کتاب");
  await page.getByRole("textbox", { name: "Reading" }).fill("/!!!/");
  await page.getByRole("button", { name: "Add and hear" }).click();
  await page.locator("main").getByRole("alert").getByText("VALIDATION").waitFor();
});

test("a Piper voice is computed in the browser", async () => {
  const page = await browser.open("/studio?voice=local/piper-fa", { language: "en", theme: "light" });
  await settled(page);
  await page.getByText("In this browser").click();
  await page.getByText("the voice is computed in this browser").waitFor();
  await page.getByRole("textbox", { name: "Text" }).fill("سلام. امروز هوا خوب است.");
  await page.getByRole("button", { name: "Speak", exact: true }).click();
  await page.getByText("Real-time factor").waitFor({ timeout: 60_000 });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByRole("button", { name: "امروز هوا خوب است." }).waitFor();
});

test("a long text becomes a file with subtitles", async () => {
  const page = await browser.open("/studio?tab=long", { language: "en", theme: "light" });
  await settled(page);
  await page.getByRole("textbox", { name: "Text" }).fill("# یک\nسلام. خوبی؟\n# دو\nامروز هوا خوب است.");
  await page.getByRole("textbox", { name: "Title" }).fill("کتاب آزمایشی");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const card = page.getByRole("region", { name: "کتاب آزمایشی" });
  await card.getByText("Subtitles SRT").waitFor({ timeout: 90_000 });
  await card.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await card.waitFor({ state: "detached" });
});
