// The unsubscribe link of an e-mail: the ledger provides the signed token, the environment our public URL.
import type { Env } from "../platform/settings.ts";
import type { SendRequest } from "../providers/types.ts";

export function unsubscribeUrlOf(request: SendRequest, env: Env): string | null {
  if (request.channel !== "email") return null;
  const { unsubscribe_token: token } = request;
  return token && env.publicUrl
    ? `${env.publicUrl}/functions/v1/unsubscribe?u=${encodeURIComponent(token)}`
    : null;
}
