/** From the Hub to a voice of one's own: install, upload, train, hear, deploy, speak, remove. The tests build on each other. */

import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  address,
  browserForTests,
  control,
  files,
  hand,
  opening,
  overflows,
  settled,
  text,
  violations,
} from "./support";

const browser = browserForTests();
const REPO = "test/amir";
const VOICE = "amirs-voice";
const common = text.common;
const states = common.states;

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(address + path);
  return ((await answer.json()) as { data: T }).data;
}

/** The ids of what is complete on the disk. */
async function installed(): Promise<string[]> {
  const { assets } = await get<{ assets: { id: string; status: string }[] }>("/api/assets");
  return assets.filter(({ status }) => status === "ready").map(({ id }) => id);
}

/** A badge with a state. */
function badge(page: Page, state: string) {
  return page.locator("main").getByText(state, { exact: true }).first();
}

/** What a page with something on it is asked for, like the empty ones in pages.journey.ts. */
async function inspect(page: Page): Promise<void> {
  await settled(page);
  expect(await violations(page), page.url()).toEqual([]);
  expect(await overflows(page), `${page.url()} is wider than the window`).toBe(false);
}

/** A button of what the page is about: its name begins with the word, and goes on with a name. */
function button(page: Page, word: string) {
  return page.locator("main").locator(`button[aria-label^="${word}:"]`).first();
}

test("a download is paused, survives a reload and a killed downloader, and ends", async () => {
  await control("rate/400000");
  const page = await browser.open(`/hub?tab=hub&id=${encodeURIComponent(REPO)}`);
  await settled(page);
  await page.getByText(text.hub.plan.enough).waitFor();
  await hand.press(page.getByRole("button", { name: text.hub.plan.start, exact: true }));
  await hand.press(button(page, common.pause));
  await badge(page, states.paused).waitFor({ timeout: 30_000 });
  await page.reload();
  await badge(page, states.paused).waitFor({ timeout: 30_000 });
  await hand.press(button(page, common.resume));
  await badge(page, states.running).waitFor({ timeout: 30_000 });
  await control("kill/downloader");
  await page.reload();
  await control("start/downloader");
  await control("rate/0");
  await page.getByText(text.hub.installed, { exact: true }).first().waitFor({ timeout: 90_000 });
  expect(await installed()).toContain(REPO);
  await inspect(page);
  await page.context().close();
});

async function upload(page: Page, file: string, name: string): Promise<void> {
  await page.goto(`${address}/datasets`);
  await settled(page);
  const words = text.datasets.upload;
  await hand.attach(page.getByRole("button", { name: words.choose, exact: true }), join(files, file));
  await hand.write(page.getByRole("textbox", { name: words.name }), name);
  await hand.press(page.getByRole("button", { name: words.start, exact: true }));
}

test("the wrong line of a file is named, and the mended file is installed", async () => {
  const words = text.datasets.imports;
  const page = await browser.open("/datasets");
  await upload(page, "broken.jsonl", "texts");
  await page.getByText(words.fix).waitFor({ timeout: 60_000 });
  const failed = await page.locator("main").innerText();
  expect(failed).toContain("broken.jsonl");
  expect(failed).toMatch(new RegExp(`${words.wrongLine}\\s*[2۲]`));
  await hand.press(page.getByRole("button", { name: words.dismiss }).first());
  await upload(page, "mended.jsonl", "texts");
  await page.getByText(words.done).waitFor({ timeout: 60_000 });
  await upload(page, "speech.zip", "amirs");
  await expect.poll(installed, { timeout: 60_000 }).toContain("local/amirs");
  await page.goto(`${address}/datasets?id=${encodeURIComponent("local/amirs")}`);
  await settled(page);
  await expect.poll(() => page.locator("main audio").count(), { timeout: 30_000 }).toBeGreaterThan(0);
  await inspect(page);
  await page.context().close();
});

interface Run {
  id: string;
  state: string;
}

