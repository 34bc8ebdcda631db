// What people write through the ways that providers have, from the signed request to the gate.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refusedTo } from "../../../scripts/sandbox/twilio/numbers.ts";
import { after } from "../delivery/harness.ts";
import { call } from "../intake/harness.ts";
import { mailOf, type Person, type ReplyWorld, startReplyWorld } from "./support.ts";

let world: ReplyWorld;
/** Minutes after noon; each test has a later time, so that the texts of the last one do not count. */
let minute = 0;
beforeAll(async () => {
  world = await startReplyWorld();
});
beforeEach(() => {
  minute += 2;
});
afterAll(() => world?.stop());

const replies = async ({ leadId }: Person) =>
  (await world.send.sql`select from public.replies where lead_id = ${leadId}`).length;
const isInvalid = async ({ leadId }: Person, kind: "phone" | "email") => {
  const [row] = await world.send.sql`
    select bool_and(invalid_at is not null) as gone from public.contact_points
    where lead_id = ${leadId} and kind = ${kind}::public.contact_kind`;
  return row!.gone as boolean;
};
const received = (person: Person) =>
  world.send.sandbox.received.emails.filter(({ to }) => to === person.email);

describe("texts", () => {
  test.each(["whatsapp:", "rcs:"])("a STOP from %s is the person's", async (prefix) => {
    const person = await world.person();
    await world.twilio("sms", { From: `${prefix}${person.phone}`, Body: "STOP" });
    await world.read();
    expect(await world.refusals(person, "sms")).toContain("suppressed");
    expect(await world.status(person)).toBe("opted_out");
  });

  test.each(["whatsapp:", "rcs:"])(
    "a question from %s is a reply of the person",
    async (prefix) => {
      const person = await world.person();
      await world.twilio("sms", { From: `${prefix}${person.phone}`, Body: "How much?" });
      await world.read();
      expect([await replies(person), await world.status(person)]).toEqual([1, "replied"]);
      expect(await world.refusals(person, "sms")).toEqual([]);
    },
  );

  test("an undelivered text to a landline (30006) ends texts only", async () => {
    const person = await world.person();
    await world.dispatch(minute);
    const [sent] = await world.send.messages([person.leadId]);
    expect(sent!.state).toBe("sent");
    await world.twilio("status", {
      ...{ MessageSid: sent!.provider_id!, MessageStatus: "undelivered", ErrorCode: "30006" },
      To: person.phone,
    }, `?message_id=${sent!.id}`);
    await world.read();
    expect(await world.refusals(person, "sms", minute + 1)).toContain("suppressed");
    expect(await world.refusals(person, "voice_ai", minute + 1)).toEqual([]);
    expect(await isInvalid(person, "phone")).toBe(false);
  });

  test("so does a text that is refused as one to a landline (21614); an invalid number ends both", async () => {
    const [landline, invalid] = [await world.person(), await world.person()];
    refusedTo[landline.phone] = (to) => [21614, `'To' number is not a valid mobile number: ${to}`];
    refusedTo[invalid.phone] = (
      to,
    ) => [21211, `The 'To' number ${to} is not a valid phone number.`];
    await world.dispatch(minute);
    expect(await world.refusals(landline, "sms", minute + 1)).toContain("suppressed");
    expect(await world.refusals(landline, "voice_ai", minute + 1)).toEqual([]);
    expect(await world.refusals(invalid, "voice_ai", minute + 1)).toContain("contact_invalid");
  });
});

