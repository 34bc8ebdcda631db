// The worker asks Twilio and OpenAI without their SDKs, which are too large to be deployed. Both go through a
// recorder to the sandbox here: the recorded requests must be the same.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import twilioSdk, { type RequestClient } from "twilio";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openModel } from "../../../edge-functions/_shared/providers/openai/triage.ts";
import { read, send } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import {
  lineType,
  reassignedNumber,
  twilioLookup,
} from "../../../edge-functions/_shared/providers/twilio/data.ts";
import {
  openMessages,
  Refusal,
} from "../../../edge-functions/_shared/providers/twilio/messages.ts";
import { twilio } from "../../../edge-functions/_shared/providers/twilio/send.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { outgoing } from "../../unit/providers/support.ts";

interface Recorded {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

async function startRecorder(target: () => string) {
  const recorded: Recorded[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const [method, path] = [request.method!, request.url!];
    recorded.push({ method, path, headers: request.headers, body: body.toString("utf8") });
    const { authorization = "", "content-type": type = "" } = request.headers;
    const answer = await fetch(target() + path, {
      method,
      headers: { authorization, ...(type ? { "content-type": type } : {}) },
      ...(method === "GET" ? {} : { body }),
    });
    response.writeHead(answer.status, { "content-type": "application/json" })
      .end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded,
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((done) => server.close(() => done()));
    },
  };
}
type Recorder = Awaited<ReturnType<typeof startRecorder>>;

/** The parts that a provider acts on; the rest names the client (user-agent, x-stainless-…) or the connection. */
const essence = ({ method, path, headers, body }: Recorded) => ({
  method,
  path,
  authorization: headers.authorization,
  accept: headers.accept?.split(",")[0],
  "content-type": headers["content-type"],
  "content-encoding": headers["content-encoding"],
  body,
});

let sandbox: Sandbox;
let toTwilio: Recorder;
let toOpenai: Recorder;
const clock = new Date("2026-12-01T17:00:00Z");
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => clock });
  toTwilio = await startRecorder(() => sandbox.twilio.url);
  toOpenai = await startRecorder(() => new URL(sandbox.openai.url).origin);
});
afterEach(() => {
  toTwilio.recorded.length = 0;
  toOpenai.recorded.length = 0;
});
afterAll(async () => {
  await toTwilio?.stop();
  await toOpenai?.stop();
  await sandbox?.stop();
});

/** Both made one request; they are equal and are returned once. */
function onlyEssence({ recorded }: Recorder) {
  expect(recorded).toHaveLength(2);
  const [direct, sdk] = recorded.map(essence);
  expect(direct).toEqual(sdk);
  return direct!;
}

test.each<[string, { fields: string; lastVerifiedDate?: string }]>([
  ["reassigned numbers", { fields: "reassigned_number", lastVerifiedDate: "20260601" }],
  ["line types", { fields: "line_type_intelligence" }],
])("Twilio is asked about %s as by its SDK", async (_, options) => {
  const { accountSid, authToken } = sandbox.twilio;
  const settings = twilioLookup.settings("default", {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_BASE_URL: toTwilio.url,
    SLUICE_LOOPBACK_URLS: "allow",
  })!;
  const phone = "+12135550197";
  if (options.lastVerifiedDate) {
    const question = { phone, since: "2026-06-01" };
    const answer = await send(reassignedNumber.request(question, settings));
    const found = read(twilioLookup, reassignedNumber, answer);
    expect(found).toMatchObject({ mapped: "yes", drift: [] });
  } else {
    const found = read(twilioLookup, lineType, await send(lineType.request(phone, settings)));
    expect(found).toMatchObject({ mapped: { codes: ["mobile"] }, drift: [] });
  }
  const client: RequestClient = new twilioSdk.RequestClient();
  const request = client.request.bind(client);
  client.request = (options) =>
    request({ ...options, uri: options.uri.replace(/^https:\/\/[^/]+/, toTwilio.url) });
  await twilioSdk(accountSid, authToken, { httpClient: client }).lookups.v2
    .phoneNumbers(phone).fetch(options);
  // A GET has no body, whose type the SDK names nevertheless; it leaves the plus sign of the path as it is.
  const asked = toTwilio.recorded.map(essence)
    .map((one) => ({ ...one, path: one.path.replace("%2B", "+"), "content-type": undefined }));
  expect(asked[0]).toEqual(asked[1]);
});

