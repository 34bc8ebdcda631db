// A worker that sends is killed (-9) at each point between claim and acknowledgement. A new one,
// minutes and hours later by its clock, asks the provider about what is in doubt.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultWord } from "../../scripts/sandbox/types.ts";
import type { DenoProcess } from "../../scripts/stack/process.ts";
import { eventually } from "../http/csv_upload-harness.ts";
import {
  after,
  type Channel,
  NOON,
  PROVIDER,
  type SendWorld,
  startSendWorld,
} from "../http/outreach-harness.ts";

let world: SendWorld;
/** Held while the worker is to stop at a point; its backends wait for it in these triggers. */
const POINTS = { begin: 4_201, settle: 4_202 } as const;

beforeAll(async () => {
  world = await startSendWorld();
  await world.sql.unsafe(`
    create schema crash;
    grant usage on schema crash to pipeline_writer;
    create function crash.stop_here() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint);
      return new;
    end $$;
    create trigger _001_begin before update on public.messages for each row
      when (old.calling_at is null and new.calling_at is not null)
      execute function crash.stop_here('${POINTS.begin}');
    create trigger _002_settle before update on public.messages for each row
      when (old.state = 'sending' and new.state = 'sent')
      execute function crash.stop_here('${POINTS.settle}');`);
});
afterAll(() => world?.stop());

const CHANNELS: Channel[] = ["email", "sms", "voice_ai"];
const COUNT = 3;

/** What the provider took, of these leads: numbers and addresses are theirs alone. */
async function taken(leads: string[]): Promise<Map<string, number>> {
  const rows = await world.sql<{ lead_id: string; value: string }[]>`
    select c.lead_id, private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value
    from public.contact_points c where c.lead_id = any (${leads}::uuid[])`;
  const leadOf = new Map(rows.map((row) => [row.value, row.lead_id]));
  const counts = new Map<string, number>(leads.map((id) => [id, 0]));
  const { emails, messages, calls } = world.sandbox.received;
  for (const { to } of [...emails, ...messages, ...calls]) {
    const lead = leadOf.get(to);
    if (lead) counts.set(lead, counts.get(lead)! + 1);
  }
  return counts;
}

const total = async (leads: string[]) =>
  [...(await taken(leads)).values()].reduce((sum, count) => sum + count, 0);

const kill = (worker: DenoProcess) => worker.stop("SIGKILL");

