// A sequence drawn in a real n8n, with a Sluice simulated by the relay: checking, publishing, edits, refusals.
import assert from "node:assert/strict";
import { sequenceFiles, type Workflow } from "../../scripts/n8n/workflows.ts";
import type { Lab } from "./lab.ts";
import { type Answer, idle, type Seen } from "./relay.ts";
import type { Suite } from "./suite.ts";

const published = (lab: Lab) =>
  lab.relay.seen.filter(({ path }) => path === "/api/v1/sequences/publish")
    .map(({ body, headers }) => ({ ...JSON.parse(body.toString("utf8")), headers }));

/** Sluice answers a publication so. */
const answering = (answer: Answer) => (seen: Seen): Answer =>
  seen.path === "/api/v1/sequences/publish" ? answer : idle(seen);
const version = (number: number): Answer => ({
  status: 200,
  body: { sequence_id: "s", name: "Owner outreach", version: number, steps: 3, problems: [] },
});

/** A sequence that ships. */
export const shipped = (file: string): Workflow => {
  const found = sequenceFiles().find((one) => one.file === file);
  if (!found) throw new Error(`no ${file}`);
  return structuredClone(found.workflow);
};

export const nodeOf = (workflow: { nodes: Workflow["nodes"] }, name: string) => {
  const node = workflow.nodes.find((one) => one.name === name);
  if (!node) throw new Error(`no node ${name}`);
  return node;
};

/** As a person chooses in Sequence Start. */
export const choose = (parameters: Record<string, unknown>) => (workflow: Workflow) => {
  const start = nodeOf(workflow, "Start");
  start.parameters = { ...start.parameters, ...parameters };
};

const outreach = shipped("owner-outreach.json");

export const drawn: Suite = {
  "the credential's test button asks Sluice who the key is": async (lab) => {
    lab.relay.answer = (seen) =>
      seen.path === "/api/v1/me" ? { status: 200, body: { org_name: "Example" } } : idle(seen);
    const stored = await lab.api().call<{ data: Record<string, unknown> }>(
      "GET",
      `/credentials/${lab.credentialId}?includeData=true`,
    );
    const tested = await lab.api().call<{ status: string; message: string }>(
      "POST",
      "/credentials/test",
      { credentials: stored },
    );
    assert.equal(tested.status, "OK", tested.message);
    const [me] = lab.relay.seen.filter(({ path }) => path === "/api/v1/me");
    assert.equal(me?.headers.authorization, `Bearer ${lab.secrets.apiKey}`);
  },

  "executing a shipped sequence only checks it": async (lab) => {
    lab.relay.answer = answering(version(1));
    const { status, data } = await lab.execute(outreach.id, "Start");
    assert.equal(status, "success", data);
    const [check, ...more] = published(lab);
    assert.equal(more.length, 0);
    assert.equal(check.dry_run, true);
    assert.equal(check.headers.authorization, `Bearer ${lab.secrets.apiKey}`);
    assert.deepEqual(check.workflow.connections, outreach.connections);
    assert.deepEqual(
      check.workflow.nodes.map(({ name }: { name: string }) => name),
      outreach.nodes.map(({ name }) => name),
    );
    assert.doesNotMatch(JSON.stringify(check.workflow), /credentials|errorWorkflow/);
  },

  "what a person edits and publishes in n8n reaches Sluice under the workflow's name": async (
    lab,
  ) => {
    lab.relay.seen.length = 0;
    lab.relay.answer = answering(version(1));
    await lab.edit(outreach.id, choose({ operation: "publish" }));
    await lab.execute(outreach.id, "Start");
    lab.relay.answer = answering(version(2));
    await lab.edit(outreach.id, (workflow) => {
      nodeOf(workflow, "One more day").parameters = { amount: 5 };
    });
    await lab.execute(outreach.id, "Start");
    const [first, again, ...more] = published(lab);
    assert.equal(more.length, 0);
    assert.equal(first.dry_run, false);
    assert.match(first.origin, new RegExp(`^n8n \\S+ ${outreach.id}$`));
    assert.equal(again.origin, first.origin);
    assert.deepEqual([first.version, again.version], [null, null]);
    assert.deepEqual(nodeOf(first.workflow, "One more day").parameters, {});
    assert.deepEqual(nodeOf(again.workflow, "One more day").parameters, { amount: 5 });
    assert.notEqual(first.headers["idempotency-key"], again.headers["idempotency-key"]);
  },

  "what Sluice refuses is said in n8n with the names of the nodes": async (lab) => {
    const reason = "This node type cannot run in a sequence.";
    lab.relay.answer = answering({
      status: 422,
      body: { code: "invalid", detail: "No.", problems: [{ node: "My code", reason }] },
    });
    const { status, data } = await lab.execute(outreach.id, "Start");
    assert.equal(status, "error");
    assert.ok(data.includes(`My code: ${reason}`), data);
  },

  "n8n cannot activate a sequence": async (lab) => {
    await assert.rejects(
      lab.api().activate([outreach.id]),
      /no node to start the workflow|trigger/,
    );
  },

  "a restart of n8n leaves the workflow its name, and a newer version is replaced when a person names it":
    async (lab) => {
      lab.relay.answer = answering(version(2));
      await lab.execute(outreach.id, "Start");
      const before = published(lab).at(-1)?.origin;
      await lab.n8n.kill();
      await lab.restart();
      lab.relay.answer = answering({
        status: 409,
        body: { code: "conflict", detail: "Sluice has a newer version.", version: 5 },
      });
      const refused = await lab.execute(outreach.id, "Start");
      assert.equal(refused.status, "error");
      assert.ok(refused.data.includes("Sluice has a newer version."), refused.data);
      assert.equal(published(lab).at(-1)?.origin, before);
      lab.relay.answer = answering(version(6));
      lab.relay.seen.length = 0;
      await lab.edit(outreach.id, choose({ replacesVersion: 5 }));
      assert.equal((await lab.execute(outreach.id, "Start")).status, "success");
      assert.equal(published(lab)[0]?.version, 5);
      await lab.edit(outreach.id, choose({ replacesVersion: 0 }));
      lab.relay.answer = idle;
    },

  "a node of a sequence that somebody runs elsewhere is an error, not a step that is never sent":
    async (lab) => {
      const { id } = await lab.api().call<{ id: string }>("POST", "/workflows", {
        name: "Not a sequence",
        nodes: [
          { ...nodeOf(outreach, "Start"), type: "n8n-nodes-base.manualTrigger", parameters: {} },
          nodeOf(outreach, "First e-mail"),
        ],
        connections: { Start: { main: [[{ node: "First e-mail", type: "main", index: 0 }]] } },
        settings: { ...outreach.settings, errorWorkflow: undefined },
      });
      const { status, data } = await lab.execute(id, "Start");
      assert.equal(status, "error");
      assert.match(data, /put it behind Sluice Sequence Start/);
    },
};
