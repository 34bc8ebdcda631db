// `npm run desk:dev`: builds after every change and serves what is built, with the headers that it will have.
// The project is the stack of `npm run dev`, or SLUICE_URL and SLUICE_KEY.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { localPath, root } from "../dev/paths.ts";
import { deskFolder } from "./build_desk.ts";
import { startDesk } from "./serve.ts";

const state = localPath("stack.json");
const running = existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : null;
const url = process.env.SLUICE_URL ?? running?.functionsUrl.replace(/\/functions\/v1$/, "");
const key = process.env.SLUICE_KEY ?? running?.publishableKey;
if (!url || !key) {
  console.error("No project: run npm run dev beside this, or set SLUICE_URL and SLUICE_KEY.");
  process.exit(2);
}
await build({
  configFile: join(root, "desk", "vite.config.ts"),
  logLevel: "warn",
  build: { watch: {} },
});
const desk = await startDesk({ url, key, port: 54330, folder: deskFolder() });
console.log(`The desk of ${url}: ${desk.url}\nCtrl-C stops it.`);
