// Sending without a worker process: the worker as a function, called by cron.
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../../http/intake/harness.ts";
import { type SendWorld, startSendWorld } from "../../http/delivery/harness.ts";
import { taken } from "./support.ts";

let world: SendWorld;
beforeAll(async () => {
  world = await startSendWorld({
    functions: ["worker", "outreach"],
    env: { WORKER_DISPATCH: "on", OUTREACH_BATCH: "10" },
  });
});
afterAll(() => world?.stop());

const run = () =>
  call(`${world.stack.functionsUrl}/worker`, {
    method: "POST",
    headers: { apikey: world.stack.secretKey },
  });

test("a batch sends what is due, and a second one sends nothing more", async () => {
  const leads = [...await world.addLeads("sms", 25), ...await world.addLeads("email", 5)];
  // One call may end before all is sent, where it has used up its CPU.
  for (let calls = 0; calls < 30; calls++) {
    expect((await run()).status).toBe(200);
    if ((await world.messages(leads)).filter(({ state }) => state === "sent").length === 30) break;
  }
  await run();
  expect([...(await taken(world, leads)).values()]).toEqual(leads.map(() => 1));
});

test("a batch reconciles unconfirmed messages of any process", async () => {
  const leads = await world.addLeads("sms", 3);
  world.sandbox.fault({ provider: "twilio", method: "POST", times: 3, then: "drop_after" });
  await world.ask("POST", "/dispatch", { channel: "sms" });
  await world.sql`update public.messages set lease_until = lease_until - interval '1 hour'
    where state = 'unconfirmed'`;
  expect((await world.messages(leads)).map(({ state }) => state))
    .toEqual(["unconfirmed", "unconfirmed", "unconfirmed"]);
  await run();
  expect((await world.messages(leads)).map(({ state }) => state)).toEqual(["sent", "sent", "sent"]);
  expect([...(await taken(world, leads)).values()]).toEqual([1, 1, 1]);
});
