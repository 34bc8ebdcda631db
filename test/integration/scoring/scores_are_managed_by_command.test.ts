// sluice score against a real database, with the rules of the project.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import type { Sql } from "./support.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let orgId: string;
let leads: string[];
const folder = mkdtempSync(join(tmpdir(), "score-"));
const RULES = join(root, "scoring", "home_sellers.yaml");
const ORG = ["--org", "Acme Realty"];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  const [org] = await sql`insert into public.orgs (name) values ('Acme Realty') returning id`;
  orgId = org!.id;
  await sql`insert into public.campaigns (org_id, name, state, daily_limit) values (${orgId}, 'Autumn', 'running', 1)`;
  leads = await sql.begin(async (tx) => {
    await tx`set local sluice.actor = 'upload'`;
    const rows = await tx`
      insert into public.leads (org_id, mak, situs_street, situs_house_number, situs_state, situs_zip, mailing_street,
        mailing_state, mailing_zip, phone_verified, attributes, lead_score)
      select ${orgId}, lpad(n::text, 10, '0'), 'MAIN ST', n::text, 'CA', '90001', n || ' Main St',
        case n when 1 then 'NV' else 'CA' end, '90001', true,
        case n when 1 then '{"Last Sale Date": "1999-05-01", "Equity Percent": "80 %"}' else '{}' end::jsonb, n * 10
      from generate_series(1, 3) n returning id, mak`;
    return rows.toSorted((a, b) => a.mak < b.mak ? -1 : 1).map(({ id }) => id as string);
  });
  for (const [n, lead] of leads.entries()) {
    await sql`
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select ${orgId}, ${lead}, 'phone', sha256(${`${n}`}::text::bytea), 'x', k.id, '***', true
      from private.org_keys k where k.org_id = ${orgId} limit 1`;
  }
  await sql`select public.refresh_contactable_leads(p_force => true)`;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sql?.end();
  await database?.drop();
  await server?.release();
});

async function sluice(...args: string[]) {
  const result = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        result[key] += chunk;
        done();
      },
    });
  const io: Io = {
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
  return { code: await main(args, io), ...result };
}

test("every vertical of the project compiles against the catalogue", async () => {
  for (const name of ["base", "home_sellers", "refinance"]) {
    const { code, out, err } = await sluice(
      "score",
      "check",
      join(root, "scoring", `${name}.yaml`),
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("no problems");
  }
});

test("a file with problems is refused with line and column, also for excluded facts", async () => {
  const file = join(folder, "bad.yaml");
  writeFileSync(
    file,
    `groups: { g: { axis: fit } }
rules:
  - { id: a, group: g, words: W, when: lead.zip == "90001", points: 5 }
  - { id: b, group: g, words: W, when: lead.absent, points: 5 }
tiers: { fit: { A: 0 }, engagement: { "1": 0 } }
`,
  );
  const { code, err } = await sluice("score", "put", file, ...ORG);
  expect(code).toBe(1);
  expect(err).toContain(
    "bad.yaml:3:40: lead.zip cannot be used in a score: a ZIP code or position alone stands for",
  );
  expect(err).toContain("bad.yaml:4:40: unknown field lead.absent");
});

test("a dry run says what would change, and saves nothing", async () => {
  const { code, out } = await sluice("score", "put", RULES, ...ORG, "--dry-run");
  expect(code).toBe(0);
  expect(out).toContain("3 of 3 leads change tier");
  expect(out).toContain("Autumn: 1 leads before, 1 after, 0 of them the same");
  expect(out).toContain(`enters at 1: ${leads[0]}`);
  expect(out).toContain(`leaves from 1: ${leads[2]}`);
  expect(await sql`select from public.score_versions`).toHaveLength(0);
  expect(await sql`select from public.lead_scores`).toHaveLength(0);
});

test("a draft is saved once, activated, explained and rolled back", async () => {
  expect((await sluice("score", "put", RULES, ...ORG)).out).toContain(
    "version 1 is saved as a draft",
  );
  expect((await sluice("score", "put", RULES, ...ORG)).out).toContain("unchanged since version 1");
  expect((await sluice("score", "try", ...ORG)).out).toContain("3 of 3 leads change tier");
  expect((await sluice("score", "activate", ...ORG)).out).toContain(
    "version 1 is active; 3 scores changed",
  );

  const { out } = await sluice("score", "explain", leads[0]!);
  expect(out).toMatch(
    /^score \d+, tier [ABC]3: fit \d+, engagement 0, confidence \d+ % \(version 1\)/,
  );
  expect(out).toContain("+18  Years since the last sale");
  expect(out).toContain(" +8  The owner's mailing address is in another state");
  expect((await sluice("score", "explain", leads[1]!)).out).toContain("?  The owner has consented");

  const second = join(folder, "home_sellers.yaml");
  for (const name of ["base.yaml"]) {
    writeFileSync(
      join(folder, name),
      await (await import("node:fs/promises")).readFile(join(root, "scoring", name)),
    );
  }
  writeFileSync(second, "extends: base\nvertical: home_sellers\n");
  await sluice("score", "put", second, ...ORG);
  expect((await sluice("score", "activate", ...ORG)).out).toContain("version 2 is active");
  expect((await sluice("score", "rollback", ...ORG)).out).toContain("version 1 is active again");
  const list = await sluice("score", "list", ...ORG);
  expect(list.out).toMatch(
    /version 1 {2}home_sellers {2}18 rules {2}active\n.*activate.*\n.*roll back/,
  );
  expect(list.out).toMatch(/version 2 {2}home_sellers {2}12 rules {2}retired/);
  expect((await sluice("score", "rollback", ...ORG)).out).toContain("no version is active");
  expect((await sluice("score", "explain", leads[0]!)).err).toContain("has no score");
});

test("an unknown version is refused", async () => {
  expect((await sluice("score", "activate", ...ORG, "--version", "9")).err)
    .toContain("score version 9 not found");
  expect((await sluice("score", "activate", ...ORG, "--version", "x")).code).toBe(2);
});

test("after an upgrade, versions get the query of the new release", async () => {
  const statements = () =>
    sql`select version, statement from private.score_statements where org_id = ${orgId} order by version`;
  const before = [...await statements()];
  expect(before.length).toBeGreaterThan(0);
  expect((await sluice("score", "recompile")).out).toContain(
    `0 replaced, ${before.length} unchanged`,
  );
  // As an earlier release would have compiled it.
  await sql`update private.score_statements set statement = statement || ' ' where org_id = ${orgId}`;
  await sql`delete from pgboss.job where name = 'score-leads'`;
  expect((await sluice("score", "recompile", ...ORG)).out).toContain(`${before.length} replaced`);
  expect([...await statements()]).toEqual(before);
  const jobs = await sql`select data from pgboss.job where name = 'score-leads'`;
  const [active] = await sql`
    select count(*)::integer as n from public.score_versions where org_id = ${orgId} and state = 'active'`;
  expect(jobs.length).toBe(active!.n);
  // What the files of a version say now is another version.
  await sql`alter table public.score_versions disable trigger _100_check`;
  await sql`update public.score_versions set sources = '{"gone.yaml": "rules: []"}' where org_id = ${orgId}`;
  await sql`alter table public.score_versions enable trigger _100_check`;
  await sql`update private.score_statements set statement = statement || ' ' where org_id = ${orgId}`;
  expect((await sluice("score", "recompile", ...ORG)).out).toContain(
    "its rules would read differently now",
  );
  expect([...await statements()].map(({ statement }) => statement.at(-1))).toEqual(
    before.map(() => " "),
  );
});
