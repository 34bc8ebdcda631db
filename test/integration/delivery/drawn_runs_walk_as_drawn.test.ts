// For random drawn sequences and random events, the ledger takes the path of a plain walk of the drawing, sends nothing
// twice, and ends every run: also where a process is killed (-9) while it walks, sends or publishes, and where the sequence
// is edited on the way and its leads are moved to the new version.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DrawnStep } from "../../../edge-functions/_shared/campaigns/canvas/types.ts";
import { parseInterval } from "../../../edge-functions/_shared/campaigns/canvas/delays.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Job, killAfter } from "../../support/killed_process.ts";
import { drawnSteps } from "../../unit/campaigns/support.ts";
import { addOrg, addRuns, click, ORG, sendDue } from "../../support/ledger.ts";

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
  #steps: Map<string, DrawnStep>;

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

  /** Whether the lead goes on in the new version: at the node of the same name and kind, if there is one. */
  moves(steps: readonly DrawnStep[]): boolean {
    const node = steps.find(({ node }) => node === this.#node.node);
    if (this.end !== null || node === undefined || node.kind !== this.#node.kind) return false;
    this.#steps = new Map(steps.map((step) => [step.node, step]));
    this.#node = node;
    return true;
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
    await addOrg(tx);
    const [template] =
      await tx`insert into public.templates (org_id, name, channel, subject, text_body)
      values (${ORG}, 'hello', 'email', 'Hello', '{{ sender.postal_address }} {{ unsubscribe_url }}') returning id`;
    const drawn = plain(steps, template!.id);
    const [row] = await tx`select public.save_sequence(${ORG}, 'Drawn', ${
      tx.json(drawn as never)
    }) ->> 'sequence_id' as id`;
    const addresses = Array.from({ length: LEADS }, (_, n) => `owner${round}-${n}@example.com`);
    await addRuns(tx, row!.id, addresses, new Date(START));
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
    } else if (kind === "unsubscribe") {
      await tx`
        select private.apply_message_event(${ORG}, m.id, 'unsubscribed', ${when}, '{}')
        from (select id from public.messages where lead_id = ${id} and sent_at is not null
          order by sent_at desc, created_at desc limit 1) m`;
    } else await click(tx, id, when, { machine: kind === "scan" });
  });
}

interface Run {
  lead: number;
  next_at: Date | null;
  end_reason: string | null;
  sent: string[];
  skipped: number;
}

type Point = "walk" | "claim" | "request" | "settle";

/** What a worker or the schedule is doing when it is killed. */
function jobAt(point: Point, at: string): Job {
  const ids = (from: number, column: string) => ({ from, column });
  const statements: Job["statements"] = point === "walk"
    ? [{ text: "select private.walk_due_runs($1)", parameters: [at] }]
    : [
      {
        text: "select id, lease_token from public.claim_due_steps(100, null, $1, $2)",
        parameters: [at, ORG],
      },
      {
        text: `select message_id from private.begin_requests($1, array(
          select jsonb_array_elements_text($2::text::jsonb)::uuid), ($3::text::jsonb ->> 0)::uuid, $4)`,
        parameters: [ORG, ids(0, "id"), ids(0, "lease_token"), at],
      },
      {
        text: `select private.settle_messages($1, ($2::text::jsonb ->> 0)::uuid, (
          select coalesce(jsonb_agg(jsonb_build_object('message_id', m, 'result', 'accepted')), '[]')
          from jsonb_array_elements_text($3::text::jsonb) m), $4)`,
        parameters: [ORG, ids(0, "lease_token"), ids(1, "message_id"), at],
      },
    ].slice(0, { claim: 1, request: 2, settle: 3 }[point]);
  return { statements, committed: point === "claim" || point === "request" };
}

/** As the worker does after the lease: what was requested is asked about, the rest is due again. */
async function recover(at: Date): Promise<void> {
  await sql`select private.expire_leases(${at})`;
  await sql`select private.settle_unconfirmed(org_id, id, jsonb_build_object('result', 'accepted',
      'provider_id', 'p-' || id), ${at})
    from private.unconfirmed_messages(100, ${at})`;
}

interface Edit {
  delay: string;
  /** Leaves out a hand-over or last message, if only messages lead to one. */
  drops: boolean;
  /** Puts a hand-over after a message that was the last. */
  adds: boolean;
}