describe("mails", () => {
  const wish = "Please stop emailing me.";
  const raw = (body: string, type = "text/plain; charset=utf-8") => (person: Person) => [
    ...mailOf({ from: person.email }).filter(({ name }) => name !== "headers"),
    {
      name: "email",
      value:
        `From: A Person <${person.email}>\r\nMessage-ID: <raw-${person.leadId}@mail.example.com>\r\n` +
        `Subject: Re: Your house\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n${body}`,
    },
  ];
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  test.each<[string, (person: Person) => ReturnType<typeof mailOf>]>([
    ["in HTML alone", ({ email }) =>
      mailOf({
        from: email,
        html: `<div dir="ltr">${wish}</div><div class="gmail_quote">On Nov 18, Org 1 wrote:` +
          `<blockquote class="gmail_quote">Hi Ann, about your house</blockquote></div>`,
      })],
    ["raw, in plain text", raw(`\r\n${wish}\r\n`)],
    ["raw, in base64", raw(`Content-Transfer-Encoding: base64\r\n\r\n${base64(wish)}\r\n`)],
    [
      "raw, in HTML within parts",
      raw(
        `\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n` +
          `<p>Please stop =\r\nemailing me.</p>\r\n--b1--\r\n`,
        'multipart/alternative; boundary="b1"',
      ),
    ],
    [
      "as the subject, with only a signature below",
      ({ email }) =>
        mailOf({ from: email, subject: "UNSUBSCRIBE", text: "-- \nAnn Ames\nAmes Roofing\n" }),
    ],
    [
      "as the subject, with only a mark of the phone below",
      ({ email }) =>
        mailOf({ from: email, subject: "Unsubscribe", text: "\n\nSent from my iPhone\n" }),
    ],
  ])("a wish %s ends e-mail", async (_, partsOf) => {
    const person = await world.person("email");
    expect((await world.mail(partsOf(person))).status).toBe(200);
    await world.read();
    expect(await world.refusals(person, "email")).toContain("suppressed");
  });

  test("a reply in HTML alone is a reply with its words", async () => {
    const person = await world.person("email");
    await world.mail(mailOf({ from: person.email, html: "<p>What is your offer?</p>" }));
    await world.read();
    const [row] = await world.send.sql`
      select private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)) as text
      from public.replies r where r.lead_id = ${person.leadId}`;
    expect(row!.text.trim()).toBe("What is your offer?");
    expect(await world.refusals(person, "email")).toEqual([]);
  });

  test("an automatic answer that the mailbox is closed makes the address invalid, and is no reply", async () => {
    const [closed, away] = [await world.person("email"), await world.person("email")];
    const headers = "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n";
    await world.mail(mailOf({
      ...{ from: closed.email, subject: "Automatic reply: Your house", headers },
      text: "This mailbox is closed. Please call our office.",
    }));
    await world.mail(mailOf({
      ...{ from: away.email, subject: "Automatic reply: Your house", headers },
      text: "I am away until Monday.",
    }));
    await world.read();
    expect([await isInvalid(closed, "email"), await isInvalid(away, "email")]).toEqual([
      true,
      false,
    ]);
    expect([await replies(closed), await replies(away)]).toEqual([0, 0]);
    expect(await world.refusals(closed, "email")).toContain("contact_invalid");
    expect(await world.refusals(away, "email")).toEqual([]);
    // The phone is left.
    expect(await world.refusals(closed, "sms")).toEqual([]);
  });

  test("a person is found by a plus address, and by what the mail refers to", async () => {
    const [tagged, elsewhere, stranger] = [
      await world.person("email"),
      await world.person("email"),
      await world.person("email"),
    ];
    await world.mail(mailOf({ from: tagged.email.replace("@", "+house@"), text: "Tell me more" }));
    await world.dispatch(minute);
    const [message] = await world.send.messages([elsewhere.leadId]);
    await world.mail(mailOf({
      ...{ from: "ann.at.work@example.net", text: "Tell me more" },
      headers: `References: <first@mail.example.com>\n <${message!.provider_id}@geopod-ismtpd-1>\n`,
    }));
    await world.read();
    expect([await replies(tagged), await replies(elsewhere), await replies(stranger)]).toEqual(
      [1, 1, 0],
    );
  });

  test("a guest of a booking is found where the person who booked is nobody's lead", async () => {
    const [guest, other] = [await world.person("email"), await world.person("email")];
    await world.booking({
      attendees: [{ email: "assistant@example.net", name: "An Assistant" }],
      responses: { guests: { value: [guest.email] } },
    });
    await world.read();
    expect([await world.status(guest), await world.status(other)]).toEqual(["booked", "queued"]);
  });

  test("five mails that bounce softly in 30 days make the address invalid, four do not", async () => {
    const [five, four] = [await world.person("email"), await world.person("email")];
    const bounce = async ({ leadId, email }: Person, count: number) => {
      const sent = await world.send.sql<{ id: string; provider_id: string }[]>`
        insert into public.messages (org_id, lead_id, channel, kind, text_cipher, key_id, contact_point_id,
          value_bidx, sender_id, provider, state, provider_id, created_at, claimed_at, requested_at, sent_at, attempts)
        select c.org_id, c.lead_id, 'email', 'manual', private.encrypt_value('Hi', private.org_key(c.org_id, k)), k,
          c.id, c.value_bidx, ${world.send.org.senders.email}, 'sendgrid', 'sent', gen_random_uuid()::text, t.at, t.at,
          t.at, t.at, 1
        from public.contact_points c
        cross join lateral (select private.active_key_id(c.org_id, 'data') as k) k
        cross join generate_series(1, ${count}) n
        cross join lateral (select ${
        after(-30 * 24 * 60)
      }::timestamptz + n * interval '1 day' as at) t
        where c.lead_id = ${leadId} and c.kind = 'email'
        returning id, provider_id`;
      const answer = await world.events(sent.map(({ id, provider_id }, n) => ({
        ...{ email, event: "bounce", type: "blocked", reason: "450 busy", message_id: id },
        timestamp: Math.floor(after((n - 20) * 24 * 60).getTime() / 1000),
        sg_message_id: `${provider_id}.filter0001.1.0`,
      })));
      expect(answer.status).toBe(200);
    };
    await bounce(five, 5);
    await bounce(four, 4);
    await world.read();
    expect([await isInvalid(five, "email"), await isInvalid(four, "email")]).toEqual([true, false]);
  });
});

