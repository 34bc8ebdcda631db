// What must be true of every workflow file, without an n8n to run it.
import { Script } from "node:vm";
import type { NodeTypes } from "./nodes.ts";
import { credentials, handlerId, type Workflow, type WorkflowNode } from "./workflows.ts";

type Problems = string[];

const base = "n8n-nodes-base.";
const triggers = ["webhook", "scheduleTrigger", "executeWorkflowTrigger", "errorTrigger"];
const is = (node: WorkflowNode, ...types: string[]) =>
  types.some((type) => node.type === base + type);
const isNote = (node: WorkflowNode) => is(node, "stickyNote");

/** Every string of the value, however deep. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(strings);
}

function targets(workflow: Workflow, name: string): string[] {
  return Object.values(workflow.connections[name] ?? {}).flat()
    .flatMap((output) => output?.map(({ node }) => node) ?? []);
}

/** Nodes that can be reached from these; `past` says where not to go on. */
function reach(workflow: Workflow, from: string[], past = (_name: string) => true): Set<string> {
  const found = new Set<string>(from);
  for (const name of found) {
    if (past(name)) targets(workflow, name).forEach((target) => found.add(target));
  }
  return found;
}

function shape({ id, name, nodes, ...rest }: Workflow, file: string): Problems {
  const problems: Problems = [];
  const extra = Object.keys(rest).filter((key) => key !== "connections" && key !== "settings");
  if (extra.length > 0) problems.push(`holds ${extra.join(", ")}`);
  if (!/^[a-zA-Z0-9]{16}$/.test(id)) problems.push(`the id ${id} is not 16 letters and digits`);
  if (!/^\d\d(-[a-z]+)+\.json$/.test(file)) problems.push(`${file} is not NN-verb-noun.json`);
  if (file.slice(0, 2) !== name.slice(0, 2)) problems.push(`${name} has another number`);
  for (const key of ["id", "name"] as const) {
    const values = nodes.map((node) => node[key]);
    const twice = values.filter((value, index) => values.indexOf(value) !== index);
    if (twice.length > 0) problems.push(`nodes share the ${key} ${twice.join(", ")}`);
  }
  const note = nodes.find(isNote);
  if (!/^## [\s\S]*(You may change|Leave it as it is)/.test(String(note?.parameters.content))) {
    problems.push("has no note that says what may be changed");
  }
  return problems;
}

function knownNodes({ nodes }: Workflow, known: NodeTypes): Problems {
  return nodes.flatMap((node): Problems => {
    const type = known.types[node.type];
    if (!type) return [`${node.name}: unknown type ${node.type}`];
    const problems: Problems = [];
    if (!type.versions.includes(node.typeVersion)) {
      problems.push(`${node.name}: unknown version ${node.typeVersion} of ${node.type}`);
    }
    if (!type.parameters) return problems;
    for (const [name, value] of Object.entries(node.parameters)) {
      const inner = type.parameters[name];
      if (!inner) problems.push(`${node.name}: unknown parameter ${name}`);
      else if (name === "options" && value && typeof value === "object") {
        const unknown = Object.keys(value).filter((option) => !inner.includes(option));
        problems.push(...unknown.map((option) => `${node.name}: unknown option ${option}`));
      }
    }
    return problems;
  });
}

function knownCredentials({ nodes }: Workflow, known: NodeTypes): Problems {
  return nodes.flatMap((node): Problems => {
    const given = Object.entries(node.credentials ?? {});
    const generic = node.parameters.genericAuthType;
    const accepted = typeof generic === "string"
      ? [generic]
      : known.types[node.type]?.credentials ?? [];
    const problems = given.flatMap(([type, reference]) => {
      const fits = credentials.some((one) =>
        one.type === type && one.id === reference.id && one.name === reference.name
      );
      const only = Object.keys(reference).every((key) => key === "id" || key === "name");
      return fits && only && accepted.includes(type)
        ? []
        : [`${node.name}: no such credential: ${type} ${reference.name}`];
    });
    const needs = typeof generic === "string" || is(node, "emailSend");
    return needs && given.length === 0 ? [...problems, `${node.name}: no credential`] : problems;
  });
}

