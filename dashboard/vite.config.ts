import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a running `nuncio serve`. */
const server = process.env.NUNCIO_SERVER ?? "http://127.0.0.1:8484";

/** The server answers `/portal/…` with portal.html; so does the development server. */
const portalPages: Plugin = {
  name: "portal-pages",
  configureServer(vite) {
    vite.middlewares.use((request, _response, next) => {
      if (request.url?.startsWith("/portal/")) request.url = "/portal.html";
      next();
    });
  },
};

export default defineConfig({
  plugins: [react(), portalPages],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/v1": {
        target: server,
        changeOrigin: true,
        // The server takes a cookie only from pages of its own origin.
        configure: (proxy) => proxy.on("proxyReq", (request) => request.setHeader("origin", server)),
      },
    },
  },
  build: {
    target: "es2023",
    // Under the page's content security policy only files of our own origin load, so nothing becomes a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: "index.html", portal: "portal.html" } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
