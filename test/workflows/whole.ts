// The complete flow on a real stack: feed, announcement, n8n, outreach, providers, webhooks, a stopped
// sequence, a booking; each trigger twice, and n8n killed in between. The assertions are about the
// providers' requests and the broker's notices.
import assert from "node:assert/strict";
import type { Persona } from "../../scripts/sandbox/types.ts";
import { deliver, type Lab } from "./lab.ts";
import { dispatches, forwardTo, idle } from "./relay.ts";
import type { Suite } from "./suite.ts";
import { until } from "./wait.ts";
import { openWorld, secondDay, type World } from "./world.ts";

/** The reaction of each owner to the first mail; the others do nothing. */
const persona: Persona = ({ channel, to, at }) => {
  if (channel !== "email") return [{ kind: "deliver" }];
  const got = [{ kind: "deliver" as const }];
  const start = new Date(at.getTime() + 5 * 86_400_000);
  return {
    "owner0@example.net": [...got, { kind: "reply" as const, text: "Yes, please call me" }],
    "owner1@example.net": [...got, { kind: "book" as const, start }],
    "owner2@example.net": [...got, {
      kind: "reply" as const,
      text: "Please remove me, unsubscribe",
    }],
    "owner3@example.net": [...got, { kind: "open" as const }],
  }[to] ?? got;
};

let world: World;
let failuresBefore = 0;
const failures = (lab: Lab) => mails(lab, "Subject: n8n: 01").length;

/** Runs also after a failure. */
export async function closeWorld(lab: Lab, log: (line: string) => void): Promise<void> {
  lab.relay.answer = idle;
  const worth = world?.log.filter((line) => !/"level":"info"/.test(line)) ?? [];
  for (const line of worth.slice(-40)) log(line);
  await world?.stop();
}
const mails = (lab: Lab, text: string) =>
  lab.mailbox.mails.filter((mail) => mail.text.includes(text));
const about = (lab: Lab, index: number) => mails(lab, world.leads[index]?.id ?? "");
const toWhom = (list: { to: string }[]) => list.map(({ to }) => to).sort();

/** Waits until n8n has run twice more on every channel. */
async function ticks(lab: Lab, times = 2): Promise<void> {
  const last = () => dispatches(lab.relay).filter(({ channel }) => channel === "voice_ai").length;
  const before = last();
  await until("ticks", () => last() >= before + times);
}

/** Delivers the org's events of this kind once more, as after a lost response. */
async function announceAgain(lab: Lab, path: string, event: string): Promise<number> {
  const announced = () =>
    world.sql<{ id: string; data: Record<string, unknown>; state: string }[]>`
      select id, data, state from public.notifications
      where org_id = ${world.orgId} and event = ${event}`;
  const rows = await until(`${event} to arrive`, async () => {
    const rows = await announced();
    return rows.every(({ state }) => state === "sent") && rows;
  });
  for (const { id, data } of rows) {
    const status = await deliver(lab, path, event, { org_id: world.orgId, ...data }, { id });
    assert.ok(status === 200 || status === 202, `${event}: ${status}`);
  }
  return rows.length;
}

