import { VapiClient } from "@vapi-ai/server-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clients, pointMail, startClients, twilioClient } from "./harness.ts";

let it_: Clients;
const clock = new Date("2026-12-01T17:00:00Z");

beforeEach(async () => {
  it_ = await startClients({ now: () => clock });
});
afterEach(() => it_.stop());

const mail = (more: Record<string, unknown> = {}) => ({
  to: "owner@example.com",
  from: { email: "robin@example.org", name: "Robin" },
  replyTo: "replies@example.org",
  subject: "Your house",
  text: "Hello",
  html: "<p>Hello</p>",
  headers: { "List-Unsubscribe": "<https://example.com/u/1>" },
  categories: ["spring"],
  customArgs: { message_id: "m-1", org_id: "o-1" },
  ...more,
});

const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(() => null, (error) => error);
  expect(error, "the SDK raises an error").not.toBeNull();
  return error;
};

describe("@sendgrid/mail", () => {
  it("sends a mail and returns an id by which it is found again", async () => {
    const [response] = await it_.mail.send(mail());
    expect(response.statusCode).toBe(202);
    const [email] = it_.sandbox.received.emails;
    expect(email).toMatchObject({
      id: response.headers["x-message-id"],
      at: clock,
      to: "owner@example.com",
      from: "robin@example.org",
      replyTo: "replies@example.org",
      subject: "Your house",
      text: "Hello",
      html: "<p>Hello</p>",
      headers: { "List-Unsubscribe": "<https://example.com/u/1>" },
      categories: ["spring"],
      customArgs: { message_id: "m-1", org_id: "o-1" },
    });
    expect(email.sgMessageId.startsWith(`${email.id}.`)).toBe(true);
    await it_.mail.send(mail({ to: "other@example.com", customArgs: { message_id: "m-2" } }));
    const find = async (query: string) => {
      const url = `${it_.sandbox.sendgrid.url}/v3/messages?limit=5&query=${
        encodeURIComponent(query)
      }`;
      const headers = { authorization: `Bearer ${it_.sandbox.sendgrid.apiKey}` };
      const answer = await fetch(url, { headers });
      return (await answer.json() as { messages: { msg_id: string }[] }).messages;
    };
    const found = [expect.objectContaining({ msg_id: email.sgMessageId, to_email: email.to })];
    expect(await find(`unique_args['message_id']="m-1"`)).toEqual(found);
    expect(await find(`msg_id LIKE '${email.id}%'`)).toEqual(found);
    expect(await find(`to_email="owner@example.com" AND status="delivered"`)).toEqual(found);
    expect(await find(`unique_args['message_id']="m-9"`)).toEqual([]);
  });

  it("returns SendGrid's error bodies for requests that SendGrid refuses", async () => {
    const empty = await refusal(it_.mail.send(mail({ subject: "" })));
    expect(empty.code).toBe(400);
    expect(empty.response.body.errors[0]).toMatchObject({ field: "subject", help: null });
    const address = await refusal(it_.mail.send(mail({ to: "nobody at home" })));
    expect(address.response.body.errors[0]).toEqual({
      message: "Does not contain a valid address.",
      field: "personalizations.0.to.0.email",
      help: null,
    });
    pointMail("SG.wrong", it_.sandbox.sendgrid.url);
    const denied = await refusal(it_.mail.send(mail()));
    expect(denied.code).toBe(401);
    expect(denied.response.body.errors[0].message).toContain("authorization grant is invalid");
    expect(it_.sandbox.received.emails).toEqual([]);
  });
});

