// The parts of the sandbox that all providers share.
import type { Outbox } from "./outbox.ts";
import type { Random } from "./random.ts";
import type { Secrets } from "./providers.ts";
import type { Persona, Reaction, Received, Touch } from "./types.ts";

export interface Context {
  now: () => Date;
  /** Real time: webhooks are signed when they are sent, whatever date the sandbox simulates. */
  signingTime: () => Date;
  random: Random;
  outbox: Outbox;
  received: Received;
  secrets: Secrets;
  /** Base URL of the webhooks function for the org, or null without a receiver. */
  webhooksUrl: () => string | null;
  persona: () => Persona;
  vapiAuth: "secret" | "hmac";
  /** Touches by channel and person, for Touch.count. */
  touches: Map<string, number>;
  /** Reactions outside of the touched provider: booking, rescheduling, cancelling. */
  book: (reaction: Reaction, touch: Touch, due: number) => void;
}

export function react(
  context: Context,
  touch: Omit<Touch, "count">,
): { touch: Touch; reactions: Reaction[] } {
  const key = `${touch.channel} ${touch.to}`;
  const count = (context.touches.get(key) ?? 0) + 1;
  context.touches.set(key, count);
  const full = { ...touch, count };
  return { touch: full, reactions: context.persona()(full) };
}