describe("calls", () => {
  const lines = [["bot", "assistant", "Hi, this is Org 1"], ["user", "user", "Stop calling me"]];
  const transcript = lines.map(([who, , text]) => `${who === "user" ? "User" : "AI"}: ${text}`)
    .join("\n");
  const messages = lines.map(([role, , message]) => ({ role, message }));
  const openai = lines.map(([, role, content]) => ({ role, content }));

  test.each<[string, string, Record<string, unknown>]>([
    ["artifact.transcript", "call.in-progress.error-vapifault-worker-died", {
      artifact: { transcript },
    }],
    ["artifact.messages", "pipeline-error-openai-llm-failed", { artifact: { messages } }],
    ["artifact.messagesOpenAIFormatted", "assistant-error", {
      artifact: { messagesOpenAIFormatted: openai },
    }],
    ["message.messages", "exceeded-max-duration", { messages }],
    ["message.transcript", "customer-ended-call", { transcript }],
  ])("a wish in %s counts, though the call ended with %s", async (_, endedReason, report) => {
    const person = await world.person("voice_ai");
    expect((await world.report(person, { endedReason, ...report })).status).toBe(200);
    await world.read();
    expect(await world.refusals(person, "voice_ai")).toContain("suppressed");
    expect(await replies(person)).toBe(1);
  });

  test.each<[string, string, string]>([
    ["a voicemail greeting", "voicemail", "User: Please leave a message after the tone"],
    ["silence", "silence-timed-out", "AI: Hello?"],
    ["nobody", "customer-did-not-answer", ""],
  ])("%s is no reply", async (_, endedReason, transcript) => {
    const person = await world.person("voice_ai");
    await world.report(person, { endedReason, artifact: { transcript } });
    await world.read();
    expect([await replies(person), await world.status(person)]).toEqual([0, "queued"]);
    expect(await world.refusals(person, "voice_ai")).toEqual([]);
  });
});

test("one click ends all mails of the person, on every address, and the sequence", async () => {
  const person = await world.person("email");
  const second = `second-${person.email}`;
  await world.send.sql`
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, position)
    select ${world.send.org.id}, ${person.leadId}, 'email',
      private.blind_index(${second}, private.blind_key(${world.send.org.id})),
      private.encrypt_value(${second}, private.org_key(${world.send.org.id}, k)), k, '***', 2
    from private.active_key_id(${world.send.org.id}, 'data') k`;
  await world.dispatch(minute);
  const [mail] = received(person);
  const link = /<(.+)>/.exec(mail!.headers["List-Unsubscribe"]!)![1]!;
  const clicked = await call(link, {
    method: "POST",
    body: "List-Unsubscribe=One-Click",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(clicked.status).toBe(200);
  const rows = await world.send.sql`
    select private.is_suppressed(c.org_id, c.value_bidx, 'email') as ended from public.contact_points c
    where c.lead_id = ${person.leadId} and c.kind = 'email'`;
  expect(rows.map(({ ended }) => ended)).toEqual([true, true]);
  const running = await world.send.sql`
    select from public.sequence_runs where lead_id = ${person.leadId} and state in ('active', 'paused')`;
  expect(running).toHaveLength(0);
  expect(await world.refusals(person, "sms")).toEqual([]);
});

test("clicks on the unsubscribe link are not tracked, whatever quotes the template has", async () => {
  const person = await world.person("email");
  await world.send.sql`alter table public.templates disable trigger user`;
  await world.send.sql`
    update public.templates set html_body = '<p>{{ sender.postal_address }}</p><a href=''{{ unsubscribe_url }}''>a</a>'
      || '<a href="{{ unsubscribe_url }}">b</a><a HREF = ''{{ unsubscribe_url }}''>c</a>'
      || '<a href=''https://example.com/house''>d</a>'
    where org_id = ${world.send.org.id} and channel = 'email'`;
  await world.send.sql`alter table public.templates enable trigger user`;
  await world.dispatch(minute);
  const html = received(person)[0]!.html!;
  const links = [...html.matchAll(/<a ([^>]*)>(.)<\/a>/g)].map((
    [, attributes, name],
  ) => [name, /^clicktracking="off" href/i.test(attributes!)]);
  expect(links).toEqual([["a", true], ["b", true], ["c", true], ["d", false]]);
});