describe("twilio", () => {
  const sms = (more: Record<string, unknown> = {}) => ({
    to: "+12135550101",
    messagingServiceSid: `MG${"a".repeat(32)}`,
    body: "Hello. Reply STOP to opt out.",
    statusCallback: "http://127.0.0.1:9/status",
    ...more,
  });

  it("creates, fetches and lists messages", async () => {
    const made = await it_.twilio.messages.create(sms());
    expect(made.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(made.status).toBe("accepted");
    expect(made.dateCreated).toEqual(clock);
    expect((await it_.twilio.messages(made.sid).fetch()).to).toBe("+12135550101");
    await it_.twilio.messages.create(sms({ to: "+12135550102" }));
    const mine = await it_.twilio.messages.list({
      to: "+12135550101",
      dateSentAfter: new Date(clock.getTime() - 60_000),
    });
    expect(mine.map((message) => message.sid)).toEqual([made.sid]);
    expect(await it_.twilio.messages.list({ dateSentAfter: new Date(clock.getTime() + 60_000) }))
      .toEqual([]);
    for (let index = 0; index < 5; index++) await it_.twilio.messages.create(sms());
    expect(await it_.twilio.messages.list({ pageSize: 2 })).toHaveLength(7);
    expect(it_.sandbox.received.messages[0]).toMatchObject({ sid: made.sid, body: sms().body });
  });

  it.each([
    ["+15005550001", 21211],
    ["+15005550002", 21612],
    ["+15005550003", 21408],
    ["+15005550004", 21610],
    ["+15005550009", 21614],
  ])("refuses the magic number %s with %i", async (to, code) => {
    const error = await refusal(it_.twilio.messages.create(sms({ to })));
    expect(error).toMatchObject({
      ...{ status: 400, code },
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(it_.sandbox.received.messages).toEqual([]);
  });

  it("refuses an invalid number, an empty text and a wrong token", async () => {
    expect((await refusal(it_.twilio.messages.create(sms({ to: "12" })))).code).toBe(21211);
    expect((await refusal(it_.twilio.messages.create(sms({ body: "" })))).code).toBe(21602);
    it_.sandbox.twilio.authToken = "wrong";
    const error = await refusal(twilioClient(it_.sandbox).messages.create(sms()));
    expect(error).toMatchObject({ status: 401, code: 20003 });
  });

  it("blocks a number after STOP, until START", async () => {
    it_.sandbox.write({ channel: "sms", from: "+12135550101", text: "Stop" });
    await it_.sandbox.drain();
    expect((await refusal(it_.twilio.messages.create(sms()))).code).toBe(21610);
    it_.sandbox.write({ channel: "sms", from: "+12135550101", text: "START" });
    await it_.sandbox.drain();
    expect((await it_.twilio.messages.create(sms())).status).toBe("accepted");
  });

  it("accepts opt-outs in bulk, and reports invalid ones", async () => {
    const item = {
      contact_id: "+12135550101",
      correlation_id: "0".repeat(32),
      sender_id: `MG${"a".repeat(32)}`,
      status: "opt-out",
      source: "others",
    };
    const tell = async (...items: Record<string, string>[]) =>
      (await it_.twilio.accounts.v1.bulkConsents.create({ items })).items;
    expect(await tell(item, { ...item, contact_id: "12", correlation_id: "1".repeat(32) })).toEqual(
      [
        { correlation_id: "0".repeat(32), error_code: 0, error_messages: [] },
        {
          correlation_id: "1".repeat(32),
          error_code: 30646,
          error_messages: ["INVALID_CONTACT_ID"],
        },
      ],
    );
    expect((await refusal(it_.twilio.messages.create(sms()))).code).toBe(21610);
    await tell({ ...item, status: "opt-in", source: "website" });
    expect((await it_.twilio.messages.create(sms())).status).toBe("accepted");
  });

  it("calls, and looks up the type of a line", async () => {
    const call = await it_.twilio.calls.create({
      ...{ to: "+12135550101", from: "+12025550142", twiml: "<Response/>" },
    });
    expect(call.sid).toMatch(/^CA[0-9a-f]{32}$/);
    const lookup = (number: string) =>
      it_.twilio.lookups.v2.phoneNumbers(number).fetch({ fields: "line_type_intelligence" });
    const found = await lookup("+12135550101");
    expect(found.valid).toBe(true);
    expect(found.lineTypeIntelligence).toMatchObject({ type: "mobile" });
    expect((await lookup("+12135550198")).lineTypeIntelligence).toMatchObject({ type: "landline" });
    expect((await lookup("123")).valid).toBe(false);
  });

  it("says whether a number was reassigned since a date", async () => {
    const ask = async (number: string, lastVerifiedDate = "20260601") =>
      (await it_.twilio.lookups.v2.phoneNumbers(number)
        .fetch({ fields: "reassigned_number", lastVerifiedDate })).reassignedNumber;
    const said = { lastVerifiedDate: "2026-06-01", errorCode: null };
    expect(await ask("+12135550101")).toEqual({ ...said, isNumberReassigned: "no" });
    expect(await ask("+12135550197")).toEqual({ ...said, isNumberReassigned: "yes" });
    expect(await ask("+12135550196")).toEqual({
      ...said,
      isNumberReassigned: "no_data_available",
    });
    expect(await ask("+12135550195")).toEqual({
      ...said,
      isNumberReassigned: null,
      errorCode: "60610",
    });
    expect(await refusal(ask("+12135550101", ""))).toMatchObject({ status: 400 });
  });
});

describe("@vapi-ai/server-sdk", () => {
  const call = (more: Record<string, unknown> = {}) => ({
    assistantId: "assistant-1",
    phoneNumberId: "phone-1",
    customer: { number: "+12135550101" },
    assistantOverrides: { metadata: { message_id: "m-1" } },
    ...more,
  });

  it("creates, fetches and lists calls", async () => {
    const made = await it_.vapi.calls.create(call()) as { id: string; status: string };
    expect(made.status).toBe("queued");
    expect(await it_.vapi.calls.get({ id: made.id })).toMatchObject({ id: made.id });
    const listed = await it_.vapi.calls.list({ createdAtGe: clock.toISOString() });
    expect(listed.map(({ id }) => id)).toEqual([made.id]);
    expect(await it_.vapi.calls.list({ createdAtGt: clock.toISOString() })).toEqual([]);
    const later = new Date(clock.getTime() + 1).toISOString();
    expect(await it_.vapi.calls.list({ createdAtGe: later })).toEqual([]);
    expect(it_.sandbox.received.calls[0]).toMatchObject({
      ...{ id: made.id, to: "+12135550101", metadata: { message_id: "m-1" } },
    });
  });

  it("returns Vapi's errors", async () => {
    const number = await refusal(it_.vapi.calls.create(call({ customer: { number: "555" } })));
    expect(number.statusCode).toBe(400);
    expect(number.body.message[0]).toContain("E.164");
    expect((await refusal(it_.vapi.calls.get({ id: "none" }))).statusCode).toBe(404);
    const stranger = new VapiClient({
      ...{ token: "wrong", baseUrl: it_.sandbox.vapi.url, maxRetries: 0 },
    });
    expect((await refusal(stranger.calls.create(call()))).statusCode).toBe(401);
    expect(it_.sandbox.received.calls).toEqual([]);
  });
});

describe("openai", () => {
  const schema = {
    type: "object",
    properties: {
      kind: {
        type: "string",
        enum: ["interested", "question", "later", "wrong_person", "not_interested", "opt_out"],
      },
      confidence: { type: "number" },
      draft: { type: "string" },
    },
    required: ["kind", "confidence", "draft"],
    additionalProperties: false,
  };

  it.each([
    ["Please STOP writing to me", "opt_out"],
    ["Wrong number, sorry", "wrong_person"],
    ["We are not interested.", "not_interested"],
    ["Maybe next spring", "later"],
    ["How much would you pay?", "question"],
    ["Yes, call me", "interested"],
  ])("classifies %j as %s, the same through both endpoints", async (text, kind) => {
    const chat = await it_.openai.chat.completions.create({
      model: "sandbox",
      messages: [{ role: "system", content: "Sort it." }, { role: "user", content: text }],
      response_format: {
        type: "json_schema",
        json_schema: { name: "reply", strict: true, schema },
      },
    });
    const answer = JSON.parse(chat.choices[0].message.content!);
    expect(answer).toMatchObject({ kind, confidence: 0.9 });
    const response = await it_.openai.responses.create({
      model: "sandbox",
      input: [{ role: "user", content: text }],
      text: { format: { type: "json_schema", name: "reply", strict: true, schema } },
    });
    expect(JSON.parse(response.output_text)).toEqual(answer);
  });

  it("refuses a wrong key with OpenAI's error", async () => {
    it_.openai.apiKey = "sk-wrong";
    const error = await refusal(it_.openai.responses.create({ model: "sandbox", input: "Hi" }));
    expect(error).toMatchObject({ status: 401, code: "invalid_api_key" });
  });
});
