// The part of `make bench WHAT=console` that runs in Node: it drives Chromium and prints one JSON object.
// node measure.js <address> <run> <minutes> <tabs>

import { chromium } from "playwright-core";

const [address, run, minutes, tabs] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server"];
const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [...args, "--disable-background-networking", "--disable-component-update", "--js-flags=--expose-gc"],
  });
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values, part) =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** Milliseconds to the first paint with words, and until the page stands; a new browser each time, nothing cached. */
async function firstPaint(path, heading) {
  const painted = [];
  const standing = [];
  for (let i = 0; i < 5; i++) {
    const browser = await launch();
    const page = await browser.newPage();
    await page.goto(address + path);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    standing.push(await page.evaluate(() => performance.now()));
    painted.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Infinity),
    );
    await browser.close();
  }
  return { firstPaint: median(painted), standing: median(standing) };
}

/** The page of a running training: times of frames and long tasks, and the heap after garbage collection. */
async function watchRun() {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${address}/training/${run}`);
  await page.locator("canvas").nth(3).waitFor();
  await page.waitForTimeout(3000);
  const frames = await page.evaluate(async () => {
    const gaps = [];
    const long = [];
    const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => long.push(entry.duration)));
    observer.observe({ type: "longtask" });
    let last = performance.now();
    const end = last + 30_000;
    await new Promise((done) => {
      const frame = (now) => {
        gaps.push(now - last);
        last = now;
        if (now < end) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
    observer.disconnect();
    return { gaps, long };
  });
  const heap = () =>
    page.evaluate(() => {
      globalThis.gc();
      return performance.memory.usedJSHeapSize;
    });
  const heaps = [await heap()];
  for (let minute = 0; minute < Number(minutes); minute++) {
    await page.waitForTimeout(60_000);
    heaps.push(await heap());
    process.stderr.write(`heap ${heaps.at(-1)}\n`);
  }
  const points = await page.evaluate(() => document.querySelectorAll("canvas").length);
  await browser.close();
  return {
    charts: points,
    frameMedian: quantile(frames.gaps, 0.5),
    frame99: quantile(frames.gaps, 0.99),
    longTasks: frames.long.length,
    longest: Math.max(0, ...frames.long),
    heaps,
  };
}

/** Many tabs with the page of the run, in one browser: seconds until the last one stands. */
async function openTabs() {
  const browser = await launch();
  const context = await browser.newContext();
  const started = performance.now();
  const pages = await Promise.all(
    Array.from({ length: Number(tabs) }, async () => {
      const page = await context.newPage();
      await page.goto(`${address}/training/${run}`, { timeout: 180_000 });
      return page;
    }),
  );
  await Promise.all(pages.map((page) => page.locator("canvas").first().waitFor({ timeout: 180_000 })));
  const seconds = (performance.now() - started) / 1000;
  process.stderr.write("tabs open\n"); // the gateway is measured from here
  await pages[0].waitForTimeout(20_000);
  await browser.close();
  return { seconds };
}

const home = await firstPaint("/", /./);
const watched = await watchRun();
const opened = await openTabs();
console.log(JSON.stringify({ home, watched, opened }));
