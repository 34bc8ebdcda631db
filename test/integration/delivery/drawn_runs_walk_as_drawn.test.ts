// For random drawn sequences and random events, the ledger takes the path of a plain walk of the drawing, sends nothing
// twice, and ends every run.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DrawnStep } from "../../../edge-functions/_shared/campaigns/canvas/types.ts";
import { parseInterval } from "../../../edge-functions/_shared/campaigns/canvas/delays.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { drawnSteps } from "../../unit/campaigns/support.ts";

const ORG = "a0000000-0000-4000-8000-000000000000";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse("2026-11-18T18:00:00Z");
const LEADS = 5;

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let round = 0;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  for (const month of ["2026-11-18Z", "2026-12-01Z", "2027-01-01Z", "2027-02-01Z"]) {
    await sql`select private.ensure_event_partitions(${month}), private.ensure_decision_partitions(${month})`;
  }
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

type EventKind = "reply" | "click" | "scan" | "unsubscribe" | "booking";

interface Happening {
  lead: number;
  at: number;
  kind: EventKind;
}

/** A plain walk of the drawing, for one lead. */
class Walk {
  readonly path: string[] = [];
  end: string | null = null;
  #node: DrawnStep;
  #arrives = START;
  #since = 0;
  #sent = 0;
  #reply: number | null = null;
  readonly #clicks = new Map<string, number>();
  readonly #steps: Map<string, DrawnStep>;

  constructor(steps: readonly DrawnStep[]) {
    this.#steps = new Map(steps.map((step) => [step.node, step]));
    this.#node = steps[0]!;
  }

  get waitsFor(): string | null {
    return this.end === null && this.#node.kind === "send" ? this.#node.node : null;
  }

  happens(kind: EventKind, at: number): void {
    if (this.end !== null) return;
    const last = this.path.at(-1);
    if (kind === "booking") this.end = "booked";
    else if (kind === "unsubscribe" && last !== undefined) this.end = "unsubscribed";
    else if (kind === "click" && last !== undefined) {
      this.#clicks.set(last, Math.min(this.#clicks.get(last) ?? Infinity, at));
    } else if (kind === "reply") {
      if (this.#node.kind === "branch" && this.#awaitsReply(this.#node)) {
        this.#reply = Math.min(this.#reply ?? Infinity, at);
      } else this.end = "reply";
    }
  }

