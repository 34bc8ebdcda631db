import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../../edge-functions/_shared/providers/events.ts";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import {
  booking,
  callReport,
  callStatus,
  mailEvent,
  makeOrg,
  type Person,
  reply,
  sendgrid,
  sms,
  smsStatus,
  store,
  worker,
} from "./support.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = postgres(database.adminUrl, { max: 8, onnotice: () => {} });
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

const CHANNELS = [
  ...["email", "email", "email", "email", "email"] as const,
  ...["sms", "sms", "sms", "sms", "voice_ai", "voice_ai", "email", "email", "sms"] as const,
];

/** Everything the providers report about these people: mail events one by one, the rest as deliveries. */
function story(people: Person[]): { mails: unknown[]; others: Delivery[] } {
  const [read, gone, angry, answers, blocked, texts, landline, stops, again, called, machine] =
    people as [
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
      Person,
    ];
  const [moved, cancelled, both] = people.slice(11) as [Person, Person, Person];
  const mails = [
    mailEvent(read, "processed", 1),
    mailEvent(read, "deferred", 2, { response: "451 try again", attempt: "1" }),
    mailEvent(read, "delivered", 60, { response: "250 OK" }),
    mailEvent(read, "open", 62, { sg_machine_open: true, useragent: "Mozilla/5.0" }),
    mailEvent(read, "click", 64, { url: "https://example.com/", useragent: "Mozilla/5.0" }),
    mailEvent(read, "open", 900, { sg_machine_open: false, useragent: "Mozilla/5.0" }),
    mailEvent(read, "click", 905, { url: "https://example.com/", useragent: "Mozilla/5.0" }),
    mailEvent(gone, "processed", 1),
    mailEvent(gone, "bounce", 5, { type: "bounce", status: "5.1.1", reason: "550 no such user" }),
    mailEvent(angry, "processed", 1),
    mailEvent(angry, "delivered", 3),
    mailEvent(angry, "spamreport", 400),
    mailEvent(answers, "processed", 1),
    mailEvent(answers, "delivered", 3),
    mailEvent(blocked, "processed", 1),
    mailEvent(blocked, "bounce", 5, { type: "blocked", status: "4.7.1", reason: "greylisted" }),
    mailEvent(blocked, "delivered", 600),
    mailEvent(moved, "delivered", 3),
    mailEvent(cancelled, "delivered", 3),
    mailEvent(cancelled, "group_unsubscribe", 700),
  ];
  const others = [
    reply(answers, "Sounds good, call me on Monday", 500, "m1"),
    smsStatus(texts, "queued", 0),
    smsStatus(texts, "sent", 1),
    smsStatus(texts, "delivered", 2),
    sms(texts, 1, "Yes, call me", 300),
    smsStatus(landline, "sent", 1),
    smsStatus(landline, "undelivered", 4, "30005"),
    smsStatus(stops, "delivered", 2),
    sms(stops, 1, "STOP", 100),
    smsStatus(again, "sent", 1),
    sms(again, 1, "STOP", 100),
    sms(again, 2, "START", 200),
    callStatus(called, "ringing", 10),
    callStatus(called, "in-progress", 15),
    callReport(called, [
      ["bot", "Hello, this is Org A. Say stop calling and we will not call again."],
      ["user", "Please take me off your list and stop calling me."],
    ], 80),
    callReport(machine, [["user", "You have reached our mailbox."]], 60, "voicemail"),
    booking(moved, "BOOKING_CREATED", 1000, { uid: "a1" }),
    booking(moved, "BOOKING_RESCHEDULED", 1100, {
      ...{ uid: "a2", rescheduleUid: "a1", startTime: "2026-11-26T18:00:00Z" },
      endTime: "2026-11-26T18:30:00Z",
    }),
    booking(moved, "BOOKING_RESCHEDULED", 1200, {
      ...{ uid: "a3", rescheduleUid: "a2", startTime: "2026-11-27T18:00:00Z" },
      endTime: "2026-11-27T18:30:00Z",
    }),
    booking(cancelled, "BOOKING_CREATED", 1000, {
      ...{ uid: "b1", attendees: [], metadata: { lead_id: cancelled.leadId } },
    }),
    booking(cancelled, "BOOKING_CANCELLED", 1300, { uid: "b1" }),
    smsStatus(both, "delivered", 2),
    sms(both, 1, "What is this about?", 300),
    sms(both, 2, "ok, booked a time", 350),
    booking(both, "BOOKING_CREATED", 400, { uid: "c1" }),
  ];
  return { mails, others };
}

