// sluice doctor --hosted against the local stack, as deployed by migrations: all well, and one fault after the other.
import { randomBytes, randomUUID } from "node:crypto";
import { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Reported } from "../../../scripts/cli/doctor/check.ts";
import { DATABASE_CHECKS, HOSTED_CHECKS } from "../../../scripts/cli/doctor/checks.ts";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import {
  buildFromMigrations,
  createShimmed,
  createTestDatabase,
  ensureWrappingKey,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Stack, startStack } from "../../../scripts/dev/stack.ts";
import { runSmoke } from "../../../scripts/hosted/smoke.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let stack: Stack;
let sql: postgres.Sql;
let env: Record<string, string>;

const OPEN_SIGN_IN = { disable_signup: false, external: {}, mailer_autoconfirm: false };
const CLOSED_SIGN_IN = { ...OPEN_SIGN_IN, disable_signup: true };

/** The local stack has no auth server: this is what GET /auth/v1/settings of a hosted one answers. */
let signIn: Record<string, unknown>;
const withAuthServer: typeof fetch = (input, init) => {
  const url = String(input);
  if (!url.endsWith("/auth/v1/settings")) return fetch(input, init);
  const known = new Headers(init?.headers).get("apikey") === stack.secretKey;
  return Promise.resolve(Response.json(known ? signIn : {}, { status: known ? 200 : 401 }));
};

/** Made by the migrations, as a deployed one; under `npm run test:hosted` the template is. */
async function deployedDatabase(): Promise<TestDatabase> {
  if (process.env.SLUICE_POOLER_URL) return await createTestDatabase(server);
  const name = `sluice_test_${process.pid}_${randomBytes(4).toString("hex")}`;
  const made = await createShimmed(server, name);
  await buildFromMigrations(made.url);
  await ensureWrappingKey(made.url);
  return made;
}

beforeAll(async () => {
  server = await openServer();
  database = await deployedDatabase();
  stack = await startStack({ database: { url: database.url, adminUrl: database.adminUrl } });
  sql = postgres(database.adminUrl, { max: 2, onnotice: () => {} });
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Acme Realty') returning id`;
  const [source] = await sql<{ id: string }[]>`
    insert into public.sources (org_id, key, name) values (${
    org!.id
  }, 'acme', 'Acme') returning id`;
  const [rotated] = await sql<{ secret: string }[]>`
    select public.rotate_source_secret(${source!.id}) as secret`;
  await sql`select vault.create_secret(${stack.functionsUrl}, 'sluice_functions_url'),
    vault.create_secret(${stack.secretKey}, 'sluice_service_key')`;
  env = {
    DATABASE_URL: database.url,
    SLUICE_URL: stack.functionsUrl,
    SLUICE_SOURCE: "acme",
    SLUICE_SECRET: rotated!.secret,
    SUPABASE_SECRET_KEY: stack.secretKey,
  };
});
afterAll(async () => {
  await sql?.end();
  await stack?.stop();
  await database?.drop();
  await server?.release();
});

// Where pg_cron does not run, this is what it would have written.
beforeEach(async () => {
  signIn = CLOSED_SIGN_IN;
  await sql`delete from cron.job_run_details`;
  await addRun("succeeded", "1 row");
  await sql`delete from net._http_response`;
  await addResponse(200, null);
});

const addRun = (status: string, message: string) =>
  sql`insert into cron.job_run_details (jobid, status, return_message, start_time, end_time)
    select j.jobid, ${status}, ${message}, now() - interval '20 seconds', now() from cron.job j`;
const addResponse = (status: number | null, error: string | null) =>
  sql`insert into net._http_response (id, status_code, error_msg, timed_out)
    select coalesce(max(id), 1000000) + 1, ${status}, ${error}, false from net._http_response`;

async function sluice(args: string[], over: Record<string, string> = {}) {
  const result = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        result[key] += chunk;
        done();
      },
    });
  const io: Io = {
    env: { ...env, ...over },
    stdin: Readable.from([]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(),
    sleep: (ms) => pause(ms),
    random: () => 0,
    uuid: randomUUID,
    fetch: withAuthServer,
  };
  return { code: await main(args, io), ...result };
}

