import { afterEach, describe, expect, test } from "vitest";
import { OPT_OUT_INSTRUCTION, vapi } from "../../../edge-functions/_shared/providers/vapi/send.ts";
import { MESSAGE, now, ORG, outgoing, type Reply, startFake } from "./support.ts";

let fake: Awaited<ReturnType<typeof startFake>> | undefined;
afterEach(() => fake?.stop());

async function open(reply: () => Reply, timeoutMs = 5_000) {
  fake = await startFake(reply);
  return vapi({ apiKey: "key", baseUrl: fake.url, timeoutMs, costPerCallUsd: 0.15, now });
}

const sender = { assistant_id: "as-1", phone_number_id: "pn-1" };
const callTo = () =>
  outgoing({ provider: "vapi", channel: "voice_ai", to: "+16025550101", sender }, "This is Org A.");
const message = (words: string | string[]) => ({ message: words, error: "Bad Request" });

describe("Vapi", () => {
  test("is given the assistant, our ids, who calls, and what to do when asked to stop", async () => {
    const provider = await open(() => ({ status: 201, json: { id: "call-1", status: "queued" } }));
    expect(await provider.send(callTo())).toEqual({
      result: "accepted",
      provider_id: "call-1",
      cost_usd: 0.15,
    });
    const [request] = fake!.seen;
    expect([request!.method, request!.path, request!.headers.authorization]).toEqual([
      "POST",
      "/call",
      "Bearer key",
    ]);
    expect(JSON.parse(request!.body)).toEqual({
      name: MESSAGE,
      assistantId: "as-1",
      phoneNumberId: "pn-1",
      customer: { number: "+16025550101" },
      assistantOverrides: {
        firstMessage: "This is Org A.",
        firstMessageMode: "assistant-speaks-first",
        variableValues: {
          lead_first_name: "Ann",
          sender_name: "Org A",
          sender_postal_address: "1 Main St, Phoenix, AZ 85001",
          opt_out_instruction: OPT_OUT_INSTRUCTION,
        },
        metadata: { message_id: MESSAGE, org_id: ORG, correlation_id: "c-1" },
      },
    });
  });

  test.each<[string, Reply, Record<string, unknown>]>([
    ["a 429 waits", { status: 429, headers: { "retry-after": "30" }, json: message("slow") }, {
      result: "retry",
      code: "http_429",
      retry_after_seconds: 30,
    }],
    ["all lines taken waits", { status: 400, json: message("Over Concurrency Limit") }, {
      result: "retry",
      code: "concurrency_limit",
      retry_after_seconds: 60,
    }],
    ["no money waits", { status: 402, json: message("Wallet") }, {
      result: "retry",
      code: "http_402",
    }],
    ["a wrong assistant is ours to mend", { status: 400, json: message("assistantId is wrong") }, {
      result: "retry",
      code: "http_400",
      retry_after_seconds: 900,
    }],
    [
      "a wrong number is invalid",
      {
        status: 400,
        json: message(["customer.number must be a valid phone number in the E.164 format"]),
      },
      { result: "refused", code: "http_400", contact: "invalid" },
    ],
    ["a 500 may have called", { status: 500, json: message("oops") }, { result: "unknown" }],
    ["a broken connection may have called", { breaks: "before" }, { result: "unknown" }],
  ])("%s, and nothing is tried twice", async (_, reply, outcome) => {
    const provider = await open(() => reply);
    const got = await provider.send(callTo());
    expect(got).toMatchObject(outcome);
    expect("contact" in got).toBe("contact" in outcome);
    expect(fake!.seen).toHaveLength(1);
  });

  test("a request without an answer may have called; one that could not connect did not", async () => {
    const provider = await open(() => ({ silent: true }), 300);
    expect(await provider.send(callTo())).toMatchObject({ result: "unknown" });
    await fake!.stop();
    expect(await provider.send(callTo())).toMatchObject({ result: "retry", code: "unreachable" });
  });

  test.each<[string, unknown[], Record<string, unknown>]>([
    [
      "finds a call by its metadata",
      [{ id: "other" }, {
        id: "call-7",
        assistantOverrides: { metadata: { message_id: MESSAGE } },
      }],
      { found: "found", provider_id: "call-7" },
    ],
    ["finds a call by its name", [{ id: "call-8", name: MESSAGE, cost: 0.4 }], {
      found: "found",
      provider_id: "call-8",
      cost_usd: 0.4,
    }],
    ["reports absent when there was no call", [{ id: "other", name: "another" }], {
      found: "absent",
    }],
  ])("%s", async (_, calls, finding) => {
    const provider = await open(() => ({ json: calls }));
    const { request } = callTo();
    const message = {
      ...{ orgId: ORG, messageId: MESSAGE, requestedAt: now(), request, content: null },
      known: () => Promise.resolve(new Set<string>()),
    };
    expect(await provider.find(message)).toEqual({
      ...finding,
      ...(finding.found === "found" ? { cost_usd: finding.cost_usd ?? 0.15 } : {}),
    });
  });
});
