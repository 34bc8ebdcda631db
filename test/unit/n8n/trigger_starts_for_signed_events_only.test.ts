// Sluice Trigger starts its workflow for events that Sluice signed within the last five minutes, and for no other request.
import { expect, test } from "vitest";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { context } from "../../support/n8n_context.ts";
import { sluiceNode } from "../../support/n8n_nodes.ts";

const secret = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
const previous = `whsec_${Buffer.alloc(24, 2).toString("base64")}`;
const stranger = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;
const data = { org_id: "o", lead_id: "l" };
const trigger = await sluiceNode("SluiceTrigger");

interface How {
  type?: string;
  by?: string;
  age?: number;
  instead?: string;
  headers?: Record<string, string>;
  webhookSecret?: string;
}

async function deliver(how: How = {}) {
  const body = JSON.stringify({
    type: how.type ?? "reply.received",
    timestamp: "2026-11-28T00:00:00Z",
    data,
  });
  const headers = how.headers ?? signRequest({
    secrets: [how.by ?? secret],
    id: "evt_1",
    timestamp: Math.floor(Date.now() / 1000) - (how.age ?? 0),
    body: new TextEncoder().encode(body),
  });
  const { self, response } = context({
    parameters: { events: ["reply.received", "reply.labelled"] },
    credentials: { webhookSecret: how.webhookSecret ?? `${secret} ${previous}` },
    request: { headers, body: how.instead ?? body },
  });
  const result = await trigger.webhook.call(self);
  return { status: response.status, started: result.workflowData?.[0]?.[0]?.json ?? null };
}

test("a signed event starts the workflow with its id, type and data", async () => {
  expect(await deliver()).toEqual({
    status: 0,
    started: { id: "evt_1", type: "reply.received", timestamp: "2026-11-28T00:00:00Z", data },
  });
});

test("while the secret is rotated, the new and the previous one are valid", async () => {
  expect((await deliver({ by: previous })).started).not.toBeNull();
});

test.each<[string, How]>([
  ["no signature", { headers: {} }],
  ["the secret of somebody else", { by: stranger }],
  ["another body", { instead: JSON.stringify({ type: "reply.received", data: {} }) }],
  ["a signature of six minutes ago", { age: 360 }],
  ["a signature of the future", { age: -360 }],
  ["no secret in the credential", { webhookSecret: "" }],
])("%s is answered with 401", async (_what, how) => {
  expect(await deliver(how)).toEqual({ status: 401, started: null });
});

test("a signature without a key is worth nothing, where the credential has no secret", async () => {
  const empty = await deliver({ by: "whsec_", webhookSecret: "whsec_" }).catch(() => null);
  expect(empty?.started ?? null).toBeNull();
});

test("an event that is not wanted is accepted and starts nothing", async () => {
  expect(await deliver({ type: "day.closed" })).toEqual({ status: 202, started: null });
});

test("the workflow's end decides whether Sluice delivers again, unless it responds immediately", () => {
  const [webhook] = trigger.description.webhooks;
  expect(webhook).toMatchObject({ httpMethod: "POST", isFullPath: true, responseData: "noData" });
  expect(webhook.responseMode).toBe('={{ $parameter["respond"] }}');
});
