// The graph of a workflow file: its connections, without loose ends.
import type { Workflow, WorkflowNode } from "./workflows.ts";

export type Problems = string[];

const packages = ["n8n-nodes-base.", "n8n-nodes-sluice."];
const triggers = [
  ...["sluiceTrigger", "scheduleTrigger", "executeWorkflowTrigger", "errorTrigger"],
  ...["emailReadImap", "sluiceSequenceStart"],
];

export const is = (node: WorkflowNode, ...types: string[]) =>
  types.some((type) => packages.some((name) => node.type === name + type));
export const isNote = (node: WorkflowNode) => is(node, "stickyNote");

/** The workflow that a node calls; null if none. */
export function calls(node: WorkflowNode): string | null {
  if (!is(node, "executeWorkflow")) return null;
  return (node.parameters.workflowId as { value?: string } | undefined)?.value ?? "";
}

export function targets(workflow: Workflow, name: string): string[] {
  return Object.values(workflow.connections[name] ?? {}).flat()
    .flatMap((output) => output?.map(({ node }) => node) ?? []);
}

/** Nodes that can be reached from these; `past` stops the search. */
export function reach(
  workflow: Workflow,
  from: string[],
  past = (_name: string) => true,
): Set<string> {
  const found = new Set<string>(from);
  for (const name of found) {
    if (past(name)) targets(workflow, name).forEach((target) => found.add(target));
  }
  return found;
}

function outputCount(node: WorkflowNode): number {
  const { rules, options } = node.parameters as {
    rules?: { values?: unknown[] };
    options?: { fallbackOutput?: string };
  };
  const extra = node.onError === "continueErrorOutput" ? 1 : 0;
  if (is(node, "if", "sluiceBranch")) return 2 + extra;
  if (is(node, "sluiceHandOver")) return 0;
  if (is(node, "switch")) {
    return (rules?.values?.length ?? 0) + (options?.fallbackOutput === "extra" ? 1 : 0) + extra;
  }
  return 1 + extra;
}

/** Every output is connected, and every node is reached from one trigger. */
export function connected(workflow: Workflow): Problems {
  const { nodes, connections } = workflow;
  const problems: Problems = [];
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const [from, kinds] of Object.entries(connections)) {
    if (!byName.has(from)) problems.push(`a connection starts at ${from}, which is not a node`);
    for (const target of targets(workflow, from)) {
      const to = byName.get(target);
      if (!to || isNote(to)) {
        problems.push(`${from} is connected to ${target}, which is not a node`);
      }
    }
    const odd = Object.keys(kinds).filter((kind) => kind !== "main");
    if (odd.length > 0) problems.push(`${from} has connections of kind ${odd.join(", ")}`);
  }
  for (const node of nodes) {
    const outputs = connections[node.name]?.main ?? [];
    const count = outputCount(node);
    if (outputs.length > count) problems.push(`${node.name} has no output ${outputs.length - 1}`);
    // A single output may be the end; several outputs must all be connected.
    for (let output = 0; count > 1 && output < count; output++) {
      if (!outputs[output]?.length) {
        problems.push(`${node.name}: output ${output} is not connected`);
      }
    }
  }
  const starts = nodes.filter((node) => is(node, ...triggers)).map(({ name }) => name);
  if (starts.length !== 1) problems.push(`has ${starts.length} triggers`);
  const reached = reach(workflow, starts);
  const lost = nodes.filter((node) => !isNote(node) && !reached.has(node.name));
  return [...problems, ...lost.map(({ name }) => `${name} is never reached`)];
}

/** Requests to Sluice are made by its node, with the API key of the credential; no code signs or verifies. */
export function requests({ nodes }: Workflow): Problems {
  return nodes.flatMap((node): Problems => {
    const { jsCode, ...parameters } = node.parameters;
    if (typeof jsCode === "string" && /\b(require|import)\b|\bcrypto\b/.test(jsCode)) {
      return [`${node.name}: code with a module`];
    }
    return JSON.stringify(parameters).includes("$env.SLUICE_URL")
      ? [`${node.name} calls Sluice without its node`]
      : [];
  });
}

/** Requests come in by Sluice Trigger only, which refuses what Sluice did not sign. */
export function webhooks({ nodes }: Workflow): Problems {
  return nodes.flatMap((node): Problems => {
    const problems: Problems = [];
    if (is(node, "webhook")) {
      problems.push(`${node.name} does not check signatures: use Sluice Trigger`);
    }
    if (!is(node, "sluiceTrigger")) return problems;
    const { path, events, respond } = node.parameters;
    if (!node.webhookId) problems.push(`${node.name} has no webhookId`);
    if (!/^sluice\/[a-z-]+$/.test(String(path))) problems.push(`${node.name} has the path ${path}`);
    if (!Array.isArray(events) || events.length === 0) problems.push(`${node.name} has no events`);
    if (respond !== "onReceived" && respond !== "lastNode") {
      problems.push(`${node.name} has no way to respond`);
    }
    return problems;
  });
}
