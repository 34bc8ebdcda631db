import { afterEach, describe, expect, test } from "vitest";
import { sendgrid } from "../../../edge-functions/_shared/providers/sendgrid/send.ts";
import {
  MESSAGE,
  now,
  ONE_CLICK,
  ORG,
  outgoing,
  type Reply,
  startFake,
  UNSUBSCRIBE,
} from "./support.ts";

let fake: Awaited<ReturnType<typeof startFake>> | undefined;
afterEach(() => fake?.stop());

async function open(reply: () => Reply, over: { timeoutMs?: number; activity?: boolean } = {}) {
  fake = await startFake(reply);
  const account = { apiKey: "SG.test", baseUrl: fake.url, timeoutMs: 5_000, costUsd: 0.001 };
  return sendgrid({ ...account, activity: false, now, ...over });
}

const ok = { status: 202, headers: { "x-message-id": "sg-1" } };
const errors = (field: string | null, message: string) => ({ errors: [{ field, message }] });

describe("SendGrid", () => {
  test("gets the mail with ids, headers of one-click unsubscribing, and our choice of tracking", async () => {
    const provider = await open(() => ok);
    const mail = outgoing();
    mail.content.html =
      `<p>Hi <a href="${UNSUBSCRIBE}">out</a> <a href="https://example.org">x</a>`;
    expect(await provider.send(mail)).toEqual({
      result: "accepted",
      provider_id: "sg-1",
      cost_usd: 0.001,
    });
    const [request] = fake!.seen;
    expect([request!.method, request!.path, request!.headers.authorization]).toEqual([
      "POST",
      "/v3/mail/send",
      "Bearer SG.test",
    ]);
    const body = JSON.parse(request!.body);
    expect(body).toMatchObject({
      from: { email: "team@example.org", name: "Org A" },
      reply_to: { email: "desk@example.org" },
      personalizations: [{ to: [{ email: "ann@example.com" }] }],
      custom_args: { message_id: MESSAGE, org_id: ORG, correlation_id: "c-1" },
      categories: ["campaign"],
      headers: {
        "List-Unsubscribe": `<${ONE_CLICK}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      },
      tracking_settings: {
        click_tracking: { enable: true, enable_text: false },
        open_tracking: { enable: true },
        subscription_tracking: { enable: false },
      },
    });
    const html = body.content.find((part: { type: string }) => part.type === "text/html").value;
    expect(html).toContain(`clicktracking="off" href="${UNSUBSCRIBE}"`);
    expect(html.match(/clicktracking/g)).toHaveLength(1);
  });

  test("is two accounts where there are two keys", async () => {
    fake = await startFake(() => ok);
    const [one, two] = ["SG.one", "SG.two"].map((apiKey) =>
      sendgrid({ apiKey, baseUrl: fake!.url, timeoutMs: 5_000, costUsd: 0, activity: false, now })
    );
    await one!.send(outgoing());
    await two!.send(outgoing());
    await one!.send(outgoing());
    expect(fake.seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer SG.one",
      "Bearer SG.two",
      "Bearer SG.one",
    ]);
  });

  test.each<[string, Reply, Record<string, unknown>]>([
    [
      "a 429 with Retry-After waits as long",
      { status: 429, headers: { "retry-after": "17" }, json: errors(null, "too many requests") },
      { result: "retry", code: "http_429", retry_after_seconds: 17 },
    ],
    [
      "a 429 with the time of reset waits until then",
      {
        status: 429,
        headers: { "x-ratelimit-reset": String(now().getTime() / 1000 + 42) },
        json: errors(null, "too many requests"),
      },
      { result: "retry", code: "http_429", retry_after_seconds: 42 },
    ],
    ["a 500 may have been sent", { status: 500, json: {} }, {
      result: "unknown",
      code: "http_500",
    }],
    ["a 503 may have been sent", { status: 503, json: {} }, {
      result: "unknown",
      code: "http_503",
    }],
    [
      "a 503 with Retry-After was not",
      { status: 503, headers: { "retry-after": "5" }, json: {} },
      { result: "retry", code: "http_503", retry_after_seconds: 5 },
    ],
    ["a connection that breaks may have been sent", { breaks: "before" }, {
      result: "unknown",
      code: "no_answer",
    }],
    ["an invalid key is a problem of the account", { status: 401, json: errors(null, "no") }, {
      result: "retry",
      code: "http_401",
      retry_after_seconds: 900,
    }],
    [
      "an invalid mail is refused",
      { status: 400, json: errors("subject", "The subject is required.") },
      { result: "refused", code: "http_400", detail: "The subject is required." },
    ],
    [
      "an invalid address is reported as such, and is not stored",
      {
        status: 400,
        json: errors("personalizations.0.to.0.email", "ann@example.com is not a valid address."),
      },
      {
        result: "refused",
        code: "http_400",
        contact: "invalid",
        detail: "[e-mail] is not a valid address.",
      },
    ],
  ])("%s", async (_, reply, outcome) => {
    const provider = await open(() => reply);
    const got = await provider.send(outgoing());
    expect(got).toMatchObject(outcome);
    expect("contact" in got).toBe("contact" in outcome);
    expect(fake!.seen).toHaveLength(1);
  });

  test("a request without an answer may have been sent; one that could not connect was not", async () => {
    const slow = await open(() => ({ silent: true }), { timeoutMs: 300 });
    expect(await slow.send(outgoing())).toMatchObject({ result: "unknown" });
    await fake!.stop();
    expect(await slow.send(outgoing())).toMatchObject({ result: "retry", code: "unreachable" });
  });

  test("is silent about single mails unless the account has Email Activity", async () => {
    const message = {
      ...{ orgId: ORG, messageId: MESSAGE, requestedAt: now() },
      ...{ request: outgoing().request, content: null },
      known: () => Promise.resolve(new Set<string>()),
    };
    const without = await open(() => ({ json: {} }));
    expect(await without.find(message)).toMatchObject({ found: "silent" });
    expect(fake!.seen).toHaveLength(0);
    await fake!.stop();
    let messages: unknown[] = [{ msg_id: "sg-7" }];
    const provider = await open(() => ({ json: { messages } }), { activity: true });
    expect(await provider.find(message)).toMatchObject({ found: "found", provider_id: "sg-7" });
    const asked = new URL(fake!.seen[0]!.path, "http://x").searchParams.get("query");
    expect(asked).toBe(`unique_args['message_id']="${MESSAGE}"`);
    messages = [];
    expect(await provider.find(message)).toMatchObject({ found: "silent" });
  });
});
