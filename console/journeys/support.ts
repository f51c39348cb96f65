/** A browser at a running platform, and what a journey asks of every page. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { run as runAxe } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { Text } from "../src/text";
import { en } from "../src/text/en";
import { fa } from "../src/text/fa";
import type { Hand } from "./hands";
import { keyboard, mouse } from "./hands";

export type Language = "fa" | "en";
export interface Look {
  language: Language;
  theme: "light" | "dark";
  phone?: boolean;
}

export const FARSI: Look = { language: "fa", theme: "light" };

/** How the journeys that are made several times look this time, with the words of their language, and who works them. */
export const LOOK = JSON.parse(process.env.JOURNEY_LOOK ?? JSON.stringify(FARSI)) as Look;
export const text: Text = LOOK.language === "fa" ? fa : en;
export const hand: Hand = process.env.JOURNEY_HAND === "keyboard" ? keyboard : mouse;

/** The words before what a sentence is completed with. */
export function opening(sentence: (part: string) => string): string {
  const all = sentence("\0");
  return all.slice(0, all.indexOf("\0")).trim();
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the journeys by tests/browser/test_console.py`);
  return value;
}

export const address = required("SOKHAN_URL");
export const files = required("JOURNEY_FILES");

/** Ask the test that started the platform to do something to it: `kill/downloader`, `start/downloader`, `rate/200000`. */
export async function control(what: string): Promise<void> {
  const answer = await fetch(`${required("JOURNEY_CONTROL")}/${what}`, { method: "POST" });
  expect(answer.status, await answer.text()).toBe(200);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-proxy-server",
  "--autoplay-policy=no-user-gesture-required",
];

/**
 * A browser for the tests of a file. `open` gives a page in a profile of its own. In the end no console may have an
 * error or a warning, but those that the tests provoke (`expected`).
 */
export function browserForTests(expected?: RegExp) {
  let browser: Browser;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: required("CHROMIUM"), args: FLAGS });
  });
  afterAll(async () => {
    await browser.close();
    expect(problems.filter((problem) => !expected?.test(problem))).toEqual([]);
  });
  return {
    async open(path: string, look: Look = LOOK): Promise<Page> {
      const context = await browser.newContext({
        viewport: look.phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
        locale: look.language === "fa" ? "fa-IR" : "en-GB",
      });
      await context.addInitScript((preferences) => {
        if (localStorage.getItem("sokhan.preferences") === null) {
          localStorage.setItem("sokhan.preferences", JSON.stringify(preferences));
        }
      }, preferencesOf(look));
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning")
          problems.push(`${page.url()} ${message.text()} ${message.location().url}`);
      });
      page.on("pageerror", (error) => problems.push(`${page.url()} ${error.message}`));
      await page.goto(new URL(path, address).href);
      return page;
    },
  };
}

function preferencesOf({ language, theme }: Look) {
  return language === "fa"
    ? { language, theme, digits: "persian", calendar: "jalali" }
    : { language, theme, digits: "latin", calendar: "gregorian" };
}

/** Violations of WCAG 2.2 A and AA on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { axe } = window as unknown as { axe: { run: typeof runAxe } };
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary?.slice(0, 300)}`),
    );
  });
}

/** Whether the page is wider than its window. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
}

/** Wait until nothing is grey any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main h1, h1").first().waitFor();
  await expect.poll(() => page.locator(".mantine-Skeleton-root").count(), { timeout: 20_000 }).toBe(0);
}
