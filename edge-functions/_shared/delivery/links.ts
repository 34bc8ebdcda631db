// The unsubscribe links of an e-mail: the ledger provides the signed token, the environment our URLs.
import { oneClickUrlOf, unsubscribePageOf } from "../consent/unsubscribe.ts";
import type { Env } from "../platform/settings.ts";
import type { SendRequest, UnsubscribeLinks } from "../providers/types.ts";

/** Null for other channels, and without a public URL. Where no page is hosted, both links are the same. */
export function unsubscribeLinksOf(request: SendRequest, env: Env): UnsubscribeLinks | null {
  const { channel, unsubscribe_token: token } = request;
  if (channel !== "email" || !token) return null;
  const oneClick = oneClickUrlOf(token, env);
  return oneClick ? { oneClick, link: unsubscribePageOf(token, env) ?? oneClick } : null;
}