/** Holds the point, starts a worker, kills it when it has got there, lets go. */
async function killAt(point: keyof typeof POINTS): Promise<void> {
  const key = POINTS[point];
  await world.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${key})`;
    const worker = world.startWorker(NOON);
    await eventually(`the worker to ${point}`, async () => {
      const [waiting] = await world.sql`
        select from pg_locks where locktype = 'advisory' and objid = ${key} and not granted`;
      return waiting ?? null;
    });
    await kill(worker);
  });
}

/** Kills the worker while a request is at the provider, before or after it is taken. */
async function killInCall(channel: Channel, then: FaultWord): Promise<void> {
  let worker: DenoProcess | null = null;
  let killed: Promise<void> | null = null;
  const fault = world.sandbox.fault({
    provider: PROVIDER[channel],
    method: "POST",
    when: () => {
      killed ??= kill(worker!);
      return true;
    },
    then,
  });
  worker = world.startWorker(NOON);
  await eventually("the worker to be killed", () => Promise.resolve(killed));
  await killed;
  fault.remove();
}

/** A new worker at this time by its clock, until nothing is on its way any more. */
async function recover(leads: string[], minutes: number): Promise<void> {
  const worker = world.startWorker(after(minutes));
  await eventually("everything to come to rest", async () => {
    const [open] = await world.sql`
      select from public.messages m where m.lead_id = any (${leads}::uuid[])
        and (m.state in ('sending', 'retrying') or m.state = 'in_doubt' and not exists (
          select from public.pipeline_dlq d where d.source = 'message_in_doubt'
            and d.payload ->> 'message_id' = m.id::text and d.resolved_at is null))`;
    const [due] = await world.sql`
      select from public.sequence_runs where lead_id = any (${leads}::uuid[]) and next_at is not null`;
    return open || due ? null : true;
  });
  await kill(worker);
}

const states = async (leads: string[]) => (await world.messages(leads)).map(({ state }) => state);
const all = (state: string) => Array.from({ length: COUNT }, () => state);
const letters = async (leads: string[]) => {
  const [row] = await world.sql<{ count: number }[]>`
    select count(*)::integer as count from public.pipeline_dlq d
    join public.messages m on d.payload ->> 'message_id' = m.id::text
    where d.source = 'message_in_doubt' and d.resolved_at is null
      and m.lead_id = any (${leads}::uuid[])`;
  return row!.count;
};

describe.each(CHANNELS)("a worker that sends by %s is killed", (channel) => {
  test("after the claim is committed: all are sent, once", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killAt("begin");
    expect([await states(leads), await total(leads)]).toEqual([all("sending"), 0]);
    await recover(leads, 30);
    expect([...(await taken(leads)).values()]).toEqual([1, 1, 1]);
    expect(await states(leads)).toEqual(all("sent"));
  });

  test("when the provider has not taken it: what can be asked about is sent once, else parked", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killInCall(channel, "timeout");
    expect([await states(leads), await total(leads)]).toEqual([all("sending"), 0]);
    await recover(leads, 30);
    // SendGrid cannot be asked about a mail, so nothing is sent again that might have gone out.
    const sent = channel === "email" ? 0 : COUNT;
    expect(await total(leads)).toBe(sent);
    expect(await states(leads)).toEqual(all(sent ? "sent" : "in_doubt"));
    expect(await letters(leads)).toBe(COUNT - sent);
  });

  test("when the provider has taken it and the answer is lost: nothing is sent twice", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killInCall(channel, "timeout_after");
    const before = await taken(leads);
    expect(Math.max(...before.values())).toBe(1);
    await recover(leads, 30);
    expect(Math.max(...(await taken(leads)).values())).toBe(1);
    if (channel === "email") {
      expect(await taken(leads)).toEqual(before);
      expect([await states(leads), await letters(leads)]).toEqual([all("in_doubt"), COUNT]);
    } else expect([await states(leads), await letters(leads)]).toEqual([all("sent"), 0]);
  });

  test("after the answer, before it is written down: nothing is sent twice", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killAt("settle");
    const before = await taken(leads);
    expect(Math.max(...before.values())).toBe(1);
    expect(await states(leads)).toEqual(all("sending"));
    await recover(leads, 30);
    expect(Math.max(...(await taken(leads)).values())).toBe(1);
    if (channel === "email") {
      expect(await taken(leads)).toEqual(before);
      expect([await states(leads), await letters(leads)]).toEqual([all("in_doubt"), COUNT]);
    } else expect([await states(leads), await letters(leads)]).toEqual([all("sent"), 0]);
  });
});

test("a worker that ends gently gives back what it has not called", async () => {
  const leads = await world.addLeads("sms", 40);
  const worker = world.startWorker(NOON, { OUTREACH_CONCURRENCY: "1" });
  const slow = world.sandbox.fault({ provider: "twilio", method: "POST", then: { delay: 100 } });
  await eventually("the first to be sent", async () => await total(leads) > 0 || null);
  await worker.stop("SIGTERM");
  slow.remove();
  const rows = await world.messages(leads);
  expect(rows.filter(({ state }) => ["sending", "in_doubt"].includes(state))).toEqual([]);
  expect(rows.some(({ state }) => state === "retrying")).toBe(true);
  await recover(leads, 60);
  expect([...(await taken(leads)).values()]).toEqual(leads.map(() => 1));
});
