/** From the Hub to a voice of one's own: install, upload, train, hear, deploy, speak, remove. The tests build on each other. */

import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { address, control, files, settled, browserForTests } from "./support";

const browser = browserForTests();
const LOOK = { language: "en", theme: "light" } as const;
const REPO = "test/amir";

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(address + path);
  return ((await answer.json()) as { data: T }).data;
}

/** The ids of what is complete on the disk. */
async function installed(): Promise<string[]> {
  const { assets } = await get<{ assets: { id: string; status: string }[] }>("/api/assets");
  return assets.filter(({ status }) => status === "ready").map(({ id }) => id);
}

/** The row or card that says a state. */
function badge(page: Page, state: string) {
  return page.locator("main").getByText(state, { exact: true }).first();
}

test("a download is paused, survives a reload and a killed downloader, and ends", async () => {
  await control("rate/400000");
  const page = await browser.open(`/hub?tab=hub&id=${encodeURIComponent(REPO)}`, LOOK);
  await settled(page);
  await page.getByText("The disk has enough space.").waitFor();
  await page.getByRole("button", { name: "Download", exact: true }).click();
  await page
    .getByRole("button", { name: /^Pause/ })
    .first()
    .click();
  await badge(page, "Paused").waitFor({ timeout: 30_000 });
  await page.reload();
  await badge(page, "Paused").waitFor({ timeout: 30_000 });
  await page
    .getByRole("button", { name: /^Resume/ })
    .first()
    .click();
  await badge(page, "Running").waitFor({ timeout: 30_000 });
  await control("kill/downloader");
  await page.reload();
  await control("start/downloader");
  await control("rate/0");
  await page.getByText("Installed", { exact: true }).first().waitFor({ timeout: 90_000 });
  expect(await installed()).toContain(REPO);
  await page.context().close();
});

async function upload(page: Page, file: string, name: string): Promise<void> {
  await page.goto(`${address}/datasets`);
  await settled(page);
  await page.locator('input[type="file"]').first().setInputFiles(join(files, file));
  await page.getByRole("textbox", { name: "Name of the dataset" }).fill(name);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
}

test("the wrong line of a file is named, and the mended file is installed", async () => {
  const page = await browser.open("/datasets", LOOK);
  await upload(page, "broken.jsonl", "texts");
  await page.getByText("Correct the file and upload it again.").waitFor({ timeout: 60_000 });
  const failed = await page.locator("main").innerText();
  expect(failed).toContain("broken.jsonl");
  expect(failed).toMatch(/Line\s*2/);
  await page.getByRole("button", { name: "Dismiss" }).first().click();
  await upload(page, "mended.jsonl", "texts");
  await page.getByText("Imported.").waitFor({ timeout: 60_000 });
  await upload(page, "speech.zip", "amirs");
  await expect.poll(installed, { timeout: 60_000 }).toContain("local/amirs");
  await page.goto(`${address}/datasets?id=${encodeURIComponent("local/amirs")}`);
  await settled(page);
  await expect
    .poll(() => page.locator("audio, button[aria-label*=lay]").count(), { timeout: 30_000 })
    .toBeGreaterThan(0);
  await page.context().close();
});

interface Run {
  id: string;
  state: string;
}

async function start(page: Page, steps: number): Promise<string> {
  await page.goto(`${address}/training/new?dataset=${encodeURIComponent("local/amirs")}`);
  await settled(page);
  await page.getByRole("radio", { name: /tiny/i }).check();
  const search = page.getByRole("searchbox", { name: "Search the parameters" });
  const values = { max_steps: steps, batch_size: 3, evaluate_every: 10, checkpoint_every: 10, quality_utterances: 0 };
  for (const [name, value] of Object.entries(values)) {
    await search.fill(name);
    await page.getByRole("textbox", { name: new RegExp(`\\b${name}\\b`) }).fill(String(value));
  }
  await page.getByRole("button", { name: "Start training" }).click();
  await page.waitForURL(/\/training\/(?!new)/);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

test("a run is watched, paused and resumed, and its plot has every step of the store", async () => {
  const page = await browser.open("/training", LOOK);
  const run = await start(page, 150);
  await badge(page, "Running").waitFor({ timeout: 90_000 });
  await page.getByRole("button", { name: /^Pause: / }).click();
  await badge(page, "Paused").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: /^Resume: / }).click();
  await badge(page, "Completed").waitFor({ timeout: 240_000 });
  expect((await get<Run>(`/api/training/${run}`)).state).toBe("completed");
  const stored = await get<{ points: { step: number; loss_mel?: number | null }[] }>(
    `/api/training/${run}/metrics?keys=loss_mel&points=5000`,
  );
  const chart = page.getByRole("region", { name: "Spectrogram loss" }).first();
  await chart.getByRole("button", { name: /Show as a table/ }).click();
  const rows = chart.locator("table");
  await expect
    .poll(async () => Number(await rows.getAttribute("aria-rowcount")) - 1, { timeout: 20_000 })
    .toBe(stored.points.length);
  const second = await start(page, 20);
  await badge(page, "Completed").waitFor({ timeout: 240_000 });
  await page.goto(`${address}/analytics?runs=${encodeURIComponent(JSON.stringify([run, second]))}`);
  await settled(page);
  await page.locator("main").getByText("max_steps").first().waitFor();
  await page.context().close();
}, 540_000);

test("a checkpoint is heard, deployed, and speaks", async () => {
  const page = await browser.open("/training", LOOK);
  await settled(page);
  const runs = await get<Run[]>("/api/training");
  await page.goto(`${address}/training/${runs.at(-1)?.id ?? ""}`);
  await settled(page);
  await page
    .getByRole("button", { name: /Actions for the checkpoint/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Deploy" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("amirs-voice");
  await dialog.getByRole("button", { name: "Deploy" }).click();
  await page.getByText("Deployed as").first().waitFor({ timeout: 30_000 });
  await page.goto(`${address}/studio?voice=${encodeURIComponent("local/amirs-voice")}`);
  await settled(page);
  await page.getByRole("textbox", { name: "Text" }).fill("سلام.");
  await page.getByRole("button", { name: "Speak", exact: true }).click();
  await page.getByText("First sound after").waitFor({ timeout: 90_000 });
  await page.context().close();
});

test("what was installed is removed, after a chance to take it back", async () => {
  const page = await browser.open("/resources", LOOK);
  await settled(page);
  const row = page.getByRole("checkbox", { name: `Select ${REPO}` });
  await row.check();
  await page.getByRole("button", { name: "Remove the selected" }).click();
  await page
    .getByRole("button", { name: /Undo|Take/ })
    .first()
    .click();
  expect(await installed()).toContain(REPO);
  await row.check();
  await page.getByRole("button", { name: "Remove the selected" }).click();
  await expect.poll(installed, { timeout: 40_000 }).not.toContain(REPO);
  await page.context().close();
});
