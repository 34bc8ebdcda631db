// The desk as static files: no inline script or style, relative addresses, one chunk per page.
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

/** The desk itself is loaded beside the small first chunk, not after it. */
const besideTheFirst: Plugin = {
  name: "beside-the-first",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle = {}, chunk: first }) {
      const chunks = Object.values(bundle).filter((item) => item.type === "chunk");
      const start = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith("/src/start.tsx"));
      if (!start || !first) return [];
      return [start.fileName, ...start.imports]
        .filter((name) => name !== first.fileName && !first.imports.includes(name))
        .map((name) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `./${name}` },
          injectTo: "head" as const,
        }));
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [besideTheFirst],
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
