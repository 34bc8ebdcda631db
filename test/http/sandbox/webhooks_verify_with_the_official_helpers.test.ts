import { createHmac } from "node:crypto";
import eventWebhook from "@sendgrid/eventwebhook";
import twilio from "twilio";
import { afterEach, describe, expect, it } from "vitest";
import type { Persona } from "../../../scripts/sandbox/types.ts";
import { type Caught, type Clients, startClients } from "./harness.ts";

let clients: Clients | null = null;
const clock = new Date("2026-12-01T17:00:00Z");
const start = async (options: Parameters<typeof startClients>[0] = {}) =>
  clients = await startClients({ now: () => clock, ...options });
afterEach(() => clients?.stop());

const header = (one: Caught, name: string) => String(one.headers[name] ?? "");
const ends = (path: string) => (one: Caught) => one.path.split("?")[0].endsWith(path);
const mail = {
  to: "owner@example.com",
  from: "robin@example.org",
  replyTo: "replies@example.org",
  subject: "Your house",
  text: "Hello",
  headers: { "List-Unsubscribe": "<mailto:u@example.org>, <%URL%/unsubscribe/1>" },
  categories: ["spring"],
  customArgs: { message_id: "m-1" },
};
const sms = (statusCallback?: string) => ({
  ...{ to: "+12135550101", messagingServiceSid: `MG${"a".repeat(32)}`, body: "Hi", statusCallback },
});

