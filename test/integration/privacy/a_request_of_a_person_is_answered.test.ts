// sluice person: from what a person tells about themselves to the answer, against a real database.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { runSluice } from "../../support/sluice_command.ts";
import { makeOrg, type Person } from "../inbound/support.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let folder: string;
let org: string;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  folder = await mkdtemp(join(tmpdir(), "sluice-person-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await sql?.end();
  await database?.drop();
  await server?.release();
});
beforeEach(async () => {
  const made = await makeOrg(sql, ["sms", "email"]);
  org = made.orgId;
  [ann, bob] = made.people as [Person, Person];
  await sql`
    update public.leads set owner_full = 'Ann Roe', situs_house_number = '12', situs_street = '12 OAK ST',
      situs_zip = '85001' where id = ${ann.leadId}`;
  await sql`
    update public.leads set owner_full = 'Bob Poe', mailing_street = '7 Elm Avenue', mailing_zip = '85002'
    where id = ${bob.leadId}`;
});

const sluice = (...args: string[]) =>
  runSluice(["person", ...args, "--org", org], { DATABASE_URL: database.adminUrl }, {
    now: () => new Date("2026-11-28T12:00:00Z"),
  });
const found = async (...args: string[]) =>
  JSON.parse((await sluice("find", ...args, "--json")).out).found.map((
    one: { lead_id: string; found_by: string[] },
  ) => [one.lead_id, ...one.found_by]);
const contacts = async () =>
  (await sql<{ n: number }[]>`
    select count(*)::integer as n from public.contact_points where org_id = ${org}`)[0]!.n;
const isSuppressed = async (value: string) =>
  (await sql<{ held: boolean }[]>`
    select private.is_suppressed(${org}, private.contact_index(${org}, ${value}), 'sms') as held`)[
    0
  ]!.held;
const ASKED = ["--requester", "Ann Roe, by letter", "--received", "2026-11-20"];

test("a person is found by phone, e-mail, name and address, or mailing address, and by nothing less", async () => {
  expect(await found("--phone", "(213) 555-0101")).toEqual([[ann.leadId, "phone"]]);
  expect(await found("--email", "Person2@Example.com")).toEqual([[bob.leadId, "email"]]);
  expect(await found("--name", "Roe, Ann", "--address", "12 Oak Street")).toEqual([
    [ann.leadId, "name and address"],
  ]);
  expect(await found("--name", "Bob Poe", "--address", "7 Elm Ave", "--zip", "85002")).toEqual([
    [bob.leadId, "name and mailing address"],
  ]);
  for (
    const other of [
      ["--name", "Cy Doe", "--address", "12 Oak Street"],
      ["--name", "Bob Poe", "--address", "7 Elm Ave", "--zip", "90001"],
      ["--phone", "213-555-0177"],
    ]
  ) {
    expect(await sluice("find", ...other)).toMatchObject({ code: 1, out: "Not on record.\n" });
  }
  expect((await sluice("find", "--name", "Ann Roe")).code).toBe(2);
  expect((await sluice("find", "--phone", "12345")).err).toContain("not a US phone");
  expect((await sluice("find")).code).toBe(2);
});

test("what is on record is shown with plain values, and the access is logged", async () => {
  const shown = await sluice("show", "--phone", ann.phone);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.out).toContain("owner_full: Ann Roe");
  expect(shown.out).toContain(`phone: ${ann.phone}`);
  expect(shown.out).not.toContain("Bob Poe");
  const [log] = await sql<{ n: number }[]>`
    select count(*)::integer as n from private.pii_access_log
    where lead_id = ${ann.leadId} and subject = 'person' and reason = 'sluice person show'`;
  expect(log!.n).toBe(1);
});

