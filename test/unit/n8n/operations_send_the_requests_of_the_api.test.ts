// Each operation of the node Sluice is one request of the API; contact data is asked for only when the person asked.
import { expect, test } from "vitest";
import { context, type Given } from "../../support/n8n_context.ts";
import { load, sluiceNode } from "../../support/n8n_nodes.ts";

const node = await sluiceNode("Sluice");
const id = "0190aaaa-0000-7000-8000-000000000001";

async function run(parameters: Record<string, unknown>, given: Given = {}) {
  const { self, sent } = context({ parameters, ...given });
  const [items] = await node.execute.call(self);
  return { items, sent };
}

type Case = [string, string, Record<string, unknown>, Record<string, unknown>];
const cases: Case[] = [
  ["lead", "get", { leadId: id }, { method: "GET", url: `/leads/${id}`, qs: {} }],
  ["lead", "outlook", { leadId: id }, { method: "GET", url: `/leads/${id}/outlook` }],
  ["lead", "score", { leadId: id }, { method: "GET", url: `/leads/${id}/score` }],
  ["lead", "pause", { leadId: id, reason: "On holiday" }, {
    ...{ method: "POST", url: `/leads/${id}/pause`, body: { reason: "On holiday" } },
  }],
  ["lead", "resume", { leadId: id }, { method: "POST", url: `/leads/${id}/resume`, body: {} }],
  ["lead", "stop", { leadId: id }, { method: "POST", url: `/leads/${id}/stop`, body: {} }],
  ["lead", "task", { leadId: id, kind: "call_back", note: "After five" }, {
    ...{ method: "POST", url: `/leads/${id}/task` },
    body: { kind: "call_back", note: "After five" },
  }],
  ["message", "sendStep", { leadId: id }, {
    ...{ method: "POST", url: `/leads/${id}/messages`, body: { step: "next" } },
  }],
  ["message", "answer", { leadId: id, replyId: 7, text: "Tomorrow at ten?" }, {
    ...{ method: "POST", url: `/leads/${id}/messages` },
    body: { answer: { reply_id: 7, text: "Tomorrow at ten?" } },
  }],
  ["campaign", "forecast", { campaignId: id, date: "2026-11-30" }, {
    ...{ method: "GET", url: `/campaigns/${id}/forecast`, qs: { date: "2026-11-30" } },
  }],
  ["campaign", "start", { campaignId: id, hash: "abc" }, {
    ...{ method: "POST", url: `/campaigns/${id}/start`, body: { hash: "abc" } },
  }],
  ["campaign", "pause", { campaignId: id }, {
    ...{ method: "POST", url: `/campaigns/${id}/pause`, body: {} },
  }],
  ["outreach", "due", { orgId: id }, { method: "GET", url: "/due", qs: { org_id: id } }],
  ["outreach", "day", { date: "2026-11-30" }, {
    ...{ method: "GET", url: "/day", qs: { date: "2026-11-30" } },
  }],
  ["outreach", "dispatch", { channel: "sms", most: 50, orgId: "" }, {
    ...{ method: "POST", url: "/dispatch", body: { channel: "sms", limit: 50 } },
  }],
  ["outreach", "enrich", { kind: "verify_email", upToUsd: 25 }, {
    ...{ method: "POST", url: "/enrichment", body: { kind: "verify_email", up_to_usd: 25 } },
  }],
  ["upload", "get", { uploadId: id }, { method: "GET", url: `/uploads/${id}` }],
];

test.each(cases)("%s: %s", async (resource, operation, parameters, request) => {
  const { sent, items } = await run({ resource, operation, ...parameters }, {
    answer: () => ({ statusCode: 200, body: { done: true } }),
  });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    ...request,
    baseURL: `https://sluice.example.com/functions/v1/${
      resource === "outreach" ? "outreach" : "api"
    }/v1`,
    credential: "sluiceApi",
  });
  expect(sent[0]?.headers["Idempotency-Key"] === undefined).toBe(request.method === "GET");
  expect(items).toEqual([{ json: { done: true }, pairedItem: { item: 0 } }]);
});

test("every operation that a person can choose has its request, and the other way round", async () => {
  const { operations } = await load("shared/operations.ts");
  const chosen = node.description.properties.filter(({ name }) => name === "operation")
    .flatMap((property) => {
      const { options = [], displayOptions } = property as unknown as {
        options?: { value: string }[];
        displayOptions: { show: { resource: string[] } };
      };
      return options.map(({ value }) => `${displayOptions.show.resource[0]} ${value}`);
    });
  const known = Object.entries<Record<string, unknown>>(operations).flatMap(([resource, of]) =>
    Object.keys(of).map((operation) => `${resource} ${operation}`)
  );
  expect(chosen.toSorted()).toEqual(known.toSorted());
});

test("contact data is read only when asked for, with a reason", async () => {
  const parameters = { resource: "lead", operation: "get", leadId: id };
  const without = await run({ ...parameters, reason: "A reason alone asks for nothing" });
  expect(without.sent[0]?.qs).toEqual({});
  const asked = await run({ ...parameters, contactData: true, reason: "The owner called" });
  expect(asked.sent[0]?.qs).toEqual({ pii: "true", reason: "The owner called" });
});

test("a file is uploaded as it is, with its name and source", async () => {
  const parameters = { resource: "upload", operation: "create", source: "county", dryRun: true };
  const { sent } = await run(parameters, { file: { content: "a,b\n1,2\n", fileName: "list.csv" } });
  expect(sent[0]).toMatchObject({
    ...{ method: "POST", url: "/uploads" },
    qs: { source: "county", filename: "list.csv", dry_run: "true" },
  });
  expect(sent[0]?.headers["content-type"]).toBe("text/csv");
  expect(String(sent[0]?.body)).toBe("a,b\n1,2\n");
});

test("campaigns are read page by page, up to the limit", async () => {
  const answer: Given["answer"] = ({ qs }) => ({
    statusCode: 200,
    body: qs?.cursor
      ? { campaigns: [{ name: "C" }], next_cursor: null }
      : { campaigns: [{ name: "A" }, { name: "B" }], next_cursor: "2" },
  });
  const parameters = { resource: "campaign", operation: "getAll" };
  const all = await run({ ...parameters, returnAll: true }, { answer });
  expect(all.items.map((item: { json: { name: string } }) => item.json.name)).toEqual([
    ...["A", "B", "C"],
  ]);
  const two = await run({ ...parameters, limit: 2 }, { answer });
  expect(two.items).toHaveLength(2);
  expect(two.sent.map(({ qs }) => qs?.limit)).toEqual([2]);
});

test.each(["../orgs", "a/b", "", "x?y=1"])("%j is not taken for an id", async (leadId) => {
  const parameters = { resource: "lead", operation: "stop", leadId };
  await expect(run(parameters)).rejects.toThrow("leadId is not an id");
});

test("the node can be a tool of an agent, and triggers and canvas nodes cannot", async () => {
  expect(node.description.usableAsTool).toBe(true);
  for (const name of ["SluiceTrigger", "SluiceSequenceStart", "SluiceSendStep", "SluiceBranch"]) {
    expect((await sluiceNode(name)).description.usableAsTool).toBeUndefined();
  }
});
