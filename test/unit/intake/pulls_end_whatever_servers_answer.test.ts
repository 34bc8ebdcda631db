// Servers that ignore how they are asked, and patterns that many stars make slow: a pull ends all the same.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchArcgis } from "../../../edge-functions/_shared/intake/pull/arcgis.ts";
import { matches } from "../../../edge-functions/_shared/intake/pull/content.ts";
import { fetchSocrata } from "../../../edge-functions/_shared/intake/pull/socrata.ts";
import type { Fetcher } from "../../../edge-functions/_shared/intake/pull/types.ts";
import { cpuSecondsOf } from "../../support/cpu.ts";

let server: Server;
let answers: (path: string, asked: number) => string;
let asked = 0;
beforeEach(async () => {
  asked = 0;
  server = createServer((request, response) => {
    // A server without end would keep the test.
    response.end(++asked > 50 ? "" : answers(request.url!, asked));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterEach(() => void server.close());

async function pull(fetcher: Fetcher, kind: "arcgis" | "socrata") {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`;
  const tools = { loopback: true, pause: () => Promise.resolve() };
  const source = { kind, url, options: {}, since: null, token: null };
  try {
    const parts = await Array.fromAsync(fetcher(source, {}, tools));
    return parts.reduce((sum, { rows }) => sum + rows, 0);
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a server that answers the same page for ever", () => {
  const layer = JSON.stringify({
    maxRecordCount: 2,
    objectIdField: "FID",
    fields: [{ name: "FID", type: "esriFieldTypeOID" }],
  });
  const page = (...ids: (number | null)[]) =>
    JSON.stringify({ features: ids.map((FID) => ({ attributes: { FID } })) });

  test("as ArcGIS is refused", async () => {
    answers = (path) => path.includes("/query") ? page(1, 2) : layer;
    expect(await pull(fetchArcgis, "arcgis")).toMatch(/does not filter by FID/);
    answers = (path) => path.includes("/query") ? page(1, null) : layer;
    expect(await pull(fetchArcgis, "arcgis")).toMatch(/does not filter by FID/);
  });

  test("but one that goes on is read to its end", async () => {
    answers = (path, n) => path.includes("/query") ? n === 2 ? page(1, 2) : page(3) : layer;
    expect(await pull(fetchArcgis, "arcgis")).toBe(3);
  });

  test("as Socrata is refused", async () => {
    answers = () => "APN\n1\n2\n";
    expect(await pull(fetchSocrata, "socrata")).toMatch(/every page with the same rows/);
    asked = 0;
    answers = (_, n) => n === 1 ? "APN\n1\n2\n" : n === 2 ? "APN\n3\n4\n" : "APN\n";
    expect(await pull(fetchSocrata, "socrata")).toBe(4);
  });
});

test("wide records of ArcGIS come in parts that fit in memory", async () => {
  const wide = "x".repeat(1 << 20);
  answers = (path, n) =>
    !path.includes("/query")
      ? JSON.stringify({
        ...{ maxRecordCount: 4, objectIdField: "FID" },
        fields: [
          { name: "FID", type: "esriFieldTypeOID" },
          { name: "NOTE", type: "esriFieldTypeString" },
        ],
      })
      : JSON.stringify({
        exceededTransferLimit: n < 8,
        features: n < 8
          ? [1, 2, 3, 4].map((k) => ({ attributes: { FID: n * 4 + k, NOTE: wide } }))
          : [],
      });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`;
  const tools = { loopback: true, pause: () => Promise.resolve() };
  const source = { kind: "arcgis" as const, url, options: {}, since: null, token: null };
  const parts = await Array.fromAsync(fetchArcgis(source, {}, tools));
  expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(24);
  for (const { csv } of parts) expect(csv.length).toBeLessThan(13 << 20);
});

test("a pattern with many stars is compared in no time", () => {
  let found = true;
  const seconds = cpuSecondsOf(() => found = matches("a".repeat(200), "*a".repeat(30) + "b"));
  expect({ found, quick: seconds < 5 }).toEqual({ found: false, quick: true });
  for (
    const [name, pattern, is] of [
      ["sales-2026.csv", "sales-*.csv", true],
      ["Sales-2026.CSV", "sales-*.csv", true],
      ["a/b.csv", "*.csv", false],
      ["a/b.csv", "a/*.csv", true],
      ["a.csv", "a.csv", true],
      ["a+csv", "a.csv", false],
      ["aba", "ab*ba", false],
      ["abba", "ab*ba", true],
      ["x1y2z", "x*y*z", true],
      ["x1/y2z", "x*y*z", false],
      ["anything", "*", true],
      ["xyz", "x**z", true],
    ] as const
  ) expect(matches(name, pattern), `${name} ${pattern}`).toBe(is);
});
