// The desk on a server of its own, as a static host would serve it, with the headers that `_headers` has.
import { existsSync, readFileSync, statSync } from "node:fs";
import { globSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../dev/paths.ts";
import { buildDesk, configured, deskFolder } from "./build_desk.ts";
import { deskHeaders } from "./headers.ts";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

export interface ServedDesk {
  /** `http://127.0.0.1:PORT/`. */
  url: string;
  close: () => Promise<void>;
}

let building: Promise<string> | null = null;

/** Builds only if a source is newer than the build. */
export async function currentDesk(): Promise<string> {
  const folder = deskFolder();
  const made = join(folder, "index.html");
  const sources = globSync("desk/**/*", { cwd: root }).map((name) => join(root, name))
    .concat(join(root, "package-lock.json"));
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (existsSync(made) && statSync(made).mtimeMs > newest) return folder;
  building ??= buildDesk().finally(() => building = null);
  return await building;
}

export async function startDesk(
  { url: projectUrl, key, port = 0, folder }: {
    url: string;
    key: string;
    port?: number;
    folder?: string;
  },
): Promise<ServedDesk> {
  const files = folder ?? await currentDesk();
  const headers: Record<string, string> = {
    ...deskHeaders(projectUrl),
    // This server has no TLS.
    "Strict-Transport-Security": "max-age=0",
  };
  const zipped = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://desk");
    const name = pathname === "/" ? "index.html" : normalize(decodeURIComponent(pathname)).slice(1);
    const path = join(files, name);
    if (!path.startsWith(files) || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404, headers).end("Not found");
      return;
    }
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    const immutable = name.startsWith("assets/");
    const version = `${path} ${statSync(path).mtimeMs}`;
    let body = zipped.get(version);
    if (!body) {
      const bytes = readFileSync(path);
      body = gzipSync(
        name === "index.html"
          ? Buffer.from(configured(bytes.toString("utf8"), projectUrl, key))
          : bytes,
      );
      zipped.set(version, body);
    }
    response.writeHead(200, {
      ...headers,
      "Content-Type": type,
      "Content-Encoding": "gzip",
      "Cache-Control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