function outputCount(node: WorkflowNode): number {
  const { rules, options } = node.parameters as {
    rules?: { values?: unknown[] };
    options?: { fallbackOutput?: string };
  };
  const extra = node.onError === "continueErrorOutput" ? 1 : 0;
  if (is(node, "if")) return 2 + extra;
  if (is(node, "switch")) {
    return (rules?.values?.length ?? 0) + (options?.fallbackOutput === "extra" ? 1 : 0) + extra;
  }
  return 1 + extra;
}

function connected(workflow: Workflow): Problems {
  const { nodes, connections } = workflow;
  const problems: Problems = [];
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const [from, kinds] of Object.entries(connections)) {
    if (!byName.has(from)) problems.push(`a connection starts at ${from}, which is no node`);
    for (const target of targets(workflow, from)) {
      const to = byName.get(target);
      if (!to || isNote(to)) problems.push(`${from} leads to ${target}, which is no node`);
    }
    const odd = Object.keys(kinds).filter((kind) => kind !== "main");
    if (odd.length > 0) problems.push(`${from} has connections of kind ${odd.join(", ")}`);
  }
  for (const node of nodes) {
    const outputs = connections[node.name]?.main ?? [];
    const count = outputCount(node);
    if (outputs.length > count) problems.push(`${node.name} has no output ${outputs.length - 1}`);
    // One output may be the end; of several, each must lead somewhere.
    for (let output = 0; count > 1 && output < count; output++) {
      if (!outputs[output]?.length) problems.push(`${node.name}: output ${output} leads nowhere`);
    }
  }
  const starts = nodes.filter((node) => is(node, ...triggers)).map(({ name }) => name);
  if (starts.length !== 1) problems.push(`has ${starts.length} triggers`);
  const reached = reach(workflow, starts);
  const lost = nodes.filter((node) => !isNote(node) && !reached.has(node.name));
  return [...problems, ...lost.map(({ name }) => `${name} is never reached`)];
}

function doors(workflow: Workflow): Problems {
  const { nodes } = workflow;
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const isAnswer = (name: string) => {
    const node = byName.get(name);
    return node !== undefined && is(node, "respondToWebhook");
  };
  return nodes.filter((node) => is(node, "webhook")).flatMap((node): Problems => {
    const problems: Problems = [];
    const { httpMethod, responseMode, options } = node.parameters as {
      httpMethod?: string;
      responseMode?: string;
      options?: { rawBody?: boolean };
    };
    if (!node.webhookId) problems.push(`${node.name} has no webhookId`);
    if (httpMethod !== "POST" || responseMode !== "responseNode" || options?.rawBody !== true) {
      problems.push(`${node.name} is no POST with raw body and an answer of its own`);
    }
    const next = targets(workflow, node.name).map((name) => byName.get(name));
    const verified = next.length === 1 && next[0] !== undefined && calls(next[0]) === verifyId;
    if (!verified) problems.push(`${node.name} is not followed by the signature check`);
    const silent = [...reach(workflow, [node.name], (name) => !isAnswer(name))]
      .filter((name) => !isAnswer(name) && targets(workflow, name).length === 0);
    return [...problems, ...silent.map((name) => `${name} ends without an answer`)];
  });
}

const verifyId = "sluice20verify00";

function calls(node: WorkflowNode): string | null {
  if (!is(node, "executeWorkflow")) return null;
  return (node.parameters.workflowId as { value?: string } | undefined)?.value ?? "";
}

function callees(workflow: Workflow, all: Workflow[]): Problems {
  return workflow.nodes.flatMap((node): Problems => {
    const id = calls(node);
    if (id === null) return [];
    const callee = all.find((other) => other.id === id);
    if (!callee?.nodes.some((other) => is(other, "executeWorkflowTrigger"))) {
      return [`${node.name} calls ${id}, which cannot be called`];
    }
    const { cachedResultName } = node.parameters.workflowId as { cachedResultName?: string };
    return cachedResultName === callee.name ? [] : [`${node.name} calls ${callee.name} by mistake`];
  });
}