async function runs(): Promise<Record<string, number>> {
  const rows = await world.sql<{ state: string; count: number }[]>`
    select state, count(*)::integer as count from public.sequence_runs
    where org_id = ${world.orgId} group by state`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

export const whole: Suite = {
  "a feed is announced, and everybody gets one mail, however often it is announced": async (
    lab,
  ) => {
    world = await openWorld(lab, persona);
    failuresBefore = failures(lab);
    lab.relay.seen.length = 0;
    lab.relay.answer = forwardTo(
      world.stack.functionsUrl,
      (body) => ({ ...body, as_of: world.asOf.toISOString() }),
    );
    assert.equal(await world.feed(), world.leads.length);
    await until(
      "n8n to dispatch for the org",
      () => dispatches(lab.relay).some(({ org_id }) => org_id === world.orgId),
    );
    const { emails } = world.sandbox.received;
    await until("the mails", () => emails.length >= world.leads.length);
    assert.equal(await announceAgain(lab, "sluice/feed", "feed.done"), 1);
    assert.equal(await announceAgain(lab, "sluice/feed", "feed.done"), 1);
    await ticks(lab);
    assert.deepEqual(toWhom(emails), world.leads.map(({ email }) => email));
  },

  "replies and bookings stop their sequences, though every webhook comes twice": async () => {
    await world.sandbox.drain();
    const refused = world.sandbox.deliveries.filter(({ status }) => status < 200 || status > 299);
    assert.deepEqual(refused, []);
    await until("three runs to end", async () => (await runs()).active === world.leads.length - 3);
    const rows = await world.sql<{ id: string; campaign_status: string }[]>`
      select id, campaign_status from public.leads where org_id = ${world.orgId}`;
    const status = (index: number) =>
      rows.find(({ id }) => id === world.leads[index]?.id)?.campaign_status;
    assert.equal(status(0), "replied");
    assert.equal(status(1), "booked");
    assert.equal(status(4), "active");
  },

  "the broker hears once of the reply and once of the booking, and of no opt-out": async (lab) => {
    await until("the reply", () => about(lab, 0).length > 0);
    await until("the booking", () => mails(lab, "A meeting is booked").length > 0);
    assert.equal(await announceAgain(lab, "sluice/reply", "reply.received"), 2);
    assert.equal(await announceAgain(lab, "sluice/booking", "booking.made"), 1);
    assert.equal(about(lab, 0).length, 1);
    assert.match(about(lab, 0)[0]?.text ?? "", /Subject: (Call now: a|A) lead has replied/);
    assert.equal(about(lab, 1).length, 1);
    assert.equal(about(lab, 2).length, 0);
  },

  "killed while Sluice sends, n8n is started again and nobody gets a text twice": async (lab) => {
    const forward = lab.relay.answer;
    const { promise: over, resolve } = Promise.withResolvers<number>();
    lab.relay.answer = async (seen) => {
      if (seen.path !== "/outreach/v1/dispatch" || !seen.body.includes('"sms"')) {
        return forward(seen);
      }
      lab.relay.answer = forward;
      await lab.n8n.kill();
      // Sluice finishes the request, and n8n does not receive the response.
      const answer = await forward(seen);
      resolve((answer.body as { sent: number }).sent);
      return answer;
    };
    world.asOf = secondDay;
    const left = world.leads.slice(3);
    assert.equal(await over, left.length, "sent while n8n was down");
    await lab.restart();
    await ticks(lab, 3);
    const { messages, emails } = world.sandbox.received;
    assert.deepEqual(toWhom(messages), left.map(({ phone }) => phone));
    assert.equal(emails.length, world.leads.length);
  },

  "the day's report and a dead letter reach the operator": async (lab) => {
    await world.sql`select private.announce_closed_days('2026-11-19T05:30:00Z')`;
    const [report] = await until("the report", () => {
      const found = mails(lab, "Sluice: 2026-11-18");
      return found.length > 0 && found;
    });
    assert.match(report?.text ?? "", new RegExp(`fed: ${world.leads.length}\\s+sent: `));
    await world.sql`select private.record_dead_letter(${world.orgId}, 'stage-part', '{"part": 1}',
      'failed', null, null)`;
    await until("the dead letter", () => mails(lab, "Dead letter: stage-part").length > 0);
    await announceAgain(lab, "sluice/day", "day.closed");
    await announceAgain(lab, "sluice/dead-letter", "dead_letter.filed");
    assert.equal(mails(lab, "Sluice: 2026-11-18").length, 1);
    assert.equal(mails(lab, "Dead letter: stage-part").length, 1);
  },

  "no dispatch failed and nothing of n8n's went wrong on the way": async (lab) => {
    const states = await world.sql<{ state: string; count: number }[]>`
      select state::text, count(*)::integer from public.messages
      where org_id = ${world.orgId} and state in ('failed', 'unconfirmed', 'cancelled') group by state`;
    assert.deepEqual([...states], []);
    assert.equal(failures(lab), failuresBefore);
  },
};
