// From a version of a sequence to the workflow that n8n opens, so that either side edits. Publishing the result again
// changes nothing.
import { amountsOf, parseInterval } from "./delays.ts";
import type { DelayKind, Outcome, Workflow, WorkflowNode } from "./types.ts";

/** A row of public.show_sequence. */
export interface ShownStep {
  step: number;
  node: string | null;
  kind: "send" | "branch" | "hand_over";
  channel: string | null;
  delay: string;
  delay_kind: DelayKind;
  send_from: string;
  send_until: string;
  purpose: string;
  sender: string | null;
  variants: { template: string; share: number }[];
  event: string | null;
  within: string | null;
  note: string | null;
  edges: Partial<Record<Outcome, { to: string; delay: string; delay_kind: DelayKind }>>;
  is_first: boolean;
}

const PREFIX = "n8n-nodes-sluice.";
const WIDTH = 260;
const HEIGHT = 180;
const OUTPUT_INDEX: Record<Outcome, number> = { next: 0, yes: 0, no: 1 };

const nameOf = ({ node, step }: ShownStep): string => node ?? `Step ${step}`;

/** A list has no edges: each step leads to the next one. */
function edgesOf(steps: readonly ShownStep[], step: ShownStep): ShownStep["edges"] {
  if (step.node !== null) return step.edges;
  const next = steps.filter((other) => other.step > step.step)
    .sort((one, other) => one.step - other.step)[0];
  return next ? { next: { to: nameOf(next), delay: next.delay, delay_kind: next.delay_kind } } : {};
}

/** Never an expression: a text that begins with = would be computed. */
function parametersOf(step: ShownStep): Record<string, unknown> {
  if (step.kind === "hand_over") return step.note ? { note: step.note } : {};
  if (step.kind === "branch") {
    const delay = parseInterval(step.within ?? "0");
    const total = delay.days * 1440 + delay.minutes;
    const [only, ...more] = amountsOf(delay);
    const { amount, unit } = more.length === 0
      ? only ?? { amount: 0, unit: "days" }
      : { amount: total, unit: "minutes" };
    return { event: step.event, amount, unit };
  }
  const [text, ...others] = step.variants;
  return {
    channel: step.channel,
    ...others.length === 0 && text?.share === 1 ? { template: text.template } : {
      variants: { variant: step.variants.map(({ template, share }) => ({ template, share })) },
    },
    sendFrom: step.send_from.slice(0, 5),
    sendUntil: step.send_until.slice(0, 5),
    purpose: step.purpose,
    sender: step.sender ?? "",
  };
}

const TYPES = { send: "sluiceSendStep", branch: "sluiceBranch", hand_over: "sluiceHandOver" };

export function exportWorkflow(name: string, steps: readonly ShownStep[]): Workflow {
  const names = new Set(steps.map(nameOf));
  const unique = (wanted: string): string => {
    let found = wanted;
    for (let n = 2; names.has(found); n++) found = `${wanted} ${n}`;
    names.add(found);
    return found;
  };
  const columns = columnsOf(steps);
  const rows = new Map<number, number>();
  const nodes: WorkflowNode[] = [];
  const connections: Workflow["connections"] = {};
  const place = (column: number): [number, number] => {
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return [Math.round(column * WIDTH), row * HEIGHT];
  };
  const add = (
    name: string,
    type: string,
    parameters: Record<string, unknown>,
    column: number,
  ): void => {
    nodes.push({
      id: `sluice-${nodes.length + 1}`,
      name,
      type: PREFIX + type,
      typeVersion: 1,
      position: place(column),
      parameters,
    });
  };
  const connect = (from: string, index: number, to: string): void => {
    const { main } = connections[from] ??= { main: [] };
    while (main.length <= index) main.push([]);
    main[index]!.push({ node: to, type: "main", index: 0 });
  };
  /** Connects two steps, with the waits between them. */
  const lead = (
    from: string,
    index: number,
    edge: { to: string; delay: string; delay_kind: DelayKind },
    column: number,
  ): void => {
    let last = from;
    let at = index;
    for (const parameters of waitsOf(edge.delay, edge.delay_kind)) {
      const wait = unique(`Wait ${parameters.amount} ${parameters.unit}`);
      add(wait, "sluiceWait", { ...parameters }, column + 0.5);
      connect(last, at, wait);
      last = wait;
      at = 0;
    }
    connect(last, at, edge.to);
  };

  const start = unique("Sequence start");
  add(start, "sluiceSequenceStart", { name }, 0);
  const first = steps.find(({ is_first }) => is_first);
  if (first) lead(start, 0, { ...first, to: nameOf(first) }, 0);
  for (const step of steps) {
    const column = columns.get(nameOf(step)) ?? 1;
    add(nameOf(step), TYPES[step.kind], parametersOf(step), column);
    for (const [outcome, edge] of Object.entries(edgesOf(steps, step))) {
      lead(nameOf(step), OUTPUT_INDEX[outcome as Outcome], edge, column);
    }
  }
  return { name, nodes, connections, settings: {} };
}

function waitsOf(delay: string, kind: DelayKind) {
  const amounts = amountsOf(parseInterval(delay));
  // Only a wait in days says which days count.
  if (kind === "calendar" && amounts[0]?.unit !== "days") {
    amounts.unshift({ amount: 0, unit: "days" });
  }
  return amounts.map(({ amount, unit }) => ({
    amount,
    unit,
    ...unit === "days" && { dayKind: kind },
  }));
}

/** How many steps lead to each, at most, so that arrows point to the right. */
function columnsOf(steps: readonly ShownStep[]): Map<string, number> {
  const columns = new Map<string, number>();
  for (const step of steps) if (step.is_first) columns.set(nameOf(step), 1);
  for (let round = 0; round < steps.length; round++) {
    for (const step of steps) {
      const column = columns.get(nameOf(step));
      if (column === undefined) continue;
      for (const { to } of Object.values(edgesOf(steps, step))) {
        columns.set(to, Math.max(columns.get(to) ?? 0, Math.min(column + 1, steps.length)));
      }
    }
  }
  return columns;
}
