// What every provider's part gets from the sandbox around it.
import type { Outbox } from "./outbox.ts";
import type { Random } from "./random.ts";
import type { Persona, Reaction, Received, Touch } from "./types.ts";

export interface Secrets {
  sendgrid: {
    apiKey: string;
    webhookPublicKey: string;
    webhookPrivateKey: string;
    inboundSecret: string;
  };
  twilio: { accountSid: string; authToken: string };
  vapi: { apiKey: string; webhookSecret: string };
  calcom: { apiKey: string; webhookSecret: string };
  openai: { apiKey: string };
}

export interface Context {
  now: () => Date;
  /** Real time: signatures are made when a webhook leaves, whatever day the sandbox plays. */
  signingTime: () => Date;
  random: Random;
  outbox: Outbox;
  received: Received;
  secrets: Secrets;
  /** Base of the webhooks function for the org, or null where nobody listens. */
  webhooksUrl: () => string | null;
  persona: () => Persona;
  vapiAuth: "secret" | "hmac";
  /** Touches by channel and person, for Touch.count. */
  touches: Map<string, number>;
  /** Reactions that concern no provider's own webhook: booking, moving, cancelling. */
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
