// A deployed release with data takes the next migration and ends like a fresh build of the edited sql/.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  buildFromMigrations,
  buildFromSql,
  connect,
  createDatabase,
  createShimmed,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import {
  describeDrift,
  findDrift,
  writeMigration,
  type Written,
} from "../../../scripts/dev/diff.ts";
import { buildMigrations } from "../../../scripts/dev/build_migrations.ts";
import {
  checkout,
  migrationFiles,
  migrationsFolder,
  sqlFiles,
  type Tree,
} from "../../../scripts/dev/migrations.ts";
import { localPath } from "../../../scripts/dev/paths.ts";
import { referenceTables } from "../../../scripts/dev/reference_data.ts";
import { addRelease, isReleased } from "../../../scripts/dev/releases.ts";
import { openServer, prepareMain, type RunningServer } from "../../../scripts/dev/server.ts";
import { plainUrl, supabase } from "../../../scripts/dev/supabase.ts";

const org = "a0000000-0000-4000-8000-000000000000";
const monday = "2026-11-23T14:00:00Z";

let server: RunningServer;
let folder: string;
let tree: Tree;
/** Deployed by `supabase db push` and upgraded by it. */
let deployed: TestDatabase;
/** Deployed by `supabase db push` and upgraded by what db:start, dev and demo do. */
let local: TestDatabase;
let fresh: TestDatabase;
let written: Written;
let pushed: string;

async function push(database: TestDatabase): Promise<string> {
  const outcome = await supabase(
    ...["db", "push", `--remote=${plainUrl(database.url)}`, "--yes", "--workdir", folder],
  );
  if (outcome.status !== 0) throw new Error(outcome.stderr + outcome.stdout);
  return outcome.stdout + outcome.stderr;
}

/** Runs what `npm run db:start`, `dev` and `demo` run first, with this database as the main one. */
const open = (database: TestDatabase) => prepareMain({ ...server, main: database.name }, tree);

/** Replaces a passage of the one file of the copied sql/ that has it. */
function edit(passage: RegExp, replacement: string): void {
  const files = sqlFiles(tree).filter(({ text }) => passage.test(text));
  expect(files.map(({ name }) => name)).toHaveLength(1);
  for (const { name, text } of files) {
    writeFileSync(join(tree.sql, name), text.replace(passage, replacement));
  }
}

/** Uploads a lead with a phone, and feeds it to a campaign of its own. */
async function useDatabase(database: TestDatabase, mak: string): Promise<void> {
  const sql = connect(database.url);
  try {
    await sql`insert into public.orgs (id, name) values (${org}, 'Org') on conflict do nothing`;
    const [source] = await sql`
      insert into public.sources (org_id, key, name)
      values (${org}, ${`list-${mak}`}, 'List') returning id`;
    const upload = crypto.randomUUID();
    await sql.begin(async (tx) => {
      const [part] = await tx`
        select part_id from private.accept_part(${source?.id}, ${crypto.randomUUID()},
          sha256(${mak}::bytea), 1, null, ${upload}, 1, 1, false, null, ${crypto.randomUUID()},
          '2026-01-01')`;
      await tx`select private.open_stage()`;
      await tx`
        insert into stage_in (line_no, mak, state, phones, attributes, warnings, raw)
        values (1, ${mak}, 'CA', '[{"v": "3105550101"}]', '{}', '{}', '[]')`;
      await tx`select private.stage_rows(${part?.part_id})`;
      await tx`update public.upload_parts set state = 'staged', staged_at = now()
        where id = ${part?.part_id}`;
    });
    let state = "more";
    while (state === "more") {
      [{ state }] = await sql`select private.resolve_upload(${upload}) as state` as [
        { state: string },
      ];
    }
    expect(state).toBe("completed");
    await sql.begin(async (tx) => {
      await tx`select set_config('sluice.actor', 'upload', true)`;
      await tx`update public.contact_points set verified = true`;
      await tx`select private.refresh_verification(${org}, array(select id from public.leads))`;
    });
    await sql`update public.campaigns set state = 'finished' where state = 'running'`;
    await sql`insert into public.campaigns (org_id, name, state) values (${org}, ${mak}, 'running')`;
    await sql`select public.refresh_contactable_leads(p_force => true)`;
    const fed = await sql`select * from public.feed_campaigns(${monday}::timestamptz)`;
    expect(fed.map(({ fed_count }) => fed_count)).toEqual([1]);
  } finally {
    await sql.end();
  }
}

/** Differences from the fresh build; tables that only data of an org fills are left out. */
async function differences(database: TestDatabase): Promise<string[]> {
  const reference = await referenceTables(fresh.url);
  const found = await findDrift(database.url, fresh.url);
  return describeDrift({
    ...found,
    data: found.data.filter(({ table }) => reference.has(table.name)),
  });
}

