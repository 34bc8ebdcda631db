// Which providers keep opt-outs of their own that are synced with ours.
import process from "node:process";
import type { Variables } from "../../platform/settings.ts";
import { openSendgridOptOuts } from "../sendgrid/optouts.ts";
import { openTwilioOptOuts } from "../twilio/optouts.ts";
import type { OptOutAccount } from "../types.ts";

const OPENERS = new Map<
  string,
  (account: string, timeoutMs: number, given: Variables) => OptOutAccount | null
>([
  ["sendgrid", openSendgridOptOuts],
  ["twilio", openTwilioOptOuts],
]);

/** Null where the provider keeps no opt-outs, the keys are missing or the sync is off. */
export function openOptOuts(
  provider: string,
  account: string,
  timeoutMs: number,
  given: Variables = process.env,
): OptOutAccount | null {
  return OPENERS.get(provider)?.(account, timeoutMs, given) ?? null;
}
