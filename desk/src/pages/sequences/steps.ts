// A version of a sequence as show_sequence answers it, its edits, and what save_sequence takes.

export type Outcome = "next" | "yes" | "no";
export type Kind = "send" | "branch" | "hand_over";

export interface Edge {
  to: string;
  delay: string;
  delay_kind: string;
}

export interface StepText {
  variant?: string;
  template_id?: string;
  template?: string;
  version?: number;
  share?: number;
}

export interface Step {
  step: number;
  channel: string | null;
  delay: string;
  delay_kind: string;
  send_from: string | null;
  send_until: string | null;
  purpose: string;
  sender_id: string | null;
  sender: string | null;
  variants: StepText[] | null;
  waiting: number | null;
  in_flight: number | null;
  paused: number | null;
  /** Null in a list. */
  node: string | null;
  kind: Kind;
  event: string | null;
  within: string | null;
  note: string | null;
  edges: Partial<Record<Outcome, Edge>>;
  is_first: boolean;
}

export interface Version {
  id: string;
  name: string;
  version: number;
  drawn: boolean;
  leads: number;
  running: { campaign_id: string; name: string }[];
  created_at: string;
  cursor: string;
}

/** What save_sequence answers. */
export interface Saved {
  sequence_id: string;
  version: number;
  leads_on_older: number;
  running: { campaign_id: string; name: string }[];
  unchanged?: boolean;
}

/** The code with which it refuses to replace a version that was not read. */
export const ANOTHER_VERSION = "SL525";

export const OUTCOMES: Record<Kind, Outcome[]> = {
  send: ["next"],
  branch: ["yes", "no"],
  hand_over: [],
};

export const EVENTS: [string, string][] = [
  ["replied", "The person replied"],
  ["clicked", "The person clicked a link"],
  ["no_answer", "No reply and no click"],
];

export const nameOf = (step: Step): string => step.node ?? `Step ${step.step}`;
export const isDrawn = (steps: readonly Step[]): boolean => steps.some(({ node }) => node !== null);

/** `02:30:00` as "150 minutes"; the database reads both. */
export function readable(interval: string | null): string {
  const [, hours, minutes] = /(\d+):(\d\d):\d\d/.exec(interval ?? "") ?? [];
  if (hours === undefined) return interval || "0";
  const total = Number(hours) * 60 + Number(minutes);
  const time = total === 0
    ? ""
    : total % 60 === 0
    ? `${total / 60} ${total === 60 ? "hour" : "hours"}`
    : `${total} minutes`;
  return [interval!.replace(/\d+:\d\d:\d\d/, "").trim(), time].filter(Boolean).join(" ") || "0";
}

/** In the order in which leads meet them; what nothing leads to comes last. */
export function ordered(steps: readonly Step[]): Step[] {
  const byName = new Map(steps.map((step) => [nameOf(step), step]));
  const order = new Set<Step>();
  const waiting = steps.filter(({ is_first }) => is_first);
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    if (order.has(step)) continue;
    order.add(step);
    for (const outcome of OUTCOMES[step.kind]) {
      const next = byName.get(step.edges[outcome]?.to ?? "");
      if (next) waiting.push(next);
    }
  }
  return [...order, ...steps.filter((step) => !order.has(step))];
}

/** A list as the same sequence with names and edges, to which branches can be added. */
export const asDrawn = (steps: readonly Step[]): Step[] =>
  steps.map((step, n) => {
    const next = steps[n + 1];
    return {
      ...step,
      node: nameOf(step),
      edges: next
        ? { next: { to: nameOf(next), delay: next.delay, delay_kind: next.delay_kind } }
        : {},
      is_first: n === 0,
    };
  });

export const changed = (
  steps: readonly Step[],
  name: string,
  change: Partial<Step>,
): Step[] => steps.map((step) => nameOf(step) === name ? { ...step, ...change } : step);

const mapEdges = (step: Step, change: (edge: Edge) => Edge | null): Step => ({
  ...step,
  edges: Object.fromEntries(
    Object.entries(step.edges).flatMap(([outcome, edge]) => {
      const becomes = change(edge);
      return becomes ? [[outcome, becomes]] : [];
    }),
  ),
});

export const renamed = (steps: readonly Step[], from: string, to: string): Step[] =>
  changed(steps, from, { node: to }).map((step) =>
    mapEdges(step, (edge) => edge.to === from ? { ...edge, to } : edge)
  );

/** Without a step; what led to it leads to what followed a message, and nowhere where there was a choice. */
export function removed(steps: readonly Step[], name: string): Step[] {
  const gone = steps.find((step) => nameOf(step) === name);
  const after = gone?.edges.next;
  const left = steps.filter((step) => nameOf(step) !== name).map((step) =>
    mapEdges(step, (edge) => edge.to !== name ? edge : after ? { ...edge, to: after.to } : null)
  );
  return gone?.is_first && after ? changed(left, after.to, { is_first: true }) : left;
}

/** With a new step that nothing leads to yet; without a name it is the last one of a list. */
export function added(steps: readonly Step[], kind: Kind, label: string | null): Step[] {
  const names = new Set(steps.map(nameOf));
  let node = label;
  for (let n = 2; node !== null && names.has(node); n++) node = `${label} ${n}`;
  return [...steps, {
    step: Math.max(0, ...steps.map(({ step }) => step)) + 1,
    channel: kind === "send" ? "email" : null,
    delay: "0",
    delay_kind: "business",
    send_from: "09:00",
    send_until: "17:00",
    purpose: "marketing",
    sender_id: null,
    sender: null,
    variants: kind === "send" ? [{}] : null,
    waiting: 0,
    in_flight: 0,
    paused: 0,
    node,
    kind,
    event: kind === "branch" ? "replied" : null,
    within: kind === "branch" ? "3 days" : null,
    note: kind === "hand_over" ? "" : null,
    edges: {},
    is_first: steps.length === 0,
  }];
}

/** As public.save_sequence takes them: of a drawn sequence the first step first. */
export function toSave(steps: readonly Step[]): Record<string, unknown>[] {
  const drawn = isDrawn(steps);
  return (drawn ? ordered(steps) : steps).map((step) => ({
    channel: step.channel,
    delay: step.delay,
    delay_kind: step.delay_kind,
    send_from: step.send_from,
    send_until: step.send_until,
    purpose: step.purpose,
    sender_id: step.sender_id,
    // Where no text was chosen, the database says which step has none.
    variants: (step.variants ?? []).filter(({ template_id }) => template_id).map((
      { variant, template_id, share },
    ) => ({ variant, template_id, share })),
    ...drawn && {
      node: step.node,
      kind: step.kind,
      event: step.event,
      within: step.within,
      note: step.note,
      ...step.edges,
    },
  }));
}
