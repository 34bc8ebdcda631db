import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getPublic } from "../../../edge-functions/_shared/platform/http/get_public.ts";

let server: Server;
let base: string;
let location = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/moved") response.writeHead(302, { location }).end();
    else if (request.url === "/slow") {
      response.write("a");
      const more = setInterval(() => response.write("b"), 20);
      response.on("close", () => clearInterval(more));
    } else response.end("here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server?.close());

const get = (url: string, addresses: string[] = [], loopback = false) =>
  getPublic({ url, redirects: 2 }, { loopback, resolve: () => Promise.resolve(addresses) });

describe("nothing is sent", () => {
  test.each([
    "http://example.com/",
    "https://127.0.0.1/",
    "https://localhost/",
    "https://user:password@example.com/",
    "file:///etc/passwd",
    "https://example.com:22/",
  ])("to %s", async (url) => {
    await expect(get(url)).rejects.toThrow("the URL ");
  });

  test.each([
    ["10.0.0.1"],
    ["169.254.169.254"],
    ["::1"],
    ["fd00::1"],
    ["198.51.100.1", "127.0.0.1"],
    [],
  ])("to a name with the address %s", async (...addresses) => {
    await expect(get("https://www.example.com/", addresses.filter(Boolean) as string[]))
      .rejects.toThrow("not public");
  });

  test("where a redirect leads to such a place", async () => {
    for (const to of ["https://10.0.0.1/", "https://localhost/", "ftp://example.com/"]) {
      location = to;
      await expect(get(`${base}/moved`, [], true)).rejects.toThrow("the URL ");
    }
    location = "https://www.example.com/";
    await expect(get(`${base}/moved`, ["10.0.0.1"], true)).rejects.toThrow("not public");
  });
});

test("a server that never ends its answer is left after the total time", async () => {
  const answer = await getPublic(
    { url: `${base}/slow`, totalMs: 200 },
    { loopback: true },
  );
  const read = async () => {
    for await (const _ of answer.body);
  };
  await expect(read()).rejects.toThrow();
});

test("a redirect is followed only where the caller agrees", async () => {
  location = "/there";
  const asked: string[] = [];
  const follow = (refuse: boolean) =>
    getPublic({
      url: `${base}/moved`,
      redirects: 2,
      mayFollow: (url) => {
        asked.push(url);
        return refuse ? Promise.reject(new Error("not there")) : Promise.resolve();
      },
    }, { loopback: true });
  expect((await follow(false)).status).toBe(200);
  await expect(follow(true)).rejects.toThrow("not there");
  expect(asked).toEqual([`${base}/there`, `${base}/there`]);
});

test("redirects end", async () => {
  location = "/moved";
  await expect(get(`${base}/moved`, [], true)).rejects.toThrow("redirects too often");
});

test("an allowed address answers, also after a redirect", async () => {
  location = "/there";
  const answer = await get(`${base}/moved`, [], true);
  expect([answer.status, answer.url]).toEqual([200, `${base}/there`]);
  let text = "";
  for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
  expect(text).toBe("here");
});
