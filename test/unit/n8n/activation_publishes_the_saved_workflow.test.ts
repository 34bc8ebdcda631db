// Activating a sequence publishes what n8n has saved; running it only checks it; a restart of n8n publishes nothing.
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

function world(given: Given = {}) {
  const made = context({ parameters: { name: "Owners" }, answer: accepts, ...given });
  return {
    ...made,
    toSluice: () => made.sent.filter(({ credential }) => credential === "sluiceApi"),
    activate: () => start.trigger.call(made.self),
  };
}
const active = { mode: "trigger", activation: "activate" };
const bodyOf = (sent: Sent | undefined) => sent?.body as Record<string, unknown>;

test("activating reads the workflow by n8n's public API and posts it", async () => {
  const { activate, sent, toSluice, staticData } = world(active);
  await activate();
  expect(sent[0]).toMatchObject({
    ...{ method: "GET", baseURL: "https://n8n.example.com", url: "/api/v1/workflows/workflow1" },
    headers: { "X-N8N-API-KEY": "n8n_test" },
  });
  expect(toSluice()).toHaveLength(1);
  expect(toSluice()[0]).toMatchObject({ method: "POST", url: "/sequences/publish" });
  expect(bodyOf(toSluice()[0])).toMatchObject({ version: null, dry_run: false, workflow: canvas });
  expect(staticData).toEqual({ published: { name: "Owners", version: 4 } });
});

test("nothing but nodes and connections leaves n8n", async () => {
  const { activate, toSluice } = world(active);
  await activate();
  expect(Object.keys(bodyOf(toSluice()[0]).workflow as object).sort()).toEqual([
    ...["connections", "name", "nodes"],
  ]);
  expect(JSON.stringify(toSluice())).not.toMatch(/credentials|broker@|555/);
});

test("the next activation replaces the version that it published last", async () => {
  const { activate, toSluice } = world({
    ...active,
    staticData: { published: { name: "Owners", version: 4 } },
  });
  await activate();
  expect(bodyOf(toSluice()[0]).version).toBe(4);
});

test("another name is another sequence: there is no version to replace", async () => {
  const { activate, toSluice } = world({
    ...active,
    staticData: { published: { name: "Buyers", version: 4 } },
  });
  await activate();
  expect(bodyOf(toSluice()[0]).version).toBeNull();
});

test.each(["init", "leadershipChange"])("%s of n8n publishes nothing", async (activation) => {
  const { activate, sent } = world({ mode: "trigger", activation });
  await activate();
  expect(sent).toEqual([]);
});

test("executing the workflow checks it, shows the result, and remembers no version", async () => {
  const { activate, toSluice, emitted, staticData } = world({ mode: "manual" });
  const { manualTriggerFunction } = await activate();
  await manualTriggerFunction();
  expect(bodyOf(toSluice()[0]).dry_run).toBe(true);
  expect(toSluice()[0]?.headers["Idempotency-Key"]).toBeUndefined();
  expect(emitted).toEqual([[[{ json: published }]]]);
  expect(staticData).toEqual({});
});

test("executing can publish, where the person chose that", async () => {
  const parameters = { name: "Owners", whenExecuted: "publish" };
  const { activate, toSluice } = world({ mode: "manual", parameters });
  await (await activate()).manualTriggerFunction();
  expect(bodyOf(toSluice()[0]).dry_run).toBe(false);
});

test("a retry after a lost answer has the same key, an edit another one", async () => {
  const key = async (answer: Answer) => {
    const { activate, toSluice } = world({ ...active, answer });
    await activate();
    return toSluice()[0]?.headers["Idempotency-Key"];
  };
  const edited: Answer = (sent) =>
    sent.baseURL.includes("n8n")
      ? { statusCode: 200, body: { ...saved, connections: {} } }
      : { statusCode: 200, body: published };
  expect(await key(accepts)).toBe(await key(accepts));
  expect(await key(edited)).not.toBe(await key(accepts));
});

test("problems fail the activation, each with the name of its node", async () => {
  const problems = [
    { node: "Code", reason: "This node type cannot run in a sequence." },
    { node: "", reason: "The workflow has no Sequence start." },
  ];
  for (const statusCode of [200, 422]) {
    const answer = answers(() => ({ statusCode, body: { code: "invalid", problems } }));
    const { activate, staticData } = world({ ...active, answer });
    await expect(activate()).rejects.toThrow(
      "Code: This node type cannot run in a sequence. The workflow has no Sequence start.",
    );
    expect(staticData).toEqual({});
  }
});

test("a newer version in Sluice is not replaced until the person has looked at it", async () => {
  const answer = answers(({ body }) =>
    bodyOf({ body } as Sent).version === 6
      ? { statusCode: 200, body: published }
      : { statusCode: 409, body: { code: "conflict", detail: "It has changed.", version: 6 } }
  );
  const staticData = { published: { name: "Owners", version: 4 } };
  const error = await world({ ...active, answer, staticData }).activate()
    .catch((error: { message: string; description: string }) => error);
  expect(error).toMatchObject({ message: "It has changed." });
  expect(error.description).toContain("set “Replaces Version” to 6");
  const parameters = { name: "Owners", replacesVersion: 6 };
  await world({ ...active, answer, staticData, parameters }).activate();
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
  await expect(world({ ...active, ...given }).activate()).rejects.toThrow(sentence);
});