async function doctor(over: Record<string, string> = {}, ...args: string[]) {
  const { code, out, err } = await sluice(["doctor", "--hosted", "--json", ...args], over);
  const json = JSON.parse(out.trimEnd().split("\n").at(-1)!);
  const checks = json.checks as Reported[];
  return {
    code,
    json,
    err,
    find: (name: string) => checks.find((check) => check.name === name),
    bad: () => checks.filter(({ status }) => status === "failed").map(({ name }) => name),
  };
}

/** Nothing of what a user gives may appear in the output. */
const secrets = () => [env.SLUICE_SECRET!, stack.secretKey, new URL(database.url).password];

test("a project in order passes, and no check leaves anything behind", async () => {
  const rows = async () =>
    await sql`select (select count(*)::int from public.uploads) as uploads,
      (select count(*)::int from public.upload_parts) as parts, (select count(*)::int from public.leads) as leads,
      (select count(*)::int from private.upload_part_chunks) as chunks,
      (select count(*)::int from public.leads_staging) as staged,
      (select count(*)::int from public.ingest_replay_guard) as guards,
      (select count(*)::int from public.pipeline_events) as events,
      (select count(*)::int from pgboss.job where name in ('stage-part', 'resolve-upload')) as jobs`;
  const before = await rows();
  const { json, code, bad, find } = await doctor();
  expect(bad()).toEqual([]);
  expect([code, json.ok]).toEqual([0, true]);
  expect(json.checks.map(({ name }: Reported) => name)).toEqual(
    HOSTED_CHECKS.map(({ name }) => name),
  );
  expect(find("round trip")).toMatchObject({
    status: "ok",
    message: expect.stringMatching(/removed/),
  });
  expect(find("API key")).toMatchObject({
    status: "ok",
    message: expect.stringMatching(/^secret key/),
  });
  expect(find("sign-up")?.status).toBe("ok");
  expect(find("deployed versions")?.status).toBe("not run");
  expect(await rows()).toEqual(before);
});

test("people get one line for each check, with what to do, and no secret", async () => {
  await sql`delete from cron.job_run_details`;
  const { code, out } = await sluice(["doctor", "--hosted"]);
  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(HOSTED_CHECKS.length + 1);
  expect(lines[0]).toMatch(/^ok {7}connection: /);
  expect(out).toMatch(/^warning {2}cron jobs: not run yet: sluice-.*\. Wait five minutes/m);
  expect(lines.at(-1)).toMatch(/^\d+ ok, \d+ warning, 0 failed, \d+ not run$/);
  for (const secret of secrets()) expect(out).not.toContain(secret);
});

test("without a key, a source and a token, those checks are skipped without a failure", async () => {
  const { code, find } = await doctor({ SUPABASE_SECRET_KEY: "", SLUICE_SECRET: "" });
  expect(code).toBe(0);
  for (const name of ["API key", "sign-up", "round trip", "deployed versions"]) {
    expect(find(name), name).toMatchObject({
      status: "not run",
      advice: expect.stringMatching(/[Ss]et/),
    });
  }
  expect(find("refusal")?.status).toBe("ok");
});

