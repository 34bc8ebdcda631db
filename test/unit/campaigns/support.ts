// Workflows as n8n exports them, and random drawn sequences.
import fc from "fast-check";
import type { ShownStep } from "../../../edge-functions/_shared/campaigns/canvas/export.ts";
import type {
  Catalogue,
  DrawnStep,
  Edge,
  Outcome,
} from "../../../edge-functions/_shared/campaigns/canvas/types.ts";

export const catalogue: Catalogue = {
  templates: [
    { id: "t-hello", name: "Hello", channel: "email", purpose: "marketing", version: 3 },
    { id: "t-again", name: "Again", channel: "email", purpose: "marketing", version: 1 },
    { id: "t-text", name: "Text", channel: "sms", purpose: "marketing", version: 1 },
    { id: "t-call", name: "Call", channel: "voice_ai", purpose: "marketing", version: 2 },
  ],
  senders: [{ id: "s-mail", name: "Office", channel: "email" }],
};

type Node = Record<string, unknown> & { name: string };

export const node = (name: string, type: string, parameters: object = {}): Node => ({
  id: name,
  name,
  type: `n8n-nodes-sluice.${type}`,
  typeVersion: 1,
  position: [0, 0],
  parameters,
});

/** Connections as `From > To`; the second output of a branch as `From / To`. */
export function workflow(nodes: Node[], arrows: string[]): {
  name: string;
  nodes: Node[];
  connections: Record<string, { main: { node: string; type: string; index: number }[][] }>;
} {
  const connections: Record<string, { main: { node: string; type: string; index: number }[][] }> =
    {};
  for (const arrow of arrows) {
    const [, from, output, to] = /^(.+) ([>/]) (.+)$/.exec(arrow)!;
    const { main } = connections[from!] ??= { main: [] };
    const index = output === ">" ? 0 : 1;
    while (main.length <= index) main.push([]);
    main[index]!.push({ node: to!, type: "main", index: 0 });
  }
  return { name: "My workflow", nodes, connections };
}

/** Mail, two days; replied: a text; otherwise the broker. */
export const simple = () =>
  workflow([
    node("Start", "sluiceSequenceStart", { name: "Spring" }),
    node("Mail", "sluiceSendStep", { template: "Hello" }),
    node("Two days", "sluiceWait", { amount: 2 }),
    node("Answered?", "sluiceBranch", {}),
    node("Reply", "sluiceSendStep", { channel: "sms", template: "Text" }),
    node("Broker", "sluiceHandOver", { note: "Call this owner" }),
  ], [
    "Start > Mail",
    "Mail > Two days",
    "Two days > Answered?",
    "Answered? > Reply",
    "Answered? / Broker",
  ]);

const delays = ["0", "1 day", "3 days", "45 minutes", "120 minutes", "2 days 90 minutes"];
const kinds = ["business", "calendar"] as const;

/** Nodes in an order in which edges lead forward; the first is a message, all are reached. */
export const drawnSteps: fc.Arbitrary<DrawnStep[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("send", "branch", "hand_over" as const),
    channel: fc.constantFrom("email", "sms", "voice_ai"),
    event: fc.constantFrom("replied", "clicked", "no_answer"),
    delay: fc.constantFrom(...delays),
    delay_kind: fc.constantFrom(...kinds),
    within: fc.constantFrom("0", "1 day", "14 days", "45 minutes", "120 minutes"),
    ends: fc.boolean(),
    ahead: fc.tuple(fc.nat(), fc.nat()),
    shares: fc.constantFrom([1], [50, 50], [3, 0]),
  }),
  { minLength: 1, maxLength: 10 },
).map((wishes) => {
  const name = (n: number) => `Node ${n}`;
  const last = wishes.length - 1;
  const all = wishes.map((wish, n): DrawnStep => {
    const target = (k: number): Edge => ({
      to: name(n + 1 + wish.ahead[k]! % (last - n)),
      delay: wish.delay,
      delay_kind: k === 0 ? wish.delay_kind : "business",
    });
    if (n > 0 && wish.kind === "hand_over") {
      return { node: name(n), kind: "hand_over", note: `Note ${n}` };
    }
    if (n > 0 && n < last && wish.kind === "branch") {
      return {
        node: name(n),
        kind: "branch",
        event: wish.event,
        within: wish.within,
        yes: target(0),
        no: target(1),
      };
    }
    const templates: Record<string, string[]> = {
      email: ["t-hello", "t-again"],
      sms: ["t-text", "t-text"],
      voice_ai: ["t-call", "t-call"],
    };
    return {
      node: name(n),
      kind: "send",
      channel: wish.channel,
      variants: wish.shares.map((share, k) => ({
        template_id: templates[wish.channel]![k]!,
        share,
      })),
      sender_id: wish.channel === "email" && wish.ends ? "s-mail" : null,
      send_from: "09:00",
      send_until: "17:30",
      purpose: "marketing",
      ...n === 0 && { delay: wish.delay, delay_kind: wish.delay_kind },
      ...n < last && !(wish.ends && n > 0) && { next: target(0) },
    };
  });
  const reached = new Set<string>();
  const order: DrawnStep[] = [];
  const waiting = [all[0]!];
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    if (reached.has(step.node)) continue;
    reached.add(step.node);
    order.push(step);
    for (const outcome of ["next", "yes", "no"] as const) {
      const edge = step[outcome];
      if (edge) waiting.push(all.find((other) => other.node === edge.to)!);
    }
  }
  return order;
});

/** As public.show_sequence returns it after save_sequence. */
export const shown = (steps: readonly DrawnStep[]): ShownStep[] =>
  steps.map((step, n) => ({
    step: n + 1,
    node: step.node,
    kind: step.kind,
    channel: step.channel ?? null,
    delay: step.delay ?? "00:00:00",
    delay_kind: step.delay_kind ?? "business",
    send_from: `${step.send_from ?? "09:00"}:00`,
    send_until: `${step.send_until ?? "17:00"}:00`,
    purpose: step.purpose ?? "marketing",
    sender: step.sender_id ? "Office" : null,
    variants: (step.variants ?? []).map(({ template_id, share }) => ({
      template: catalogue.templates.find(({ id }) => id === template_id)!.name,
      share,
    })),
    event: step.event ?? null,
    within: step.within ?? null,
    note: step.note ?? null,
    edges: Object.fromEntries(
      (["next", "yes", "no"] as Outcome[]).flatMap((outcome) =>
        step[outcome] ? [[outcome, step[outcome]]] : []
      ),
    ),
    is_first: n === 0,
  }));
