import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const gateway = process.env.SOKHAN_URL ?? "http://127.0.0.1:8080";

/** The gateway accepts pages of its own origin only: the development server asks in its name. */
const proxied = {
  target: gateway,
  changeOrigin: true,
  ws: true,
  headers: { origin: gateway, "sec-fetch-site": "same-origin" },
};

/** WebAssembly is 14 MB, and 4 MB compressed: only that is committed and sent. */
function compressWasm(): Plugin {
  let folder = "";
  return {
    name: "compress-wasm",
    apply: "build",
    configResolved(config) {
      folder = join(config.build.outDir, "assets");
    },
    closeBundle() {
      for (const name of readdirSync(folder).filter((file) => file.endsWith(".wasm"))) {
        writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
        rmSync(join(folder, name));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressWasm()],
  build: {
    outDir: process.env.CONSOLE_OUT ?? "../services/gateway/console/dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0, // the policy of the page allows no data: scripts or fonts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // In one chunk they compress better than in many; the libraries stay in a browser over our releases.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "state", test: /\/src\/(api|live)\/|\/src\/pages\/[\w-]+\/(search|tabs)\.ts/ },
            {
              name: "base",
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!react-virtual|virtual)|@floating-ui|tslib|openapi-fetch)/,
            },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: Object.fromEntries(["/api", "/v1", "/ws", "/health", "/docs", "/openapi.json"].map((p) => [p, proxied])),
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
