// What an operator does with an org, its members, sources, campaigns and data, against a real database.
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Ran, runSluice } from "../../support/sluice_command.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let org: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  await sql`
    insert into auth.users (id, email)
    values (gen_random_uuid(), 'ann@example.com'), (gen_random_uuid(), 'bob@example.com')`;
  org = (await sluice("org", "create", "Acme", "--owner", "Ann@example.com")).out.trim();
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const sluice = (...args: string[]): Promise<Ran> =>
  runSluice(args, { DATABASE_URL: database.adminUrl });
const json = async (...args: string[]) => JSON.parse((await sluice(...args, "--json")).out);

test("an org is created with its owner, shown and changed", async () => {
  expect((await sluice("org", "list")).out).toBe(
    `${org}  Acme  America/Los_Angeles  1 member, 0 leads\n`,
  );
  expect(await sluice("org", "create", "Acme")).toMatchObject({
    code: 1,
    err: "sluice: an org has the name Acme\n",
  });
  const changed = await sluice(
    "org",
    "set",
    "Acme",
    "raw_days=60",
    "--time-zone",
    "America/New_York",
  );
  expect(changed.out).toBe(`${org}  Acme  America/New_York  1 member, 0 leads\n  raw_days: 60\n`);
  expect((await sluice("org", "set", "Acme", "raw_days=")).out).not.toContain("raw_days");
  expect((await sluice("org", "set", "Acme", "raw_days=soon")).err).toContain(
    "not a valid raw_days",
  );
  expect((await sluice("org", "set", "Acme", "rawdays=1")).err).toContain(
    "unknown setting rawdays",
  );
  expect((await sluice("org", "set", "Acme")).code).toBe(2);
});

test("members are added, change role and are removed, but never the last owner", async () => {
  expect(
    (await sluice("member", "add", "nobody@example.com", "--role", "viewer", "--org", org)).err,
  )
    .toContain("nobody has signed up");
  expect((await sluice("member", "add", "bob@example.com", "--role", "viewer", "--org", org)).code)
    .toBe(0);
  await sluice("member", "role", "bob@example.com", "broker", "--org", org);
  const { members } = await json("member", "list", "--org", org);
  expect(members.map((one: { email: string; role: string }) => [one.email, one.role]))
    .toEqual([["ann@example.com", "owner"], ["bob@example.com", "broker"]]);
  expect((await sluice("member", "remove", "bob@example.com", "--org", org)).code).toBe(2);
  expect((await sluice("member", "remove", "bob@example.com", "--org", org, "--yes")).code).toBe(0);
  expect((await sluice("member", "remove", "ann@example.com", "--org", org, "--yes")).err)
    .toContain("SL102");
});

test("a source is added with a secret shown once, rotated, and switched off and on", async () => {
  const added = await sluice("source", "add", "acme-list", "--name", "A vendor", "--org", org);
  expect(added.out).toMatch(/^whsec_\S+\n$/);
  const rotated = await sluice("source", "secret", "acme-list", "--overlap", "0", "--yes");
  expect(rotated.out).toMatch(/^whsec_\S+\n$/);
  expect(rotated.out).not.toBe(added.out);
  await sluice("source", "off", "acme-list", "--yes");
  expect((await sluice("source", "list", "--org", org)).out)
    .toBe("acme-list  A vendor, trust 50, no upload yet  off\n");
  expect((await json("source", "on", "acme-list")).active).toBe(true);
});

test("a campaign is created, previewed, started after a yes, fed once, paused and finished", async () => {
  const id = (await sluice("campaign", "create", "Spring", "--daily-limit", "10", "--org", org)).out
    .trim();
  expect((await sluice("feed", "preview", "Spring", "--org", org)).code).toBe(0);
  expect((await sluice("campaign", "start", "Spring", "--org", org)).code).toBe(2);
  expect((await sluice("feed", "now", "Spring", "--org", org, "--yes")).err).toContain("SL503");
  await sluice("campaign", "start", "Spring", "--org", org, "--yes");
  const fed = await sluice("feed", "now", "Spring", "--date", "2026-11-24", "--org", org, "--yes");
  expect(fed).toMatchObject({ code: 0, out: "Spring: 0 of 10 fed for 2026-11-24\n" });
  expect(
    (await sluice("feed", "now", "Spring", "--date", "2026-11-24", "--org", org, "--yes")).code,
  )
    .toBe(1);
  expect((await json("feed", "pause", "--org", org, "--yes")).paused).toEqual([{
    id,
    name: "Spring",
  }]);
  expect((await sluice("campaign", "resume", id, "--org", org)).out).toBe("Spring is running\n");
  await sluice("campaign", "finish", id, "--org", org, "--yes");
  expect((await sluice("campaign", "resume", id, "--org", org)).err).toContain("SL501");
  expect((await sluice("campaign", "list", "--org", org)).out).toContain(`${id}  finished  Spring`);
});

test("values are suppressed, raw data is purged, address keys and scores are worked out again", async () => {
  const add = ["suppressions", "add", "212-555-0142", "Ames@example.com", "--org", org];
  expect((await sluice(...add)).code).toBe(2);
  expect((await sluice(...add, "--yes")).out).toBe("2 suppressed, 0 known\n");
  expect(await sluice(...add, "soon", "--yes")).toMatchObject({
    code: 1,
    out: "0 suppressed, 2 known; not a phone or e-mail: number 3\n",
  });
  expect((await sluice("retention", "show")).out).toBe(
    "Acme: raw data 30 days, events always, calls always, decisions 5 years; no stored upload\n",
  );
  expect((await json("retention", "run", "--yes")).deleted).toMatchObject({ chunks: 0, guards: 0 });

  await sql`
    insert into public.leads (org_id, situs_street, situs_city, situs_state, situs_zip)
    values (${org}, '12 Main St', 'Reno', 'NV', '89501')`;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update public.leads set addr_hash_version = addr_hash_version - 1, addr_hash = '\\x00'`;
  });
  expect((await sluice("backfill", "addresses")).code).toBe(2);
  const [before] = await sql`select count(*)::int as n from public.lead_changes`;
  const { leads } = await json("backfill", "addresses", "--yes");
  expect(leads).toBe(1);
  const [lead] = await sql`
    select addr_hash_version = private.address_hash_version() and length(addr_hash) > 1 as current from public.leads`;
  expect(lead).toEqual({ current: true });
  expect((await sql`select count(*)::int as n from public.lead_changes`)[0]).toEqual(before);
  const [disabled] = await sql`
    select count(*)::int as n from pg_trigger where tgrelid = 'public.leads'::regclass and tgenabled = 'D'`;
  expect(disabled!.n).toBe(0);
  expect((await sluice("backfill", "scores", "--org", org)).out).toContain("no active version");
});