function settings({ nodes, settings }: Workflow, all: Workflow[]): Problems {
  const problems: Problems = [];
  const handler = all.find(({ id }) => id === handlerId);
  if (!handler?.nodes.some((node) => is(node, "errorTrigger"))) {
    problems.push("there is no error handler");
  }
  // A workflow that is called fails in its caller, and the handler would otherwise hear it twice.
  const own = nodes.some((node) => is(node, "webhook", "scheduleTrigger"));
  if (settings.errorWorkflow !== (own ? handlerId : undefined)) {
    problems.push(`errors go to ${settings.errorWorkflow}`);
  }
  const wanted = {
    executionOrder: "v1",
    saveDataSuccessExecution: "none",
    saveManualExecutions: false,
    saveExecutionProgress: false,
    timezone: "UTC",
  };
  for (const [name, value] of Object.entries(wanted)) {
    if (settings[name] !== value) problems.push(`${name} is ${settings[name]}, not ${value}`);
  }
  const files = nodes.some((node) => is(node, "readWriteFile", "emailReadImap"));
  if (files && settings.saveDataErrorExecution !== "none") problems.push("keeps files that failed");
  return problems;
}

/** What stands between {{ and }} of an expression; null where it is no expression. */
function expressions(text: string): string[] {
  if (!text.startsWith("=")) return [];
  return [...text.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, code = ""]) => code);
}

function parses(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}

function code(workflow: Workflow): Problems {
  const { nodes } = workflow;
  return nodes.filter((node) => !isNote(node)).flatMap((node): Problems => {
    const problems: Problems = [];
    const { jsCode, ...parameters } = node.parameters;
    const found = strings(parameters).flatMap((text) => {
      if (text.startsWith("=") && text.split("{{").length !== text.split("}}").length) {
        problems.push(`${node.name}: unclosed ${text}`);
      }
      return expressions(text);
    });
    for (const expression of found) {
      if (!parses(`(${expression}\n)`)) problems.push(`${node.name}: no expression: ${expression}`);
    }
    if (typeof jsCode === "string") {
      if (!parses(`async function run() {${jsCode}\n}`)) problems.push(`${node.name}: no code`);
      found.push(jsCode);
    }
    const before = nodes.map(({ name }) => name).filter((name) =>
      reach(workflow, targets(workflow, name)).has(node.name)
    );
    for (const [, name = ""] of found.join("\n").matchAll(/\$\(['"]([^'"]+)['"]\)/g)) {
      if (!before.includes(name)) {
        problems.push(`${node.name}: $('${name}') does not run before it`);
      }
    }
    return problems;
  });
}

const secrets = [
  ["a webhook secret", /whsec_[A-Za-z0-9+/]{8}/],
  ["a token", /\beyJ[A-Za-z0-9_-]{10}/],
  ["a bearer token", /Bearer [A-Za-z0-9]/],
  ["a provider's key", /\b(SG\.[\w-]{8}|sk[-_]\w{8}|xox[a-z]-\w|AC[0-9a-f]{32}|cal_\w{8})/],
  ["an address of a machine", /https?:\/\/[a-z0-9]/i],
  ["an e-mail address", /[\w.+-]+@[\w-]+\.[a-z]{2}/i],
  ["a phone number", /\+?\d{10,}/],
] as const;

function bare(workflow: Workflow): Problems {
  const parts = workflow.nodes.flatMap(({ name, parameters }) =>
    strings(parameters).map((text) => [name, text] as const)
  );
  return parts.flatMap(([name, text]) =>
    secrets.filter(([, pattern]) => pattern.test(text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "")))
      .map(([what]) => `${name} holds ${what}`)
  );
}

/** Names of the environment that the workflow reads. */
export function environmentOf({ nodes }: Workflow): string[] {
  const text = nodes.filter((node) => !isNote(node)).flatMap((node) => strings(node.parameters))
    .join("\n");
  return [...new Set([...text.matchAll(/\$env\.(\w+)/g)].map(([, name = ""]) => name))];
}

export function checkWorkflow(
  file: string,
  workflow: Workflow,
  all: Workflow[],
  known: NodeTypes,
): Problems {
  return [
    ...shape(workflow, file),
    ...knownNodes(workflow, known),
    ...knownCredentials(workflow, known),
    ...connected(workflow),
    ...doors(workflow),
    ...callees(workflow, all),
    ...settings(workflow, all),
    ...code(workflow),
    ...bare(workflow),
  ];
}