describe("SendGrid", () => {
  const persona: Persona = () => [
    { kind: "defer", after: 1_000 },
    { kind: "deliver", after: 2_000 },
    { kind: "open", machine: true, after: 3_000 },
    { kind: "open", after: 60_000 },
    { kind: "click", url: "https://example.com/a", after: 70_000 },
    { kind: "reply", text: "Tell me more.", after: 3600_000 },
    { kind: "spamreport", after: 7200_000 },
    { kind: "unsubscribe", after: 7300_000 },
    { kind: "group_unsubscribe", group: 7, after: 7400_000 },
  ];

  const verify = (one: Caught, body: Buffer, publicKey: string) => {
    const { EventWebhook, EventWebhookHeader } = eventWebhook;
    const helper = new EventWebhook();
    return helper.verifySignature(
      helper.convertPublicKeyToECDSA(publicKey),
      body,
      header(one, EventWebhookHeader.SIGNATURE().toLowerCase()),
      header(one, EventWebhookHeader.TIMESTAMP().toLowerCase()),
    );
  };

  it("signs batches of events with the custom args of the mail, in order of time", async () => {
    const { mail: client, sandbox, listener } = await start({ persona });
    const [response] = await client.send(mail);
    expect((await sandbox.deliver(clock)).waiting).toBe(9);
    await sandbox.drain();
    const posts = listener.caught.filter(ends("/sendgrid/events"));
    for (const post of posts) {
      expect(verify(post, post.body, sandbox.sendgrid.webhookPublicKey)).toBe(true);
      const other = Buffer.from(post.body.toString().replace("owner", "0wner"));
      expect(verify(post, other, sandbox.sendgrid.webhookPublicKey)).toBe(false);
    }
    const events = posts.flatMap((post) => JSON.parse(post.body.toString()));
    expect(events.map(({ event, timestamp }) => [event, timestamp - clock.getTime() / 1000]))
      .toEqual([
        ["processed", 0],
        ["deferred", 1],
        ["delivered", 2],
        ["open", 3],
        ["open", 60],
        ["click", 70],
        ["spamreport", 7200],
        ["unsubscribe", 7300],
        ["group_unsubscribe", 7400],
      ]);
    const id = response.headers["x-message-id"];
    for (const event of events) {
      expect(event).toMatchObject({
        ...{ email: "owner@example.com", message_id: "m-1", category: ["spring"] },
      });
      expect(event.sg_message_id.split(".")[0]).toBe(id);
    }
    expect(new Set(events.map((event) => event.sg_event_id)).size).toBe(events.length);
    expect(events[3].sg_machine_open).toBe(true);
    expect(events[4].sg_machine_open).toBe(false);
    expect(events[5].url).toBe("https://example.com/a");
    expect(events[8].asm_group_id).toBe(7);
  });

  it("posts a reply to the mail's reply address as inbound parse does", async () => {
    const { mail: client, sandbox, listener } = await start({ persona });
    await client.send(mail);
    await sandbox.drain();
    const [post] = listener.caught.filter(ends("/sendgrid/inbound"));
    const credentials = Buffer.from(`sendgrid:${sandbox.sendgrid.inboundSecret}`);
    expect(header(post, "authorization")).toBe(`Basic ${credentials.toString("base64")}`);
    const form = await new Response(Uint8Array.from(post.body), {
      headers: { "content-type": header(post, "content-type") },
    }).formData();
    expect(form.get("from")).toBe("owner@example.com");
    expect(form.get("to")).toBe("replies@example.org");
    expect(form.get("subject")).toBe("Re: Your house");
    expect(String(form.get("text")).trim()).toBe("Tell me more.");
    expect(JSON.parse(String(form.get("envelope")))).toEqual({
      to: ["replies@example.org"],
      from: "owner@example.com",
    });
    const { id } = sandbox.received.emails[0];
    expect(form.get("headers")).toContain(`In-Reply-To: <${id}@`);
    expect(form.get("headers")).toContain("Date: Tue, 01 Dec 2026 18:00:00 +0000");
  });

  it("drops mail to a bounced address, and lists it until it is removed", async () => {
    const bounce: Persona = ({ count }) => count === 1 ? [{ kind: "bounce" }] : [];
    const { mail: client, sandbox, listener } = await start({ persona: bounce });
    const call = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(sandbox.sendgrid.url + path, {
        method,
        headers: { authorization: `Bearer ${sandbox.sendgrid.apiKey}` },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      return [answer.status, text === "" ? null : JSON.parse(text)];
    };
    const sent = async () => {
      await client.send(mail);
      await sandbox.drain();
      return listener.caught.splice(0).filter(ends("/sendgrid/events"))
        .flatMap((post) => JSON.parse(post.body.toString()))
        .map(({ event, type, reason }) => [event, type, reason]);
    };
    const gone = "550 5.1.1 The email account that you tried to reach does not exist.";
    expect(await sent()).toEqual([["processed", undefined, undefined], ["bounce", "bounce", gone]]);
    expect(await sent()).toEqual([["dropped", undefined, "Bounced Address"]]);
    expect(await call("GET", "/v3/suppression/bounces")).toEqual([200, [
      {
        email: "owner@example.com",
        created: clock.getTime() / 1000 + 2,
        reason: gone,
        status: "5.1.1",
      },
    ]]);
    expect(await call("DELETE", "/v3/suppression/bounces/owner@example.com")).toEqual([204, null]);
    expect((await sent()).map(([event]) => event)).toEqual(["processed", "delivered"]);
    const global = "/v3/asm/suppressions/global";
    const body = { recipient_emails: ["owner@example.com"] };
    expect(await call("POST", global, body)).toEqual([201, body]);
    expect(await sent()).toEqual([["dropped", undefined, "Unsubscribed Address"]]);
    expect(await call("GET", "/v3/suppression/unsubscribes?start_time=0&limit=10")).toEqual([200, [
      { email: "owner@example.com", created: clock.getTime() / 1000 },
    ]]);
    expect(await call("DELETE", `${global}/owner@example.com`)).toEqual([204, null]);
    expect((await sent()).map(([event]) => event)).toEqual(["processed", "delivered"]);
  });

  it("posts the one-click unsubscribe to the URL of the mail's header", async () => {
    const { mail: client, sandbox, listener } = await start({
      persona: () => [{ kind: "one_click" }],
    });
    const address = mail.headers["List-Unsubscribe"].replace("%URL%", new URL(listener.url).origin);
    await client.send({ ...mail, headers: { "List-Unsubscribe": address } });
    await sandbox.drain();
    const [post] = listener.caught.filter(ends("/unsubscribe/1"));
    expect(post.body.toString()).toBe("List-Unsubscribe=One-Click");
  });
});

describe("Twilio", () => {
  it("signs status callbacks for the URL of the message, including its query", async () => {
    const { twilio: client, sandbox, listener } = await start({
      persona: ({ to }) => to === "+12135550102" ? [{ kind: "undelivered", code: 30005 }] : [],
    });
    const url = `${listener.url}/twilio/status?message=m-1`;
    const made = await client.messages.create(sms(url));
    await client.messages.create({ ...sms(url), to: "+12135550102" });
    await sandbox.drain();
    const posts = listener.caught.filter(ends("/twilio/status"));
    const forms = posts.map((post) =>
      Object.fromEntries(new URLSearchParams(post.body.toString()))
    );
    for (const [index, post] of posts.entries()) {
      const valid = (token: string) =>
        twilio.validateRequest(token, header(post, "x-twilio-signature"), url, forms[index]);
      expect(valid(sandbox.twilio.authToken)).toBe(true);
      expect(valid("another")).toBe(false);
    }
    expect(forms.filter((form) => form.MessageSid === made.sid).map((form) => form.MessageStatus))
      .toEqual(["sent", "delivered"]);
    expect(forms.find((form) => form.MessageStatus === "undelivered")).toMatchObject({
      ...{ To: "+12135550102", ErrorCode: "30005", AccountSid: sandbox.twilio.accountSid },
    });
  });

  it("signs inbound messages, and marks those that Twilio treated as an opt-out", async () => {
    const { twilio: client, sandbox, listener } = await start({
      persona: () => [{ kind: "reply", text: "Stop." }],
    });
    await client.messages.create(sms());
    await sandbox.drain();
    const [post] = listener.caught.filter(ends("/twilio/sms"));
    const form = Object.fromEntries(new URLSearchParams(post.body.toString()));
    const { authToken } = sandbox.twilio;
    expect(twilio.validateRequest(authToken, header(post, "x-twilio-signature"), post.url, form))
      .toBe(true);
    expect(form).toMatchObject({ From: "+12135550101", Body: "Stop.", OptOutType: "STOP" });
    expect(sandbox.blocks("+12135550101")).toBe(true);
  });

  it("signs JSON by the hash of its body", async () => {
    const { sandbox, listener } = await start();
    sandbox.postTwilioJson("twilio/voice", { CallSid: "CA1", status: "completed" });
    await sandbox.drain();
    const [post] = listener.caught.filter(ends("/twilio/voice"));
    const valid = (body: string) =>
      twilio.validateRequestWithBody(
        sandbox.twilio.authToken,
        header(post, "x-twilio-signature"),
        post.url,
        body,
      );
    expect(valid(post.body.toString())).toBe(true);
    expect(valid(post.body.toString().replace("completed", "failed"))).toBe(false);
  });

  it("reports how a call went", async () => {
    const { twilio: client, sandbox, listener } = await start();
    const statusCallback = `${listener.url}/twilio/voice`;
    await client.calls.create({
      ...{ to: "+12135550101", from: "+12025550142", twiml: "<Response/>", statusCallback },
    });
    await sandbox.drain();
    expect(
      listener.caught.map((post) => new URLSearchParams(post.body.toString()).get("CallStatus")),
    )
      .toEqual(["initiated", "ringing", "in-progress", "completed"]);
  });
});

describe("Vapi", () => {
  const call = {
    ...{ assistantId: "assistant-1", phoneNumberId: "phone-1" },
    customer: { number: "+12135550101" },
    assistantOverrides: { metadata: { message_id: "m-1" } },
  };
  const persona: Persona = () => [{
    kind: "talk",
    lines: [{ role: "assistant", text: "Hello" }, { role: "user", text: "Stop calling me" }],
    seconds: 20,
    structuredData: { opt_out: true },
  }];
  const messages = (posts: Caught[]) =>
    posts.map((post) => JSON.parse(post.body.toString()).message);

  it("reports a call with its secret: status, transcript, analysis, cost", async () => {
    const { vapi, sandbox, listener } = await start({ persona });
    const made = await vapi.calls.create(call) as { id: string };
    await sandbox.drain();
    const posts = listener.caught.filter(ends("/vapi"));
    expect(posts.every((post) => header(post, "x-vapi-secret") === sandbox.vapi.webhookSecret))
      .toBe(true);
    expect(messages(posts).map(({ type, status }) => [type, status])).toEqual([
      ["status-update", "queued"],
      ["status-update", "ringing"],
      ["status-update", "in-progress"],
      ["status-update", "ended"],
      ["end-of-call-report", undefined],
    ]);
    expect(messages(posts).at(-1)).toMatchObject({
      ...{ endedReason: "customer-ended-call", durationSeconds: 20, cost: 0.03 },
      call: { id: made.id, metadata: { message_id: "m-1" } },
      customer: { number: "+12135550101" },
      artifact: { transcript: "AI: Hello\nUser: Stop calling me\n" },
      analysis: { structuredData: { opt_out: true } },
    });
    expect(await vapi.calls.get({ id: made.id })).toMatchObject({
      ...{ status: "ended", endedReason: "customer-ended-call" },
    });
  });

  it("signs with HMAC where that is chosen", async () => {
    const { vapi, sandbox, listener } = await start({ vapiAuth: "hmac" });
    await vapi.calls.create(call);
    await sandbox.drain();
    const posts = listener.caught.filter(ends("/vapi"));
    for (const post of posts) {
      const signed = `${header(post, "x-timestamp")}.${post.body}`;
      const wanted = createHmac("sha256", sandbox.vapi.webhookSecret).update(signed).digest("hex");
      expect(header(post, "x-signature")).toBe(wanted);
      expect(header(post, "x-vapi-secret")).toBe("");
    }
    expect(messages(posts).at(-1).endedReason).toBe("customer-did-not-answer");
  });
});

describe("Cal.com", () => {
  it("signs bookings made, moved and cancelled, through the page and through its API", async () => {
    const first = new Date("2026-12-03T18:00:00Z");
    const second = new Date("2026-12-04T18:00:00Z");
    const { mail: client, sandbox, listener } = await start({
      persona: () => [
        { kind: "book", start: first, after: 1000 },
        { kind: "rebook", start: second, after: 2000 },
        { kind: "cancel_booking", reason: "ill", after: 3000 },
      ],
    });
    await client.send(mail);
    const api = (path: string, body: unknown) =>
      fetch(sandbox.calcom.url + path, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${sandbox.calcom.apiKey}`,
          "cal-api-version": "2024-08-13",
        },
        body: JSON.stringify(body),
      });
    const wish = {
      ...{ start: first.toISOString(), eventTypeId: 9, metadata: { lead_id: "l-2" } },
      attendee: { name: "Casey", email: "casey@example.com", timeZone: "America/Denver" },
    };
    const made = await api("/v2/bookings", wish);
    expect(made.status).toBe(201);
    const { data } = await made.json() as { data: { uid: string } };
    expect((await api(`/v2/bookings/${data.uid}/cancel`, { cancellationReason: "no" })).status)
      .toBe(200);
    expect((await api(`/v2/bookings/${data.uid}/cancel`, {})).status).toBe(400);
    expect((await api("/v2/bookings", { ...wish, start: "soon" })).status).toBe(400);
    await sandbox.drain();
    const posts = listener.caught.filter(ends("/calcom"));
    for (const post of posts) {
      expect(header(post, "x-cal-signature-256")).toBe(
        createHmac("sha256", sandbox.calcom.webhookSecret).update(post.body).digest("hex"),
      );
    }
    const bodies = posts.map((post) => JSON.parse(post.body.toString()));
    const of = (email: string) =>
      bodies.filter(({ payload }) => payload.attendees[0].email === email);
    const page = of("owner@example.com");
    expect(page.map(({ triggerEvent, payload }) => [triggerEvent, payload.startTime])).toEqual([
      ["BOOKING_CREATED", first.toISOString()],
      ["BOOKING_RESCHEDULED", second.toISOString()],
      ["BOOKING_CANCELLED", second.toISOString()],
    ]);
    expect(page[0].payload.metadata).toEqual({ message_id: "m-1" });
    expect(page[1].payload.rescheduleUid).toBe(page[0].payload.uid);
    expect(page[2].payload.uid).toBe(page[1].payload.uid);
    expect(of("casey@example.com").map(({ triggerEvent }) => triggerEvent))
      .toEqual(["BOOKING_CREATED", "BOOKING_CANCELLED"]);
  });
});
