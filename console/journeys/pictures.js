// Pictures of every page, in Persian and light, and in English and dark: node journeys/pictures.js <address> <folder>
// CHROMIUM names the browser. The platform should have data, runs and voices, or the pictures show empty pages.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
const { data: runs } = await (await fetch(`${address}/api/training`)).json();
const { data: datasets } = await (await fetch(`${address}/api/datasets`)).json();
const chosen = JSON.stringify(runs.slice(0, 2).map(({ id }) => id));
const PAGES = {
  home: "/",
  hub: "/hub",
  "hub-entry": "/hub?tab=hub&id=test%2Famir",
  "hub-downloads": "/hub?tab=downloads",
  datasets: "/datasets",
  dataset: `/datasets?id=${encodeURIComponent(datasets[0]?.id ?? "")}`,
  training: "/training",
  "training-new": "/training/new",
  run: `/training/${runs[0]?.id ?? ""}`,
  analytics: `/analytics?runs=${encodeURIComponent(chosen)}`,
  studio: "/studio",
  "studio-compare": "/studio?tab=compare",
  "studio-long": "/studio?tab=long",
  "studio-lexicon": "/studio?tab=lexicon",
  resources: "/resources",
  settings: "/settings",
  "settings-hub": "/settings?tab=hub",
  "settings-notifications": "/settings?tab=notifications",
  "settings-usage": "/settings?tab=usage",
  "settings-audit": "/settings?tab=audit",
  "settings-installation": "/settings?tab=installation",
};
const LOOKS = {
  "fa-light": { language: "fa", theme: "light", digits: "persian", calendar: "jalali" },
  "en-dark": { language: "en", theme: "dark", digits: "latin", calendar: "gregorian" },
  "fa-dark-phone": { language: "fa", theme: "dark", digits: "persian", calendar: "jalali" },
};

const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
for (const [look, preferences] of Object.entries(LOOKS)) {
  const phone = look.endsWith("phone");
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    locale: preferences.language === "fa" ? "fa-IR" : "en-GB",
  });
  await context.addInitScript(
    (value) => localStorage.setItem("sokhan.preferences", value),
    JSON.stringify(preferences),
  );
  const page = await context.newPage();
  mkdirSync(join(folder, look), { recursive: true });
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(address + path);
    await page.locator("h1").first().waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(folder, look, `${name}.png`), fullPage: true });
  }
  await context.close();
}
await browser.close();
