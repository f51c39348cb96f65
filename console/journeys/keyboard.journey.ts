/** The frame of the console by keyboard alone. */

import { expect, test } from "vitest";
import { settled, browserForTests } from "./support";

// What a page asks for while it is offline.
const browser = browserForTests(/ERR_INTERNET_DISCONNECTED/);

test("commands are found in both languages", async () => {
  const page = await browser.open("/");
  await settled(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox").fill("Settings"); // on a Persian page
  await page.keyboard.press("Enter");
  await page.waitForURL("**/settings");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox").fill("خانه");
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
});

test("g and a letter go to a page, ? shows the list, the first tab skips the menu", async () => {
  const page = await browser.open("/");
  await settled(page);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe("#content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL("**/studio*");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("the menu of a phone is out of the tab order while it is closed", async () => {
  const page = await browser.open("/", { language: "fa", theme: "light", phone: true });
  await settled(page);
  const menu = page.locator("#menu");
  expect(await menu.getAttribute("inert")).not.toBeNull();
  await page.getByRole("button", { name: "فهرست صفحه‌ها" }).press("Enter");
  await expect.poll(() => menu.getAttribute("inert")).toBeNull();
  await menu.getByRole("link", { name: "تنظیمات" }).press("Enter");
  await page.waitForURL("**/settings");
  await expect.poll(() => menu.getAttribute("inert")).not.toBeNull();
});

test("a choice of language stays after a reload, and the page turns", async () => {
  const page = await browser.open("/settings");
  await settled(page);
  await page.getByText("English", { exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dir)).toBe("ltr");
});

test("commands open from a field too, with a Persian keyboard", async () => {
  const page = await browser.open("/studio");
  await settled(page);
  await page.getByRole("textbox").first().focus();
  await page.evaluate(() =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "ن", code: "KeyK", ctrlKey: true, bubbles: true }),
    ),
  );
  await page.getByRole("dialog").getByRole("textbox").waitFor();
});

test("a page that was not open before opens while the gateway is out of reach", async () => {
  const page = await browser.open("/");
  await settled(page);
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("StudioPage")),
  );
  await page.context().setOffline(true);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.getByRole("tab").first().or(page.getByRole("alert")).first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/studio");
  await page.context().setOffline(false);
  await settled(page);
});
