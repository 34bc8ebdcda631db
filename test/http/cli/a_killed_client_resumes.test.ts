import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { csvRows, makeWorld, outcome, type World } from "./harness.ts";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

describe("a client that is killed with SIGKILL", () => {
  // Killed after part 3 was accepted and before its response, and again later.
  test("resumes when run again, and sends no accepted part twice", async () => {
    const file = join(world.dir, "list.csv");
    const content = [...csvRows(3_000)].join("");
    await writeFile(file, content);
    const args = ["upload", file, "--part-size", "16KiB", "--json"];
    for (const fatal of [3, 6]) {
      const child = world.start(args);
      const ended = outcome(child);
      world.server.accepted = async (_upload, part) => {
        if (part < fatal) return;
        child.kill("SIGKILL");
        await ended;
      };
      expect((await ended).signal).toBe("SIGKILL");
    }
    world.server.accepted = () => {};
    const taken = world.server.partsServed();
    expect(taken.length).toBeGreaterThanOrEqual(6);

    const { code, out } = await outcome(world.start(args));
    expect(code).toBe(0);
    const upload = world.server.only();
    const all = world.server.partsServed();
    expect(all).toHaveLength(new Set(all).size);
    expect(all).toHaveLength(upload.parts.size);
    expect(world.server.contentOf(upload).toString()).toBe(content);
    expect(JSON.parse(out)).toMatchObject({
      upload_id: upload.id,
      state: "completed",
      parts: upload.parts.size,
      parts_skipped: taken.length,
      parts_sent: upload.parts.size - taken.length,
    });
  });
});

describe("a client that gets Ctrl-C", () => {
  test("exits with 130 and prints how to resume", async () => {
    const file = join(world.dir, "list.csv");
    await writeFile(file, [...csvRows(3_000)].join(""));
    const child = world.start(["upload", file, "--part-size", "16KiB"]);
    world.server.accepted = async (_upload, part) => {
      if (part === 2) child.kill("SIGINT");
      if (part >= 2) await once(child, "exit");
    };
    const { code, err } = await outcome(child);
    expect(code).toBe(130);
    expect(err).toContain("run the same command to resume");
  });
});

describe("memory of the client", () => {
  test("stays under 200 MB for a file of 200 MB", async () => {
    const file = join(world.dir, "big.csv");
    const block = Buffer.from([...csvRows(20_000)].slice(1).join(""));
    const blocks = Math.ceil(200e6 / block.length);
    await pipeline(
      Readable.from((function* () {
        yield "address,city,zip,owner\n";
        // Blocks differ, so that parts differ.
        for (let i = 0; i < blocks; i++) yield Buffer.concat([Buffer.from(`${i},a,b,c\n`), block]);
      })()),
      createWriteStream(file),
    );
    world.server.keepContent = false;
    let peak = 0;
    let pid = 0;
    world.server.accepted = async () => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    };
    const child = world.start(["upload", file, "--json"]);
    pid = child.pid!;
    const { code, out } = await outcome(child);
    expect(code).toBe(0);
    expect(JSON.parse(out).bytes).toBeGreaterThan(200e6);
    expect(peak).toBeGreaterThan(30e6);
    expect(peak).toBeLessThan(200e6);
  });
});
