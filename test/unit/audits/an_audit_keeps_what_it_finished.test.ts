// Audits as processes: whatever ends one, its finished parts are kept, and nothing of it goes on.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryOf, runAudit, siteUrl } from "../../../scripts/audits/run_audit.ts";

let server: Server;
let base: string;
let hanging = Promise.withResolvers<void>();
beforeAll(async () => {
  server = createServer((request, response) => {
    // Never answered: an audit that asks for it is in the middle of its links.
    if (request.url === "/hang") hanging.resolve();
    else if (request.url === "/") {
      response.setHeader("content-type", "text/html");
      response.end(
        '<title>A page with a title</title><p>Text</p><a href="/hang">More</a>',
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

const env = { ...process.env, SLUICE_LOOPBACK_URLS: "allow" };
const parts = ["page", "links"] as const;

test("a worker that stops ends its audit, which keeps the page and says what it was doing", async () => {
  hanging = Promise.withResolvers<void>();
  const stop = new AbortController();
  const kept: string[] = [];
  const running = runAudit(base, {
    ...{ parts, env, signal: stop.signal },
    onPart: ({ part }) => void kept.push(part),
  });
  await hanging.promise;
  stop.abort();
  const ran = await running;
  expect(ran.parts.map(({ part, error }) => [part, error]))
    .toEqual([["page", null], ["links", "stopped: the worker was stopped"]]);
  expect(ran.parts[0]!.result!.measures["seo.title_length"]!.value).toBe(19);
  expect([ran.reason, kept]).toEqual([null, ["page", "links"]]);
});

test.skipIf(process.platform !== "linux")(
  "an audit that grows too large ends with its reason",
  async () => {
    const ran = await runAudit(base, { parts, env, limits: { mib: 1 } });
    expect(ran.peakMib).toBeGreaterThan(1);
    const said = [ran.reason, ...ran.parts.map(({ error }) => error)].join();
    expect(said).toContain("it used more than 1 MiB of memory");
  },
);

test("a process that ends without a word is a reason, too", async () => {
  const ran = await runAudit(base, {
    parts,
    env: { ...env, SLUICE_FINGERPRINTS: "/nonexistent" },
  });
  expect(ran.parts.map(({ part }) => part)).toEqual([]);
  expect(ran.reason).toContain(
    "the audit failed: no JSON files in /nonexistent",
  );
});

test("without the switch, a page on this machine is not asked", async () => {
  const ran = await runAudit(base, { parts, env: { PATH: process.env.PATH } });
  expect([ran.code, ran.parts]).toEqual(["not_public", []]);
});

test("memory is that of a whole group of processes, and none of one that is gone", () => {
  expect(memoryOf(undefined)).toBe(0);
  expect(memoryOf(2 ** 30)).toBe(0);
});

test("a domain and a URL name a site, and nothing else does", () => {
  expect(siteUrl("Shop.Example.com")).toBe("https://shop.example.com/");
  expect(siteUrl("http://shop.example.com/about")).toBe(
    "http://shop.example.com/about",
  );
  expect(() => siteUrl("not a domain")).toThrow("invalid address");
});
