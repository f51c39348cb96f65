/** Accounts: the administrator's link, a wrong password, the session over a reload, an invitation, and the other mode. */

import { expect, test } from "vitest";
import { browserForTests, settled } from "./support";

// Signed out, with a wrong password, and without a synth.
const browser = browserForTests(/status of (401|503)/);
const LOOK = { language: "en", theme: "light" } as const;
const accounts = process.env.ACCOUNTS_URL ?? "";
const link = process.env.ADMIN_LINK ?? "";
const withToken = process.env.TOKEN_URL ?? "";
const PASSWORD = "correct horse 12";

test("the first link makes the administrator, who invites, signs out and in again", async () => {
  const page = await browser.open(link, LOOK);
  await page.getByRole("textbox", { name: "User name" }).fill("parvin");
  await page.getByRole("textbox", { name: "Display name" }).fill("پروین");
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.getByRole("button", { name: "Make an account" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  expect(page.url()).not.toContain("invitation");

  await page.goto(`${accounts}/settings?tab=invitations`);
  await settled(page);
  await page.getByRole("button", { name: "Make an invitation" }).click();
  await page.getByText("/register#invitation=").waitFor();

  await page.goto(`${accounts}/settings?tab=keys`);
  await settled(page);
  await page.getByRole("textbox", { name: "Name of the key" }).fill("reader");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByText(/^sk-sokhan-\S{20,}/).waitFor();
  await page.getByRole("button", { name: "Revoke: reader" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("There is no key yet").waitFor();

  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Sokhan" }).waitFor();
  await page.goto(`${accounts}/settings?tab=account`);
  await page.getByRole("textbox", { name: "User name" }).fill("parvin");
  await page.locator('input[type="password"]').fill("wrong password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("UNAUTHENTICATED").waitFor();
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("This session").waitFor(); // the deep link continues
  await page.reload();
  await page.getByText("This session").waitFor();
});

test("an installation with one token asks for that", async () => {
  const page = await browser.open(withToken, LOOK);
  await page.getByLabel("Installation token").fill("wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("UNAUTHENTICATED").waitFor();
  await page.getByLabel("Installation token").fill(process.env.TOKEN ?? "");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});
