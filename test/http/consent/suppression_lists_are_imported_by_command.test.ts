import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../../scripts/cli/main.ts";
import { EMAIL, type OpenWorld, PHONE, startOpenWorld } from "./harness.ts";

let world: OpenWorld;
let dir: string;
beforeAll(async () => {
  world = await startOpenWorld([]);
  dir = await mkdtemp(join(tmpdir(), "sluice-suppressions-"));
});
afterAll(async () => {
  await world?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function sluice(args: string[], stdin = "", env: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await main(["suppressions", ...args], {
    env: { DATABASE_URL: world.stack.databaseUrl, ...env },
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    random: () => 0,
    uuid: () => crypto.randomUUID(),
    fetch,
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

test("without a terminal, nothing is suppressed unless --yes says so", async () => {
  const file = join(dir, "unasked.csv");
  await writeFile(file, "213-555-0144\n");
  for (const [name, list] of [[file, ""], ["-", "213-555-0144\n"]] as const) {
    const { code, err, out } = await sluice(["import", name, "--org", world.orgId], list);
    expect([code, out, err]).toEqual([2, "", expect.stringContaining("for good. Add --yes")]);
  }
  expect(await world.held("+12135550144", "sms")).toBe(false);
});

test("a list of plain values is imported in any spelling, and importing it again adds nothing", async () => {
  const file = join(dir, "list.csv");
  await writeFile(file, "\ufeffPhone,Name\r\n(213) 555-0101,Ann\r\n\r\n213.555.0142,Bob\r\n");
  const imported = await sluice(["import", file, "--org", world.orgId, "--yes"]);
  expect(imported).toEqual({
    code: 0,
    out: "2 rows: 2 suppressed, 0 known, 0 unreadable\n",
    err: "",
  });
  expect(await world.held(PHONE, "voice_manual")).toBe(true);
  expect(await world.held("+12135550142", "sms")).toBe(true);
  expect(await world.held("+12135550143", "sms")).toBe(false);
  const again = await sluice(["import", "-", "--org", "Org A", "--json", "--yes"], "2135550101\n");
  expect(JSON.parse(again.out))
    .toMatchObject({ ok: true, rows: 1, added: 0, known: 1, unreadable: [] });
});

test("invalid lines are listed and the command fails; the other lines are imported", async () => {
  const list = `value,channel,reason\n${EMAIL},email,complaint\nnobody,,\n`;
  const { code, err, out } = await sluice(["import", "-", "--org", world.orgId, "--yes"], list);
  expect([code, out]).toEqual([1, "2 rows: 1 suppressed, 0 known, 1 unreadable\n"]);
  expect(err).toContain("1 line: 3");
  expect(await world.held(EMAIL, "email")).toBe(true);
  const [row] = await world.sql`
    select reason, source from public.suppressions where channel = 'email'`;
  expect(row).toEqual({ reason: "complaint", source: "standard input" });
});

test("an export contains hashes, goes to a private file, and can be imported again", async () => {
  const file = join(dir, "out.csv");
  const exported = await sluice(["export", "--org", world.orgId, "--out", file]);
  expect(exported.out).toBe(`3 suppressions in ${file}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const content = await readFile(file, "utf8");
  expect(content.split("\n")[0]).toBe("hash,kind,channel,reason,source,created_at");
  for (const value of [PHONE.slice(2), "5550142"]) expect(content).not.toContain(value);
  expect(content).not.toContain("@");
  const back = await sluice(["import", file, "--org", world.orgId, "--yes"]);
  expect(back.out).toBe("3 rows: 0 suppressed, 3 known, 0 unreadable\n");
  const [other] = await world.sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Empty') returning id`;
  expect((await sluice(["export", "--org", other!.id])).out)
    .toBe("hash,kind,channel,reason,source,created_at\n");
});

test("plain values are exported only on demand", async () => {
  const { out } = await sluice(["export", "--org", world.orgId, "--plain"]);
  expect(out).toContain(PHONE);
  const [row] = await world.sql`select count(*)::integer as looks from private.pii_access_log`;
  expect(row!.looks).toBe(1);
});

test("an invalid command line names the problem", async () => {
  const cases: [string[], Record<string, string>, string][] = [
    [["import"], {}, "missing required argument 'FILE|-'"],
    [["lift", "x"], {}, "unknown command 'lift'"],
    [["export"], {}, "--org is required"],
    [["export", "--org", "x"], { DATABASE_URL: "" }, "DATABASE_URL must contain"],
    [["import", join(dir, "none"), "--org", world.orgId], {}, "cannot read"],
  ];
  for (const [args, env, said] of cases) {
    const { code, err } = await sluice(args, "", env);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  }
  const nobody = await sluice(["export", "--org", "Nobody"]);
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("org Nobody not found")]);
  expect((await sluice(["--help"])).out).toContain("Usage: sluice suppressions");
});
