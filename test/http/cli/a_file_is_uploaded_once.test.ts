import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { csvRows, makeWorld, type World } from "./harness.ts";

let world: World;
let file: string;
let content: string;

beforeEach(async () => {
  world = await makeWorld();
  file = join(world.dir, "list.csv");
  content = [...csvRows(400)].join("");
  await writeFile(file, content);
});
afterEach(() => world.close());

const small = ["--part-size", "4KiB"];

describe("sluice upload", () => {
  test("sends a file as one signed part, waits, and prints the counts", async () => {
    const { code, out, err } = await world.run(["upload", file]);
    const upload = world.server.only();
    expect(err).toMatch(/^list\.csv, [\d.]+ kB: upload [0-9a-f-]{36}$/m);
    expect(out).toContain(`uploaded as ${upload.id}: 1 part`);
    expect(out).toMatch(/completed after [\d.]+ s\n {2}received {2,}\d+/);
    expect(out).toContain("zip_leading_zero  2  line 3, 9");
    expect(code).toBe(0);
    expect(world.server.contentOf(upload).toString()).toBe(content);
    expect(upload).toMatchObject({ expected: 1, filename: "list.csv", dryRun: false });
    expect(world.server.received.find((r) => r.query.part)?.headers["content-type"]).toBe(
      "text/csv",
    );
  });

  test("cuts at record borders, never inside quotes, and loses no byte", async () => {
    const { code } = await world.run(["upload", file, ...small]);
    const upload = world.server.only();
    expect(code).toBe(0);
    expect(upload.parts.size).toBeGreaterThan(3);
    expect(upload.expected).toBe(upload.parts.size);
    for (const { content: part } of upload.parts.values()) {
      expect(part!.length).toBeLessThanOrEqual(4096);
      // A whole number of records: every quote is closed, and the last line ends.
      expect(part!.toString().split('"').length % 2).toBe(1);
      expect(part!.at(-1)).toBe(10);
    }
    expect(world.server.contentOf(upload).toString()).toBe(content);
  });

  test("sends the number of parts with the last part only", async () => {
    await world.run(["upload", file, ...small]);
    const posts = world.server.received.filter((r) => r.query.part);
    const said = posts.filter((r) => r.query.parts);
    expect(said.map((r) => r.query)).toEqual([
      expect.objectContaining({ part: String(posts.length), parts: String(posts.length) }),
    ]);
  });

  test("sends the first part alone, then at most --concurrency parts at a time", async () => {
    const turns = async (count: number) => {
      for (let i = 0; i < count; i++) await new Promise((done) => setImmediate(done));
    };
    const parts = () => world.server.received.filter((request) => request.query.part).length;
    let running = 0;
    let most = 0;
    let besideTheFirst = -1;
    world.server.fault = (request) => {
      if (request.query.part) most = Math.max(most, ++running);
      return undefined;
    };
    world.server.accepted = async (_upload, part) => {
      await turns(200);
      if (part === 1) besideTheFirst = parts() - 1;
      running -= 1;
    };
    await world.run(["upload", file, "--part-size", "2KiB", "--concurrency", "3"]);
    expect(besideTheFirst).toBe(0);
    expect(most).toBe(3);
  });

  test("compresses with --gzip, and the server receives the same content", async () => {
    await world.run(["upload", file, "--gzip"]);
    const post = world.server.received.find((r) => r.query.part)!;
    expect(post.headers["content-encoding"]).toBe("gzip");
    expect(post.bytes).toBeLessThan(content.length / 2);
    expect(world.server.contentOf(world.server.only()).toString()).toBe(content);
  });

  test("does not compress for a server on this machine by default", async () => {
    await world.run(["upload", file]);
    expect(world.server.received.find((r) => r.query.part)?.headers["content-encoding"])
      .toBeUndefined();
  });

  test("uploads the list inside a gzip file", async () => {
    await writeFile(
      `${file}.gz`,
      Buffer.concat([gzipSync(content.slice(0, 999)), gzipSync(content.slice(999))]),
    );
    const { code } = await world.run(["upload", `${file}.gz`, ...small]);
    expect(code).toBe(0);
    expect(world.server.only().filename).toBe("list.csv");
    expect(world.server.contentOf(world.server.only()).toString()).toBe(content);
  });

  test("refuses a truncated gzip file and does not complete its upload", async () => {
    await writeFile(`${file}.gz`, gzipSync(content).subarray(0, -20));
    const { code, err } = await world.run(["upload", `${file}.gz`, "--part-size", "1KiB"]);
    expect(code).toBe(1);
    expect(err).toContain("not a whole gzip file");
    expect([...world.server.uploads.values()].filter((upload) => upload.expected)).toEqual([]);
  });

  test("uploads standard input", async () => {
    const stdin = content.match(/[^]{1,777}/g)!.map((piece) => Buffer.from(piece));
    const { code } = await world.run(["upload", "-", ...small], { stdin });
    expect(code).toBe(0);
    expect(world.server.contentOf(world.server.only()).toString()).toBe(content);
  });

  test("resumes standard input under a given id", async () => {
    const id = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
    const stdin = () => [Buffer.from(content)];
    const args = ["upload", "-", ...small, "--upload", id, "--json"];
    world.server.fault = (request) => request.query.part === "3" ? { status: 422 } : undefined;
    expect((await world.run(args, { stdin: stdin() })).code).toBe(1);
    world.server.fault = () => undefined;
    const again = await world.run(args, { stdin: stdin() });
    expect(again.json()).toMatchObject({ upload_id: id, state: "completed" });
    expect(again.json().parts_skipped).toBeGreaterThanOrEqual(2);
    expect(world.server.contentOf(world.server.only()).toString()).toBe(content);
  });

  test("refuses an empty file and an empty stream", async () => {
    await writeFile(file, "");
    for (const name of [file, "-"]) {
      const { code, err } = await world.run(["upload", name]);
      expect(code).toBe(1);
      expect(err).toContain("empty");
    }
    expect(world.server.uploads.size).toBe(0);
  });

  test("does not complete the upload of a file that changes during it", async () => {
    content = [...csvRows(60_000)].join("");
    await writeFile(file, content);
    world.server.accepted = async (_upload, part) => {
      if (part === 1) await writeFile(file, content.slice(0, -2) + "!\n");
    };
    const { code, err } = await world.run(["upload", file, "--part-size", "64KiB"]);
    expect(err).toContain("changed while it was being uploaded");
    expect(code).toBe(1);
    expect(world.server.only().expected).toBeNull();
  });

  test("gives a dry run an id of its own and reports it as a dry run", async () => {
    const dry = await world.run(["upload", file, "--dry-run"]);
    expect(dry.code).toBe(0);
    expect(dry.out).toContain("dry run: the expected result; no lead is written");
    expect(dry.out).toMatch(/address\s+street \(synonym\)/);
    expect(world.server.only().dryRun).toBe(true);
    const real = await world.run(["upload", file]);
    expect(real.out).not.toContain("already uploaded");
    expect(world.server.uploads.size).toBe(2);
  });

  test("runs every dry run again", async () => {
    const first = await world.run(["upload", file, "--dry-run", "--json"]);
    const second = await world.run(["upload", file, "--dry-run", "--json"]);
    expect(second.json()).toMatchObject({ duplicate: false, parts_sent: 1, dry_run: true });
    expect(second.json().upload_id).not.toBe(first.json().upload_id);
  });

  test("prints one JSON object on the last line and everything else on standard error", async () => {
    const { code, out, err, json } = await world.run(["upload", file, ...small, "--json"]);
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toContain("sent");
    const upload = world.server.only();
    expect(json()).toMatchObject({
      ok: true,
      command: "upload",
      upload_id: upload.id,
      duplicate: false,
      state: "completed",
      parts: upload.parts.size,
      parts_sent: upload.parts.size,
      parts_skipped: 0,
      bytes: content.length,
      counts: { rejected: 0 },
    });
  });

  test("draws a bar on a terminal and plain lines elsewhere", async () => {
    const terminal = await world.run(["upload", file, ...small], { isTTY: true });
    expect(terminal.err).toMatch(/\r\[#{24}\] 100% sent/);
    // The progress bar is removed before the result is printed.
    expect(terminal.err).toContain("50% processing");
    expect(terminal.err.endsWith("\r\u001b[K")).toBe(true);
    const plain = await world.run(["upload", file, "--dry-run", ...small]);
    expect(plain.err).toMatch(/^100% sent/m);
    expect(plain.err).not.toContain("\r");
    expect(plain.err).not.toContain("\u001b");
  });

  test("fetches the rejected rows to a file that only the owner can read, and succeeds", async () => {
    world.server.rejected = 1;
    const { code, out } = await world.run(["upload", file]);
    expect(code).toBe(0);
    expect(out).toContain(`${file}.rejects.csv`);
    expect(await readFile(`${file}.rejects.csv`, "utf8")).toBe(world.server.rejects);
    expect((await stat(`${file}.rejects.csv`)).mode & 0o777).toBe(0o600);
  });

  test("prints the counts and how to fetch the rejects when it cannot write them", async () => {
    world.server.rejected = 1;
    await mkdir(`${file}.rejects.csv`);
    const beside = await world.run(["upload", file]);
    expect(beside.err).toMatch(
      /^cannot write .*list\.csv\.rejects\.csv: \w+; .* sluice rejects [0-9a-f-]{36} --source/m,
    );
    expect(beside.out).toMatch(/completed after/);
    expect(beside.code).toBe(0);
    const named = await world.run(["upload", file, "--rejects", join(world.dir, "no", "x.csv")]);
    expect(named.out).toMatch(/completed after/);
    expect(named.code).toBe(1);
  });

  test("writes no rejects file when no row was rejected", async () => {
    const { out } = await world.run(["upload", file]);
    expect(out).not.toContain("rejects.csv");
    await expect(stat(`${file}.rejects.csv`)).rejects.toThrow("ENOENT");
  });

  test("does not wait with --no-wait", async () => {
    const { code, json } = await world.run(["upload", file, "--no-wait", "--json"]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ ok: true, state: null, parts_sent: 1 });
    expect(world.server.only().polls).toBe(0);
  });

  test("exits with 3 when the upload is not finished in time, polling with growing pauses", async () => {
    world.server.pollsUntilDone = Infinity;
    const { code, err } = await world.run(["upload", file, "--timeout", "60"]);
    expect(code).toBe(3);
    expect(err).toContain("not finished in time; run: sluice status");
    expect(world.server.only().polls).toBeLessThan(30);
    expect(world.sleeps.at(-2)).toBe(5_000);
  });

  test("fails with the reason when the server could not process the file", async () => {
    world.server.accepted = (upload) => {
      upload.state = "failed";
      upload.error = "this is no CSV: it looks like a PDF";
    };
    const { code, out, json } = await world.run(["upload", file, "--json"]);
    expect(code).toBe(1);
    expect(json()).toMatchObject({ ok: false, state: "failed" });
    expect(out).toContain("looks like a PDF");
  });
});

describe("sluice upload of a file that was uploaded before", () => {
  test("sends no part and succeeds, also when the file was moved or touched", async () => {
    await world.run(["upload", file, ...small]);
    const id = world.server.only().id;
    const before = world.server.partsServed().length;
    const copy = join(world.dir, "copy.csv");
    await writeFile(copy, content);
    const { code, out } = await world.run(["upload", copy, ...small]);
    expect(code).toBe(0);
    expect(out).toContain(`already uploaded as ${id}`);
    expect(out).toContain("received");
    expect(world.server.partsServed()).toHaveLength(before);
  });

  test("sends everything when a single byte differs", async () => {
    await world.run(["upload", file]);
    await writeFile(file, content.replace("Springfield", "springfield"));
    const { out } = await world.run(["upload", file]);
    expect(out).not.toContain("already");
    expect(world.server.uploads.size).toBe(2);
  });

  test("reports the first upload when the server has the content under another id", async () => {
    const first = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
    await world.run(["upload", file, "--upload", first]);
    const { code, json } = await world.run(["upload", file, "--json"]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ upload_id: first, duplicate: true, state: "completed" });
  });

  test("keeps its own id when only the missing parts exist under another id", async () => {
    world.server.fault = ({ query }) => Number(query.part) > 1 ? { status: 422 } : undefined;
    await world.run(["upload", file, ...small, "--concurrency", "1"]);
    const own = world.server.only().id;
    world.server.fault = () => undefined;
    const other = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
    await world.run(["upload", file, ...small, "--upload", other]);
    const { json } = await world.run(["upload", file, ...small, "--json"]);
    expect(json()).toMatchObject({ upload_id: own, duplicate: false, parts_skipped: 1 });
  });

  test("uploads again when something newer may have changed its leads, and then not again", async () => {
    await world.run(["upload", file, ...small]);
    const first = world.server.only();
    first.superseded = true;
    const { json } = await world.run(["upload", file, ...small, "--json"]);
    expect(json()).toMatchObject({ duplicate: false, state: "completed", parts_skipped: 0 });
    const second = json().upload_id;
    expect(second).not.toBe(first.id);
    const again = await world.run(["upload", file, ...small]);
    expect(again.out).toContain(`already uploaded as ${second}`);
  });

  test("uploads again after an undo", async () => {
    await world.run(["upload", file]);
    const first = world.server.only().id;
    expect((await world.run(["undo", first, "--yes"])).code).toBe(0);
    const { json } = await world.run(["upload", file, "--json"]);
    expect(json()).toMatchObject({ duplicate: false, state: "completed", parts_sent: 1 });
    expect(json().upload_id).not.toBe(first);
  });
});
