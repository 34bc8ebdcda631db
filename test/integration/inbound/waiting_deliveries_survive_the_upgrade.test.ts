// Deliveries that wait while a database is upgraded: the gate refuses their contacts, as it does for new ones.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  applyFiles,
  connect,
  createShimmed,
  ensureWrappingKey,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { migrationFiles } from "../../../scripts/dev/migrations.ts";
import { randomHex } from "../../../scripts/dev/state.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { firstUnreleased } from "../../support/first_unreleased.ts";

const files = migrationFiles();
const step = firstUnreleased(files);

/** Bodies as they are stored: what a person wrote, and through whom. */
const DELIVERIES: [name: string, state: string, provider: string, kind: string, body: string][] = [
  [
    "text",
    "received",
    "twilio",
    "sms",
    "MessageSid=SM1&From=%2B12135550101&To=%2B12135550199&Body=STOP",
  ],
  ["whatsapp", "received", "twilio", "sms", "From=whatsapp%3A%2B12135550102&Body=STOP"],
  ["mail", "received", "sendgrid", "inbound", "--x\r\n\r\nJo <Jo+home@Example.com>\r\n\xff--x--"],
  [
    "event",
    "received",
    "sendgrid",
    "events",
    '[{"email":"ann@example.com","event":"unsubscribe"}]',
  ],
  ["dead", "dead", "vapi", "vapi", '{"message":{"call":{"customer":{"number":"+12135550103"}}}}'],
  ["done", "done", "twilio", "sms", "From=%2B12135550104&Body=STOP"],
];
const CONTACTS = [
  ...["+12135550101", "+12135550102", "jo@example.com", "ann@example.com", "+12135550103"],
  ...["+12135550104", "+12135550105"],
];

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createShimmed(server, `unread_${randomHex(6)}`);
  await applyFiles(database.url, files.slice(0, step));
  await ensureWrappingKey(database.url);
  sql = connect(database.url);
  const [org] = await sql`insert into public.orgs (name) values ('Org') returning id`;
  for (const value of CONTACTS) {
    const [lead] = await sql`
      insert into public.leads (org_id, situs_street) values (${
      org!.id
    }, '1 Main St') returning id`;
    await sql`
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
      select ${org!.id}, ${lead!.id}, ${value.includes("@") ? "email" : "phone"},
        private.blind_index(${value}, private.blind_key(${org!.id})),
        private.encrypt_value(${value}, private.org_key(${org!.id}, k)), k, ${value}
      from private.active_key_id(${org!.id}, 'data') k`;
  }
  for (const [name, state, provider, kind, body] of DELIVERIES) {
    await sql`
      insert into public.webhook_inbox (org_id, provider, kind, content_key, state, events, content_type,
        body_cipher, key_id, batch_id, correlation_id, received_at, last_received_at, processed_at)
      select ${
      org!.id
    }, ${provider}, ${kind}, sha256(${name}::bytea), ${state}::public.inbox_state, 1, 'text/plain',
        private.encrypt_bytes(${Buffer.from(body, "latin1")}, private.org_key(${org!.id}, k)), k,
        gen_random_uuid(), gen_random_uuid(), now(), now(), ${
      state === "received" ? null : new Date()
    }
      from private.active_key_id(${org!.id}, 'data') k`;
  }
  await sql.end();
  await applyFiles(database.url, files.slice(step));
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

test("the contacts of waiting and failed deliveries are unread, those of processed ones are not", async () => {
  expect(step).toBeGreaterThan(0);
  const rows = await sql`
    select c.masked, i.state::text from private.unread_contacts u
    join public.contact_points c on c.org_id = u.org_id and c.value_bidx = u.value_bidx
    join public.webhook_inbox i on i.org_id = u.org_id and i.id = u.inbox_id order by 1`;
  expect(rows.map(({ masked, state }) => [masked, state])).toEqual([
    ["+12135550101", "received"],
    ["+12135550102", "received"],
    ["+12135550103", "dead"],
    ["ann@example.com", "received"],
    ["jo@example.com", "received"],
  ]);
});

test("processing them frees the contacts", async () => {
  await sql`update public.webhook_inbox set state = 'done', processed_at = now() where state <> 'done'`;
  expect(await sql`select from private.unread_contacts`).toEqual([]);
});
