import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { csvRows, makeWorld, type World } from "./harness.ts";

let world: World;
let id: string;

beforeEach(async () => {
  world = await makeWorld();
  const file = join(world.dir, "list.csv");
  await writeFile(file, [...csvRows(50)].join(""));
  await world.run(["upload", file]);
  id = world.server.only().id;
});
afterEach(() => world.close());

describe("sluice status", () => {
  test("prints state, counts, warnings and columns", async () => {
    const { code, out } = await world.run(["status", id]);
    expect(code).toBe(0);
    expect(out).toMatch(/^completed\n {2}received/);
    expect(out).toContain(
      "warnings:\n  zip_leading_zero  2  line 3, 9\n    A ZIP code with four digits",
    );
    expect(out).toContain("columns:\n  address  street (synonym)");
  });

  test("so does a real upload, as text and as JSON", async () => {
    const file = join(world.dir, "other.csv");
    await writeFile(file, [...csvRows(3)].join(""));
    const { out } = await world.run(["upload", file]);
    expect(out).toContain("zip_leading_zero  2  line 3, 9\n");
    expect(out).toContain("columns:\n  address  street (synonym)");
    const { json } = await world.run(["upload", file, "--json"]);
    expect(json()).toMatchObject({
      warnings: { zip_leading_zero: 2 },
      warning_lines: { zip_leading_zero: [3, 9] },
      mapping: [{ header: "address", field: "street" }],
    });
  });

  test("prints the complete response of the server as JSON", async () => {
    const { json } = await world.run(["status", id, "--json"]);
    expect(json()).toMatchObject({ ok: true, upload_id: id, parts_expected: 1, progress: 1 });
  });

  test("of an unknown upload fails with 404", async () => {
    const other = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
    const { code, json } = await world.run(["status", other, "--json"]);
    expect(code).toBe(1);
    expect(json()).toMatchObject({ ok: false, status: 404, code: "not_found" });
  });
});

describe("sluice rejects", () => {
  test("prints the rejected rows as received", async () => {
    const { code, out } = await world.run(["rejects", id]);
    expect(code).toBe(0);
    expect(out).toBe(world.server.rejects);
  });

  test("writes them to a file that only the owner can read", async () => {
    const file = join(world.dir, "rejects.csv");
    expect((await world.run(["rejects", id, "--rejects", file])).code).toBe(0);
    expect(await readFile(file, "utf8")).toBe(world.server.rejects);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("fetches them again from the start when the response ends early", async () => {
    const file = join(world.dir, "rejects.csv");
    let times = 0;
    world.server.fault = () => times++ < 2 ? { truncate: true } : undefined;
    expect((await world.run(["rejects", id, "--rejects", file])).code).toBe(0);
    expect(await readFile(file, "utf8")).toBe(world.server.rejects);
    world.server.fault = () => ({ truncate: true });
    const other = join(world.dir, "other.csv");
    expect((await world.run(["rejects", id, "--rejects", other])).code).toBe(1);
    expect(await readdir(world.dir)).toEqual(["list.csv", "rejects.csv"]);
  });

  test("does not print the same rows twice when the response ends early", async () => {
    world.server.fault = () => ({ truncate: true });
    const { code, out, err } = await world.run(["rejects", id]);
    expect(code).toBe(1);
    expect(world.server.rejects.startsWith(out)).toBe(true);
    expect(err).toContain("the response ended early");
  });

  test("leaves no file behind when it fails", async () => {
    const file = join(world.dir, "no", "rejects.csv");
    const { code, err } = await world.run(["rejects", id, "--rejects", file]);
    expect(code).toBe(1);
    expect(err).toContain(`cannot write ${file}: ENOENT`);
  });
});

describe("sluice undo", () => {
  test("asks first: without a terminal and --yes nothing is sent", async () => {
    const { code, err } = await world.run(["undo", id]);
    expect([code, err]).toEqual([2, expect.stringContaining("Add --yes")]);
    expect(world.server.received.filter(({ path }) => path.endsWith("/undo"))).toEqual([]);
  });

  test("prints what was reverted, what was kept, and why", async () => {
    const { code, out } = await world.run(["undo", id, "--yes"]);
    expect(code).toBe(0);
    expect(out).toContain(`undone ${id}: 3 leads deleted, 1 reverted, 0 merges undone`);
    expect(out).toMatch(/kept 1 lead:\n +1 {2}contacted since/);
  });

  test("succeeds when the upload was already undone, also by an attempt whose response was lost", async () => {
    world.server.fault = (request) => {
      if (!request.path.endsWith("/undo")) return undefined;
      world.server.fault = () => undefined;
      return { drop: "after" };
    };
    const lost = await world.run(["undo", id, "--json", "--yes"]);
    expect(lost.code).toBe(0);
    expect(lost.json()).toMatchObject({ ok: true, upload_id: id, already: true });
    expect((await world.run(["undo", id, "--yes"])).out).toBe(`${id} was already undone\n`);
  });

  test("of an upload that is not finished is refused", async () => {
    world.server.only().expected = null;
    const { code, err } = await world.run(["undo", id, "--yes"]);
    expect(code).toBe(1);
    expect(err).toContain("sluice: 409");
  });

  test("signs a body that names the upload, so that no other signature is valid for it", async () => {
    await world.run(["undo", id, "--yes"]);
    const request = world.server.received.at(-1)!;
    expect(request).toMatchObject({ method: "POST", path: `/${id}/undo` });
    expect(JSON.parse(request.body)).toEqual({ undo: id });
  });
});

describe("sluice replay", () => {
  test("replays the dead letters of the source, or of one upload", async () => {
    const all = await world.run(["replay"]);
    expect(all.out).toBe("replayed 2 dead letters\n");
    const one = await world.run(["replay", "--upload", id, "--json"]);
    expect(one.json()).toMatchObject({ ok: true, replayed: 2 });
    expect(world.server.received.slice(-2).map((request) => request.query.upload))
      .toEqual([undefined, id]);
    expect(JSON.parse(world.server.received.at(-1)!.body)).toMatchObject({ upload: id });
  });
});
