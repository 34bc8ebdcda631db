// A real Chromium for the pages, and the pages on a server of their own, as any host would serve them.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { root } from "../../../scripts/dev/paths.ts";

export { openBrowser, PATIENCE_MS } from "../../../scripts/desk/browser.ts";

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** Serves the folder pages/, set up to talk to the functions at that URL. */
export async function servePages(
  functionsUrl: () => string,
): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://pages").pathname;
    const name = /^\/(consent|unsubscribe)\/([a-z]+\.(?:html|css|js))?$/.exec(path);
    if (!name) {
      response.writeHead(404).end();
      return;
    }
    const file = name[2] ?? "index.html";
    const text = await readFile(join(root, "pages", name[1]!, file), "utf8");
    response.writeHead(200, { "content-type": TYPES[file.split(".")[1]!]! })
      .end(text.replace(/(name="sluice-(\w+)-url" content=")[^"]*/, `$1${functionsUrl()}/$2`));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
