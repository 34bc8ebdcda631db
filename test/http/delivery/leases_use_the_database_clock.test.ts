import { afterAll, beforeAll, expect, test } from "vitest";
import { type SendWorld, startSendWorld } from "./harness.ts";

let world: SendWorld;
beforeAll(async () => {
  // An empty value counts as unset: the clock is not set.
  world = await startSendWorld({ now: new Date(), env: { SLUICE_NOW: "", SLUICE_TEST_CLOCK: "" } });
});
afterAll(() => world?.stop());

test("without a test clock, a lease lasts two minutes of the database's clock", async () => {
  // E-mail has no hours.
  await world.addLeads("email", 3);
  const { json } = await world.ask("POST", "/claim", { channel: "email" });
  expect(json.claimed).toBe(3);
  const [lease] = await world.sql<{ holds: boolean }[]>`
    select bool_and(lease_until between now() and now() + interval '2 minutes') as holds
    from public.messages`;
  expect(lease!.holds).toBe(true);
  const { lease_token } = json.messages[0];
  const ids = json.messages.map((message: { id: string }) => message.id);
  const sent = await world.ask("POST", "/send", {
    org_id: world.org.id,
    message_ids: ids,
    lease_token,
  });
  expect(sent.json).toMatchObject({ sent: 3 });
  expect((await world.ask("GET", "/due")).json.due).toEqual({ email: 0, sms: 0, voice_ai: 0 });
  const refused = await world.ask("POST", "/dispatch", { as_of: new Date().toISOString() });
  expect(refused.status).toBe(403);
});
