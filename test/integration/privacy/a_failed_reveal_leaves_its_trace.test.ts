// Over real transactions, as the API runs them: whatever a query does with the values, the log has been committed.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

const org = "a0000000-0000-4000-8000-000000000000";
const phone = "+12135550101";
const member = randomUUID();
const lead = randomUUID();

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  await sql`insert into auth.users (id, email) values (${member}, 'member@example.com')`;
  await sql`insert into public.orgs (id, name) values (${org}, 'Acme Realty')`;
  await sql`insert into public.members (org_id, user_id, role) values (${org}, ${member}, 'owner')`;
  await sql`insert into public.leads (org_id, id, owner_1_last) values (${org}, ${lead}, 'Ames')`;
  await sql`
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
    select ${org}, ${lead}, 'phone', private.blind_index(${phone}, private.blind_key(${org})),
      private.encrypt_value(${phone}, private.org_key(${org}, k.id)), k.id, private.mask_contact(${phone})
    from (select private.active_key_id(${org}, 'data') as id) k`;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

type Tx = Parameters<Parameters<typeof sql.begin>[1]>[0];

/** A transaction with the member's claims, as PostgREST opens one for each call. */
async function asMember<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const claims = { sub: member, role: "authenticated", session_id: "s1" };
  const result = await sql.begin("read write", async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('role', 'authenticated', true)`;
    return { value: await work(tx) };
  });
  return (result as { value: T }).value;
}
const call = (statement: string) => asMember(async (tx) => (await tx.unsafe(statement))[0]?.answer);
const request =
  `select public.request_reveal('${org}', 'contacts', array['${lead}']::uuid[], 'a test') as answer`;
const logged = async () =>
  (await sql`select count(*)::integer as n from private.pii_access_log where user_id = ${member}`)[
    0
  ]!.n;

test("a query that fails on a value has left its trace", async () => {
  const { grant_id: grant } = await call(request);
  expect(await logged()).toBe(1);
  // The error message shows the value, and the transaction is rolled back.
  await expect(call(
    `select (public.redeem_reveal('${grant}') #>> '{values,0,value}')::uuid as answer`,
  )).rejects.toThrow(phone);
  expect(await logged()).toBe(1);
  const [left] = await sql`select uses_left from private.reveal_grants where id = ${grant}`;
  expect(left).toEqual({ uses_left: 3 });
  expect((await call(`select public.redeem_reveal('${grant}') as answer`)).values)
    .toMatchObject([{ lead_id: lead, value: phone, kind: "phone" }]);
});

test("one transaction cannot do both, so it can roll nothing back but its own request", async () => {
  const before = await logged();
  const both =
    `select (public.redeem_reveal((public.request_reveal('${org}', 'contacts', array['${lead}']::uuid[],
    'a test') ->> 'grant_id')::uuid) #>> '{values,0,value}')::uuid as answer`;
  await expect(call(both)).rejects.toMatchObject({ code: "SL429" });
  await expect(asMember(async (tx) => {
    const [row] = await tx.unsafe(request);
    // A subtransaction is none of its own.
    await tx.savepoint((inner) => inner`select public.redeem_reveal(${row!.answer.grant_id})`);
  })).rejects.toMatchObject({ code: "SL429" });
  expect(await logged()).toBe(before);
});

test("a request that is rolled back grants nothing", async () => {
  let grant = "";
  await expect(asMember(async (tx) => {
    const [row] = await tx.unsafe(request);
    grant = row!.answer.grant_id;
    throw new Error("rolled back");
  })).rejects.toThrow("rolled back");
  expect(grant).toMatch(/^[0-9a-f-]{36}$/);
  await expect(call(`select public.redeem_reveal('${grant}') as answer`)).rejects
    .toMatchObject({ code: "SL428" });
});

test("an uncommitted request of another connection grants nothing", async () => {
  let grant = "";
  await asMember(async (tx) => {
    const [row] = await tx.unsafe(request);
    grant = row!.answer.grant_id;
    await expect(call(`select public.redeem_reveal('${grant}') as answer`)).rejects
      .toMatchObject({ code: "SL428" });
  });
  expect((await call(`select public.redeem_reveal('${grant}') as answer`)).values).toHaveLength(1);
});
