// Without the wrapping key nothing can be encrypted: senders must try again instead of giving up.
import { afterAll, beforeAll, expect, test } from "vitest";
import { askRaw, type RawRequest } from "../../support/raw_http.ts";
import { type AllWorld, startAll } from "./harness.ts";

const CSV = new TextEncoder().encode("Address,City,State,Zip\n1 Main St,Phoenix,AZ,85001\n");
const EVENT = new TextEncoder().encode(JSON.stringify({
  type: "contact.replied",
  data: { channel: "sms", from: "+12135550101", text: "Yes" },
}));

let world: AllWorld;
beforeAll(async () => {
  world = await startAll();
});
afterAll(() => world?.stop());

const requests: [string, number, (world: AllWorld) => RawRequest][] = [
  ["an upload", 202, (w) => ({
    ...{ port: w.ports["csv-upload"], method: "POST", path: "/csv-upload?source=call-desk" },
    ...{ headers: w.signed(CSV), body: CSV },
  })],
  ["a webhook", 200, (w) => ({
    ...{ port: w.ports.webhooks, method: "POST" },
    path: `/webhooks/${w.orgId}/generic?source=call-desk`,
    ...{
      headers: { ...w.signed(EVENT, w.webhookSecret), "content-type": "application/json" },
      body: EVENT,
    },
  })],
];

test("uploads and webhooks answer 503 until the key is back", async () => {
  const { sql } = world;
  const [key] = await sql<{ secret: string }[]>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'sluice_wrapping_key'`;
  await sql`delete from vault.secrets where name = 'sluice_wrapping_key'`;
  for (const [name, , request] of requests) {
    const answer = await askRaw(request(world));
    expect([name, answer?.status, answer?.headers.get("retry-after")]).toEqual([name, 503, "60"]);
    expect(JSON.parse(answer!.text).code).toBe("not_configured");
  }
  await sql`select vault.create_secret(${key!.secret}, 'sluice_wrapping_key')`;
  for (const [name, status, request] of requests) {
    expect([name, (await askRaw(request(world)))?.status]).toEqual([name, status]);
  }
});
