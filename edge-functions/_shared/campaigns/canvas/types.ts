// A sequence as public.save_sequence takes it, and a workflow as n8n exports it.

export type Outcome = "next" | "yes" | "no";
export type DelayKind = "business" | "calendar";

export interface Edge {
  to: string;
  /** An interval of Postgres: days, hours and minutes. */
  delay: string;
  delay_kind: DelayKind;
}

export interface StepText {
  template_id: string;
  share: number;
}

export interface DrawnStep {
  node: string;
  kind: "send" | "branch" | "hand_over";
  channel?: string;
  variants?: StepText[];
  sender_id?: string | null;
  send_from?: string;
  send_until?: string;
  purpose?: string;
  /** Of the first step: after the feed. */
  delay?: string;
  delay_kind?: DelayKind;
  event?: string;
  within?: string;
  note?: string;
  next?: Edge;
  yes?: Edge;
  no?: Edge;
}

export interface Problem {
  /** The name of the node; "" for the whole workflow. */
  node: string;
  reason: string;
}

export interface NamedTemplate {
  id: string;
  name: string;
  channel: string;
  purpose: string;
  version: number;
}

export interface NamedSender {
  id: string;
  name: string;
  channel: string;
}

/** What the org has: the newest version of each template, and its senders. */
export interface Catalogue {
  templates: readonly NamedTemplate[];
  senders: readonly NamedSender[];
}

export interface WorkflowNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
}

export interface Workflow {
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, { main: { node: string; type: "main"; index: 0 }[][] }>;
  settings: Record<string, never>;
}
