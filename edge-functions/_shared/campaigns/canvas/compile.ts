// From a workflow that was drawn in n8n to the steps and edges that the ledger runs. What cannot run durably is refused
// with the node's name. public.save_sequence checks the result once more.
import {
  addDelays,
  type Delay,
  exceedsLimit,
  MAX_DAYS,
  NO_DELAY,
  printInterval,
} from "./delays.ts";
import { type Kind, kindOf, type ReadNode, readNodes } from "./read_nodes.ts";
import type { Catalogue, DelayKind, DrawnStep, Edge, Outcome, Problem } from "./types.ts";

const OUTPUTS: Record<Kind, readonly Outcome[]> = {
  start: ["next"],
  send: ["next"],
  wait: ["next"],
  branch: ["yes", "no"],
  hand_over: [],
};
const MAX_STEPS = 50;
const MAX_NODES = 500;

export type CompiledWorkflow =
  | { name: string; steps: DrawnStep[]; problems: [] }
  | { name: string | null; steps: null; problems: Problem[] };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function compileWorkflow(workflow: unknown, catalogue: Catalogue): CompiledWorkflow {
  const problems: Problem[] = [];
  const complain = (node: string, reason: string) => {
    // A wait may lie on several paths.
    if (problems.some((one) => one.node === node && one.reason === reason)) return;
    problems.push({ node, reason });
  };
  const nodes = isObject(workflow) && Array.isArray(workflow.nodes) ? workflow.nodes : null;
  if (nodes === null || nodes.length > MAX_NODES) {
    complain(
      "",
      nodes === null
        ? "This is not a workflow that n8n exported."
        : `A workflow has at most ${MAX_NODES} nodes.`,
    );
    return { name: null, steps: null, problems };
  }
  const { read, refused } = readNodes(nodes, catalogue, complain);
  const start = findStart(nodes, read, complain);
  const outputs = readConnections(
    (workflow as Record<string, unknown>).connections,
    read,
    refused,
    complain,
  );
  complainOfLoops(read, outputs, complain);
  if (start) complainOfUnreached(start, read, outputs, complain);
  const name = start?.sequence || null;
  if (!start || name === null || problems.length > 0) return { name, steps: null, problems };
  const steps = draw(start, read, outputs, complain);
  return problems.length > 0 ? { name, steps: null, problems } : { name, steps, problems: [] };
}

type Nodes = ReadonlyMap<string, ReadNode>;
/** By node: where each of its outputs leads. */
type Outputs = ReadonlyMap<string, Partial<Record<Outcome, string>>>;
type Complain = (node: string, reason: string) => void;

function findStart(nodes: readonly unknown[], read: Nodes, complain: Complain): ReadNode | null {
  const starts = [...read.values()].filter(({ kind }) => kind === "start");
  for (const { name } of starts.slice(1)) {
    complain(name, "A sequence has one Sequence start; this is another.");
  }
  const drawn = nodes.some((node) => isObject(node) && kindOf(node.type) === "start");
  if (!drawn) complain("", "The workflow has no Sequence start.");
  return starts[0] ?? null;
}

