import { describe, expect, test } from "vitest";
import { findEndpoint } from "../../../edge-functions/_shared/providers/registry/endpoints.ts";
import { isScanner } from "../../../edge-functions/_shared/providers/sendgrid/events.ts";
import { MalformedPayload } from "../../../edge-functions/_shared/providers/events.ts";
import { ACCOUNT, mail, multipart, type Part, sid } from "../../support/webhooks.ts";

const read = (
  endpoint: string,
  body: string | Uint8Array,
  contentType = "application/json",
  params: Record<string, string> = {},
) => {
  const [provider = "", kind = provider] = endpoint.split("/");
  return findEndpoint(provider, kind)!.read({
    ...{ provider, kind, contentType, params },
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    receivedAt: new Date("2026-11-23T18:00:00Z"),
  });
};
const form = (endpoint: string, fields: Record<string, string>, params = {}) =>
  read(
    endpoint,
    new URLSearchParams({ AccountSid: ACCOUNT, ...fields }).toString(),
    "application/x-www-form-urlencoded",
    params,
  )[0]!;
const id = "6f0c1a80-0000-4000-8000-000000000001";

describe("SendGrid's events", () => {
  const event = (more: Record<string, unknown>) =>
    read(
      "sendgrid/events",
      JSON.stringify([{
        ...{ email: "ann@example.com", timestamp: 1763920800, sg_event_id: "x" },
        ...{ sg_message_id: "abc.filter0001.1.2.3.0", message_id: id, ...more },
      }]),
    )[0]!;
  test.each([
    [{ event: "processed" }, "sent"],
    [{ event: "deferred", attempt: "3" }, "deferred"],
    [{ event: "delivered" }, "delivered"],
    [{ event: "open" }, "opened"],
    [{ event: "click", url: "https://example.com" }, "clicked"],
    [{ event: "bounce", type: "bounce" }, "bounced"],
    [{ event: "bounce", type: "blocked" }, "soft_bounced"],
    [{ event: "dropped", reason: "Bounced Address" }, "bounced"],
    [{ event: "dropped", reason: "Invalid" }, "bounced"],
    [{ event: "dropped", reason: "Invalid SMTPAPI header" }, "failed"],
    [{ event: "dropped", reason: "Unsubscribed Address" }, "unsubscribed"],
    [{ event: "dropped", reason: "Spam Reporting Address" }, "complained"],
    [{ event: "dropped", reason: "Recipient List over Package Quota" }, "failed"],
    [{ event: "spamreport" }, "complained"],
    [{ event: "unsubscribe" }, "unsubscribed"],
    [{ event: "group_unsubscribe" }, "unsubscribed"],
    [{ event: "group_resubscribe" }, undefined],
    [{ event: "something_new" }, undefined],
  ])("%j is %s", (given, kind) => {
    expect(event(given)).toMatchObject(
      kind ? { type: "message", kind, message_id: id, provider_id: "abc" } : { type: "other" },
    );
  });

  test("have the time at which they happened, and no e-mail address", () => {
    const bounce = event({
      ...{ event: "bounce", type: "bounce", status: "5.1.1" },
      reason: "550 <ann@example.com> unknown, call 213-555-0101",
    });
    expect(bounce).toMatchObject({
      at: "2025-11-23T18:00:00.000Z",
      detail: { code: "5.1.1", detail: "550 <[e-mail]> unknown, call [number]" },
    });
    expect(JSON.stringify(bounce)).not.toMatch(/ann@|0101/);
  });

  test("distinguish programs from people", () => {
    const opened = (more: object) =>
      (event({ event: "open", ...more }) as { detail: object }).detail;
    const browser = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36";
    expect(opened({ useragent: browser })).toEqual({ machine: false });
    expect(opened({ useragent: browser, sg_machine_open: true })).toEqual({ machine: true });
    for (
      const program of [
        ...["Barracuda Sentinel (EE)", "Mimecast", "BingPreview/1.0b", "python-requests/2.31"],
        ...["Mozilla/5.0 (compatible; MailSafetyScanner/1.0)", "HeadlessChrome/120"],
      ]
    ) expect(isScanner(program), program).toBe(true);
    for (
      const person of [browser, "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", "YahooMailProxy"]
    ) {
      expect(isScanner(person), person).toBe(false);
    }
  });

  test("have one key each, whatever id SendGrid gives them", () => {
    const key = (more: object) => event({ event: "open", ...more }).key;
    expect(key({ sg_event_id: "y" })).toBe(key({}));
    const keys = [{}, { timestamp: 1763920801 }, { event: "click" }, { sg_message_id: "abd" }];
    expect(new Set(keys.map(key)).size).toBe(keys.length);
  });

  test("cost only themselves where they are broken; without a readable time, that of the receipt counts", () => {
    const batch = (...events: unknown[]) => read("sendgrid/events", JSON.stringify(events));
    const unsubscribe = { event: "unsubscribe", sg_message_id: "abc.1", timestamp: 1763920800 };
    for (const broken of [null, [], "x", {}, { event: 7 }, { timestamp: 1763920800 }]) {
      expect(batch(broken, unsubscribe)).toMatchObject([
        { type: "other" },
        { type: "message", kind: "unsubscribed" },
      ]);
      expect(() => batch(broken)).toThrow("No event has an event field");
    }
    for (const timestamp of [undefined, "soon", 1763920800000, 1e308, { valueOf: 1 }]) {
      expect(event({ event: "unsubscribe", timestamp })).toMatchObject({
        ...{ type: "message", kind: "unsubscribed", at: null },
      });
    }
  });
});

