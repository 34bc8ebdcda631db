// Rows of release 0.1.0 (leads, conflicts, staged rows, keys, history, accounts) in a database that is upgraded.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  applyFiles,
  connect,
  createShimmed,
  ensureWrappingKey,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { migrationFiles } from "../../../scripts/dev/migrations.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { randomHex } from "../../../scripts/dev/state.ts";
import { firstUnreleased } from "../../support/first_unreleased.ts";

const files = migrationFiles();
const step = firstUnreleased(files);

const ORG = "a0000000-0000-4000-8000-000000000000";
const ROW =
  "insert into stage_in (line_no, fips, apn, street, city, state, zip, owner_full, phones, " +
  "attributes, warnings, raw) values ($1, '06037', $2, '12 Oak St', 'Los Angeles', 'CA', '90012', $3, " +
  "'[{\"v\": \"3105550101\"}]', '{}', '{}', '[\"as sent\"]')";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let source: string;

/** Stages the rows of an upload as release 0.1.0 does. */
async function stage(rows: [parcel: string, owner: string][]): Promise<string> {
  const upload = crypto.randomUUID();
  await sql.begin(async (tx) => {
    const [part] = await tx`
      select part_id from private.accept_part(${source}, ${crypto.randomUUID()}, sha256(${upload}::bytea), 1,
        null, ${upload}, 1, 1, false, null, ${crypto.randomUUID()}, '2026-01-01')`;
    await tx`select private.open_stage()`;
    for (const [at, [parcel, owner]] of rows.entries()) {
      await tx.unsafe(ROW, [at + 1, parcel, owner]);
    }
    await tx`select private.stage_rows(${part?.part_id})`;
    await tx`update public.upload_parts set state = 'staged', staged_at = now() where id = ${part?.part_id}`;
  });
  return upload;
}

/** Resolves an upload, whose last state it returns. */
async function resolve(upload: string): Promise<string> {
  for (;;) {
    const [{ state }] = await sql`select private.resolve_upload(${upload}) as state` as unknown as [
      { state: string },
    ];
    if (state !== "more") return state;
  }
}

let waiting: string;

beforeAll(async () => {
  server = await openServer();
  database = await createShimmed(server, `upgraded_rows_${randomHex(6)}`);
  await applyFiles(database.url, files.slice(0, step));
  await ensureWrappingKey(database.url);
  sql = connect(database.url);
  await sql`insert into public.orgs (id, name) values (${ORG}, 'Org')`;
  const [row] = await sql`
    insert into public.sources (org_id, key, name) values (${ORG}, 'county', 'County') returning id`;
  source = row!.id;
  await resolve(await stage([["4444-001-001", "Ann Alder"]]));
  // In 0.1.0, another parcel at the address of a lead is a conflict.
  await resolve(await stage([["4444-001-002", "Bob Birch"]]));
  await resolve(await stage([["4444-001-002", "Bob Birch"], ["4444-001-003", "Cy Cedar"]]));
  waiting = await stage([["4444-002-001", "Dee Dogwood"]]);
  await sql`select set_config('sluice.actor', 'system', false)`;
  await sql`
    insert into public.leads (org_id, mak, apn, county_fips, owner_full)
    values (${ORG}, '9999999999', 'NOTAVAILABLE', '06037', 'Eve Elm'),
      (${ORG}, '1000000042', null, null, 'Gone Ginkgo')`;
  await sql`update public.leads set owner_full = 'Gone Gum' where mak = '1000000042'`;
  await sql`delete from public.leads where mak = '1000000042'`;
  await sql`
    insert into public.senders (org_id, channel, provider, account, name, address)
    values (${ORG}, 'sms', 'twilio', 'west', 'West', '+12135550100')`;
  await sql.end();
  await applyFiles(database.url, files.slice(step));
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

test("open conflicts keep their rows, each row once, and can be answered", async () => {
  const open = await sql`
    select c.id, private.conflict_row_content(r) as content from public.lead_conflicts c
    join private.conflict_rows r on r.org_id = c.org_id and r.conflict_id = c.id
    where c.state = 'open' order by c.id, r.line`;
  expect(new Set(open.map(({ id }) => id)).size).toBe(2);
  for (const { content } of open) {
    expect(content.raw).toEqual(["as sent"]);
    expect(content.contacts[0].value).toBe("+13105550101");
  }
  await sql`select set_config('request.jwt.claims', '{"role": "service_role"}', false)`;
  const [{ id }] = open as unknown as [{ id: string }];
  await sql`select public.close_conflict(${ORG}, ${id}, p_answer => 'own')`;
  expect(await sql`select from public.leads where apn = '4444001002'`).toHaveLength(1);
});

test("rows that were staged are staged again from the stored bytes, not lost in between", async () => {
  expect(await sql`select from public.leads_staging s where s.upload_id = ${waiting}`).toEqual([]);
  const [part] =
    await sql`select state::text from public.upload_parts where upload_id = ${waiting}`;
  expect(part!.state).toBe("staged");
});

test("keys name the wrapping key, and stored contacts can be read", async () => {
  const keys = await sql`select distinct k.wrapped_with from private.org_keys k`;
  expect(keys.map((k) => k.wrapped_with)).toEqual(
    (await sql`select private.key_fingerprint(private.wrapping_key()) as k`).map(({ k }) => k),
  );
  const [value] = await sql`
    select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as v
    from public.contact_points c limit 1`;
  expect(value!.v).toBe("+13105550101");
});

test("fillers are keys no more, and real parcels stay keys", async () => {
  const leads =
    await sql`select owner_full, mak, apn from public.leads where owner_full in ('Eve Elm', 'Ann Alder')
    order by 1`;
  expect(leads.map((l) => [l.owner_full, l.mak, l.apn])).toEqual([
    ["Ann Alder", null, "4444001001"],
    ["Eve Elm", null, null],
  ]);
});

test("the history of a deleted lead has no values", async () => {
  const history =
    await sql`select changes::text from public.lead_changes where changes is not null`;
  expect(history.filter(({ changes }) => /Gone|Ginkgo|Gum/.test(changes))).toEqual([]);
});

test("an account of the environment belongs to the org whose sender uses it", async () => {
  const accounts = await sql`select org_id, provider, name from private.provider_accounts`;
  expect(accounts.map((a) => ({ ...a }))).toEqual([{
    org_id: ORG,
    provider: "twilio",
    name: "west",
  }]);
});
