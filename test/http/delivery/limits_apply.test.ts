// Reasons to stop a message between its claim and the provider, and answers of the provider.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  after,
  type Channel,
  type Org,
  PROVIDER,
  type SendWorld,
  startSendWorld,
} from "./harness.ts";

let world: SendWorld;
/** Each test has an org of its own, with its own circuits, budgets and throttles. */
let org: Org;
beforeAll(async () => {
  world = await startSendWorld();
});
beforeEach(async () => {
  world.sandbox.clearFaults();
  org = await world.addOrg();
});
afterAll(() => world?.stop());

const at = (minutes: number) => ({ as_of: after(minutes).toISOString(), org_id: org.id });
const dispatch = async (minutes: number, more: Record<string, unknown> = {}) =>
  (await world.ask("POST", "/dispatch", { ...at(minutes), ...more })).json;
const requests = () => ({ ...world.sandbox.received.requests });
/** Minutes after noon at which the last of these may be tried again. */
const retryIn = async (leads: string[]) => {
  const [row] = await world.sql<{ at: Date }[]>`
    select max(retry_at) as at from public.messages where lead_id = any (${leads}::uuid[])`;
  return (row!.at.getTime() - after(0).getTime()) / 60_000;
};
const states = async (leads: string[]) => (await world.messages(leads)).map(({ state }) => state);

describe("between claim and request", () => {
  const claim = async (channel: Channel) =>
    (await world.ask("POST", "/claim", { channel, ...at(1) })).json as {
      claimed: number;
      messages: { id: string; lead_id: string; lease_token: string; state: string }[];
    };
  const send = (messages: { id: string; lease_token: string }[], minutes = 1.1) =>
    world.ask("POST", "/send", {
      message_ids: messages.map(({ id }) => id),
      lease_token: messages[0]!.lease_token,
      ...at(minutes),
    });

  test("a claim sends nothing; sending it sends it once", async () => {
    const leads = await world.addLeads("sms", 2, org);
    const { claimed, messages } = await claim("sms");
    expect([claimed, await states(leads)]).toEqual([2, ["sending", "sending"]]);
    expect((await dispatch(1)).claimed).toBe(0);
    const before = requests().twilio;
    const stranger = messages.map((m) => ({ ...m, lease_token: crypto.randomUUID() }));
    expect((await send(stranger)).json).toMatchObject({ sent: 0 });
    expect(requests().twilio).toBe(before);
    expect((await send(messages)).json).toMatchObject({ sent: 2 });
    expect((await send(messages)).json).toMatchObject({ sent: 2 });
    expect(requests().twilio).toBe(before + 2);
  });

  test("a STOP cancels the messages of that person only", async () => {
    const leads = await world.addLeads("sms", 2, org);
    const { messages } = await claim("sms");
    const [gone] = leads as [string];
    await world.sql`
      select private.record_opt_out(c.org_id, c.value_bidx, 'phone', 'sms', 'reply', null,
        'stop_keyword', p_provider_confirms => true, p_as_of => ${after(1.05)})
      from public.contact_points c where c.lead_id = ${gone} and c.kind = 'phone'`;
    const before = requests().twilio;
    await send(messages);
    expect(requests().twilio).toBe(before + 1);
    for (const { lead_id, state } of await world.messages(leads)) {
      expect(state).toBe(lead_id === gone ? "cancelled" : "sent");
    }
    expect((await dispatch(30)).claimed).toBe(0);
  });

  test("an expired lease sends nothing; the message is due again", async () => {
    const leads = await world.addLeads("sms", 1, org);
    const { messages } = await claim("sms");
    const before = requests().twilio;
    // Two minutes from the claim, or so little of them that the answer might come too late.
    for (const minutes of [3.5, 2.9]) await send(messages, minutes);
    expect(requests().twilio).toBe(before);
    await world.sql`select private.expire_leases(${after(10)})`;
    expect(await states(leads)).toEqual(["retrying"]);
    expect((await dispatch(60)).sent).toBe(1);
    expect(requests().twilio).toBe(before + 1);
  });

  test("a phone call is never sent as a text, whatever the sender's settings", async () => {
    const leads = await world.addLeads("voice_ai", 1, org);
    await world.sql`update public.senders set provider = 'twilio'
      where org_id = ${org.id} and channel = 'voice_ai'`;
    const before = requests();
    expect(await dispatch(1, { channel: "voice_ai" })).toMatchObject({ claimed: 1, retrying: 1 });
    expect(requests()).toEqual(before);
    expect((await world.messages(leads))[0]).toMatchObject({
      error_code: "channel_unsupported",
      attempts: 0,
    });
  });

  test("a template with a missing variable sends nothing, and reports it", async () => {
    const leads = await world.addLeads("sms", 1, org);
    const { messages } = await claim("sms");
    // Saved before names were checked, or with a name that was removed since.
    await world.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update public.templates set text_body = '{{ lead.shoe_size }} STOP'
        where org_id = ${org.id} and channel = 'sms'`;
    });
    const before = requests().twilio;
    expect((await send(messages)).json).toMatchObject({ refused: 1, failed: 1 });
    expect(requests().twilio).toBe(before);
    expect((await world.messages(leads))[0]).toMatchObject({ error_code: "template_error" });
  });

  test('a template without defaults, from before that rule, never makes "Hi ,": a dead letter says why', async () => {
    const leads = await world.addLeads("sms", 3, org);
    const [trust] = leads as [string];
    await world.sql`update public.leads set owner_1_first = null where id = ${trust}`;
    await world.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update public.templates
        set text_body = 'Hi {{ lead.first_name }}, this is {{ sender.name }}. Reply STOP to opt out'
        where org_id = ${org.id} and channel = 'sms'`;
    });
    const { messages } = await claim("sms");
    expect((await send(messages)).json).toMatchObject({ sent: 2, refused: 1, failed: 1 });
    for (const { lead_id, state, error_code } of await world.messages(leads)) {
      expect([state, error_code]).toEqual(
        lead_id === trust ? ["failed", "template_error"] : ["sent", null],
      );
    }
    expect(world.sandbox.received.messages.map(({ body }) => body).filter((t) => /^Hi ,/.test(t)))
      .toEqual([]);
    expect(
      await world.sql`select source, reason, last_error, attempts from public.pipeline_dlq
        where org_id = ${org.id}`,
    ).toEqual([{
      source: "template_invalid",
      reason: "template_error",
      last_error: expect.stringContaining("lead.first_name is empty and has no default"),
      attempts: 1,
    }]);
  });
});

