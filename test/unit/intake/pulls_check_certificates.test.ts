// Pulls over TLS from real servers: the connection goes to the address that was checked, asks for the name by SNI, and
// nothing is sent to a server that cannot prove the name.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fetchFile } from "../../../edge-functions/_shared/intake/pull/file.ts";
import { fetchSocrata } from "../../../edge-functions/_shared/intake/pull/socrata.ts";
import type { PullSource, PullTools } from "../../../edge-functions/_shared/intake/pull/types.ts";
import {
  type Target,
  UnsafeUrl,
} from "../../../edge-functions/_shared/platform/http/public_target.ts";
import { root } from "../../../scripts/dev/paths.ts";

const pem = (name: string) => readFileSync(join(root, "test/fixtures/tls", name), "utf8");
const PUBLIC = "93.184.215.14";
const NAME = "hook.example.com";
const LIST = "APN,OWNER\n1,Ann\n2,Bob\n";

const seen: { path: string; host: string | undefined; name: unknown; token: string }[] = [];
const dialled: Target[] = [];
const servers: Record<string, Server> = {};
beforeAll(async () => {
  for (const cert of ["cert.pem", "self_signed.pem"]) {
    const server = createServer({ cert: pem(cert), key: pem("key.pem") }, (request, response) => {
      const { servername } = request.socket as TLSSocket & { servername: unknown };
      const token = String(request.headers.authorization ?? request.headers["x-app-token"] ?? "");
      seen.push({ path: request.url!, host: request.headers.host, name: servername, token });
      if (request.url === "/robots.txt") response.writeHead(404).end();
      else if (request.url === "/moved.csv") {
        response.writeHead(302, { location: "https://other.example.com/list.csv" }).end();
      } else response.end(request.url!.includes("offset=2") ? "APN,OWNER\n" : LIST);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    servers[cert] = server;
  }
});
afterAll(() => Object.values(servers).forEach((server) => server.close()));
beforeEach(() => {
  seen.length = dialled.length = 0;
});

interface Made {
  cert?: string;
  /** Authority that is believed besides those of the system. */
  ca?: string;
  resolve?: PullTools["resolve"];
  token?: string;
}
async function pull(url: string, { cert = "cert.pem", ca, resolve, token }: Made = {}) {
  const tools: PullTools = {
    resolve: resolve ?? (() => Promise.resolve([PUBLIC])),
    dial: (target) => {
      dialled.push(target);
      const { port } = servers[cert]!.address() as AddressInfo;
      return { host: "127.0.0.1", port, ...(ca === undefined ? {} : { ca: pem(ca) }) };
    },
    pause: () => Promise.resolve(),
  };
  const source: PullSource = {
    ...{ kind: "file", url, options: {}, since: null, token: token ?? null },
  };
  const fetch = url.includes("/resource/") ? fetchSocrata : fetchFile;
  const parts = await Array.fromAsync(fetch(source, {}, tools));
  return parts.map(({ csv }) => Buffer.from(csv).toString()).join("");
}

test("a list is fetched from the address that was checked, by its name", async () => {
  expect(await pull(`https://${NAME}/list.csv`, { ca: "ca.pem", token: "quillmarker" })).toBe(LIST);
  const target = { address: PUBLIC, port: 443, name: NAME };
  expect(dialled).toEqual([target, target]);
  expect(seen).toEqual([
    { path: "/robots.txt", host: NAME, name: NAME, token: "" },
    { path: "/list.csv", host: NAME, name: NAME, token: "Bearer quillmarker" },
  ]);
});

test("so are pages of an interface, with another port of the name", async () => {
  expect(await pull(`https://${NAME}:8443/resource/a.csv`, { ca: "ca.pem", token: "quillmarker" }))
    .toBe(LIST);
  expect(new Set(dialled.map(({ port }) => port))).toEqual(new Set([8443]));
  expect(seen.every(({ name, host }) => name === NAME && host === `${NAME}:8443`)).toBe(true);
});

test.each([
  ["for another name", "https://other.example.com/list.csv", { ca: "ca.pem" }, /altnames/],
  ["of an unknown authority", `https://${NAME}/list.csv`, {}, /unable to verify|local issuer/],
  ["signed by itself", `https://${NAME}/list.csv`, { cert: "self_signed.pem" }, /self-signed/],
])("nothing is sent to a server with a certificate %s", async (_, url, made, problem) => {
  await expect(pull(url, { ...made, token: "quillmarker" })).rejects.toThrow(problem);
  expect(dialled).toHaveLength(1);
  expect(seen).toEqual([]);
});

test("a certificate signed by itself is accepted only where it is the authority", async () => {
  const made = { cert: "self_signed.pem", ca: "self_signed.pem" };
  expect(await pull(`https://${NAME}/list.csv`, made)).toBe(LIST);
});

test("a redirect leads to no server without the certificate of its name", async () => {
  await expect(pull(`https://${NAME}/moved.csv`, { ca: "ca.pem" })).rejects.toThrow(/altnames/);
  expect(seen.map(({ path }) => path)).toEqual(["/robots.txt", "/moved.csv"]);
});

test("a name that points elsewhere between two requests leads nowhere else", async () => {
  const answers = [[PUBLIC], ["169.254.169.254"]];
  const resolve = () => Promise.resolve(answers.shift()!);
  await expect(pull(`https://${NAME}/list.csv`, { ca: "ca.pem", resolve })).rejects.toThrow(
    UnsafeUrl,
  );
  expect(dialled.map(({ address }) => address)).toEqual([PUBLIC]);
  expect(seen.map(({ path }) => path)).toEqual(["/robots.txt"]);
});