describe("in the database", () => {
  /** Runs the doctor while something is wrong, then mends it. */
  async function during(fault: string, repair: string) {
    await sql.unsafe(fault);
    try {
      return await doctor({ SLUICE_SECRET: "" });
    } finally {
      await sql.unsafe(repair);
    }
  }

  test("a missing wrapping key fails, and so does another one than that of the data", async () => {
    const rename = (from: string, to: string) =>
      `update vault.secrets set name = '${to}' where name = '${from}'`;
    const [there, away] = ["sluice_wrapping_key", "set_aside"];
    const missing = await during(rename(there, away), rename(away, there));
    expect(missing.code).toBe(1);
    expect(missing.bad()).toEqual(["wrapping key"]);
    expect(missing.find("wrapping key")).toMatchObject({
      message: expect.stringMatching(/missing in Vault/),
      advice: expect.stringMatching(/create_secret.*Restore the copy/),
    });
    const other = await during(
      `${rename(there, away)}; select vault.create_secret(repeat('ab', 32), '${there}')`,
      `delete from vault.secrets where name = '${there}'; ${rename(away, there)}`,
    );
    expect(other.find("wrapping key")?.message).toMatch(/does not open/);
    expect((await doctor({ SLUICE_SECRET: "" })).bad()).toEqual([]);
  });

  test("a job whose last run failed fails with its message, a paused one fails, too", async () => {
    await addRun("succeeded", "1 row");
    await sql`update cron.job_run_details d set status = 'failed', start_time = now(),
      return_message = 'ERROR: canceling statement due to statement timeout' || chr(10) || 'CONTEXT: …'
      where d.runid = (select max(runid) from cron.job_run_details)`;
    const { code, bad, find } = await doctor({ SLUICE_SECRET: "" });
    expect([code, bad()]).toEqual([1, ["cron jobs"]]);
    expect(find("cron jobs")?.message).toMatch(
      /^sluice-\S+ failed 0 min ago: ERROR: canceling statement due to/,
    );
    const paused = await during(
      "update cron.job set active = false where jobname = 'sluice-worker'",
      "update cron.job set active = true",
    );
    expect(paused.find("cron jobs")?.message).toMatch(/sluice-worker is paused/);
  });

  test("a job that is due every few minutes and has not run for long fails", async () => {
    await sql`update cron.job_run_details set start_time = now() - interval '3 hours', end_time = null`;
    const { find } = await doctor({ SLUICE_SECRET: "" });
    expect(find("cron jobs")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/last ran 3 h ago, and is due every few minutes/),
    });
  });

  test.each([
    [401, null, /answered with 401/, /sluice_service_key/],
    [404, null, /answered with 404/, /sluice_functions_url/],
    [null, "Couldn't resolve host name", /no answer .* resolve host/, /sluice_functions_url/],
  ])(
    "a wake-up that ended with %s fails and names the secret",
    async (status, error, message, advice) => {
      await addResponse(status, error);
      const { bad, find } = await doctor({ SLUICE_SECRET: "" });
      expect(bad()).toEqual(["wake-ups"]);
      expect(find("wake-ups")).toMatchObject({
        message: expect.stringMatching(message),
        advice: expect.stringMatching(advice),
      });
    },
  );

  test("secrets of the schedule: missing fails, publishable fails, legacy warns", async () => {
    const change = async (key: string) => {
      await sql`select vault.update_secret(id, ${key}) from vault.secrets where name = 'sluice_service_key'`;
      return (await doctor({ SLUICE_SECRET: "" })).find("secrets of the schedule");
    };
    expect(await change(stack.publishableKey)).toMatchObject({ status: "failed" });
    expect(await change(stack.serviceRoleKey)).toMatchObject({
      status: "warning",
      message: expect.stringMatching(/legacy/),
    });
    expect(await change(stack.secretKey)).toMatchObject({ status: "ok" });
    const missing = await during(
      "update vault.secrets set name = 'x' where name = 'sluice_functions_url'",
      "update vault.secrets set name = 'sluice_functions_url' where name = 'x'",
    );
    expect(missing.find("secrets of the schedule")).toMatchObject({
      status: "failed",
      advice: expect.stringContaining(stack.functionsUrl),
    });
  });

  test("a migration that is missing or has another text fails", async () => {
    await sql`create table public.kept as select * from supabase_migrations.schema_migrations`;
    const back = `truncate supabase_migrations.schema_migrations;
      insert into supabase_migrations.schema_migrations select * from public.kept`;
    const newest = "(select max(version) from supabase_migrations.schema_migrations)";
    const missing = await during(
      `delete from supabase_migrations.schema_migrations where version = ${newest}`,
      back,
    );
    expect(missing.find("migrations")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/1 migration of this checkout not applied/),
      advice: expect.stringMatching(/db push --remote/),
    });
    const changed = await during(
      `update supabase_migrations.schema_migrations set statements = '{select 1}' where version = ${newest}`,
      back,
    );
    expect(changed.find("migrations")?.message).toMatch(/earlier text of/);
    await sql`drop table public.kept`;
  });

  test("an extension in another schema fails", async () => {
    const moved = await during(
      "create schema elsewhere; alter extension address_standardizer_data_us set schema elsewhere",
      "alter extension address_standardizer_data_us set schema extensions; drop schema elsewhere",
    );
    expect(moved.find("extensions")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/address_standardizer_data_us is in schema elsewhere/),
    });
  });

  test("a failed daily task fails with its error", async () => {
    const found = await during(
      `insert into private.daily_runs (task, local_date, state, started_at, finished_at, retry_after, error)
        values ('retention', '2100-01-01', 'failed', now(), now(), now(), 'disk full')`,
      "delete from private.daily_runs where local_date = '2100-01-01'",
    );
    expect(found.find("daily tasks")?.message).toBe("retention failed: disk full");
  });

  test("a queue that nobody works on fails, an open dead letter warns", async () => {
    // Without a key the doctor runs no batch of the worker.
    await sql`insert into pgboss.job (name, data, created_on, start_after, policy)
      values ('triage', '{}', now() - interval '1 hour', now() - interval '1 hour', 'standard')`;
    const stuck = await doctor({ SUPABASE_SECRET_KEY: "", SLUICE_SECRET: "" });
    await sql`delete from pgboss.job where name = 'triage'`;
    expect(stuck.bad()).toEqual(["queues"]);
    expect(stuck.find("queues")).toMatchObject({
      message: expect.stringMatching(/triage: 1 waiting, the oldest for 60 min/),
      advice: expect.stringMatching(/wake-ups/),
    });
    const dead = await during(
      `insert into public.pipeline_dlq (source, payload, reason, created_at)
        values ('notify', '{}', 'x', now() - interval '3 days')`,
      "delete from public.pipeline_dlq where source = 'notify'",
    );
    expect([dead.code, dead.bad()]).toEqual([0, []]);
    expect(dead.find("dead letters")).toMatchObject({
      status: "warning",
      message: "open: 1 of notify, 3 d old",
    });
  });

  test("rules that somebody changed fail, rules that nobody read for a year warn", async () => {
    const old = await during(
      "create table public.kept as select * from public.gate_rules; " +
        "update public.gate_rules set reviewed_on = '2020-02-03' where rule = (select min(rule) from public.gate_rules)",
      "update public.gate_rules g set reviewed_on = k.reviewed_on from public.kept k where k.rule = g.rule; " +
        "drop table public.kept",
    );
    expect(old.find("rule data")).toMatchObject({
      message: expect.stringMatching(/not reviewed for a year: 1 gate rules \(since 2020-02-03\)/),
      advice: expect.stringMatching(/reviewed_on/),
    });
    const changed = await during(
      "update public.state_rules set name = name || 'x' where state = 'CA'",
      "update public.state_rules set name = rtrim(name, 'x') where state = 'CA'",
    );
    expect(changed.find("rule data")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/^the rules differ from those of version/),
    });
    expect((await doctor({ SLUICE_SECRET: "" })).find("rule data")?.status).not.toBe("failed");
  });

  test("missing zone data and a zone that the server does not know fail", async () => {
    const keep = "create table public.kept as select * from public.area_code_zones; ";
    const back = "truncate public.area_code_zones; " +
      "insert into public.area_code_zones select * from public.kept; drop table public.kept";
    const missing = await during(`${keep} truncate public.area_code_zones`, back);
    expect(missing.find("zone data")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/ and 0 area codes have a time zone/),
    });
    const unknown = await during(
      `${keep} update public.area_code_zones set zones = '{America/Atlantis}' where area_code = '213'`,
      back,
    );
    expect(unknown.find("zone data")?.message).toBe("the server does not know America/Atlantis");
    expect((await doctor({ SLUICE_SECRET: "" })).find("zone data")?.status).toBe("ok");
  });

  test.each([
    [
      "create table public.own (id integer)",
      "drop table public.own",
      /public\.own has no row-level security/,
    ],
    [
      "create view public.own as select id from public.leads; grant select on public.own to authenticated",
      "drop view public.own",
      /public\.own is a view with the rights of its owner/,
    ],
    [
      "grant select on public.leads to anon",
      "revoke select on public.leads from anon",
      /public\.leads is granted to anon/,
    ],
    [
      "create function public.own() returns integer language sql security definer as 'select 1'",
      "drop function public.own()",
      /^own\(\) runs as its owner without a search_path$/,
    ],
  ])("what goes round row-level security fails: %s", async (fault, repair, message) => {
    const found = await during(fault, repair);
    expect(found.bad()).toEqual(["row-level security"]);
    expect(found.find("row-level security")?.message).toMatch(message);
  });

  test("without --hosted a database alone is checked", async () => {
    const { code, out } = await sluice(["doctor", "--json"], {
      ...{ SLUICE_URL: "", SUPABASE_SECRET_KEY: "", SLUICE_SECRET: "" },
    });
    expect(code).toBe(0);
    const { checks } = JSON.parse(out.trimEnd().split("\n").at(-1)!) as { checks: Reported[] };
    expect(checks.map(({ name }) => name)).toEqual(DATABASE_CHECKS.map(({ name }) => name));
    expect(checks.filter(({ status }) => status === "not run")).toEqual([]);
    await sql`insert into public.pipeline_dlq (source, payload, reason) values ('x', '{}', 'x')`;
    await sql`create table public.own (id integer)`;
    const bad = await sluice(["doctor", "--json"]);
    await sql`drop table public.own`;
    await sql`delete from public.pipeline_dlq where source = 'x'`;
    expect(bad.code).toBe(1);
  });

  test("parcel numbers that are no keys any more are named, a county's own numbers are not", async () => {
    const found = await during(
      `insert into public.leads (org_id, source_id, county_fips, apn)
      select s.org_id, s.id, '06037', v.apn
      from public.sources s
      cross join lateral (values ('16201000000'), ('4285027001')) v (apn)
      where s.key = 'acme';
      insert into public.leads (org_id, source_id, county_fips, apn)
      select s.org_id, s.id, '32003', (n * 100000 + 16200000000)::text
      from public.sources s cross join generate_series(1, 20) n where s.key = 'acme'`,
      "delete from public.leads where county_fips in ('06037', '32003')",
    );
    expect(found.find("parcel numbers")).toMatchObject({
      status: "warning",
      message: expect.stringMatching(/: 1 of Acme Realty \(06037 16201000000\)$/),
    });
  });

  test("a column map with a wrong target, and an unknown preset, fail with their source", async () => {
    const found = await during(
      `alter table public.sources disable trigger user;
      update public.sources set column_map = '{"Reach": "phone", "Notes": null}', preset = 'nobody'`,
      `update public.sources set column_map = '{}', preset = null;
      alter table public.sources enable trigger user`,
    );
    expect(found.find("column maps")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/: acme \("Reach" to "phone", the preset nobody\)$/),
      advice: expect.stringMatching(/source map/),
    });
  });

  test("a template that could not be saved today fails with its name and what is wrong", async () => {
    const found = await during(
      `alter table public.templates disable trigger user;
      insert into public.templates (org_id, name, version, channel, text_body)
      select id, 'Old hello', 1, 'sms', 'Hi {{ lead.first_name }}, {{ sender.name }} here. Reply STOP to opt out'
      from public.orgs order by created_at limit 1;
      insert into public.templates (org_id, name, version, channel, text_body)
      select id, 'Old and unused', 1, 'sms', 'Hi {{ lead.first_name }}'
      from public.orgs order by created_at limit 1;
      alter table public.templates enable trigger user;
      insert into public.sequences (org_id, name)
      select org_id, 'Old sequence' from public.templates where name = 'Old hello';
      insert into public.sequence_steps (org_id, sequence_id, step, channel, delay_kind)
      select org_id, id, 1, 'sms', 'calendar' from public.sequences where name = 'Old sequence';
      insert into public.step_variants (org_id, sequence_id, step, template_id)
      select s.org_id, s.id, 1, t.id from public.sequences s join public.templates t on t.name = 'Old hello'
      where s.name = 'Old sequence'`,
      `delete from public.step_variants v using public.templates t where t.id = v.template_id and t.name = 'Old hello';
      delete from public.sequences where name = 'Old sequence';
      alter table public.templates disable trigger user;
      delete from public.templates where name like 'Old %';
      alter table public.templates enable trigger user`,
    );
    expect(found.find("templates")).toMatchObject({
      status: "failed",
      message: expect.stringMatching(
        /^messages of these templates may fail: Old hello 1 of .* \(text: lead\.first_name may be empty: .*\)$/,
      ),
      advice: expect.stringMatching(/template put/),
    });
  });

  test("a database that cannot be reached is one failure, and the functions are checked all the same", async () => {
    const nowhere = new URL(database.url);
    nowhere.port = "1";
    const { code, bad, find } = await doctor({}, "--db-url", nowhere.href);
    expect([code, bad()]).toEqual([1, ["database"]]);
    expect(find("wrapping key")).toMatchObject({ status: "not run" });
    expect(find("functions")?.status).toBe("ok");
  });
});

