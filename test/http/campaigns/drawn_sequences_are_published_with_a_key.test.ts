// POST /api/v1/sequences/publish: a shipped sequence becomes a version, a check saves nothing, refusals name nodes, and a
// newer version is not replaced unless it was read.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseTemplate } from "../../../scripts/cli/template_file.ts";
import { sequenceFiles, sequenceFolder } from "../../../scripts/n8n/workflows.ts";
import { type SendWorld, startSendWorld } from "../delivery/harness.ts";
import { askWith, makeKey } from "../tenancy/support.ts";

let world: SendWorld;
let key: string;
beforeAll(async () => {
  world = await startSendWorld({ functions: ["api"] });
  ({ key } = await makeKey(world.sql, world.org.id, ["sequences.publish", "sequences.read"]));
  const folder = join(sequenceFolder, "texts");
  for (const file of readdirSync(folder)) {
    const { name, channel, subject, text } = parseTemplate(
      readFileSync(join(folder, file), "utf8"),
    );
    await world.sql`insert into public.templates (org_id, name, channel, subject, text_body)
      values (${world.org.id}, ${name}, ${channel}, ${subject}, ${text})`;
  }
});
afterAll(() => world?.stop());

const shipped = (file: string) => sequenceFiles().find((one) => one.file === file)!.workflow;
const outreach = shipped("owner-outreach.json");
const publish = (body: Record<string, unknown>, with_ = key, idempotency?: string) =>
  askWith(
    world.stack,
    with_,
    "POST /api/v1/sequences/publish",
    body,
    idempotency ? { "idempotency-key": idempotency } : {},
  );
const saved = async () =>
  (await world.sql<{ version: number }[]>`select version from public.sequences
    where org_id = ${world.org.id} and name = 'Owner outreach' order by version`)
    .map(({ version }) => version);

test("a check answers what would be, and saves nothing", async () => {
  const { status, json } = await publish({ workflow: outreach, version: null, dry_run: true });
  expect([status, json.version, json.sequence_id, json.problems]).toEqual([200, 1, null, []]);
  expect(await saved()).toEqual([]);
});

test("each sequence that ships is published as it is", async () => {
  for (const { workflow } of sequenceFiles()) {
    const { status, json } = await publish({ workflow, version: null });
    expect([status, json.version, json.problems]).toEqual([200, 1, []]);
  }
  expect(await saved()).toEqual([1]);
});

test("a repeat with the same Idempotency-Key publishes once", async () => {
  const workflow = structuredClone(outreach);
  workflow.nodes.find(({ name }) => name === "One more day")!.parameters = { amount: 5 };
  const first = await publish({ workflow, version: 1 }, key, "n8n-publish-1");
  const again = await publish({ workflow, version: 1 }, key, "n8n-publish-1");
  expect([first.json.version, again.json.version]).toEqual([2, 2]);
  expect(await saved()).toEqual([1, 2]);
});

test("a version that was not read is not replaced, and is named", async () => {
  for (const dry_run of [false, true]) {
    const { status, json } = await publish({ workflow: outreach, version: 1, dry_run });
    expect([status, json.code, json.version]).toEqual([409, "conflict", 2]);
  }
  expect(await saved()).toEqual([1, 2]);
});

test("a refusal names each node, saves nothing, and may be corrected with the same Idempotency-Key", async () => {
  const workflow = structuredClone(outreach);
  workflow.nodes.find(({ name }) => name === "Call")!.type = "n8n-nodes-base.code";
  const { status, json } = await publish({ workflow, version: 2 }, key, "n8n-publish-2");
  expect([status, json.code]).toEqual([422, "invalid"]);
  expect(json.problems).toContainEqual(expect.objectContaining({ node: "Call" }));
  const check = await publish({ workflow, version: 2, dry_run: true });
  expect(check.status).toBe(200);
  expect(check.json.problems).toEqual(json.problems);
  expect(await saved()).toEqual([1, 2]);
  expect((await publish({ workflow: outreach, version: 2 }, key, "n8n-publish-2")).status).toBe(
    200,
  );
});

test("a key without the scope publishes nothing", async () => {
  const other = await makeKey(world.sql, world.org.id, ["sequences.read"]);
  for (const dry_run of [false, true]) {
    const { status, json } = await publish({ workflow: outreach, version: 3, dry_run }, other.key);
    expect([status, json.code]).toEqual([403, "missing_scope"]);
  }
});

test("a workflow that names itself goes on from what it published last", async () => {
  const edited = (amount: number, version: number | null = null, origin = "n8n one w1") => {
    const workflow = structuredClone(outreach);
    workflow.nodes.find(({ name }) => name === "One more day")!.parameters = { amount };
    return publish({ workflow, version, origin });
  };
  expect((await edited(6)).json.version).toBe(3);
  expect((await edited(6)).status).toBe(409);
  expect((await edited(6, 3)).json.version).toBe(4);
  expect((await edited(7)).json.version).toBe(5);
  const copy = await edited(8, null, "n8n one w2");
  expect([copy.status, copy.json.version]).toEqual([409, 5]);
});

test.each([
  ["no workflow", { version: null }],
  ["a workflow without nodes", { workflow: { connections: {} }, version: null }],
  ["an unknown field", { workflow: outreach, version: null, force: true }],
])("%s is a malformed request", async (_what, body) => {
  expect((await publish(body)).json.code).toBe("malformed_request");
});