describe("the provider", () => {
  test("says 429: no request is made before Retry-After has passed", async () => {
    const leads = await world.addLeads("email", 40, org);
    world.sandbox.fault({
      provider: "sendgrid",
      method: "POST",
      times: 1,
      then: { status: 429, retryAfter: 600 },
    });
    const before = requests().sendgrid;
    const first = await dispatch(1, { limit: 40 });
    expect(first.sent + first.retrying).toBe(40);
    expect(first.retrying).toBeGreaterThan(0);
    expect(await retryIn(leads)).toBeGreaterThan(11);
    const called = requests().sendgrid - before;
    // The rest of the batch was not tried either, except what was on its way already.
    expect(called).toBe(first.sent + 1);
    expect((await dispatch(5)).claimed).toBe(0);
    await dispatch(120);
    expect(new Set(await states(leads))).toEqual(new Set(["sent"]));
    expect(requests().sendgrid - before).toBe(41);
  });

  test("fails repeatedly: the circuit opens, allows one attempt, and closes", async () => {
    const leads = await world.addLeads("voice_ai", 8, org);
    const fault = world.sandbox.fault({
      provider: "vapi",
      method: "POST",
      then: { status: 429 },
    });
    const circuit = async () => {
      const [row] = await world.sql<{ state: string }[]>`
        select state from private.provider_circuits where org_id = ${org.id}`;
      return row?.state;
    };
    const before = requests().vapi;
    await dispatch(1);
    expect(await circuit()).toBe("open");
    const tried = requests().vapi - before;
    expect((await dispatch(1.05)).claimed).toBe(0);
    expect(requests().vapi - before).toBe(tried);
    // One call finds out; the others wait for what it says.
    expect(await dispatch(60)).toMatchObject({ claimed: 1, retrying: 1 });
    expect(await circuit()).toBe("open");
    fault.remove();
    expect(await dispatch(120)).toMatchObject({ claimed: 1, sent: 1 });
    expect(await circuit()).toBe("closed");
    await dispatch(180);
    expect(new Set(await states(leads))).toEqual(new Set(["sent"]));
  });

  test.each(["email", "sms", "voice_ai"] as const)(
    "takes a message by %s and breaks off: the request is not made again",
    async (channel) => {
      // Connections are warm by now, and the runtime repeats what breaks on a warm one.
      await world.addLeads(channel, 3, org);
      await dispatch(1);
      const leads = await world.addLeads(channel, 3, org);
      world.sandbox.fault({ provider: PROVIDER[channel], method: "POST", then: "drop_after" });
      const before = requests()[PROVIDER[channel]];
      expect(await dispatch(2)).toMatchObject({ claimed: 3, unconfirmed: 3 });
      expect(requests()[PROVIDER[channel]] - before).toBe(3);
      expect(await states(leads)).toEqual(["unconfirmed", "unconfirmed", "unconfirmed"]);
    },
  );

  test("answers 500: the message is unconfirmed and is not sent again", async () => {
    const leads = await world.addLeads("sms", 1, org);
    world.sandbox.fault({ provider: "twilio", method: "POST", times: 1, then: { status: 500 } });
    expect(await dispatch(1)).toMatchObject({ claimed: 1, unconfirmed: 1 });
    expect((await dispatch(60)).claimed).toBe(0);
    expect(await states(leads)).toEqual(["unconfirmed"]);
  });

  test.each(
    [
      ["21610: never again", "unsubscribed", 21610],
      ["21211: no number", "invalid", 21211],
    ] as const,
  )("refuses with %s", async (_, becomes, code) => {
    const [lead] = await world.addLeads("sms", 1, org) as [string];
    const [point] = await world.sql<{ phone: string }[]>`
      select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as phone
      from public.contact_points c where c.lead_id = ${lead} and c.kind = 'phone'`;
    await refuseAt(point!.phone, code);
    expect(await dispatch(1)).toMatchObject({ claimed: 1, failed: 1, refused: 1 });
    expect((await world.messages([lead]))[0]).toMatchObject({ error_code: String(code) });
    const [contact] = await world.sql<{ invalid: boolean; held: boolean }[]>`
      select c.invalid_at is not null as invalid,
        private.is_suppressed(c.org_id, c.value_bidx, 'sms') as held
      from public.contact_points c where c.lead_id = ${lead} and c.kind = 'phone'`;
    expect(contact).toEqual({ invalid: becomes === "invalid", held: becomes === "unsubscribed" });
  });

  /** Twilio's own list of those who wrote STOP, or a number that it does not know. */
  async function refuseAt(phone: string, code: 21610 | 21211): Promise<void> {
    if (code === 21610) {
      world.sandbox.write({ channel: "sms", from: phone, text: "STOP" });
      await world.sandbox.drain();
      expect(world.sandbox.blocks(phone)).toBe(true);
    } else await renumber(phone, "+15005550001");
  }

  /** Another number in the same place; the blind index stays, since this test does not read it. */
  async function renumber(phone: string, magic: string): Promise<void> {
    await world.sql`
      update public.contact_points c
      set value_cipher = private.encrypt_value(${magic}, private.org_key(c.org_id, c.key_id))
      where c.org_id = ${org.id}
        and private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) = ${phone}`;
  }
});

test("a spent daily budget stops its sender only", async () => {
  await world.sql`update public.senders set daily_budget_usd = 0.03, cost_usd = 0.01
    where org_id = ${org.id} and channel = 'email'`;
  const mails = await world.addLeads("email", 5, org);
  const texts = await world.addLeads("sms", 5, org);
  const before = requests();
  await dispatch(1, { channel: "email" });
  await dispatch(5, { channel: "sms" });
  const now = requests();
  expect(now.twilio - before.twilio).toBe(texts.length);
  const sent = now.sendgrid - before.sendgrid;
  expect(sent).toBe(3);
  await dispatch(10, { channel: "email" });
  const [row] = await world.sql<{ spent: number }[]>`
    select spent_usd::float8 as spent from private.provider_spend d
    join public.senders s on s.org_id = d.org_id and s.id = d.sender_id
    where d.org_id = ${org.id} and s.channel = 'email'`;
  expect(row!.spent).toBeLessThanOrEqual(0.03);
  expect((await states(mails)).filter((state) => state === "sent").length)
    .toBe(requests().sendgrid - before.sendgrid);
});