  #awaitsReply(branch: DrawnStep): boolean {
    return branch.event !== "clicked" || [branch.yes!, branch.no!].some(({ to }) => {
      const next = this.#steps.get(to)!;
      return next.kind === "branch" && this.#awaitsReply(next);
    });
  }

  passed(at: number, sent: boolean): void {
    if (sent) {
      this.path.push(this.#node.node);
      this.#sent++;
    }
    this.#since = at;
    this.#go("next", at);
    this.looks(at);
  }

  looks(at: number): void {
    while (this.end === null && this.#node.kind !== "send" && this.#arrives <= at) {
      if (this.#node.kind === "hand_over") {
        this.path.push(this.#node.node);
        this.end = "handed_over";
        return;
      }
      const { event } = this.#node;
      const until = this.#arrives + length(this.#node.within!);
      const clicks = [...this.#clicks.values()].filter((c) => c > this.#since && c <= until);
      const click = event === "replied" || clicks.length === 0 ? null : Math.min(...clicks);
      const replied = event !== "clicked" && this.#reply !== null && this.#reply <= until;
      const happened = replied || (click !== null && click + MINUTE <= at);
      if (!happened && (click !== null || at < until)) return;
      if (happened && event !== "clicked") this.#reply = null;
      this.#go(happened === (event !== "no_answer") ? "yes" : "no", at);
    }
  }

  #go(outcome: "next" | "yes" | "no", at: number): void {
    const edge = this.#node[outcome];
    if (!edge) {
      this.end = this.#sent > 0 ? "completed" : "nothing_could_be_sent";
      return;
    }
    this.#node = this.#steps.get(edge.to)!;
    this.#arrives = at + length(edge.delay);
    if (this.#node.kind === "send" && this.#reply !== null) this.end = "reply";
  }
}

function length(interval: string): number {
  const { days, minutes } = parseInterval(interval);
  return days * 24 * HOUR + minutes * MINUTE;
}

/** The drawing with one channel and one text, at all hours of all days. */
const plain = (steps: readonly DrawnStep[], template: string): DrawnStep[] =>
  steps.map((step) => {
    const edges = Object.fromEntries(
      (["next", "yes", "no"] as const).flatMap((outcome) =>
        step[outcome] ? [[outcome, { ...step[outcome], delay_kind: "calendar" }]] : []
      ),
    );
    return step.kind !== "send" ? { ...step, ...edges } : {
      ...step,
      ...edges,
      channel: "email",
      variants: [{ template_id: template, share: 1 }],
      sender_id: null,
      send_from: "00:00",
      send_until: "23:59:59",
      delay: "0",
      delay_kind: "calendar",
    };
  });

async function prepare(steps: readonly DrawnStep[]): Promise<DrawnStep[]> {
  round++;
  return await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'system', true)`;
    await tx`delete from public.orgs`;
    // A zone without clock changes.
    await tx`insert into public.orgs (id, name, time_zone) values (${ORG}, 'Acme Realty', 'America/Phoenix')`;
    await tx`insert into public.senders (org_id, channel, provider, name, address, postal_address, authenticated_at)
      values (${ORG}, 'email', 'sendgrid', 'Acme', 'hello@mail.example.com', '1 Main St', '2026-11-01Z')`;
    const [template] =
      await tx`insert into public.templates (org_id, name, channel, subject, text_body)
      values (${ORG}, 'hello', 'email', 'Hello', '{{ sender.postal_address }} {{ unsubscribe_url }}') returning id`;
    const drawn = plain(steps, template!.id);
    const [row] = await tx`select public.save_sequence(${ORG}, 'Drawn', ${
      tx.json(drawn as never)
    }) ->> 'sequence_id' as id`;
    const [campaign] = await tx`insert into public.campaigns (org_id, name, state, sequence_id)
      values (${ORG}, 'All', 'running', ${row!.id}) returning id`;
    for (let n = 0; n < LEADS; n++) {
      const address = `owner${round}-${n}@example.com`;
      const [lead] = await tx`
        insert into public.leads (org_id, owner_full, situs_state, situs_zip, campaign_id, campaign_status,
          added_to_campaign_at)
        values (${ORG}, ${`Owner ${n}`}, 'AZ', '85001', ${campaign!.id}, 'queued', ${new Date(
        START,
      )})
        returning id`;
      await tx`
        insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
        select ${ORG}, ${
        lead!.id
      }, 'email', private.blind_index(${address}, private.blind_key(${ORG})),
          private.encrypt_value(${address}, private.org_key(${ORG}, k)), k, '***'
        from private.active_key_id(${ORG}, 'data') k`;
      await tx`
        insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
          started_at)
        select ${ORG}, ${campaign!.id}, ${lead!.id}, q.id, q.first_step, 'email', ${new Date(
        START,
      )}, ${new Date(START)} from public.sequences q where q.id = ${row!.id}`;
    }
    return drawn;
  }) as DrawnStep[];
}

async function happen({ lead, at, kind }: Happening, leads: string[]): Promise<void> {
  const id = leads[lead]!;
  const when = new Date(at);
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'system', true)`;
    if (kind === "reply") {
      await tx`select private.mark_leads_replied(${ORG}, array[${id}::uuid], ${when},
        '{"channel": "email", "request": "none"}')`;
    } else if (kind === "booking") {
      await tx`update public.leads set campaign_status = 'booked'
        where id = ${id} and campaign_status <> 'opted_out'`;
    } else {
      await tx`
        select private.apply_message_event(${ORG}, m.id, ${
        kind === "unsubscribe" ? "unsubscribed" : "clicked"
      }, ${when}, ${tx.json({ machine: kind === "scan" })})
        from (select id from public.messages where lead_id = ${id} and sent_at is not null
          order by sent_at desc, created_at desc limit 1) m`;
    }
  });
}

