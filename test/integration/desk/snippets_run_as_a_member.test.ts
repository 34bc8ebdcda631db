// Every snippet for Studio runs as it is, in one transaction, and sees what its member may see.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { openServer } from "../../../scripts/dev/server.ts";

const folder = join(root, "supabase", "snippets");
const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
const text = (name: string) => readFileSync(join(folder, name), "utf8");
const zeros = "00000000-0000-0000-0000-000000000000";
let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let own: string;
let foreign: string;
let phone: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  // As Studio of a hosted project: the owner of the tables, not a superuser.
  sql = connect(database.url, 1);
  const [made] = await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    const [org] = await tx`insert into public.orgs (name) values ('Acme Realty') returning id`;
    await tx`insert into auth.users (id, email) values
      ('a0000000-0000-4000-8000-000000000001', 'owner@example.com'),
      ('a0000000-0000-4000-8000-000000000003', 'broker@example.com')`;
    await tx`insert into public.members (org_id, user_id, role) values
      (${org!.id}, 'a0000000-0000-4000-8000-000000000001', 'owner'),
      (${org!.id}, 'a0000000-0000-4000-8000-000000000003', 'broker')`;
    const [broker] = await tx`insert into public.brokers (org_id, user_id, name)
      values (${org!.id}, 'a0000000-0000-4000-8000-000000000003', 'Jo Ames') returning id`;
    return await tx`
      with l as (
        insert into public.leads (org_id, owner_1_last, situs_state, situs_zip, assigned_broker_id)
        values (${org!.id}, 'Ames', 'CA', '90001', ${broker!.id}), (${
      org!.id
    }, 'Ames', 'CA', '90001', null)
        returning id, org_id, assigned_broker_id
      ), c as (
        insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
        select l.org_id, l.id, 'phone', private.blind_index('+12135550101', private.blind_key(l.org_id)),
          private.encrypt_value('+12135550101', private.org_key(l.org_id, k.id)), k.id, '+1*******0101'
        from l cross join lateral private.active_key_id(l.org_id, 'data') k (id) where l.assigned_broker_id is not null
        returning id, lead_id
      )
      select (select id from l where assigned_broker_id is null) as foreign, c.lead_id as own, c.id::text as phone from c`;
  });
  own = made!.own;
  foreign = made!.foreign;
  phone = made!.phone;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

/** The rows of the last statement, as Studio shows them: the whole text is one request, and one transaction. */
async function run(
  name: string,
  changes: [string, string][] = [],
): Promise<Record<string, unknown>[]> {
  let query = text(name);
  for (const [from, to] of changes) {
    expect(query, `${name} has the parameter ${from}`).toContain(from);
    query = query.replaceAll(from, to);
  }
  const results = await sql.unsafe(query).simple() as unknown as Record<string, unknown>[][];
  // One statement gives its rows, several give the rows of each.
  return Array.isArray(results[0])
    ? [...results.at(-1)!]
    : [...results as unknown as Record<string, unknown>[]];
}

test.each(files)("%s runs as it is", async (name) => {
  await expect(run(name)).resolves.toBeInstanceOf(Array);
  expect((await sql`select current_user as who`)[0]!.who, "and its rights end with it").toBe(
    "postgres",
  );
});

test("snippets of members act as one, those of operations say that they do not", () => {
  const without = files.filter((name) => !text(name).includes("select act_as("));
  expect(without).toEqual(["dead_letters.sql", "unmatched_webhooks.sql"]);
});

test("a member sees own leads only", async () => {
  const day = await run("my_day.sql");
  expect(day.map(({ lead_id }) => lead_id)).toEqual([own]);
  const found = await run("find_a_lead.sql");
  expect(found.map(({ lead_id }) => lead_id)).toEqual([own]);
  expect(await run("lead_history.sql", [[zeros, foreign]])).toEqual([]);
});

test("a call is recorded once, in the name of the member", async () => {
  const parameters: [string, string][] = [[zeros, own], ["0::bigint", `${phone}::bigint`]];
  expect((await run("check_a_call.sql", parameters)).length).toBe(1);
  await run("record_a_call.sql", parameters);
  const [call] =
    await sql`select outcome::text, called_by from public.calls where lead_id = ${own}`;
  expect(call).toEqual({ outcome: "no_answer", called_by: "a0000000-0000-4000-8000-000000000003" });
  const timeline = await run("lead_history.sql", [[zeros, own]]);
  expect(timeline.filter(({ kind }) => kind === "call").map(({ actor }) => actor)).toEqual(["you"]);
  expect((await run("why_not_contacted.sql", [[zeros, own]])).length).toBeGreaterThan(0);
});

test("steps take the newest version of a template once they were shown", async () => {
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    await tx.unsafe(`
      with org as (select id from public.orgs where name = 'Acme Realty'),
      texts as (
        insert into public.templates (org_id, name, channel, version, text_body)
        select org.id, 'First text', 'sms', v, '{{ sender.name }}: hello. Reply STOP to opt out' from org, generate_series(1, 2) v
        returning org_id, id, version),
      q as (insert into public.sequences (org_id, name) select id, 'Spring' from org returning org_id, id),
      s as (insert into public.sequence_steps (org_id, sequence_id, step, channel, delay_kind)
        select org_id, id, 1, 'sms', 'calendar' from q returning org_id, sequence_id, step)
      insert into public.step_variants (org_id, sequence_id, step, template_id)
      select s.org_id, s.sequence_id, s.step, t.id from s join texts t on t.version = 1`);
  });
  expect(await run("use_a_template_version.sql")).toMatchObject([
    { sequence: "Spring", step: 1, uses: 1, newest: 2, changed: null },
  ]);
  const changed = await run("use_a_template_version.sql", [["   false)", "   true)"]]);
  expect(changed).toMatchObject([{ uses: 1, newest: 2, changed: true }]);
  expect(await run("use_a_template_version.sql")).toEqual([]);
  await expect(
    run("use_a_template_version.sql", [["owner@example.com", "broker@example.com"], [
      "   false)",
      "   true)",
    ]]),
  ).resolves.toEqual([]);
});
