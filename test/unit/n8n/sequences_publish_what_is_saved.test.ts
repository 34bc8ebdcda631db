// Executing a sequence checks or publishes what n8n has saved, and never replaces a version that nobody has looked at.
import { expect, test } from "vitest";
import { context, type Given, type Sent } from "../../support/n8n_context.ts";
import { sluiceNode } from "../../support/n8n_nodes.ts";

const start = await sluiceNode("SluiceSequenceStart");
const canvas = {
  name: "Sequence: owners",
  nodes: [{ id: "1", name: "Start", type: "n8n-nodes-sluice.sluiceSequenceStart", parameters: {} }],
  connections: { Start: { main: [[]] } },
};
const saved = {
  ...canvas,
  nodes: canvas.nodes.map((node) => ({ ...node, credentials: { sluiceApi: { id: "c" } } })),
  shared: [{ user: { email: "broker@example.com" } }],
  pinData: { Start: [{ json: { phone: "+1 602 555 0100" } }] },
  staticData: null,
};

type Answer = NonNullable<Given["answer"]>;
const published = { version: 4, steps: 3, leads: { Start: 2 }, problems: [] };
const answers = (sluice: Answer): Answer => (sent) =>
  sent.baseURL.includes("n8n") ? { statusCode: 200, body: saved } : sluice(sent);
const accepts = answers(() => ({ statusCode: 200, body: published }));

let instances = 0;
function world({ parameters, ...given }: Given = {}, instanceId = `n8n ${++instances}`) {
  const made = context({
    parameters: { name: "Owners", operation: "publish", ...parameters },
    ...{ answer: accepts, instanceId, ...given },
  });
  return {
    ...made,
    instanceId,
    toSluice: () => made.sent.filter(({ credential }) => credential === "sluiceApi"),
    execute: () => start.execute.call(made.self),
  };
}
const bodyOf = (sent: Sent | undefined) => sent?.body as Record<string, unknown>;

test("publishing reads the workflow by n8n's public API and posts it", async () => {
  const { execute, sent, toSluice } = world();
  const items = await execute();
  expect(sent[0]).toMatchObject({
    ...{ method: "GET", baseURL: "https://n8n.example.com", url: "/api/v1/workflows/workflow1" },
    headers: { "X-N8N-API-KEY": "n8n_test" },
  });
  expect(toSluice()).toHaveLength(1);
  expect(toSluice()[0]).toMatchObject({ method: "POST", url: "/sequences/publish" });
  expect(bodyOf(toSluice()[0])).toMatchObject({ version: null, dry_run: false, workflow: canvas });
  expect(items).toEqual([[{ json: published, pairedItem: { item: 0 } }]]);
});

test("nothing but nodes and connections leaves n8n", async () => {
  const { execute, toSluice } = world();
  await execute();
  expect(Object.keys(bodyOf(toSluice()[0]).workflow as object).sort()).toEqual([
    ...["connections", "name", "nodes"],
  ]);
  expect(JSON.stringify(toSluice())).not.toMatch(/credentials|broker@|555/);
});

test("a check is a dry run, and the next publication still replaces nothing", async () => {
  const checked = world({ parameters: { operation: "check" } });
  await checked.execute();
  expect(bodyOf(checked.toSluice()[0]).dry_run).toBe(true);
  expect(checked.toSluice()[0]?.headers["Idempotency-Key"]).toBeUndefined();
  const next = world({}, checked.instanceId);
  await next.execute();
  expect(bodyOf(next.toSluice()[0]).version).toBeNull();
});

test("a new node checks until somebody chooses to publish", () => {
  const operation = start.description.properties.find(({ name }) => name === "operation");
  expect(operation).toMatchObject({ default: "check" });
});

test("each publication names its workflow and n8n, so that Sluice knows what it published last", async () => {
  const origin = async (given: Given, instance?: string) => {
    const { execute, toSluice } = world(given, instance);
    await execute();
    return bodyOf(toSluice()[0]).origin;
  };
  expect(await origin({}, "n8n a")).toBe("n8n n8n a workflow1");
  expect(await origin({ parameters: { operation: "check" } }, "n8n b")).toBe("n8n n8n b workflow1");
});

test("a retry of an execution has the same key, another execution or an edit another one", async () => {
  const key = async (answer: Answer, executionId = "17") => {
    const { execute, toSluice } = world({ answer, executionId }, "n8n");
    await execute();
    return toSluice()[0]?.headers["Idempotency-Key"];
  };
  const edited: Answer = (sent) =>
    sent.baseURL.includes("n8n")
      ? { statusCode: 200, body: { ...saved, connections: {} } }
      : { statusCode: 200, body: published };
  expect(await key(accepts)).toBe(await key(accepts));
  expect(await key(edited)).not.toBe(await key(accepts));
  // Back to an earlier drawing is a version of its own.
  expect(await key(accepts, "18")).not.toBe(await key(accepts));
});

test("problems fail the execution, each with the name of its node", async () => {
  const problems = [
    { node: "Code", reason: "This node type cannot run in a sequence." },
    { node: "", reason: "The workflow has no Sequence start." },
  ];
  for (const statusCode of [200, 422]) {
    const answer = answers(() => ({ statusCode, body: { code: "invalid", problems } }));
    await expect(world({ answer }).execute()).rejects.toThrow(
      "Code: This node type cannot run in a sequence. The workflow has no Sequence start.",
    );
  }
});

test("a newer version in Sluice is not replaced until the person has looked at it", async () => {
  const answer = answers(({ body }) =>
    bodyOf({ body } as Sent).version === 6
      ? { statusCode: 200, body: published }
      : { statusCode: 409, body: { code: "conflict", detail: "It has changed.", version: 6 } }
  );
  const error = await world({ answer }).execute()
    .catch((error: { message: string; description: string }) => error);
  expect(error).toMatchObject({ message: "It has changed." });
  expect(error.description).toContain("set “Replaces Version” to 6");
  await world({ answer, parameters: { replacesVersion: 6 } }).execute();
});

test("n8n cannot activate a sequence: nothing in it would run there", () => {
  expect(start.trigger).toBeUndefined();
  expect(start.description.group).toEqual(["trigger"]);
});

test.each([
  ["no key of n8n", { credentials: { n8nApiKey: "" } }, "no n8n URL and n8n API key"],
  [
    "a workflow that was never saved",
    { answer: () => ({ statusCode: 404, body: {} }) },
    "save it first",
  ],
  ["a key that n8n refuses", { answer: () => ({ statusCode: 401, body: {} }) }, "answered 401"],
])("%s is said plainly", async (_what, given, sentence) => {
  await expect(world(given).execute()).rejects.toThrow(sentence);
});