async function start(page: Page, steps: number): Promise<string> {
  const words = text.newTraining;
  await page.goto(`${address}/training/new?dataset=${encodeURIComponent("local/amirs")}`);
  await settled(page);
  await hand.check(page.getByRole("radio", { name: words.presets.tiny }));
  const search = page.getByRole("searchbox", { name: words.search });
  const values = { max_steps: steps, batch_size: 3, evaluate_every: 10, checkpoint_every: 10, quality_utterances: 0 };
  for (const [name, value] of Object.entries(values)) {
    await hand.write(search, name);
    await hand.write(page.getByRole("textbox", { name: new RegExp(`\\b${name}\\b`) }), String(value));
  }
  await hand.press(page.getByRole("button", { name: words.start }));
  await page.waitForURL(/\/training\/(?!new)/);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

test("a run is watched, paused and resumed, and its plot has every step of the store", async () => {
  const { actions, metrics } = text.training;
  const page = await browser.open("/training");
  const run = await start(page, 30);
  await badge(page, states.running).waitFor({ timeout: 90_000 });
  await hand.press(button(page, actions.pause));
  await badge(page, states.paused).waitFor({ timeout: 60_000 });
  await hand.press(button(page, actions.resume));
  await badge(page, states.completed).waitFor({ timeout: 240_000 });
  expect((await get<Run>(`/api/training/${run}`)).state).toBe("completed");
  const stored = await get<{ points: { step: number; loss_mel?: number | null }[] }>(
    `/api/training/${run}/metrics?keys=loss_mel&points=5000`,
  );
  const chart = page.getByRole("region", { name: metrics.loss_mel ?? "" }).first();
  await hand.press(chart.getByRole("button", { name: text.chart.asTable }));
  const rows = chart.locator("table");
  await expect
    .poll(async () => Number(await rows.getAttribute("aria-rowcount")) - 1, { timeout: 20_000 })
    .toBe(stored.points.length);
  await inspect(page);
  const second = await start(page, 10);
  await badge(page, states.completed).waitFor({ timeout: 240_000 });
  await page.goto(`${address}/analytics?runs=${encodeURIComponent(JSON.stringify([run, second]))}`);
  await settled(page);
  await page.locator("main").getByText("max_steps").first().waitFor();
  await inspect(page);
  await page.context().close();
}, 540_000);

test("a checkpoint is heard, deployed, and speaks", async () => {
  const words = text.training.checkpoints;
  const [run] = (await get<Run[]>("/api/training")).slice(-1);
  const page = await browser.open(`/training/${run?.id ?? ""}`);
  await settled(page);
  await hand.press(page.locator(`button[aria-label^="${opening((sample) => words.play(sample, ""))}"]`).first());
  const player = page.locator("main audio");
  await expect.poll(() => player.evaluate((sound: HTMLAudioElement) => sound.currentTime)).toBeGreaterThan(0);
  await hand.press(page.locator(`button[aria-label^="${opening(words.actionsOf)}"]`).first());
  await hand.pick(page.getByRole("menuitem", { name: words.deploy, exact: true }));
  const dialog = page.getByRole("dialog");
  await hand.write(dialog.getByRole("textbox"), VOICE);
  await hand.press(dialog.getByRole("button", { name: words.deploy, exact: true }));
  await page.locator("main").getByText(VOICE, { exact: true }).first().waitFor({ timeout: 30_000 });
  await page.goto(`${address}/studio?voice=${encodeURIComponent(`local/${VOICE}`)}`);
  await settled(page);
  await hand.write(page.getByRole("textbox", { name: text.studio.text, exact: true }), "سلام.");
  await hand.press(page.getByRole("button", { name: text.studio.speak, exact: true }));
  await page.getByText(opening(text.studio.firstSound)).waitFor({ timeout: 90_000 });
  await page.context().close();
});

test("what was installed is removed, after a chance to take it back", async () => {
  const words = text.resources.removal;
  const page = await browser.open("/resources");
  await settled(page);
  const { kinds, select } = text.resources.stored;
  const check = (id: string, kind: keyof typeof kinds) =>
    hand.check(page.getByRole("checkbox", { name: select(id, kinds[kind]), exact: true }));
  await inspect(page);
  const remove = () => hand.press(page.getByRole("button", { name: words.remove }));
  await check(REPO, "voice");
  await remove();
  await hand.press(page.getByRole("button", { name: words.undo }).first());
  expect(await installed()).toContain(REPO);
  for (const id of [REPO, `local/${VOICE}`, "local/amirs"]) await check(id, "voice");
  for (const id of ["local/texts", "local/amirs"]) await check(id, "dataset");
  await remove();
  await expect.poll(installed, { timeout: 40_000 }).not.toContain("local/amirs");
  expect(await installed()).not.toContain(REPO);
  await page.context().close();
});

test("runs are deleted after a question", async () => {
  const { actions, removed } = text.training;
  const page = await browser.open("/training");
  for (const { id } of await get<Run[]>("/api/training")) {
    await page.goto(`${address}/training/${id}`);
    await settled(page);
    await hand.press(button(page, actions.remove));
    await hand.press(page.getByRole("dialog").getByRole("button", { name: actions.remove, exact: true }));
    await page.getByText(opening(removed)).first().waitFor({ timeout: 30_000 });
  }
  expect(await get<Run[]>("/api/training")).toEqual([]);
  await page.context().close();
});
