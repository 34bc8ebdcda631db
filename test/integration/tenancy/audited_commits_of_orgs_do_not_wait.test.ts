// The audit chain over real, concurrent transactions, and the command that verifies it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

const alpha = "a0000000-0000-4000-8000-000000000000";
const beta = "b0000000-0000-4000-8000-000000000000";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let dir: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 12);
  await sql`insert into public.orgs (id, name) values (${alpha}, 'Alpha'), (${beta}, 'Beta')`;
  dir = await mkdtemp(join(tmpdir(), "sluice-audit-"));
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
  await rm(dir, { recursive: true });
});

const record = (session: ReturnType<typeof connect>, org: string, n: number) =>
  session`select private.record_audit(${org}, 'test.event', ${String(n)}, '{}')`;

async function audit(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const result = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        result[key] += chunk;
        done();
      },
    });
  const io = {
    env: { DATABASE_URL: database.adminUrl },
    stdin: Readable.from([]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    random: () => 0,
    uuid: () => "",
    fetch: () => Promise.reject(new Error("no network")),
  };
  return { code: await main(["audit", ...args], io), ...result };
}

test("an open transaction keeps nobody waiting, neither of its own org nor of another", async () => {
  const one = await sql.reserve();
  try {
    await one`begin`;
    await record(one as never, alpha, 1);
    await sql`set statement_timeout = '10s'`;
    await record(sql, alpha, 2);
    await record(sql, beta, 3);
    await one`commit`;
  } finally {
    one.release();
  }
  const links = await sql`
    select l.seq::integer, e.subject_id from private.audit_links l
    join private.audit_events e on e.org_id = l.org_id and e.id = l.event_id
    where l.org_id = ${alpha} order by l.seq`;
  // The order of commits, not of ids.
  expect(links.map(({ seq, subject_id }) => [seq, subject_id])).toEqual([[1, "2"], [2, "1"]]);
});

test("two hundred transactions at once, some of both orgs, leave whole chains", async () => {
  await Promise.all(Array.from({ length: 200 }, (_, n) =>
    sql.begin(async (tx) => {
      // In both orders: whoever locked as it wrote would meet a deadlock.
      const orgs = n % 3 === 0 ? [alpha, beta] : n % 3 === 1 ? [beta, alpha] : [alpha];
      for (const org of orgs) await record(tx as never, org, n);
      if (n % 7 === 0) {
        await tx.savepoint(async (inner) => {
          await record(inner as never, alpha, n);
          throw new Error("undone");
        }).catch(() => {});
      }
    })));
  for (const org of [alpha, beta]) {
    const [row] = await sql`
      select public.verify_audit(${org}) as verified, count(*)::integer as events
      from private.audit_events where org_id = ${org}`;
    expect(row!.verified).toMatchObject({ ok: true, entries: row!.events, faults: [] });
  }
});

test("sluice audit verify finds a cut chain by its kept head", async () => {
  const heads = await audit("head");
  expect(heads.code).toBe(0);
  const anchor = join(dir, "heads.jsonl");
  await writeFile(anchor, heads.out);
  await record(sql, alpha, 4);
  const whole = await audit("verify", "--anchor", anchor);
  expect(whole).toMatchObject({ code: 0, err: "" });
  expect(whole.out).toMatch(/^a0000000-0000-4000-8000-000000000000: \d+ events, unchanged$/m);

  await sql.begin(async (tx) => {
    await tx`alter table private.audit_links disable trigger user`;
    await tx`alter table private.audit_events disable trigger user`;
    await tx`delete from private.audit_events e where e.org_id = ${beta} and e.id > (
      select l.event_id from private.audit_links l where l.org_id = ${beta} and l.seq = 1)`;
    await tx`delete from private.audit_links where org_id = ${beta} and seq > 1`;
    await tx`update private.audit_heads h set seq = l.seq, hash = l.hash from private.audit_links l
      where h.org_id = ${beta} and l.org_id = h.org_id`;
  });
  const cut = await audit("verify", "--anchor", anchor, "--org", "Beta", "--json");
  expect(cut.code).toBe(1);
  expect(JSON.parse(cut.out).orgs[0].faults).toContainEqual({
    seq: JSON.parse(heads.out.split("\n")[1]!).seq,
    event_id: null,
    fault: "the anchor is missing: the end of the chain was cut off",
  });

  await writeFile(anchor, "nonsense\n");
  expect(await audit("verify", "--anchor", anchor)).toMatchObject({
    code: 2,
    err: expect.stringContaining("line 1: not a head that audit head printed"),
  });
});
