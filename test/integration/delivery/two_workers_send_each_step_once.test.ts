// Two workers at once, a third by the function, and a provider that fails in every way it knows.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "../../../scripts/sandbox/types.ts";
import { eventually } from "../../http/intake/harness.ts";
import {
  after,
  type Channel,
  NOON,
  PROVIDER,
  type SendWorld,
  startSendWorld,
} from "../../http/delivery/harness.ts";
import { recover, taken } from "./support.ts";

let world: SendWorld;
beforeAll(async () => {
  world = await startSendWorld({ env: { OUTREACH_BATCH: "10", OUTREACH_TIMEOUT_MS: "3000" } });
});
afterAll(() => world?.stop());

const CHANNELS: Channel[] = ["email", "sms", "voice_ai"];
const EACH = 40;
const FAULTS: Fault["then"][] = [
  { status: 429, retryAfter: 1 },
  { status: 500 },
  "drop",
  "drop_after",
  "timeout_after",
];

async function untilDone(leads: string[]): Promise<void> {
  await eventually("every first step to be tried", async () => {
    const [open] = await world.sql`
      select from public.sequence_runs where lead_id = any (${leads}::uuid[]) and next_at is not null`;
    const [busy] = await world.sql`
      select from public.messages where lead_id = any (${leads}::uuid[]) and state = 'sending'`;
    return open || busy ? null : true;
  });
}

test("each step is sent once, by any worker", async () => {
  const leads = (await Promise.all(CHANNELS.map((c) => world.addLeads(c, EACH)))).flat();
  const workers = [world.startWorker(NOON), world.startWorker(NOON)];
  for (let k = 0; k < 5; k++) {
    await world.ask("POST", "/dispatch", { as_of: after(k / 10).toISOString() });
  }
  await untilDone(leads);
  await Promise.all(workers.map((worker) => worker.stop()));
  expect([...(await taken(world, leads)).values()]).toEqual(leads.map(() => 1));
  const rows = await world.messages(leads);
  expect([rows.length, new Set(rows.map(({ state }) => state))]).toEqual([
    leads.length,
    new Set(["sent"]),
  ]);
});

test("nothing is sent twice or lost when a fifth of the requests fail", async () => {
  const org = await world.addOrg();
  const leads = (await Promise.all(CHANNELS.map((c) => world.addLeads(c, EACH, org)))).flat();
  for (const channel of CHANNELS) {
    for (const then of FAULTS) {
      world.sandbox.fault({
        provider: PROVIDER[channel],
        method: "POST",
        share: 0.05,
        times: 4,
        then,
      });
    }
  }
  // The clock advances in steps, so that messages waiting for their next attempt or an open circuit continue. In the
  // end all are sent except mails that SendGrid cannot find.
  const ways = [world.startWorker(NOON), world.startWorker(NOON)];
  await eventually("a part to be sent", async () => {
    const rows = await world.messages(leads);
    return rows.filter(({ state }) => state === "sent").length > 10 || null;
  });
  await Promise.all(ways.map((worker) => worker.stop("SIGKILL")));
  for (const minutes of [30, 60, 90, 120, 150]) {
    const until = after(minutes).toISOString();
    for (let round = 0; round < 20; round++) {
      const { json } = await world.ask("POST", "/dispatch", { as_of: until, org_id: org.id });
      if (json.claimed === 0) break;
    }
  }
  world.sandbox.clearFaults();
  await recover(world, leads, 240);
  const counts = await taken(world, leads);
  expect(Math.max(...counts.values())).toBe(1);
  for (const { lead_id, state } of await world.messages(leads)) {
    if (state === "unconfirmed") continue;
    expect([state, counts.get(lead_id)]).toEqual(["sent", 1]);
  }
  const doubtful = (await world.sql<{ channel: string }[]>`
    select distinct channel from public.messages
    where state = 'unconfirmed' and lead_id = any (${leads}::uuid[])`).map(({ channel }) =>
    channel
  );
  expect(doubtful.filter((channel) => channel !== "email")).toEqual([]);
});
