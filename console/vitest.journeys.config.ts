import { defineConfig } from "vitest/config";

/** Journeys drive Chromium against a running platform: tests/browser/test_console.py starts one and says where. */
export default defineConfig({
  test: {
    include: ["journeys/**/*.journey.ts"],
    environment: "node",
    fileParallelism: false, // one platform, two cores
    testTimeout: 120_000,
    hookTimeout: 60_000,
    bail: 0,
  },
});