/** All that matters of an org, people by number. */
async function endState(orgId: string, people: Person[]): Promise<unknown> {
  const ids = people.map(({ leadId }) => leadId);
  const numbers = people.map(({ n }) => n);
  const [row] = await sql`
    with who as (select * from unnest(${ids}::uuid[], ${numbers}::integer[]) w (id, n))
    select
      (select jsonb_agg(jsonb_build_object('n', w.n, 'status', l.campaign_status, 'replied', l.last_reply_at)
        order by w.n) from who w join public.leads l on l.id = w.id) as leads,
      (select jsonb_agg(jsonb_build_object('n', w.n, 'state', m.state, 'sent', m.sent_at,
        'delivered', m.delivered_at, 'deferred', m.deferred_at, 'opened', m.opened_at,
        'clicked', m.clicked_at, 'machine', array[m.machine_opened_at, m.machine_clicked_at],
        'failed', m.failed_at, 'soft', m.soft_bounced_at, 'bounced', m.bounced_at,
        'complained', m.complained_at, 'unsubscribed', m.unsubscribed_at, 'cost', m.cost_usd)
        order by w.n) from who w join public.messages m on m.lead_id = w.id and m.kind = 'manual')
        as messages,
      (select jsonb_agg(jsonb_build_object('n', w.n, 'kind', c.kind, 'invalid', c.invalid_at is not null,
        'held', array(select ch from unnest('{email,sms,voice_manual,voice_ai}'::text[]) ch
          where private.is_suppressed(c.org_id, c.value_bidx, ch))) order by w.n, c.kind)
        from who w join public.contact_points c on c.lead_id = w.id) as contacts,
      (select jsonb_agg(jsonb_build_object('n', w.n, 'at', r.at, 'channel', r.channel,
        'request', r.request, 'label', r.label) order by w.n, r.at, r.channel)
        from who w join public.replies r on r.lead_id = w.id) as replies,
      (select jsonb_agg(jsonb_build_object('n', w.n, 'uid', b.uid, 'state', b.state,
        'starts', b.starts_at, 'to', b.moved_to_uid) order by w.n, b.uid)
        from who w join public.bookings b on b.lead_id = w.id) as bookings,
      (select jsonb_agg(jsonb_build_object('n', w.n, 'reason', k.ended_reason, 'answered', k.answered,
        'seconds', k.seconds, 'cost', k.cost_usd) order by w.n)
        from who w join public.calls k on k.lead_id = w.id) as calls,
      (select jsonb_agg(e order by e) from (select distinct w.n || ' ' || e.kind as e
        from who w join public.pipeline_events e on e.lead_id = w.id where e.kind <> 'sent') e) as funnel,
      (select jsonb_agg(t order by t) from (select w.n || ' ' || t.kind as t
        from who w join public.tasks t on t.lead_id = w.id where t.done_at is null) t) as tasks,
      (select jsonb_agg(a order by a) from (select w.n || ' ' || a.at || ' ' || a.channel || ' '
        || coalesce(a.keyword, '') as a from who w
        join public.contact_attempts a on a.lead_id = w.id where a.direction = 'inbound') a) as attempts,
      (select jsonb_agg(m order by m) from (select w.n || ' ' || m.kind as m
        from who w join public.messages m on m.lead_id = w.id and m.kind <> 'manual') m) as answers,
      (select jsonb_object_agg(outcome, n) from (select outcome, count(*) as n from public.webhook_events
        where org_id = ${orgId} group by 1) o) as outcomes,
      (select count(*)::integer from public.webhook_inbox i
        where i.org_id = ${orgId} and i.state not in ('done')) as undone`;
  return row;
}

interface Telling {
  /** Every event twice, thrice, in batches and an order of its own. */
  mails: number[];
  size: number;
  others: number[];
  together: number;
}

