import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const gateway = process.env.SOKHAN_URL ?? "http://127.0.0.1:8080";

/** The gateway accepts pages of its own origin only: the development server asks in its name. */
const proxied = {
  target: gateway,
  changeOrigin: true,
  ws: true,
  headers: { origin: gateway, "sec-fetch-site": "same-origin" },
};

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: process.env.CONSOLE_OUT ?? "../services/gateway/console/dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0, // the policy of the page allows no data: scripts or fonts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: Object.fromEntries(["/api", "/v1", "/ws", "/health", "/docs", "/openapi.json"].map((p) => [p, proxied])),
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