interface Run {
  lead: number;
  next_at: Date | null;
  end_reason: string | null;
  sent: string[];
  skipped: number;
}

/** Claims, requests and settles all that is due; each is a transaction of its own, as a worker has them. */
async function send(at: Date): Promise<void> {
  const claimed = await sql<{ id: string; lease_token: string }[]>`
    select id, lease_token from public.claim_due_steps(100, null, ${at}, ${ORG})`;
  if (claimed.length === 0) return;
  const token = claimed[0]!.lease_token;
  const begun = await sql<{ message_id: string }[]>`
    select message_id from private.begin_requests(${ORG}, ${
    claimed.map(({ id }) => id)
  }::uuid[], ${token}, ${at})`;
  await sql`select private.settle_messages(${ORG}, ${token}, ${
    sql.json(begun.map(({ message_id }) => ({
      message_id,
      result: "accepted",
      provider_id: `p-${message_id}`,
    })))
  }, ${at})`;
}

const read = () =>
  sql<Run[]>`
    select right(l.owner_full, 1)::integer as lead, r.next_at, r.end_reason, jsonb_array_length(r.skipped) as skipped,
      array(select s.node from public.messages m join public.sequence_steps s on s.sequence_id = m.sequence_id
        and s.step = m.step where m.run_id = r.id and m.sent_at is not null order by m.decision_id) as sent
    from public.sequence_runs r join public.leads l on l.id = r.lead_id order by 1`;

test("any drawing with any events is walked as it is drawn", async () => {
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(
      drawnSteps,
      fc.array(
        fc.record({
          lead: fc.nat(LEADS - 1),
          at: fc.integer({ min: 1, max: 24 * 12 * 60 }).map((minutes) => START + minutes * MINUTE),
          kind: fc.constantFrom<EventKind>(
            ...["reply", "click", "click", "scan", "unsubscribe", "booking"] as const,
          ),
        }),
        { maxLength: 12 },
      ).map((events) => events.sort((one, other) => one.at - other.at)),
      fc.infiniteStream(fc.constantFrom(0, 0, 0, 7 * HOUR)),
      async (steps, events, lateness) => {
        const drawn = await prepare(steps);
        const leads = (await sql<{ id: string }[]>`
          select id from public.leads order by owner_full`).map(({ id }) => id);
        const walks = leads.map(() => new Walk(drawn));
        const skips = leads.map(() => 0);
        const waiting = [...events];
        let now = 0;
        for (let turn = 0;; turn++) {
          expect(turn).toBeLessThan(1000);
          const due = (await read()).flatMap(({ next_at }) => next_at ? [next_at.getTime()] : []);
          if (due.length === 0) break;
          const next = Math.min(...due, ...waiting.slice(0, 1).map(({ at }) => at));
          now = Math.max(now, next) + lateness.next().value!;
          while (waiting.length > 0 && waiting[0]!.at <= now) {
            const event = waiting.shift()!;
            await happen(event, leads);
            walks[event.lead]!.happens(event.kind, event.at);
          }
          await sql`select private.walk_due_runs(${new Date(now)})`;
          for (const walk of walks) walk.looks(now);
          await send(new Date(now));
          for (const run of await read()) {
            const walk = walks[run.lead]!;
            for (;;) {
              const node = walk.waitsFor;
              if (node === null) break;
              if (run.sent.includes(node) && !walk.path.includes(node)) walk.passed(now, true);
              else if (run.skipped > skips[run.lead]!) {
                skips[run.lead]!++;
                walk.passed(now, false);
              } else break;
            }
          }
        }
        for (const run of await read()) {
          const walk = walks[run.lead]!;
          expect(run.end_reason).toBe(walk.end);
          expect(run.sent).toEqual(walk.path.slice(0, run.sent.length));
          expect(new Set(run.sent).size).toBe(run.sent.length);
          ended++;
        }
        const [tasks] =
          await sql`select count(*)::integer as n from public.tasks where kind = 'hand_over'`;
        expect(tasks!.n).toBe(walks.filter(({ end }) => end === "handed_over").length);
      },
    ),
    { numRuns: 25 },
  );
  expect(ended).toBeGreaterThan(0);
}, 240_000);
