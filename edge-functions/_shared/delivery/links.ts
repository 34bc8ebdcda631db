// The way out of an e-mail: the ledger gives the signed token, the environment says where we are.
import type { Env } from "../platform/settings.ts";
import type { Call } from "../providers/types.ts";

export function unsubscribeUrlOf(call: Call, env: Env): string | null {
  if (call.channel !== "email") return null;
  const { unsubscribe_token: token } = call;
  return token && env.publicUrl
    ? `${env.publicUrl}/functions/v1/unsubscribe?u=${encodeURIComponent(token)}`
    : null;
}
