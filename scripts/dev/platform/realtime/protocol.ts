// What the local stand-in for Realtime understands: one list. Messages are arrays [join_ref, ref, topic, event, payload],
// as version 2.0.0 of Phoenix' serializer has them.

export interface Message {
  joinRef: string | null;
  ref: string | null;
  /** With the prefix `realtime:`, or `phoenix` for the connection itself. */
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

export const GRAMMAR = {
  version: "2.0.0",
  /** Events that a client may send. */
  events: ["phx_join", "phx_leave", "access_token", "heartbeat"],
  /** Settings of a channel, and what they may be. */
  config: {
    private: (value: unknown) => value === true,
    broadcast: (value: unknown) =>
      Object.keys(value ?? {}).every((key) => /^(ack|self)$/.test(key)),
    presence: (value: unknown) => (value as { enabled?: boolean } | null)?.enabled !== true,
    postgres_changes: (value: unknown) => Array.isArray(value) && value.length === 0,
  } as Record<string, (value: unknown) => boolean>,
};

export class NotUnderstood extends Error {}

export function parse(text: string): Message {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new NotUnderstood("a message that is not JSON");
  }
  if (!Array.isArray(found) || found.length !== 5) {
    throw new NotUnderstood("a message without five parts");
  }
  const [joinRef, ref, topic, event, payload] = found;
  if (typeof topic !== "string" || typeof event !== "string") {
    throw new NotUnderstood("a message without topic and event");
  }
  return { joinRef, ref, topic, event, payload: payload ?? {} };
}

/** What of a join this server does not do; null if it does all of it. */
export function notUnderstoodIn({ topic, payload }: Message): string | null {
  if (!/^realtime:./.test(topic)) return `the topic "${topic}"`;
  const config = { private: false, ...payload.config as Record<string, unknown> };
  for (const [name, value] of Object.entries(config)) {
    if (!GRAMMAR.config[name]?.(value)) return `config.${name} ${JSON.stringify(value)}`;
  }
  return null;
}

export const write = ({ joinRef, ref, topic, event, payload }: Message): string =>
  JSON.stringify([joinRef, ref, topic, event, payload]);
