/** Every page, in both languages and themes, half of them on a phone: no violation, no overflow, no console error. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Look } from "./support";
import { overflows, settled, browserForTests, violations } from "./support";

const PAGES: [name: string, path: string][] = [
  ["home", "/"],
  ["hub", "/hub"],
  ["datasets", "/datasets"],
  ["training", "/training"],
  ["training-new", "/training/new"],
  ["analytics", "/analytics"],
  ["studio", "/studio"],
  ["studio-compare", "/studio?tab=compare"],
  ["studio-long", "/studio?tab=long"],
  ["studio-lexicon", "/studio?tab=lexicon"],
  ["resources", "/resources"],
  ["hostile", "/analytics?runs=a,b&sort=5&from=x"],
  ["settings", "/settings"],
  ["settings-hub", "/settings?tab=hub"],
  ["settings-notifications", "/settings?tab=notifications"],
  ["settings-usage", "/settings?tab=usage"],
  ["settings-audit", "/settings?tab=audit"],
  ["settings-installation", "/settings?tab=installation"],
];
const LOOKS: Look[] = [
  { language: "fa", theme: "light" },
  { language: "en", theme: "dark" },
  { language: "fa", theme: "dark", phone: true },
  { language: "en", theme: "light", phone: true },
];
/** Where to put pictures of the pages, if anywhere. */
const pictures = process.env.CONSOLE_PICTURES;

const browser = browserForTests();

test.each(LOOKS)("$language $theme phone=$phone", async (look) => {
  const page = await browser.open("/", look);
  for (const [name, path] of PAGES) {
    await page.goto(new URL(path, page.url()).href);
    await settled(page);
    expect(await violations(page), name).toEqual([]);
    expect(await overflows(page), `${name} is wider than the window`).toBe(false);
    expect(await page.evaluate(() => document.documentElement.dir)).toBe(look.language === "fa" ? "rtl" : "ltr");
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      const file = [name, look.language, look.theme, ...(look.phone ? ["phone"] : [])].join("-");
      await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
    }
  }
});
