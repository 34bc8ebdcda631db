// Every workflow file is valid, runs on the pinned n8n, and contains no secret, name or address.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkWorkflow, environmentOf } from "../../../scripts/n8n/check.ts";
import { readNodeTypes } from "../../../scripts/n8n/nodes.ts";
import {
  sequenceFiles,
  type Workflow,
  workflowFiles,
  type WorkflowNode,
} from "../../../scripts/n8n/workflows.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { sluiceNodeTypes } from "../../support/n8n_nodes.ts";

const numbered = workflowFiles();
const files = [...numbered, ...sequenceFiles()];
const all = files.map(({ workflow }) => workflow);
const n8n = readNodeTypes();
const known = { ...n8n, types: { ...n8n.types, ...await sluiceNodeTypes() } };
const readme = readFileSync(join(root, "n8n-workflows", "README.md"), "utf8");

describe("a workflow file", () => {
  test("exists for each part of the outreach", () => {
    expect(numbered.map(({ file }) => file.slice(0, 2))).toEqual(
      ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "21", "22"],
    );
    expect(sequenceFiles().map(({ file }) => file)).toEqual([
      ...["link-follow-up.json", "no-answer-follow-up.json", "owner-outreach.json"],
      "reply-hand-over.json",
    ]);
  });

  test.each(files.map(({ file, workflow }) => [file, workflow] as const))(
    "%s is valid",
    (file, workflow) => {
      expect(checkWorkflow(file, workflow, all, known)).toEqual([]);
    },
  );

  test("has unique ids and webhook paths", () => {
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const nodes = all.flatMap((workflow) => workflow.nodes);
    const paths = nodes.filter(({ webhookId }) => webhookId).map(({ parameters }) =>
      parameters.path
    );
    expect(new Set(paths).size).toBe(paths.length);
    const webhookIds = nodes.flatMap(({ webhookId }) => webhookId ?? []);
    expect(new Set(webhookIds).size).toBe(webhookIds.length);
  });

  test("is described in the README with its environment variables", () => {
    for (const { file, workflow } of files) {
      expect(readme).toContain(file);
      for (const name of environmentOf(workflow)) expect(readme).toContain(`\`${name}\``);
    }
  });

  test("is checked against the n8n that package.json pins", () => {
    const text = readFileSync(join(root, "n8n-workflows", "package.json"), "utf8");
    const { dependencies } = JSON.parse(text) as { dependencies: { n8n: string } };
    expect(known.n8n).toBe(dependencies.n8n);
  });
});

const node = (workflow: Workflow, name: string): WorkflowNode => {
  const found = workflow.nodes.find((one) => one.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
};

// Each change makes workflow 03, which has all kinds of nodes, invalid in one way.
const faults: [string, string, (workflow: Workflow) => void][] = [
  ["an unknown type", "unknown type", (w) => node(w, "No notice").type = "n8n-nodes-base.nothing"],
  ["an unknown version", "unknown version 9", (w) => node(w, "Route by label").typeVersion = 9],
  [
    "an unknown parameter",
    "unknown parameter methood",
    (w) => node(w, "Event from Sluice").parameters.methood = "POST",
  ],
  [
    "an unknown option",
    "unknown option fallbackOutpt",
    (w) => node(w, "Route by label").parameters.options = { fallbackOutpt: "extra" },
  ],
  [
    "a branch that leads nowhere",
    "Route by label: output 2 is not connected",
    (w) => w.connections["Route by label"]?.main?.pop(),
  ],
  [
    "an output that does not exist",
    "Call now has no output 1",
    (w) => w.connections["Call now"]?.main?.push([{ node: "No notice", type: "main" }]),
  ],
  [
    "a connection to no node",
    "is connected to Nobody",
    (w) => w.connections["Notify the broker"] = { main: [[{ node: "Nobody", type: "main" }]] },
  ],
  [
    "a node that is never reached",
    "Notify the broker is never reached",
    (w) => {
      delete w.connections["Call now"];
      delete w.connections["Please review"];
    },
  ],
  [
    "a caller that gets no answer",
    "Event from Sluice has no way to respond",
    (w) => node(w, "Event from Sluice").parameters.respond = "responseNode",
  ],
  [
    "a trigger that starts for nothing",
    "Event from Sluice has no events",
    (w) => node(w, "Event from Sluice").parameters.events = [],
  ],
  [
    "a trigger without the secret",
    "Event from Sluice: credential missing",
    (w) => delete node(w, "Event from Sluice").credentials,
  ],
  [
    "a webhook without an id of its own",
    "no webhookId",
    (w) => delete node(w, "Event from Sluice").webhookId,
  ],
  [
    "a signature that nobody checks",
    "Event from Sluice does not check signatures",
    (w) => node(w, "Event from Sluice").type = "n8n-nodes-base.webhook",
  ],
  [
    "a request past the node of Sluice",
    "Please review calls Sluice without its node",
    (w) => node(w, "Please review").parameters.url = "={{ $env.SLUICE_URL }}/outreach/due",
  ],
  ["no error handler", "errors go to undefined", (w) => delete w.settings.errorWorkflow],
  [
    "executions that are kept",
    "saveDataSuccessExecution is all",
    (w) => w.settings.saveDataSuccessExecution = "all",
  ],
  ["pinned data", "has unexpected properties: pinData", (w) => Object.assign(w, { pinData: {} })],
  [
    "a credential of another name",
    "unknown credential: smtp My mail",
    (w) =>
      Object.assign(node(w, "No notice"), {
        credentials: { smtp: { id: "sluiceNoticeMail", name: "My mail" } },
      }),
  ],
  [
    "a reference to no node",
    "$('Verify') does not run before it",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "={{ $('Verify').first() }}" }),
  ],
  [
    "a reference to a later node",
    "$('Notify the broker') does not run before it",
    (w) =>
      Object.assign(node(w, "Call now").parameters, { x: "={{ $('Notify the broker').first() }}" }),
  ],
  [
    "an expression that does not parse",
    "invalid expression",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "={{ $json.a + }}" }),
  ],
  [
    "an expression without an end",
    "unclosed",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "={{ $json.a" }),
  ],
  [
    "a call of a workflow that is not there",
    "is not a callable workflow",
    (w) =>
      Object.assign(node(w, "Notify the broker").parameters.workflowId as object, { value: "x" }),
  ],
  ["two nodes of one name", "share the name", (w) => node(w, "No notice").name = "Call now"],
  ["no note", "no note", (w) => w.nodes = w.nodes.filter(({ name }) => name !== "Read me")],
  [
    "a token",
    "Call now contains a bearer token",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "Bearer abcdef" }),
  ],
  [
    "an API key",
    "Call now contains an API key",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "sb_secret_abc" }),
  ],
  [
    "an address",
    "Call now contains an address of a machine",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "https://sluice.example.com" }),
  ],
  [
    "a person",
    "Call now contains an e-mail address",
    (w) => Object.assign(node(w, "Call now").parameters, { x: "ann@example.com" }),
  ],
];

describe("the checks find", () => {
  test.each(faults)("%s", (_name, problem, plant) => {
    const file = "03-hand-over-reply.json";
    const broken = structuredClone(files.find((one) => one.file === file)?.workflow);
    if (!broken) throw new Error(`no ${file}`);
    plant(broken);
    expect(checkWorkflow(file, broken, all, known).join("\n")).toContain(problem);
  });
});
