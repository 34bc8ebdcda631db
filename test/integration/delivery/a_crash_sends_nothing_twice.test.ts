// A worker that sends is killed (-9) at each point from its claim to the acknowledgement. A new one,
// minutes and hours later by its clock, asks the provider about unconfirmed messages.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultWord } from "../../../scripts/sandbox/types.ts";
import type { DenoProcess } from "../../../scripts/dev/process.ts";
import { eventually } from "../../http/intake/harness.ts";
import {
  type Channel,
  NOON,
  PROVIDER,
  type SendWorld,
  startSendWorld,
} from "../../http/delivery/harness.ts";
import { recover, taken, total } from "./support.ts";

let world: SendWorld;
/** Held while the worker is to stop at a point; its backends wait for it in these triggers. */
const POINTS = { claim: 4_201, settle: 4_202 } as const;

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
    create trigger _001_claim before insert on public.messages for each row
      when (new.requested_at is not null)
      execute function crash.stop_here('${POINTS.claim}');
    create trigger _002_settle before update on public.messages for each row
      when (old.state = 'sending' and new.state = 'sent')
      execute function crash.stop_here('${POINTS.settle}');`);
});
afterAll(() => world?.stop());

const CHANNELS: Channel[] = ["email", "sms", "voice_ai"];
const COUNT = 3;

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

/**
 * Kills the worker while a request is at the provider, before or after it is taken. The fault stays
 * until the next worker: requests of the dead one may still be on their way.
 */
async function killInCall(channel: Channel, then: FaultWord): Promise<void> {
  let worker: DenoProcess | null = null;
  let killed: Promise<void> | null = null;
  world.sandbox.fault({
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
}

const states = async (leads: string[]) => (await world.messages(leads)).map(({ state }) => state);
const all = (state: string) => Array.from({ length: COUNT }, () => state);
const letters = async (leads: string[]) => {
  const [row] = await world.sql<{ count: number }[]>`
    select count(*)::integer as count from public.pipeline_dlq d
    join public.messages m on d.payload ->> 'message_id' = m.id::text
    where d.source = 'message_unconfirmed' and d.resolved_at is null
      and m.lead_id = any (${leads}::uuid[])`;
  return row!.count;
};

describe.each(CHANNELS)("a worker that sends by %s is killed", (channel) => {
  test("before the claim is committed: all are sent once", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killAt("claim");
    expect([await states(leads), await total(world, leads)]).toEqual([[], 0]);
    await recover(world, leads, 30);
    expect([...(await taken(world, leads)).values()]).toEqual([1, 1, 1]);
    expect(await states(leads)).toEqual(all("sent"));
  });

  test("before the provider accepts it: reconcilable messages are sent once, others are parked", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killInCall(channel, "timeout");
    expect([await states(leads), await total(world, leads)]).toEqual([all("sending"), 0]);
    await recover(world, leads, 30);
    // SendGrid cannot be asked about a mail, so nothing is sent again that might have gone out.
    const sent = channel === "email" ? 0 : COUNT;
    expect(await total(world, leads)).toBe(sent);
    expect(await states(leads)).toEqual(all(sent ? "sent" : "unconfirmed"));
    expect(await letters(leads)).toBe(COUNT - sent);
  });

  test("after the provider has accepted it, with the answer lost: nothing is sent twice", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killInCall(channel, "timeout_after");
    const before = await taken(world, leads);
    expect(Math.max(...before.values())).toBe(1);
    await recover(world, leads, 30);
    expect(Math.max(...(await taken(world, leads)).values())).toBe(1);
    if (channel === "email") {
      expect(await taken(world, leads)).toEqual(before);
      expect([await states(leads), await letters(leads)]).toEqual([all("unconfirmed"), COUNT]);
    } else expect([await states(leads), await letters(leads)]).toEqual([all("sent"), 0]);
  });

  test("after the answer, before it is recorded: nothing is sent twice", async () => {
    const leads = await world.addLeads(channel, COUNT);
    await killAt("settle");
    const before = await taken(world, leads);
    expect(Math.max(...before.values())).toBe(1);
    expect(await states(leads)).toEqual(all("sending"));
    await recover(world, leads, 30);
    expect(Math.max(...(await taken(world, leads)).values())).toBe(1);
    if (channel === "email") {
      expect(await taken(world, leads)).toEqual(before);
      expect([await states(leads), await letters(leads)]).toEqual([all("unconfirmed"), COUNT]);
    } else expect([await states(leads), await letters(leads)]).toEqual([all("sent"), 0]);
  });
});

test("a worker that stops gracefully returns the messages that it has not requested", async () => {
  const leads = await world.addLeads("sms", 40);
  const worker = world.startWorker(NOON, { OUTREACH_CONCURRENCY: "1" });
  const slow = world.sandbox.fault({ provider: "twilio", method: "POST", then: { delay: 100 } });
  await eventually("the first to be sent", async () => await total(world, leads) > 0 || null);
  await worker.stop("SIGTERM");
  slow.remove();
  const rows = await world.messages(leads);
  expect(rows.filter(({ state }) => ["sending", "unconfirmed"].includes(state))).toEqual([]);
  expect(rows.some(({ state }) => state === "retrying")).toBe(true);
  await recover(world, leads, 60);
  expect([...(await taken(world, leads)).values()]).toEqual(leads.map(() => 1));
});