describe("at the functions", () => {
  test("a URL at which no function answers fails with what to check", async () => {
    const other = await doctor({}, "--url", stack.functionsUrl.replace("/v1", "/v2"));
    expect(other.code).toBe(1);
    expect(other.find("functions")).toMatchObject({
      message: expect.stringMatching(/csv-upload is not deployed there/),
      advice: expect.stringMatching(/--url/),
    });
    expect(other.find("secrets of the schedule")?.status).toBe("warning");
    const closed = await doctor({ SLUICE_SECRET: "" }, "--url", "http://127.0.0.1:1/functions/v1");
    expect(closed.find("functions")?.message).toMatch(/cannot be reached/);
  });

  test("a publishable key, an anon key and an unknown key fail, a legacy service key warns", async () => {
    const keyed = async (
      key: string,
    ) => (await doctor({ SUPABASE_SECRET_KEY: key, SLUICE_SECRET: "" }));
    expect((await keyed(stack.publishableKey)).find("API key")?.message).toMatch(/publishable/);
    expect((await keyed(stack.anonKey)).find("API key")?.message).toMatch(/anon/);
    const unknown = await keyed("sb_secret_unknown");
    expect(unknown.code).toBe(1);
    expect(unknown.find("API key")?.message).toMatch(/refuses the key \(401\)/);
    expect((await keyed(stack.serviceRoleKey)).find("API key")).toMatchObject({
      status: "warning",
      message: expect.stringMatching(/^a legacy service role key/),
    });
  });

  test("open sign-up fails, anonymous sign-in warns", async () => {
    signIn = OPEN_SIGN_IN;
    const open = await doctor({ SLUICE_SECRET: "" });
    expect([open.code, open.bad()]).toEqual([1, ["sign-up"]]);
    signIn = { ...CLOSED_SIGN_IN, external: { anonymous_users: true } };
    expect((await doctor({ SLUICE_SECRET: "" })).find("sign-up")?.status).toBe("warning");
  });

  test("a wrong signing secret fails the round trip", async () => {
    const { bad, find } = await doctor({ SLUICE_SECRET: "whsec_" + "A".repeat(32) });
    expect(bad()).toEqual(["round trip"]);
    expect(find("round trip")).toMatchObject({
      message: expect.stringMatching(/refused: 401/),
      advice: expect.stringMatching(/--source/),
    });
  });
});

