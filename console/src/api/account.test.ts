import { beforeEach, expect, test } from "vitest";
import { forgetStored, PageAccount } from "./account";

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("sokhan.preferences", "{}");
  localStorage.setItem("other", "kept");
});

const stored = () => Object.keys(localStorage).sort();

test("a page of another account is loaded anew, without its drafts", () => {
  const page = new PageAccount();
  expect(page.claim("ali")).toBe(false);
  localStorage.setItem("sokhan.studio.text", "متن علی");
  expect(page.claim("sara")).toBe(true);
  expect(stored()).toEqual(["other", "sokhan.account", "sokhan.preferences"]);
});

test("the same account signs in again: page and drafts stay", () => {
  const page = new PageAccount();
  page.claim("ali");
  localStorage.setItem("sokhan.studio.text", "متن");
  expect(page.claim("ali")).toBe(false);
  expect(localStorage.getItem("sokhan.studio.text")).toBe("متن");
});

test("a new page has nothing in memory, but drops what another account has stored", () => {
  new PageAccount().claim("ali");
  localStorage.setItem("sokhan.imports", "[]");
  expect(new PageAccount().claim("sara")).toBe(false);
  expect(localStorage.getItem("sokhan.imports")).toBeNull();
});

test("after a sign-out only the preferences are stored", () => {
  new PageAccount().claim("ali");
  localStorage.setItem("sokhan.training-draft", "{}");
  forgetStored();
  expect(stored()).toEqual(["other", "sokhan.preferences"]);
});