function edited(steps: readonly DrawnStep[], { delay, drops, adds }: Edit): DrawnStep[] {
  const outcomes = ["next", "yes", "no"] as const;
  const branched = new Set(steps.flatMap(({ yes, no }) => [yes?.to, no?.to]));
  const gone = drops
    ? steps.slice(1).find(({ node, kind, next }) =>
      kind !== "branch" && !next && !branched.has(node)
    )?.node
    : undefined;
  const kept = steps.filter(({ node }) => node !== gone).map((step) => {
    const edges = outcomes.flatMap((outcome) => {
      const edge = step[outcome];
      return edge && edge.to !== gone ? [[outcome, { ...edge, delay }]] : [];
    });
    const { next: _next, yes: _yes, no: _no, ...rest } = step;
    return { ...rest, ...Object.fromEntries(edges) } as DrawnStep;
  });
  const last = kept.find(({ kind, next }) => kind === "send" && !next);
  if (!adds || !last) return kept;
  last.next = { to: "Extra", delay: "0", delay_kind: "calendar" };
  return [...kept, { node: "Extra", kind: "hand_over", note: "Extra" } as DrawnStep];
}

/** Publishes and moves the leads: also by a process that is killed before it commits, of which nothing is left. */
async function publish(steps: readonly DrawnStep[], walks: readonly Walk[]): Promise<void> {
  const saving = `with saved as (
      select (public.save_sequence($1, 'Drawn', $2::text::jsonb, 1) ->> 'sequence_id')::uuid as id)
    select id, public.move_runs($1, id) from saved`;
  const parameters = [ORG, JSON.stringify(steps)];
  await killAfter(database.adminUrl, {
    statements: [{ text: saving, parameters }],
    committed: false,
  });
  expect(await sql`select from public.sequences`).toHaveLength(1);
  const [saved] = await sql.unsafe<{ id: string }[]>(saving, parameters);
  const moved = await sql<{ lead: number }[]>`
    select right(l.owner_full, 1)::integer as lead from public.sequence_runs r
    join public.leads l on l.id = r.lead_id
    where r.sequence_id = ${saved!.id} and r.state = 'active' order by 1`;
  const expected = walks.flatMap((walk, lead) => walk.moves(steps) ? [lead] : []);
  expect(moved.map(({ lead }) => lead)).toEqual(expected);
}

const read = () =>
  sql<Run[]>`
    select right(l.owner_full, 1)::integer as lead, r.next_at, r.end_reason, jsonb_array_length(r.skipped) as skipped,
      array(select s.node from public.messages m join public.sequence_steps s on s.sequence_id = m.sequence_id
        and s.step = m.step where m.run_id = r.id and m.sent_at is not null order by m.decision_id) as sent
    from public.sequence_runs r join public.leads l on l.id = r.lead_id order by 1`;

test(
  "any drawing with any events is walked as it is drawn, whatever is killed or edited on the way",
  async () => {
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(
        drawnSteps,
        fc.array(
          fc.record({
            lead: fc.nat(LEADS - 1),
            at: fc.integer({ min: 1, max: 24 * 12 * 60 }).map((minutes) =>
              START + minutes * MINUTE
            ),
            kind: fc.constantFrom<EventKind>(
              ...["reply", "click", "click", "scan", "unsubscribe", "booking"] as const,
            ),
          }),
          { maxLength: 12 },
        ).map((events) => events.sort((one, other) => one.at - other.at)),
        fc.infiniteStream(fc.constantFrom(0, 0, 0, 7 * HOUR)),
        fc.record({
          turn: fc.nat(3),
          point: fc.constantFrom<Point>("walk", "claim", "request", "settle"),
        }),
        fc.option(fc.record({
          turn: fc.nat(3),
          delay: fc.constantFrom("0", "1 day", "45 minutes"),
          drops: fc.boolean(),
          adds: fc.boolean(),
        })),
        async (steps, events, lateness, kill, edit) => {
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
            const killed = turn === kill.turn ? kill.point : null;
            if (killed === "walk") {
              await killAfter(database.adminUrl, jobAt(killed, new Date(now).toISOString()));
            }
            await sql`select private.walk_due_runs(${new Date(now)})`;
            for (const walk of walks) walk.looks(now);
            if (killed && killed !== "walk") {
              await killAfter(database.adminUrl, jobAt(killed, new Date(now).toISOString()));
              // The lease is over.
              now += 3 * MINUTE;
              await recover(new Date(now));
            }
            await sendDue(sql, new Date(now));
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
            if (edit && turn === edit.turn) await publish(edited(drawn, edit), walks);
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
  },
  240_000,
);
