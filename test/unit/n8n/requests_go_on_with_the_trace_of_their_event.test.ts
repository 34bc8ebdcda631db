// One trace from the event that Sluice sent through the workflow back to Sluice.
import { expect, test } from "vitest";
import { correlationOf } from "../../../edge-functions/_shared/platform/trace.ts";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { context, type Given } from "../../support/n8n_context.ts";
import { sluiceNode } from "../../support/n8n_nodes.ts";

const sluice = await sluiceNode("Sluice");
const trigger = await sluiceNode("SluiceTrigger");
const ID = "0af76519-16cd-43dd-8448-eb211c80319c";
const HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const secret = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;

async function started(traceparent?: string) {
  const body = JSON.stringify({
    type: "reply.received",
    timestamp: "2026-11-28T00:00:00Z",
    data: {},
  });
  const signed = signRequest({
    ...{ secrets: [secret], id: "evt_1", timestamp: Math.floor(Date.now() / 1000) },
    body: new TextEncoder().encode(body),
  });
  const { self } = context({
    parameters: { events: ["reply.received"] },
    credentials: { webhookSecret: secret },
    request: { headers: { ...signed, ...(traceparent ? { traceparent } : {}) }, body },
  });
  return (await trigger.webhook.call(self)).workflowData[0][0].json as Record<string, unknown>;
}

async function traceOf(given: Given) {
  const { self, sent } = context({
    parameters: {
      resource: "lead",
      operation: "get",
      leadId: "0190aaaa-0000-7000-8000-000000000001",
    },
    ...given,
  });
  await sluice.execute.call(self);
  const traces = sent.map(({ headers }) => correlationOf(headers.traceparent));
  expect(traces).not.toContain(null);
  return traces;
}

test("an event's trace is in its item, and the node sends it on under a span of its own", async () => {
  const item = await started(HEADER);
  expect(item.traceparent).toBe(HEADER);
  expect(await traceOf({ items: [{ json: item }] })).toEqual([ID]);
});

test("where other nodes made new items, the trace is that of the event", async () => {
  expect(
    await traceOf({ before: ["n8n-nodes-sluice.sluiceTrigger"], ofTrigger: HEADER }),
  ).toEqual([ID]);
});

test("an event without a valid trace starts none", async () => {
  expect(await started()).not.toHaveProperty("traceparent");
  expect(await started("nonsense")).not.toHaveProperty("traceparent");
});

test("all requests of an execution are one trace, those of another are another", async () => {
  const items = [{ json: {} }, { json: { traceparent: "nonsense" } }];
  const [one, two] = await traceOf({ items });
  expect(one).toBe(two);
  expect(await traceOf({ executionId: "18" })).not.toEqual([one]);
  expect(await traceOf({ instanceId: "other" })).not.toEqual([one]);
});
