// Static checks of every workflow file, without a running n8n.
import { calls, connected, is, isNote, type Problems, requests, webhooks } from "./check_graph.ts";
import { bare, code, strings } from "./check_text.ts";
import type { NodeTypes } from "./nodes.ts";
import { credentials, handlerId, type Workflow, type WorkflowNode } from "./workflows.ts";

const isStart = (node: WorkflowNode) => is(node, "sluiceSequenceStart");

function numberedName(file: string, name: string): Problems {
  if (!/^\d\d(-[a-z]+)+\.json$/.test(file)) return [`${file} is not NN-verb-noun.json`];
  return file.slice(0, 2) === name.slice(0, 2)
    ? []
    : [`${name} has a different number than its file`];
}

function sequenceName(file: string, name: string): Problems {
  const wanted = name.replace(/^Sequence: /, "").toLowerCase().replaceAll(" ", "-");
  return file === `${wanted}.json` ? [] : [`${name} has a different name than its file`];
}

function shape({ id, name, nodes, ...rest }: Workflow, file: string): Problems {
  const problems: Problems = [];
  const extra = Object.keys(rest).filter((key) => key !== "connections" && key !== "settings");
  if (extra.length > 0) problems.push(`has unexpected properties: ${extra.join(", ")}`);
  if (!/^[a-zA-Z0-9]{16}$/.test(id)) {
    problems.push(`the id ${id} does not have 16 letters and digits`);
  }
  problems.push(...(nodes.some(isStart) ? sequenceName(file, name) : numberedName(file, name)));
  for (const key of ["id", "name"] as const) {
    const values = nodes.map((node) => node[key]);
    const twice = values.filter((value, index) => values.indexOf(value) !== index);
    if (twice.length > 0) problems.push(`several nodes share the ${key} ${twice.join(", ")}`);
  }
  const note = nodes.find(isNote);
  if (!/^## [\s\S]*(You may change|Leave it as it is)/.test(String(note?.parameters.content))) {
    problems.push("has no note about permitted changes");
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
        : [`${node.name}: unknown credential: ${type} ${reference.name}`];
    });
    const needs = typeof generic === "string" ||
      is(node, "emailSend", "emailReadImap", "sluice", "sluiceTrigger", "sluiceSequenceStart");
    return needs && given.length === 0
      ? [...problems, `${node.name}: credential missing`]
      : problems;
  });
}

function callees(workflow: Workflow, all: Workflow[]): Problems {
  return workflow.nodes.flatMap((node): Problems => {
    const id = calls(node);
    if (id === null) return [];
    const callee = all.find((other) => other.id === id);
    if (!callee?.nodes.some((other) => is(other, "executeWorkflowTrigger"))) {
      return [`${node.name} calls ${id}, which is not a callable workflow`];
    }
    const { cachedResultName } = node.parameters.workflowId as { cachedResultName?: string };
    return cachedResultName === callee.name
      ? []
      : [`${node.name} calls ${callee.name} under the wrong name`];
  });
}

function settings({ nodes, settings }: Workflow, all: Workflow[]): Problems {
  const problems: Problems = [];
  const handler = all.find(({ id }) => id === handlerId);
  if (!handler?.nodes.some((node) => is(node, "errorTrigger"))) {
    problems.push("the error handler is missing");
  }
  // A called workflow fails in its caller, so the handler would otherwise report the error twice.
  const own = nodes.some((node) =>
    is(node, "sluiceTrigger", "scheduleTrigger", "emailReadImap", "sluiceSequenceStart")
  );
  if (settings.errorWorkflow !== (own ? handlerId : undefined)) {
    problems.push(`errors go to ${settings.errorWorkflow}`);
  }
  const wanted = {
    executionOrder: "v1",
    saveDataSuccessExecution: "none",
    // Of a sequence: what somebody checked or published, without a lead in it.
    saveManualExecutions: nodes.some(isStart),
    saveExecutionProgress: false,
    timezone: "UTC",
  };
  for (const [name, value] of Object.entries(wanted)) {
    if (settings[name] !== value) problems.push(`${name} is ${settings[name]}, not ${value}`);
  }
  const files = nodes.some((node) => is(node, "readWriteFile", "emailReadImap"));
  if (files && settings.saveDataErrorExecution !== "none") {
    problems.push("stores data of failed executions");
  }
  return problems;
}

/** Environment variables that the workflow reads. */
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
    ...webhooks(workflow),
    ...requests(workflow),
    ...callees(workflow, all),
    ...settings(workflow, all),
    ...code(workflow),
    ...bare(workflow),
  ];
}