describe("mail", () => {
  const parse = (parts: Part[], boundary?: string) => {
    const { contentType, body } = multipart(parts, boundary);
    return read("sendgrid/inbound", new Uint8Array(body), contentType)[0]!;
  };
  const from = "Ann.Ames@Example.com";

  test("is a reply from its sender to the message that it answers", () => {
    expect(parse(mail({ from, text: "Call me", headers: `In-Reply-To: <abc@geopod-ismtpd-1>\n` })))
      .toMatchObject({
        ...{ type: "reply", channel: "email", from: "ann.ames@example.com", text: "Call me" },
        ...{ provider_id: "abc", message_id: null },
      });
    expect(parse(mail({ from, text: "x", headers: `References: <${id}@sluice>\n` })))
      .toMatchObject({ message_id: id });
  });

  test("is read without its attachments, in the charset that it names", () => {
    const parts = mail({ from, text: "" }).filter(({ name }) => !/text|charsets/.test(name));
    expect(parse([
      { name: "attachment1", value: "text of a file", filename: "text" },
      ...parts,
      { name: "charsets", value: '{"text":"iso-8859-1"}' },
      { name: "text", value: Uint8Array.from([0x53, 0xed]) },
    ])).toMatchObject({ text: "Sí" });
  });

  test("with HTML alone is read as text, without the quoted part", () => {
    const html = "<style>p{}</style><p>Yes,&nbsp;call <b>me</b></p><blockquote>Stop</blockquote>";
    const parts = mail({ from, text: "" }).filter(({ name }) => name !== "text");
    expect(parse([...parts, { name: "html", value: html }])).toMatchObject({
      text: "Yes, call me",
    });
  });

  test.each([
    "Auto-Submitted: auto-replied\n",
    "Precedence: bulk\n",
    "X-Autoreply: yes\n",
  ])("written by a program is not a reply: %s", (headers) => {
    expect(parse(mail({ from, text: "I am away", headers }))).toMatchObject({ type: "other" });
    expect(parse(mail({ from, text: "I am away", headers: "Auto-Submitted: no\n" })))
      .toMatchObject({ type: "reply" });
  });

  test("without a sender, or incomplete, is malformed", () => {
    expect(() => parse([{ name: "text", value: "hi" }])).toThrow(MalformedPayload);
    const { contentType, body } = multipart(mail({ from, text: "hi" }));
    expect(() => read("sendgrid/inbound", new Uint8Array(body.subarray(0, -10)), contentType))
      .toThrow(MalformedPayload);
    expect(() => read("sendgrid/inbound", new Uint8Array(body), "multipart/form-data"))
      .toThrow(MalformedPayload);
  });
});

