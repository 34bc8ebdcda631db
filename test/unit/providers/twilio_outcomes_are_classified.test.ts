import { afterEach, describe, expect, test } from "vitest";
import { twilio } from "../../../edge-functions/_shared/providers/twilio/send.ts";
import { MESSAGE, now, ORG, outgoing, type Reply, type Seen, startFake } from "./support.ts";

let fake: Awaited<ReturnType<typeof startFake>> | undefined;
afterEach(() => fake?.stop());

const SID = "AC00000000000000000000000000000000";
const PHONE = "+16025550101";

async function open(reply: (seen: Seen) => Reply, timeoutMs = 5_000) {
  fake = await startFake(reply);
  return twilio({
    accountSid: SID,
    authToken: "token",
    baseUrl: fake.url,
    timeoutMs,
    costPerSegmentUsd: 0.01,
    statusCallback: (org, id) => `https://sluice.example.com/${org}?message_id=${id}`,
    now,
  });
}

const text = (over = {}) =>
  outgoing({ provider: "twilio", channel: "sms", to: PHONE, ...over }, "Hi Ann. Reply STOP to end");
const refusal = (status: number, code: number, message = "no", headers = {}) => ({
  status,
  headers,
  json: { code, message, status, more_info: "" },
});

describe("Twilio", () => {
  test("gets the text by the messaging service, with a callback that names the message", async () => {
    const provider = await open(() => ({ status: 201, json: { sid: "SM1", num_segments: "2" } }));
    const sent = await provider.send(text({ sender: { messaging_service_sid: "MG1" } }));
    expect(sent).toEqual({ result: "accepted", provider_id: "SM1", cost_usd: 0.02 });
    const [request] = fake!.seen;
    expect([request!.method, request!.path]).toEqual([
      "POST",
      `/2010-04-01/Accounts/${SID}/Messages.json`,
    ]);
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      To: PHONE,
      Body: "Hi Ann. Reply STOP to end",
      MessagingServiceSid: "MG1",
      StatusCallback: `https://sluice.example.com/${ORG}?message_id=${MESSAGE}`,
    });
    await provider.send(text({ sender: { address: "+16025550199" } }));
    expect(new URLSearchParams(fake!.seen[1]!.body).get("From")).toBe("+16025550199");
  });

  test.each<[string, Reply, Record<string, unknown>]>([
    ["21610 is a STOP", refusal(400, 21610), {
      result: "refused",
      code: "21610",
      contact: "unsubscribed",
    }],
    ["21211 is an invalid number", refusal(400, 21211, `${PHONE} is not valid`), {
      result: "refused",
      code: "21211",
      contact: "invalid",
      detail: "[number] is not valid",
    }],
    ["21614 is not a mobile number", refusal(400, 21614), {
      result: "refused",
      code: "21614",
      contact: "cannot_text",
    }],
    ["21617 is a text too long", refusal(400, 21617), { result: "refused", code: "21617" }],
    ["21611 is a queue too long", refusal(429, 21611), { result: "retry", code: "21611" }],
    ["20003 is ours to mend", refusal(401, 20003), {
      result: "retry",
      code: "20003",
      retry_after_seconds: 900,
    }],
    ["21606 is ours to mend", refusal(400, 21606), { result: "retry", code: "21606" }],
    ["20429 waits", refusal(429, 20429, "slow", { "retry-after": "9" }), {
      result: "retry",
      code: "20429",
      retry_after_seconds: 9,
    }],
    ["20500 may have been sent", refusal(500, 20500), { result: "unknown", code: "20500" }],
    ["a gateway's 502 may have been sent", { status: 502, json: "<html>" }, {
      result: "unknown",
      code: "http_502",
    }],
    ["a broken connection may have been sent", { breaks: "before" }, { result: "unknown" }],
    ["a broken answer may have been sent", { status: 201, json: {}, breaks: "within" }, {
      result: "unknown",
    }],
  ])("%s", async (_, reply, outcome) => {
    const provider = await open(() => reply);
    const got = await provider.send(text());
    expect(got).toMatchObject(outcome);
    expect("contact" in got).toBe("contact" in outcome);
    expect(fake!.seen).toHaveLength(1);
  });

  test("a request without an answer may have been sent; one that could not connect was not", async () => {
    const provider = await open(() => ({ silent: true }), 300);
    expect(await provider.send(text())).toMatchObject({ result: "unknown" });
    await fake!.stop();
    expect(await provider.send(text())).toMatchObject({ result: "retry", code: "unreachable" });
  });

  describe("asked about an unconfirmed text", () => {
    const message = {
      ...{ orgId: ORG, messageId: MESSAGE, requestedAt: now() },
      ...{ request: text().request, content: text().content },
      known: (ids: string[]) => Promise.resolve(new Set(ids.filter((id) => id === "SM-known"))),
    };
    const listed = (over: Record<string, unknown> = {}) => ({
      sid: "SM9",
      body: "Hi Ann. Reply STOP to end",
      direction: "outbound-api",
      date_created: new Date(now().getTime() + 2_000).toUTCString(),
      num_segments: "1",
      ...over,
    });
    test.each<[string, unknown[], Record<string, unknown>]>([
      ["finds the same text to the same number", [listed()], {
        found: "found",
        provider_id: "SM9",
        cost_usd: 0.01,
      }],
      ["finds it although a clock is hours off", [
        listed({ date_created: new Date(now().getTime() - 5 * 3600_000).toUTCString() }),
      ], { found: "found", provider_id: "SM9" }],
      ["reports absent when nothing was sent to the number", [], { found: "absent" }],
      ["does not mistake another message of ours for it", [
        listed({ sid: "SM-known" }),
        listed({ sid: "SM-known", body: "Other text" }),
      ], { found: "absent" }],
      ["does not mistake the reply for it", [listed({ direction: "inbound" })], {
        found: "absent",
      }],
      ["does not mistake a text of days ago for it", [
        listed({ date_created: "Sat, 21 Nov 2026 17:00:00 +0000" }),
      ], { found: "absent" }],
      ["is silent when an unknown text went to the number at that time", [
        listed({ body: "Other text" }),
      ], {
        found: "silent",
      }],
    ])("%s", async (_, messages, finding) => {
      const provider = await open(() => ({ json: { messages, page_size: 50 } }));
      expect(await provider.find(message)).toMatchObject(finding);
      const query = new URL(fake!.seen[0]!.path, "http://x").searchParams;
      expect(query.get("To")).toBe(PHONE);
    });
  });
});
