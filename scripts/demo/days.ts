// The days after the feed, hour by hour: due steps are sent through the gate, people react, and their
// reactions arrive as webhooks at the real function and worker. The clock is the demo's.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { localPath } from "../dev/paths.ts";
import type { Stack } from "../dev/stack.ts";
import type { Sql, World } from "./world.ts";

const HOUR = 3_600_000;

/** The clock of the demo's functions and worker; real time until it is set. */
export class DemoClock {
  readonly file: string;
  #at: Date | null = null;

  constructor() {
    const folder = localPath("clock");
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `demo-${process.pid}`);
  }

  readonly now = (): Date => this.#at ?? new Date();

  set(at: Date): void {
    this.#at = at;
    writeFileSync(this.file, at.toISOString());
  }

  clear(): void {
    this.#at = null;
    rmSync(this.file, { force: true });
  }
}

export interface Day {
  date: string;
  sent: Record<string, number>;
  refused: number;
  replied: number;
  opted_out: number;
  bounced: number;
  booked: number;
}

interface Dispatched {
  claimed: number;
  next_at: string | null;
}

export interface DaysOptions {
  sql: Sql;
  stack: Stack;
  sandbox: Sandbox;
  clock: DemoClock;
  world: World;
  from: Date;
  days: number;
  onDay: (day: Day) => void;
}

async function dispatch({ stack, world }: DaysOptions, asOf: Date): Promise<Dispatched> {
  const response = await fetch(`${stack.functionsUrl}/outreach/dispatch`, {
    method: "POST",
    headers: {
      apikey: stack.secretKey,
      "content-type": "application/json",
    },
    body: JSON.stringify({ org_id: world.orgId, as_of: asOf.toISOString(), limit: 500 }),
  });
  if (!response.ok) {
    throw new Error(`Dispatch returned ${response.status}: ${await response.text()}`);
  }
  return await response.json() as Dispatched;
}

/** Runs until nothing is due. */
async function sendDue(options: DaysOptions, asOf: Date): Promise<Date | null> {
  for (let round = 0; round < 50; round++) {
    const { claimed, next_at } = await dispatch(options, asOf);
    const next = next_at === null ? null : new Date(next_at);
    if (claimed === 0) return next;
  }
  throw new Error(`At ${asOf.toISOString()}, dispatch did not finish.`);
}

/** Waits until the worker has read every delivery. */
async function inboxRead({ sql, world }: DaysOptions): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const [{ waiting }] = await sql`
      select count(*)::integer as waiting from public.webhook_inbox
      where org_id = ${world.orgId} and state = 'received'`;
    if (waiting === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`${waiting} webhooks were not read within two minutes.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

async function countDay({ sql, world }: DaysOptions, date: string): Promise<Day> {
  const sent = await sql`
    select channel, count(*)::integer as n from public.messages
    where org_id = ${world.orgId} and kind = 'sequence'
      and (sent_at at time zone 'America/Los_Angeles')::date = ${date} group by channel`;
  const [counts] = await sql`
    select
      (select count(*)::integer from public.gate_decisions d where d.org_id = ${world.orgId} and not d.allow
        and (d.as_of at time zone 'America/Los_Angeles')::date = ${date}) as refused,
      (select count(*)::integer from public.pipeline_events e where e.org_id = ${world.orgId} and e.kind = 'replied'
        and (e.at at time zone 'America/Los_Angeles')::date = ${date}) as replied,
      (select count(*)::integer from public.pipeline_events e where e.org_id = ${world.orgId} and e.kind = 'booked'
        and (e.at at time zone 'America/Los_Angeles')::date = ${date}) as booked,
      (select count(*)::integer from public.messages m where m.org_id = ${world.orgId}
        and (m.bounced_at at time zone 'America/Los_Angeles')::date = ${date}) as bounced,
      (select count(*)::integer from public.consents c where c.org_id = ${world.orgId} and c.action = 'revoke'
        and (c.occurred_at at time zone 'America/Los_Angeles')::date = ${date}) as opted_out`;
  return {
    date,
    sent: Object.fromEntries(sent.map((row) => [row.channel, row.n])),
    ...counts as Omit<Day, "date" | "sent">,
  };
}

/** Runs `days` days from the morning of the feed; each hour from eight to eight in Los Angeles. */
export async function runDays(options: DaysOptions): Promise<void> {
  const { sql, sandbox, clock } = options;
  let next: Date | null = options.from;
  for (let day = 0; day < options.days; day++) {
    const [local] = await sql`
      select d::date::text as date, (d + time '08:00') at time zone 'America/Los_Angeles' as opens
      from (select date_trunc('day', ${options.from}::timestamptz at time zone 'America/Los_Angeles')
        + make_interval(days => ${day}) as d) x`;
    let busy = false;
    for (let hour = 0; hour <= 12; hour++) {
      const at = new Date(local.opens.getTime() + hour * HOUR);
      clock.set(at);
      if (next !== null && next <= at) {
        next = await sendDue(options, at);
        busy = true;
      }
      const { delivered } = await sandbox.deliver(at);
      if (delivered === 0) continue;
      busy = true;
      await inboxRead(options);
      // Some messages require an immediate answer: STOP is confirmed, HELP is answered.
      next = await sendDue(options, at);
    }
    if (busy) options.onDay(await countDay(options, local.date));
  }
}