describe("Twilio", () => {
  const SERVICE = `MG${"a".repeat(32)}`;
  const login = (over = {}) => ({
    accountSid: sandbox.twilio.accountSid,
    authToken: sandbox.twilio.authToken,
    baseUrl: `${toTwilio.url}/`,
    timeoutMs: 10_000,
    now: () => clock,
    ...over,
  });
  const direct = (over = {}) =>
    twilio({
      ...login(over),
      costPerSegmentUsd: 0.01,
      statusCallback: (orgId, messageId) =>
        `https://sluice.example.com/webhooks/${orgId}/twilio/status?message_id=${messageId}&a=1`,
    });
  /** The SDK knows hosts only; its request client is pointed to the recorder. */
  function sdk(authToken = sandbox.twilio.authToken) {
    const client: RequestClient = new twilioSdk.RequestClient();
    const request = client.request.bind(client);
    client.request = (options) =>
      request({ ...options, uri: options.uri.replace(/^https:\/\/[^/]+/, toTwilio.url) });
    return twilioSdk(sandbox.twilio.accountSid, authToken, { httpClient: client });
  }
  const callback = ({ orgId, messageId }: ReturnType<typeof outgoing>) =>
    `https://sluice.example.com/webhooks/${orgId}/twilio/status?message_id=${messageId}&a=1`;
  const sms = (text: string, over = {}) =>
    outgoing({
      ...{ provider: "twilio", channel: "sms", to: "+12135550101" },
      sender: { messaging_service_sid: SERVICE },
      ...over,
    }, text);

  test.each([
    "Hello. Reply STOP to opt out.",
    "Plus + and & percent 100% = ? #, tilde ~ star * 'quotes' (brackets) !",
    "Größe, señor, 你好, 🏡\nsecond line\ttab",
    `https://example.com/?a=b&c=d ${"x".repeat(900)}`,
  ])("sends %j as the SDK does", async (text) => {
    const message = sms(text);
    const outcome = await direct().send(message);
    await sdk().messages.create({
      to: message.request.to,
      messagingServiceSid: SERVICE,
      body: text,
      statusCallback: callback(message),
    });
    expect(onlyEssence(toTwilio).method).toBe("POST");
    const [ours, theirs] = sandbox.received.messages.slice(-2);
    expect(outcome).toMatchObject({ result: "accepted", provider_id: ours!.sid });
    expect({ ...ours, sid: "" }).toEqual({ ...theirs, sid: "" });
    expect(ours!.body).toBe(text);
  });

  test("sends from a number, without a callback, as the SDK does", async () => {
    const { request, content } = sms("Hi", { sender: { address: "+12025550142" } });
    await openMessages(login()).create({
      To: request.to,
      From: "+12025550142",
      Body: content.text,
    });
    await sdk().messages.create({ to: request.to, from: "+12025550142", body: content.text });
    expect(new URLSearchParams(onlyEssence(toTwilio).body).has("StatusCallback")).toBe(false);
  });

  test("reads a refusal as the SDK does", async () => {
    const message = sms("Hi", { to: "+15005550004" });
    const fields = { To: message.request.to, MessagingServiceSid: SERVICE, Body: "Hi" };
    for (const token of [sandbox.twilio.authToken, "wrong"]) {
      const refusal = await openMessages(login({ authToken: token })).create(fields)
        .then(() => null, (error) => error);
      const theirs = await sdk(token).messages
        .create({ to: fields.To, messagingServiceSid: SERVICE, body: "Hi" })
        .then(() => null, (error) => error);
      expect(refusal).toBeInstanceOf(Refusal);
      expect([refusal.status, refusal.code, refusal.message])
        .toEqual([theirs.status, theirs.code, theirs.message]);
      onlyEssence(toTwilio);
      toTwilio.recorded.length = 0;
    }
    expect(await direct().send(message)).toMatchObject({ code: "21610", contact: "unsubscribed" });
  });

  test("lists the messages to a number as the SDK does", async () => {
    const ours = await openMessages(login()).list("+12135550101", 200);
    const theirs = await sdk().messages.list({ to: "+12135550101", limit: 200 });
    expect(onlyEssence(toTwilio).method).toBe("GET");
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.map(({ sid, body, direction, date_created, num_segments }) => ({
      ...{ sid, body, direction, numSegments: num_segments },
      dateCreated: new Date(date_created!),
    }))).toEqual(theirs.map(({ sid, body, direction, numSegments, dateCreated }) => ({
      ...{ sid, body, direction, numSegments, dateCreated },
    })));
  });
});

describe("OpenAI", () => {
  const settings = (key: string) => ({
    OPENAI_API_KEY: key,
    SLUICE_LOOPBACK_URLS: "allow",
    OPENAI_BASE_URL: `${toOpenai.url}/v1`,
    OPENAI_MODEL: "sandbox-1",
  });
  const sdk = (apiKey: string) =>
    new OpenAI({ apiKey, baseURL: `${toOpenai.url}/v1`, maxRetries: 0 });
  type Parameters_ = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;
  /** The parameters of our request, given to the SDK. */
  const parameters = () => JSON.parse(toOpenai.recorded[0]!.body) as Parameters_;

  test.each([
    ["Yes, call me", "interested"],
    ['Größe 你好 🏡 "quoted" \\ how much?\n', "question"],
    ["Please STOP writing to me", "opt_out"],
  ])("asks about %j as the SDK does", async (reply, label) => {
    const key = sandbox.openai.apiKey;
    const answer = await openModel(10_000, settings(key)).ask(reply);
    const completion = await sdk(key).chat.completions.create(parameters());
    expect(onlyEssence(toOpenai)).toMatchObject({
      method: "POST",
      path: "/v1/chat/completions",
      authorization: `Bearer ${key}`,
    });
    expect(answer.label).toBe(label);
    expect(answer).toEqual({
      ...JSON.parse(completion.choices[0]!.message.content!),
      tokens: completion.usage!.total_tokens,
    });
  });

  test("is refused as the SDK is, with contacts masked in the message", async () => {
    const refusal = await openModel(10_000, settings("sk-wrong")).ask("Yes").then(
      () => null,
      (error) => error,
    );
    const theirs = await sdk("sk-wrong").chat.completions.create(parameters()).then(
      () => null,
      (error) => error,
    );
    onlyEssence(toOpenai);
    expect(refusal).toMatchObject({ name: "CompletionError", status: theirs.status });
    expect(refusal.message).toContain(theirs.code);
  });
});