test("an invalid command line is refused", async () => {
  for (
    const [args, over] of [
      [["doctor"], { DATABASE_URL: "" }],
      [["doctor", "--hosted"], { DATABASE_URL: "" }],
      [["doctor", "--hosted"], { SLUICE_URL: "" }],
      [["doctor", "--hosted", "--db-url", "mysql://x"], {}],
      [["doctor", "--hosted", "--url", "nonsense"], {}],
    ] as [string[], Record<string, string>][]
  ) expect((await sluice(args, over)).code, args.join(" ")).toBe(2);
});

test("the smoke test goes from upload to lead and leaves nothing behind", async () => {
  const count = async () => (await sql`select count(*)::int as n from public.orgs`)[0]!.n;
  const before = await count();
  const project = {
    databaseUrl: database.url,
    functionsUrl: stack.functionsUrl,
    apiKey: stack.secretKey,
    fetch: withAuthServer,
  };
  const lines: string[] = [];
  const result = await runSmoke(project, (line) => lines.push(line));
  expect(result).toMatchObject({
    leads: 3,
    undone: 3,
    uploaded: { received: 4, created: 3, merged: 1 },
  });
  expect(result.findings.filter(({ status }) => status === "failed")).toEqual([]);
  expect(await count()).toBe(before);
  await expect(runSmoke({ ...project, apiKey: "sb_secret_unknown" }, () => {})).rejects
    .toThrow("the worker refuses the key (401)");
  expect(await count()).toBe(before);
}, 300_000);
