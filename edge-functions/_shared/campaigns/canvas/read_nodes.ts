// Reads the nodes of a workflow that n8n exported. n8n leaves out parameters that have their default.
import { type Delay, delayOf, exceedsLimit, MAX_DAYS, type Unit, UNITS } from "./delays.ts";
import type { Catalogue, DelayKind, DrawnStep, StepText } from "./types.ts";

export type Kind = "start" | "send" | "wait" | "branch" | "hand_over";

/** A Wait adds to the edges that lead through it; the other nodes are steps. */
export interface ReadNode {
  name: string;
  kind: Kind;
  step?: DrawnStep;
  /** Of the start: the name of the sequence. */
  sequence?: string;
  /** Of a Wait. */
  delay?: Delay;
  /** Of a Wait in days; of another one, if it says so. */
  delayKind?: DelayKind;
}

export type Complain = (node: string, reason: string) => void;

const KINDS: Record<string, Kind> = {
  sluiceSequenceStart: "start",
  sluiceSendStep: "send",
  sluiceWait: "wait",
  sluiceBranch: "branch",
  sluiceHandOver: "hand_over",
};
const NOTES = "n8n-nodes-base.stickyNote";
const CHANNELS = ["email", "sms", "voice_ai"];
const CHANNEL_WORDS: Record<string, string> = {
  email: "e-mail",
  sms: "text messages",
  voice_ai: "automated calls",
};
const MAX_TEXTS = 20;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function kindOf(type: unknown): Kind | "note" | null {
  if (type === NOTES) return "note";
  const [, name] = /^(?:n8n-nodes-sluice|CUSTOM)\.(\w+)$/.exec(String(type)) ?? [];
  return name !== undefined && Object.hasOwn(KINDS, name) ? KINDS[name]! : null;
}

/** The name of the first parameter that n8n would compute anew in each execution. */
function expressionIn(value: unknown, name = ""): string | null {
  if (typeof value === "string") return value.startsWith("=") ? name : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const found = expressionIn(part, name || key);
    if (found !== null) return found;
  }
  return null;
}

class Parameters {
  readonly #values: Record<string, unknown>;
  readonly #complain: (reason: string) => void;

  constructor(values: unknown, complain: (reason: string) => void) {
    this.#values = isObject(values) ? values : {};
    this.#complain = complain;
  }

  raw(name: string): unknown {
    return this.#values[name];
  }

  text(name: string): string {
    const value = this.#values[name] ?? "";
    if (typeof value === "string") return value.trim();
    this.#complain(`${name} is not a text.`);
    return "";
  }

  oneOf<T extends string>(name: string, options: readonly T[], standard: T): T {
    const value = this.text(name) || standard;
    if ((options as readonly string[]).includes(value)) return value as T;
    this.#complain(`${name} is ${value}; choose ${options.join(", ")}.`);
    return standard;
  }

  delay(standard: number): Delay {
    const amount = this.#values.amount ?? standard;
    const unit = this.oneOf<Unit>("unit", UNITS, "days");
    if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 0) {
      this.#complain("Enter a whole number as amount.");
      return delayOf(standard, unit);
    }
    const delay = delayOf(amount, unit);
    if (exceedsLimit(delay)) this.#complain(`A wait is at most ${MAX_DAYS} days.`);
    return delay;
  }
}

/** The nodes that can run, by name; the others are complaints. */
export function readNodes(nodes: readonly unknown[], catalogue: Catalogue, complain: Complain) {
  const read = new Map<string, ReadNode>();
  /** Of nodes that have a problem of their own already. */
  const refused = new Set<string>();
  for (const node of nodes) {
    if (!isObject(node) || typeof node.name !== "string" || node.name.trim() === "") {
      complain("", "A node has no name.");
      continue;
    }
    const { name } = node;
    const kind = kindOf(node.type);
    if (kind === "note") continue;
    const because = (reason: string) => complain(name, reason);
    if (name.length > 100) because("A name has at most 100 characters.");
    if (read.has(name) || refused.has(name)) {
      because("Two nodes have this name.");
      continue;
    }
    if (kind === null) {
      because(
        "This node type cannot run in a sequence. Use Sequence start, Send step, Wait, Branch and Hand over.",
      );
      refused.add(name);
      continue;
    }
    if (node.disabled === true) {
      because("This node is disabled. Remove or enable it.");
      refused.add(name);
      continue;
    }
    const expression = expressionIn(node.parameters);
    if (expression !== null) {
      because(`Expressions cannot run durably. Enter a fixed value for ${expression || "each"}.`);
      read.set(name, { name, kind, step: { node: name, kind: "hand_over" } });
      continue;
    }
    read.set(
      name,
      readNode(name, kind, new Parameters(node.parameters, because), catalogue, because),
    );
  }
  return { read, refused };
}