test("API keys are created, listed, rotated and revoked", async () => {
  const made = await json("key", "create", "Reports", "--scopes", "leads.read", "--org", org);
  expect(made.key).toMatch(/^slk_[0-9a-f]{16}_[0-9a-f]{48}$/);
  expect((await sluice("key", "list", "--org", org)).out).toMatch(
    new RegExp(
      `^slk_${made.key_id}  active    Reports: viewer, leads.read, expires \\d{4}-\\d\\d-\\d\\d, never used\\n$`,
    ),
  );
  const next = await json("key", "rotate", made.key_id, "--overlap", "1", "--org", org);
  expect((await sluice("key", "revoke", next.key_id, "--org", org)).code).toBe(0);
  expect((await sluice("key", "revoke", next.key_id, "--org", org)).code).toBe(1);
  expect((await sluice("key", "revoke", next.key, "--org", org)).code).toBe(2);
});

test("an org is deleted by its name and a yes only", async () => {
  const other = (await sluice("org", "create", "Beta")).out.trim();
  expect((await sluice("org", "delete", other, "--yes")).code).toBe(2);
  expect((await sluice("org", "delete", other, "--name", "Acme", "--yes")).code).toBe(1);
  expect((await sluice("org", "delete", other, "--name", "Beta")).code).toBe(2);
  expect((await sluice("org", "delete", other, "--name", "Beta", "--yes")).code).toBe(0);
  expect((await sluice("org", "show", other)).err).toContain("not found");
});
