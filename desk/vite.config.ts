// The desk as static files: no inline script or style, relative addresses, one chunk per page.
import { join } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: join(import.meta.dirname, "public"),
  // The reader of lists runs on the server, too; in a browser its parser brings its own Buffer.
  resolve: { alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: join(import.meta.dirname, "..", ".local", "desk"),
    emptyOutDir: true,
    target: "es2023",
    // light-dark() stays as it is written.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // A data: address of a script or style would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    reportCompressedSize: false,
  },
});