function readNode(
  name: string,
  kind: Kind,
  parameters: Parameters,
  catalogue: Catalogue,
  complain: (reason: string) => void,
): ReadNode {
  switch (kind) {
    case "start": {
      const sequence = parameters.text("name");
      if (sequence === "") complain("Enter the name of the sequence.");
      if (sequence.length > 200) complain("A name has at most 200 characters.");
      return { name, kind, sequence };
    }
    case "wait": {
      const unit = parameters.text("unit") || "days";
      const delay = parameters.delay(1);
      const dayKind = parameters.oneOf("dayKind", ["business", "calendar"] as const, "business");
      return {
        name,
        kind,
        delay,
        delayKind: unit === "days" || parameters.raw("dayKind") !== undefined ? dayKind : undefined,
      };
    }
    case "branch":
      return {
        name,
        kind,
        delay: parameters.delay(3),
        step: {
          node: name,
          kind,
          event: parameters.oneOf("event", ["replied", "clicked", "no_answer"] as const, "replied"),
        },
      };
    case "hand_over": {
      const note = parameters.text("note");
      if (note.length > 500) complain("A note has at most 500 characters.");
      return { name, kind, step: { node: name, kind, ...note !== "" && { note } } };
    }
    case "send":
      return { name, kind, step: readSend(name, parameters, catalogue, complain) };
  }
}

function readSend(
  name: string,
  parameters: Parameters,
  { templates, senders }: Catalogue,
  complain: (reason: string) => void,
): DrawnStep {
  const channel = parameters.oneOf("channel", CHANNELS, "email");
  const purpose = parameters.oneOf("purpose", ["marketing", "transactional"] as const, "marketing");
  const variants: StepText[] = [];
  for (const { template: named, share } of readTexts(parameters, complain)) {
    const template = templates.find((one) => one.name === named);
    if (!template) complain(`Template ${named} does not exist.`);
    else if (template.channel !== channel) {
      complain(`Template ${named} is for ${CHANNEL_WORDS[template.channel] ?? template.channel}.`);
    } else if (template.purpose === "marketing" && purpose !== "marketing") {
      complain(`Template ${named} is marketing; this node is not.`);
    } else variants.push({ template_id: template.id, share });
  }
  const sender = parameters.text("sender");
  const found = senders.filter((one) => one.name === sender && one.channel === channel);
  if (sender !== "" && found.length === 0) {
    complain(`Sender ${sender} does not exist for ${CHANNEL_WORDS[channel]}.`);
  }
  if (found.length > 1) {
    complain(`Several senders for ${CHANNEL_WORDS[channel]} are named ${sender}.`);
  }
  const from = readTime(parameters, "sendFrom", "09:00", complain);
  const until = readTime(parameters, "sendUntil", "17:00", complain);
  if (from >= until) complain("The hours end before they begin.");
  return {
    node: name,
    kind: "send",
    channel,
    variants,
    sender_id: found[0]?.id ?? null,
    send_from: from,
    send_until: until,
    purpose,
  };
}

function readTexts(
  parameters: Parameters,
  complain: (reason: string) => void,
): { template: string; share: number }[] {
  const given = parameters.raw("variants");
  const list = Array.isArray(given) ? given : isObject(given) ? given.variant ?? [] : [];
  const template = parameters.text("template");
  if (!Array.isArray(list) || list.length > MAX_TEXTS) {
    complain(`A step has at most ${MAX_TEXTS} texts.`);
    return [];
  }
  if (list.length === 0) {
    if (template === "") complain("Choose a template.");
    return template === "" ? [] : [{ template, share: 1 }];
  }
  if (template !== "") complain("With several texts, leave the template empty.");
  const texts = list.flatMap((variant: unknown) => {
    const named = isObject(variant) && typeof variant.template === "string"
      ? variant.template.trim()
      : "";
    const share = isObject(variant) ? variant.share ?? 50 : 50;
    if (named === "") complain("Choose a template for each text.");
    else if (
      typeof share !== "number" || !Number.isSafeInteger(share) || share < 0 || share > 10_000
    ) complain("A share is a whole number from 0 to 10000.");
    else return [{ template: named, share }];
    return [];
  });
  if (texts.length === list.length && !texts.some(({ share }) => share > 0)) {
    complain("One text needs a share above 0.");
  }
  return texts;
}

function readTime(
  parameters: Parameters,
  name: string,
  standard: string,
  complain: (reason: string) => void,
): string {
  const value = parameters.text(name) || standard;
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(value)) return value;
  complain(`${name} is a time like 09:00.`);
  return standard;
}
