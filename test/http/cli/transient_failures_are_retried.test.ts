import { readdir, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { csvRows, makeWorld, type World } from "./harness.ts";
import type { Fault } from "./support.ts";

let world: World;
let file: string;

beforeEach(async () => {
  world = await makeWorld();
  file = join(world.dir, "list.csv");
  await writeFile(file, [...csvRows(50)].join(""));
});
afterEach(() => world.close());

/** Applies the faults to the first requests that carry a part. */
function failParts(...faults: Fault[]): void {
  world.server.fault = (request) => request.query.part ? faults.shift() : undefined;
}
const posts = () => world.server.received.filter((request) => request.query.part);

describe("a request with a transient failure", () => {
  test("is retried after 429, 503, a gateway's page and a broken connection", async () => {
    failParts(
      { status: 429, headers: { "retry-after": "1" } },
      { status: 503 },
      { status: 502, body: "<html>Bad gateway</html>" },
      { drop: "before" },
    );
    const { code, err } = await world.run(["upload", file]);
    expect(code).toBe(0);
    expect(posts()).toHaveLength(5);
    expect(world.server.partsServed()).toHaveLength(1);
    expect(err).toContain("429 Title of 429: On purpose; retrying in");
    expect(err).toContain("no response from http://127.0.0.1");
  });

  test("is signed each time under the same webhook-id", async () => {
    failParts({ status: 429, headers: { "retry-after": "7" } }, { status: 503 });
    await world.run(["upload", file]);
    const ids = new Set(posts().map((request) => request.headers["webhook-id"]));
    const times = posts().map((request) => Number(request.headers["webhook-timestamp"]));
    expect(ids.size).toBe(1);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(7);
    expect(new Set(posts().map((r) => r.headers["webhook-signature"])).size).toBeGreaterThan(1);
  });

  test("has the same webhook-id when the command is run again", async () => {
    failParts({ status: 422 });
    await world.run(["upload", file]);
    await world.run(["upload", file]);
    const [first, second] = posts().map((request) => request.headers["webhook-id"]);
    expect(second).toBe(first);
  });

  test("waits at least as long as Retry-After says, in seconds or as a date", async () => {
    failParts({ status: 429, headers: { "retry-after": "30" } });
    await world.run(["upload", file, "--no-wait"]);
    expect(world.sleeps[0]).toBeGreaterThanOrEqual(30_000);
    expect(world.sleeps[0]).toBeLessThanOrEqual(31_000);
    const date = new Date(world.server.now() + 20_000).toUTCString();
    failParts({ status: 503, headers: { "retry-after": date } });
    await world.run(["upload", file, "--no-wait", "--dry-run"]);
    expect(world.sleeps[1]).toBeGreaterThanOrEqual(18_000);
  });

  test("is abandoned after 8 attempts, with the correlation id and code 1", async () => {
    world.server.fault = (request) => request.query.part ? { status: 503 } : undefined;
    const { code, err, json } = await world.run(["upload", file, "--json"]);
    expect(code).toBe(1);
    expect(posts()).toHaveLength(8);
    expect(world.sleeps).toHaveLength(7);
    expect(Math.max(...world.sleeps)).toBeLessThanOrEqual(30_000);
    expect(err).toContain("correlation id 5a3c0f8e-0000-4000-8000-00000000000f");
    expect(json()).toMatchObject({
      ok: false,
      status: 503,
      code: "fault",
      correlation_id: "5a3c0f8e-0000-4000-8000-00000000000f",
    });
  });

  test("is abandoned at once when Retry-After exceeds two minutes", async () => {
    failParts({ status: 429, headers: { "retry-after": "121" } });
    expect((await world.run(["upload", file])).code).toBe(1);
    expect(world.sleeps).toEqual([]);
  });

  test("that took effect before its response was lost counts once", async () => {
    failParts({ drop: "after" });
    const { code, json } = await world.run(["upload", file, "--json"]);
    expect(code).toBe(0);
    expect(posts()).toHaveLength(2);
    expect(json()).toMatchObject({ duplicate: false, parts: 1, state: "completed" });
  });

  test("is retried when it only asks for the status", async () => {
    let polls = 0;
    world.server.fault = (request) =>
      request.method === "GET" && polls++ % 2 === 0 ? { status: 503 } : undefined;
    expect((await world.run(["upload", file])).code).toBe(0);
    expect(polls).toBeGreaterThan(2);
  });
});

describe("a request that is refused", () => {
  test("is not retried, and its reason is shown", async () => {
    for (const status of [400, 401, 403, 409, 413, 415, 422]) {
      failParts({ status });
      const before = posts().length;
      const { code, err } = await world.run(["upload", file]);
      expect(code).toBe(1);
      expect(posts().length - before).toBe(1);
      expect(err).toContain(`sluice: ${status} Title of ${status}: On purpose`);
      expect(err).toContain("correlation id");
    }
    expect(world.sleeps).toEqual([]);
  });

  test("stops the other parts at once and closes the file", async () => {
    await writeFile(file, [...csvRows(5_000)].join(""));
    let ended = () => {};
    const end = new Promise<void>((done) => ended = done);
    world.server.fault = (request) => request.query.part === "3" ? { status: 422 } : undefined;
    // The response to part 2 does not arrive while the client runs.
    world.server.accepted = (_upload, part) => part === 2 ? end : undefined;
    const { code } = await world.run(["upload", file, "--part-size", "4KiB"]);
    ended();
    expect(code).toBe(1);
    expect(posts()).toHaveLength(3);
    expect(world.server.only().expected).toBeNull();
    const open = (await readdir("/proc/self/fd")).map((fd) =>
      readlink(`/proc/self/fd/${fd}`).catch(() => "")
    );
    expect(await Promise.all(open)).not.toContain(file);
  });

  test("for its signature names a wrong clock, or else the settings to check", async () => {
    const right = await world.run([
      "status",
      "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a",
      "-s",
      "other",
    ]);
    expect(right.err).toContain("check the source key and its secret");
    const date = new Date(world.server.now() - 720_000).toUTCString();
    failParts({ status: 401, headers: { date } });
    const wrong = await world.run(["upload", file]);
    expect(wrong.err).toMatch(/the clock of this machine is 7[12]\d s ahead of the server's/);
  });

  test("by a redirect is not sent again to the new address", async () => {
    failParts({ status: 308, headers: { location: "http://example.com/" }, body: "" });
    const { code, err } = await world.run(["upload", file]);
    expect(code).toBe(1);
    expect(err).toContain("it redirects to http://example.com/");
  });

  test("by a server that is down is reported after all attempts", async () => {
    const url = world.server.url;
    await world.server.stop();
    const { code, err } = await world.run(["upload", file, "--url", url]);
    expect(code).toBe(1);
    expect(err).toContain(`sluice: no response from ${url}: ECONNREFUSED`);
    await world.server.start();
  });
});
