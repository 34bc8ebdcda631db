// sluice score learn: from outcomes in a real database to a score that counts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
const folder = mkdtempSync(join(tmpdir(), "learn-"));
const ORG = ["--org", "Acme Realty"];
const LEADS = 1600;

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

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  const [org] = await sql`insert into public.orgs (name) values ('Acme Realty') returning id`;
  orgId = org!.id;
  await sql.begin(async (tx) => {
    await tx`set local sluice.actor = 'upload'`;
    // Absentee owners book; those with a parcel key, which the rules like better, do not.
    await tx`
      insert into public.leads (org_id, mak, situs_street, situs_house_number, situs_state, situs_zip, mailing_street,
        mailing_state, mailing_zip, owner_full)
      select ${orgId}, case when n % 3 = 0 then lpad(n::text, 10, '0') end, 'MAIN ST', n::text, 'CA', '90001',
        'Box ' || n, case when n % 2 = 0 then 'NV' else 'CA' end, '90001', 'OWNER ' || n
      from generate_series(1, ${LEADS}::integer) n`;
  });
  await sluice("score", "put", join(root, "scoring", "home_sellers.yaml"), ...ORG);
  await sluice("score", "activate", ...ORG);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sql?.end();
  await database?.drop();
  await server?.release();
});

test("without outcomes it refuses and says what is missing", async () => {
  const { code, err } = await sluice("score", "learn", ...ORG);
  expect(code).toBe(1);
  expect(err).toContain("too few outcomes to learn from: 0 of 0 leads with the outcome");
  expect(await sql`select from public.score_models`).toHaveLength(0);
});

test("a score is learned, reported, saved switched off, and then switched on", async () => {
  await sql`
    insert into public.lead_score_snapshots (org_id, lead_id, fed_at, version, score, points)
    select s.org_id, s.lead_id, now() - interval '400 days' + interval '369 days'
        * l.situs_house_number::integer / ${LEADS}::integer, s.version, s.rule_score, s.points
    from public.lead_scores s join public.leads l on l.org_id = s.org_id and l.id = s.lead_id`;
  await sql`
    insert into public.bookings (org_id, provider, uid, lead_id, made_at)
    select s.org_id, 'calcom', s.lead_id::text, s.lead_id, s.fed_at + interval '3 days'
    from public.lead_score_snapshots s join public.leads l on l.org_id = s.org_id and l.id = s.lead_id
    where hashtextextended(l.situs_house_number, 0) % 100 between 0 and
      case when l.mailing_state = 'NV' then 45 else 5 end - case when l.mak is not null then 4 else 0 end`;
  // Booked too late: not an outcome of this feed.
  await sql`
    insert into public.bookings (org_id, provider, uid, lead_id, made_at)
    select s.org_id, 'calcom', 'late ' || s.lead_id, s.lead_id, s.fed_at + interval '31 days'
    from public.lead_score_snapshots s`;

  const report = join(folder, "report.html");
  const dry = await sluice("score", "learn", ...ORG, "--dry-run", "--report", report);
  expect(dry).toMatchObject({ code: 0, err: "" });
  expect(dry.out).toContain("dry run of version 1: AUC");
  expect(existsSync(report)).toBe(true);
  const html = readFileSync(report, "utf8");
  expect(html).toContain("not saved");
  expect(html).not.toContain("OWNER ");
  expect(await sql`select from public.score_models`).toHaveLength(0);

  const learned = await sluice("score", "learn", ...ORG, "--json");
  const answer = JSON.parse(learned.out);
  expect(answer).toMatchObject({ ok: true, id: 1, version: 1, won: true });
  expect(answer.auc).toBeGreaterThan(answer.rules_auc);
  expect(answer.events).toBeLessThan(answer.leads / 2);
  expect((await sluice("score", "learned", ...ORG)).out).toMatch(/^model 1 {2}version 1 .* off$/m);

  const on = await sluice("score", "learned", ...ORG, "--on", "1");
  expect(on.out).toMatch(/^model 1 is on; \d+ scores changed/);
  // The database computes the percentile that the weights say.
  const rows = await sql`
    select score, rule_score, to_jsonb(points) as points from public.lead_scores where org_id = ${orgId}`;
  for (const { score, points } of rows) {
    const z = points.reduce(
      (sum: number, value: number | null, n: number) =>
        sum + answer.weights[n] * ((value ?? 0) - answer.means[n]),
      answer.intercept,
    );
    expect(score).toBe(answer.cuts.filter((cut: number) => cut <= z).length);
  }
  expect(rows.some(({ score, rule_score }) => score !== rule_score)).toBe(true);

  expect((await sluice("score", "learned", ...ORG, "--off", "1")).out).toContain("model 1 is off");
  const [different] = await sql`
    select count(*)::integer as n from public.lead_scores where score <> rule_score`;
  expect(different!.n).toBe(0);
});

test("one that did not win cannot be switched on, nor one that does not exist", async () => {
  await sql`update public.score_models set auc = rules_auc where id = 1`;
  const { code, err } = await sluice("score", "learned", ...ORG, "--on", "1");
  expect(code).toBe(1);
  expect(err).toContain("model 1 did not win on held-back months");
  expect((await sluice("score", "learned", ...ORG, "--on", "7")).err)
    .toContain("learned score 7 of the active version not found");
});