beforeAll(async () => {
  server = await openServer();
  mkdirSync(localPath("scratch"), { recursive: true });
  folder = mkdtempSync(localPath("scratch", "upgrade-"));
  tree = { sql: join(folder, "sql"), supabase: join(folder, "supabase") };
  cpSync(checkout.sql, tree.sql, { recursive: true });
  cpSync(checkout.supabase, tree.supabase, { recursive: true });
  if (!isReleased(tree)) {
    buildMigrations(tree);
    addRelease("0.0.1", "2026-11-27", tree);
  }

  const name = `sluice_test_${process.pid}_upgrade`;
  deployed = await createShimmed(server, name);
  await push(deployed);
  await open(deployed);
  await useDatabase(deployed, "1000000001");
  local = await createDatabase(server, `${name}_local`, deployed.name);

  // One column in the middle of each of the three tables that are made like this type, and one of campaigns.
  edit(
    /(create type private\.lead_fields as \([^;]*?apn_segments text)\n/,
    "$1,\n  roof_material text\n",
  );
  edit(/(create table public\.campaigns \([^;]*?\n {2}name text not null,\n)/, "$1  motto text,\n");
  edit(
    /(create type public\.campaign_state as enum \([^)]*)'finished'/,
    "$1'archived', 'finished'",
  );
  edit(
    /(select pgboss\.create_queue\('triage', ('[^']*')\);\n)/,
    "$1select pgboss.create_queue('appraise', $2);\n",
  );
  edit(
    /(create table public\.campaigns \([^]*)$/,
    `$1
create policy delete_owners on public.campaigns for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner}'))::uuid[]));
grant delete on public.campaigns to authenticated;
comment on column public.campaigns.name is 'Its name, as the brokers know it.';
`,
  );
  writeFileSync(
    join(tree.sql, "99_schedule", "98_edits.sql"),
    `insert into public.gate_rules (rule, concern, title, source, verification, reviewed_on)
values ('house_test_rule', 'places', 'The org''s own test', 'policy', 'house_policy', '2026-11-27');
update public.gate_rules set title = 'Changed' where rule = 'house_channel_closed';
delete from public.area_code_zones where area_code = '212';
select cron.schedule('sluice-appraise', '7 * * * *', 'select 1');
create function private.appraise() returns integer language sql as 'select 1';
revoke execute on function private.appraise() from pipeline_writer;
create function private.appraise_openly() returns integer language sql as 'select 1';
create table public.appraisals (org_id uuid primary key);
revoke all on public.appraisals from service_role;
grant select on public.appraisals to authenticated;
`,
  );
  fresh = await createShimmed(server, `${name}_fresh`);
  await buildFromSql(fresh.url, tree);

  written = await writeMigration(server, "appraise_leads", tree);
  pushed = await push(deployed);
});
afterAll(async () => {
  await fresh?.drop();
  await local?.drop();
  await deployed?.drop();
  if (folder) rmSync(folder, { recursive: true });
  await server?.release();
});

test("one command writes one migration with structure, rows, cron job and queue", () => {
  expect(written).toEqual({
    names: [expect.stringMatching(/^\d{14}_appraise_leads\.sql$/)],
    problems: [],
  });
  const text = readFileSync(join(migrationsFolder(tree), written.names[0] ?? ""), "utf8");
  for (
    const part of [
      "set lock_timeout",
      "set statement_timeout",
      /alter table "public"\."leads"\s+add column "roof_material"/i,
      /add column "motto"/i,
      /add value 'archived' before 'finished'/i,
      /create policy "delete_owners"/i,
      "'house_test_rule'",
      "do update set title = excluded.title;",
      "delete from public.area_code_zones",
      "perform cron.schedule('sluice-appraise'",
      "revoke execute on function private.appraise() from pipeline_writer;",
      /insert into pgboss\.queue[^;]*'appraise'/,
    ]
  ) expect(text).toMatch(part);
});

test("supabase db push applies the new migration and nothing else", () => {
  const applied = [...pushed.matchAll(/Applying migration (\S+\.sql)/g)].map(([, name]) => name);
  expect(applied).toEqual(written.names);
});

test("the upgraded database equals a fresh build of the edited sql/", async () => {
  expect(await differences(deployed)).toEqual([]);
});

test("its data is still there, and its functions work on tables whose columns have another order", async () => {
  const sql = connect(deployed.url);
  const [lead] = await sql`select mak, roof_material from public.leads`;
  expect(lead).toEqual({ mak: "1000000001", roof_material: null });
  await sql.end();
  await useDatabase(deployed, "1000000002");
});

test("db:start, dev and demo open a database that supabase db push made", async () => {
  await open(deployed);
  expect(await buildFromMigrations(deployed.url, tree)).toEqual([]);
});

test("db:start, dev and demo bring a deployed database forward by its new migrations", async () => {
  expect(await differences(local)).not.toEqual([]);
  await open(local);
  expect(await differences(local)).toEqual([]);
  expect(await push(local)).toMatch(/up to date/);
});

test("a database with another text of a migration is named as stale", async () => {
  const [first] = migrationFiles(tree);
  const path = join(migrationsFolder(tree), first?.name ?? "");
  writeFileSync(path, `${first?.text}\nselect 1;\n`);
  await expect(open(local)).rejects.toThrow(`earlier text of ${first?.name}`);
  writeFileSync(path, first?.text ?? "");
  await open(local);
});