describe("Twilio", () => {
  test.each([
    ["queued", undefined, undefined],
    ["sent", undefined, "sent"],
    ["delivered", undefined, "delivered"],
    ["read", undefined, "delivered"],
    ["undelivered", "30003", "soft_bounced"],
    ["undelivered", "30005", "bounced"],
    ["undelivered", "30006", "bounced"],
    ["undelivered", "30007", "failed"],
    ["failed", "21610", "unsubscribed"],
    ["failed", undefined, "failed"],
  ])("status %s %s is %s", (MessageStatus, ErrorCode, kind) => {
    const event = form("twilio/status", {
      ...{ MessageSid: sid("SM", 1), MessageStatus, ...(ErrorCode ? { ErrorCode } : {}) },
    }, { message_id: id });
    expect(event).toMatchObject(kind ? { kind, message_id: id } : { type: "other" });
  });

  test("a text is a reply, with the keyword that Twilio has answered already", () => {
    const text = {
      MessageSid: sid("SM", 1),
      From: "+12135550101",
      Body: "Stop",
      OptOutType: "STOP",
    };
    expect(form("twilio/sms", text)).toMatchObject({
      ...{ type: "reply", from: "+12135550101", text: "Stop", opt_out_type: "STOP" },
    });
    expect(form("twilio/sms", { ...text, From: "12345" })).toMatchObject({ type: "other" });
  });

  test("the same fields are read from JSON", () => {
    const body = JSON.stringify({ MessageSid: sid("SM", 1), From: "+12135550101", Body: "Hi" });
    expect(read("twilio/sms", body)[0]).toMatchObject({ type: "reply", text: "Hi" });
  });

  test("an inbound call is read as a call; our own calls are ignored here", () => {
    const call = { CallSid: sid("CA", 1), CallStatus: "ringing", From: "+12135550101" };
    expect(form("twilio/voice", { ...call, Direction: "inbound" }))
      .toMatchObject({ type: "call", direction: "inbound", answered: false });
    expect(form("twilio/voice", { ...call, Direction: "outbound-api" })).toMatchObject({
      type: "other",
    });
  });
});

describe("Vapi", () => {
  const report = (endedReason: string, messages: object[]) =>
    read(
      "vapi",
      JSON.stringify({
        message: {
          ...{ type: "end-of-call-report", endedReason, artifact: { transcript: "…", messages } },
          call: { id: "c1", assistantOverrides: { metadata: { message_id: id } } },
        },
      }),
    )[0]!;
  const lines = [{ role: "bot", message: "Say stop" }, { role: "user", message: "Who is it" }];

  test.each([
    ["customer-ended-call", lines, "delivered", true],
    ["assistant-ended-call", [lines[0]!], "delivered", false],
    ["voicemail", lines, "delivered", false],
    ["twilio-reported-customer-misdialed", [], "failed", false],
    ["call-start-error-neither-assistant-nor-server-set", [], "failed", false],
    ["manually-canceled", [], "failed", false],
    ["call.in-progress.error-transfer-failed", lines, "delivered", true],
    ["pipeline-error-openai-llm-failed", lines, "delivered", true],
    ["pipeline-error-openai-llm-failed", [], "failed", false],
    [
      "silence-timed-out",
      [{ role: "user", message: "You have reached Jo. Please leave a message after the tone." }],
      "delivered",
      false,
    ],
    ["customer-did-not-answer", [], "failed", false],
    ["customer-busy", [], "failed", false],
    ["call.in-progress.error-vapifault-transport", [], "failed", false],
  ])("a call that ended with %s", (reason, messages, kind, answered) => {
    expect(report(reason, messages)).toMatchObject({ kind, answered, message_id: id });
  });

  test("reads the person's lines, not the assistant's", () => {
    expect(report("customer-ended-call", lines)).toMatchObject({ person_text: "Who is it" });
  });
});

describe("Cal.com", () => {
  const booking = (triggerEvent: string, more: object = {}) =>
    read(
      "calcom",
      JSON.stringify({
        ...{ triggerEvent, createdAt: "2026-11-23T18:00:00Z" },
        payload: { uid: "u2", rescheduleUid: "u1", startTime: "2026-11-25T18:00:00Z", ...more },
      }),
    )[0]!;
  test.each([
    ["BOOKING_CREATED", "made", null],
    ["BOOKING_RESCHEDULED", "moved", "u1"],
    ["BOOKING_CANCELLED", "cancelled", null],
    ["BOOKING_REJECTED", "cancelled", null],
  ])("%s is %s", (name, action, previous_uid) => {
    expect(booking(name)).toMatchObject({ type: "booking", action, uid: "u2", previous_uid });
  });
  test("finds who booked by our ids, e-mail and phone", () => {
    expect(booking("BOOKING_CREATED", {
      metadata: { lead_id: id },
      responses: {
        email: { value: "Ann@Example.com" },
        attendeePhoneNumber: { value: "+12135550101" },
      },
    })).toMatchObject({ lead_id: id, email: "ann@example.com", phone: "+12135550101" });
  });
  test("ignores other events", () => {
    expect(booking("MEETING_ENDED")).toMatchObject({ type: "other" });
  });
});
