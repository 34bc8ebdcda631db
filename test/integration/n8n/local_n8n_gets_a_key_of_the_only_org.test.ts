// `npm run n8n:start` makes an API key where there is one org, keeps it while it is valid, and never guesses an org.
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { ensureApiKey } from "../../../scripts/n8n/api_key.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const states = async (orgId: string) =>
  Object.fromEntries(
    (await sql<{ id: string; state: string }[]>`
      select k.id, private.api_key_state(k, now()) as state from public.api_keys k
      where k.org_id = ${orgId}`).map(({ id, state }) => [id, state]),
  );

test("one org has one key, without contact data, that is replaced when it is revoked or allows too little", async () => {
  expect(await ensureApiKey(database.url, undefined)).toBeUndefined();
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Acme Realty') returning id`;
  const first = await ensureApiKey(database.url, undefined);
  expect(first?.key).toMatch(/^slk_[0-9a-f]{16}_[0-9a-f]{48}$/);
  expect(await ensureApiKey(database.url, first)).toEqual(first);
  const keys = await sql<{ id: string; scopes: string[] }[]>`
    select id, scopes from public.api_keys where org_id = ${org!.id}`;
  expect(keys.map(({ id }) => id)).toEqual([first?.keyId]);
  expect(keys[0]?.scopes).not.toContain("leads.pii");

  await sql`update public.api_keys set scopes = array_remove(scopes, 'outreach.dispatch')`;
  const enough = await ensureApiKey(database.url, first);
  expect(enough?.keyId).not.toBe(first?.keyId);
  expect(await states(org!.id)).toEqual({ [first!.keyId]: "revoked", [enough!.keyId]: "active" });

  await sql.begin(async (tx) => {
    await tx`set local role service_role`;
    await tx`select public.revoke_api_key(${org!.id}, ${enough!.keyId})`;
  });
  const next = await ensureApiKey(database.url, enough);
  expect(next?.key).not.toBe(enough?.key);

  await sql`insert into public.orgs (name) values ('Other Realty')`;
  expect(await ensureApiKey(database.url, next)).toBeUndefined();
});