test("an export writes the record, a letter with dates and its proof, readable by the operator only", async () => {
  const out = join(folder, "ann");
  expect((await sluice("export", "--phone", ann.phone, "--out", out)).err).toContain("--requester");
  const done = await sluice("export", "--phone", ann.phone, "--out", out, ...ASKED);
  expect(done).toMatchObject({ code: 0 });
  expect((await readdir(out)).sort()).toEqual(["answer.json", "answer.txt", "record.json"]);
  for (const name of await readdir(out)) {
    expect((await stat(join(out, name))).mode & 0o777).toBe(0o600);
  }
  const body = await readFile(join(out, "record.json"), "utf8");
  expect(JSON.parse(body).records[0].contacts.map((one: { value: string }) => one.value).sort())
    .toEqual([ann.phone, ann.email].sort());
  const answer = JSON.parse(await readFile(join(out, "answer.json"), "utf8"));
  expect(answer).toMatchObject({
    kind: "export",
    answered_on: "2026-11-28",
    request: { received_on: "2026-11-20", due_on: "2027-01-04" },
    record: { sha256: createHash("sha256").update(body).digest("hex") },
  });
  const letter = await readFile(join(out, "answer.txt"), "utf8");
  expect(letter).toContain("We received your request on 2026-11-20 and answer it on 2026-11-28");
  expect(letter).toContain(answer.proof.hash);
  const [event] = await sql`
    select detail, (select verify ->> 'ok' from public.verify_audit(${org}) verify) as ok
    from private.audit_events where org_id = ${org} and action = 'person.exported'`;
  expect(event!.detail.sha256).toBe(answer.record.sha256);
  expect(JSON.stringify(event!.detail)).not.toContain("Roe");
  expect(event!.ok).toBe("true");
  expect((await sluice("export", "--phone", ann.phone, "--out", out, ...ASKED)).err)
    .toContain("exists: choose another --out");
});

test("an erasure asks first, can be tried, and leaves the suppression and a proof", async () => {
  const before = await contacts();
  expect((await sluice("erase", "--phone", ann.phone, ...ASKED)).err).toContain("Add --yes");
  const tried = await sluice("erase", "--phone", ann.phone, ...ASKED, "--dry-run");
  expect(tried.out).toMatch(new RegExp(`^would erase ${ann.leadId}: .*2 contacts`));
  expect(await contacts()).toBe(before);
  expect(await isSuppressed(ann.phone)).toBe(false);

  const out = join(folder, "erased");
  const done = await sluice("erase", "--phone", ann.phone, ...ASKED, "--yes", "--out", out);
  expect(done.out).toContain("suppressions, as keyed hashes; until the org is deleted");
  expect(await contacts()).toBe(before - 2);
  expect(await isSuppressed(ann.phone)).toBe(true);
  expect(await isSuppressed(bob.phone)).toBe(false);
  const letter = await readFile(join(out, "answer.txt"), "utf8");
  expect(letter).toMatch(/Erased on 2026-11-28: names, mailing address, .*2 contacts/);
  expect(letter).not.toContain(ann.phone);
  const { proof } = JSON.parse(await readFile(join(out, "answer.json"), "utf8"));
  const [link] = await sql<{ hash: string }[]>`
    select encode(hash, 'hex') as hash from private.audit_links where org_id = ${org} and seq = ${proof.seq}`;
  expect(link!.hash).toBe(proof.hash);
  expect((await sluice("find", "--phone", ann.phone)).code).toBe(1);
});

test("several leads take a choice, and a value that no lead has is suppressed, too", async () => {
  await sql`update public.contact_points set value_bidx = private.contact_index(${org}, ${ann.phone})
    where lead_id = ${bob.leadId} and kind = 'phone'`;
  const both = ["erase", "--phone", ann.phone, ...ASKED, "--yes"];
  const refused = await sluice(...both);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.err).toContain(bob.leadId);
  expect((await sluice(...both, "--lead", ann.leadId)).code).toBe(0);
  expect(await found("--email", bob.email)).toEqual([[bob.leadId, "email"]]);

  const nobody = "+12135550188";
  expect((await sluice("erase", "--phone", nobody, ...ASKED, "--yes")).out)
    .toBe("1 value of the request suppressed\n");
  expect(await isSuppressed(nobody)).toBe(true);
  expect(await sluice("erase", "--name", "Cy Doe", "--address", "1 Elm St", ...ASKED, "--yes"))
    .toMatchObject({ code: 1, out: "Not on record.\n" });
});