function readConnections(
  connections: unknown,
  read: Nodes,
  refused: ReadonlySet<string>,
  complain: Complain,
): Outputs {
  const outputs = new Map<string, Partial<Record<Outcome, string>>>();
  for (const { name, kind } of read.values()) {
    const leads: Partial<Record<Outcome, string>> = {};
    outputs.set(name, leads);
    const given = isObject(connections) && Object.hasOwn(connections, name)
      ? connections[name]
      : null;
    const main = isObject(given) && Array.isArray(given.main) ? given.main : [];
    if (isObject(given) && Object.keys(given).some((type) => type !== "main")) {
      complain(name, "It has a connection that is not part of a sequence.");
    }
    for (const [index, targets] of main.entries()) {
      const names = (Array.isArray(targets) ? targets : []).map((target: unknown) =>
        isObject(target) ? String(target.node) : ""
      );
      const outcome = OUTPUTS[kind][index];
      if (names.length === 0) continue;
      if (outcome === undefined) {
        complain(
          name,
          kind === "hand_over" ? "Nothing follows a Hand over." : "It has an output too many.",
        );
      } else if (names.length > 1) {
        complain(name, `An output leads to one node; this one leads to ${names.join(" and ")}.`);
        leads[outcome] = names[0]!;
      } else if (!read.has(names[0]!) && !refused.has(names[0]!)) {
        complain(name, "It leads to a node that does not exist.");
      } else if (read.get(names[0]!)?.kind === "start") {
        complain(name, "Nothing leads back to the Sequence start.");
      } else leads[outcome] = names[0]!;
    }
    for (const outcome of OUTPUTS[kind]) {
      if (leads[outcome] !== undefined || kind === "send") continue;
      // Complained of above.
      if (
        main.some((targets) => Array.isArray(targets) && targets.length > 0) && kind !== "branch"
      ) {
        continue;
      }
      complain(
        name,
        kind === "branch"
          ? `The output ${outcome} is not connected.`
          : "Connect this node to the next one.",
      );
    }
  }
  return outputs;
}

const followers = (outputs: Outputs, name: string): string[] =>
  Object.values(outputs.get(name) ?? {});

function reachedFrom(outputs: Outputs, first: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const waiting = [...first];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...followers(outputs, name));
  }
  return reached;
}

function complainOfLoops(read: Nodes, outputs: Outputs, complain: Complain): void {
  for (const name of read.keys()) {
    if (reachedFrom(outputs, followers(outputs, name)).has(name)) {
      complain(name, "This node is part of a loop. A sequence runs forward.");
    }
  }
}

function complainOfUnreached(
  start: ReadNode,
  read: Nodes,
  outputs: Outputs,
  complain: Complain,
): void {
  const reached = reachedFrom(outputs, [start.name]);
  for (const { name, kind } of read.values()) {
    if (!reached.has(name) && kind !== "start") {
      complain(name, "Nothing leads to this node. Connect or remove it.");
    }
  }
}

function draw(start: ReadNode, read: Nodes, outputs: Outputs, complain: Complain): DrawnStep[] {
  const steps: DrawnStep[] = [];
  const entry = follow(start.name, "next", read, outputs, complain);
  const first = entry && read.get(entry.to)!;
  if (first && first.kind !== "send") complain(first.name, "A sequence begins with a Send step.");
  const seen = new Set<string>();
  const waiting = first ? [first] : [];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    if (seen.has(node.name)) continue;
    seen.add(node.name);
    const step: DrawnStep = {
      ...node.step!,
      ...node.kind === "branch" && { within: printInterval(node.delay!) },
      ...node === first && { delay: entry!.delay, delay_kind: entry!.delay_kind },
    };
    for (const outcome of OUTPUTS[node.kind]) {
      const edge = follow(node.name, outcome, read, outputs, complain);
      if (!edge) continue;
      step[outcome] = edge;
      waiting.push(read.get(edge.to)!);
    }
    steps.push(step);
  }
  if (steps.length > MAX_STEPS) {
    complain("", `A sequence has at most ${MAX_STEPS} steps, branches and hand-overs.`);
  }
  return steps;
}

/** The next step after an output, through the waits that lead to it. */
function follow(
  from: string,
  outcome: Outcome,
  read: Nodes,
  outputs: Outputs,
  complain: Complain,
): Edge | null {
  let delay: Delay = NO_DELAY;
  let kind: DelayKind | undefined;
  let node = read.get(outputs.get(from)?.[outcome] ?? "");
  for (; node?.kind === "wait"; node = read.get(outputs.get(node.name)?.next ?? "")) {
    if (kind && node.delayKind && kind !== node.delayKind) {
      complain(
        node.name,
        "Waits in a row count the same days: all business days or all calendar days.",
      );
    }
    kind ??= node.delayKind;
    delay = addDelays(delay, node.delay!);
    if (exceedsLimit(delay)) complain(node.name, `Waits in a row are at most ${MAX_DAYS} days.`);
  }
  return node
    ? { to: node.name, delay: printInterval(delay), delay_kind: kind ?? "business" }
    : null;
}