async function tell(telling: Telling | null): Promise<unknown> {
  const { orgId, people } = await makeOrg(sql, [...CHANNELS]);
  const { mails, others } = story(people);
  const process = worker(sql);
  const deliveries: Delivery[] = [];
  if (telling === null) {
    deliveries.push(...mails.map((event) => sendgrid([event])), ...others);
  } else {
    const events = telling.mails.map((k) => ({
      ...mails[k % mails.length] as object,
      // A new id at every delivery.
      sg_event_id: crypto.randomUUID(),
    }));
    const rest = telling.others.map((k) => others[k % others.length]!);
    for (let k = 0; k < events.length; k += telling.size) {
      rest.splice((k * 7) % (rest.length + 1), 0, sendgrid(events.slice(k, k + telling.size)));
    }
    deliveries.push(...rest);
  }
  const together = telling?.together ?? 1;
  for (let k = 0; k < deliveries.length; k += together) {
    const batch = await store(sql, orgId, deliveries.slice(k, k + together));
    await process(batch);
  }
  return await endState(orgId, people);
}

/** Every index at least once, some more often, in any order. */
const retold = (count: number) =>
  fc.array(fc.nat({ max: count - 1 }), { maxLength: 10 }).chain((again) =>
    fc.shuffledSubarray([...Array(count).keys(), ...again.map((k) => k + count)], {
      minLength: count + again.length,
    })
  );

test("events in order lead to the expected state", async () => {
  const state = await tell(null) as Record<
    string,
    { n: number; status?: string; state?: string }[]
  >;
  expect(state.leads!.map(({ status }) => status)).toEqual([
    ...["active", "active", "completed", "replied", "active"],
    // START takes the ninth out of the opt-out again.
    ...["replied", "active", "opted_out", "new", "opted_out"],
    ...["active", "booked", "replied", "booked"],
  ]);
  expect(state.messages!.map((one) => one.state)).toEqual([
    ...["delivered", "bounced", "delivered", "delivered", "delivered"],
    ...["delivered", "bounced", "delivered", "sent", "delivered"],
    ...["delivered", "delivered", "delivered", "delivered"],
  ]);
  expect(state).toMatchObject({
    undone: 0,
    tasks: [
      "12 prepare_booking",
      "13 follow_up_cancelled",
      "14 answer_reply",
      "14 prepare_booking",
      "4 answer_reply",
      "6 answer_reply",
    ],
    funnel: [
      "10 replied",
      "12 booked",
      "13 booked",
      "14 booked",
      "14 replied",
      "4 replied",
      "6 replied",
      "8 replied",
      "9 replied",
    ],
  });
});

test("any order, any number of times, in any batches: the same result", async () => {
  const expected = await tell(null);
  const { mails, others } = story(
    Array.from({ length: CHANNELS.length }, (_, k) => ({
      ...{ n: k, leadId: "", messageId: "", providerId: "", email: "a@example.com", phone: "" },
    })),
  );
  await fc.assert(
    fc.asyncProperty(
      retold(mails.length),
      retold(others.length),
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 1, max: 12 }),
      async (mailOrder, otherOrder, size, together) => {
        const state = await tell({ mails: mailOrder, size, others: otherOrder, together });
        expect(state).toEqual(expected);
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
});

test("several workers at once, on the same events: the same result", async () => {
  const expected = await tell(null);
  const { orgId, people } = await makeOrg(sql, [...CHANNELS]);
  const { mails, others } = story(people);
  const process = worker(sql);
  const batches: string[] = [];
  // Each mail event in three deliveries: one by one, in fives, all together.
  for (const size of [1, 5, mails.length]) {
    for (let k = 0; k < mails.length; k += size) {
      batches.push(await store(sql, orgId, [sendgrid(mails.slice(k, k + size))]));
    }
  }
  for (const one of others) batches.push(await store(sql, orgId, [one]));
  // Every batch to two workers, six at work at any time. As from the queue, what fails comes again.
  const jobs = [...batches, ...batches].sort();
  let attempts = 10 * jobs.length;
  await Promise.all(Array.from({ length: 6 }, async () => {
    for (let batch = jobs.pop(); batch && attempts-- > 0; batch = jobs.pop()) {
      const again = batch;
      await process(batch).catch(() => jobs.unshift(again));
    }
  }));
  expect(await endState(orgId, people)).toEqual(expected);
});
