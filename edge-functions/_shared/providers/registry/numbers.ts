// Which providers can say whether a number was given to somebody else.
import process from "node:process";
import type { Variables } from "../../platform/settings.ts";
import { openTwilioRegister } from "../twilio/lookups.ts";
import type { NumberRegister } from "../types.ts";

interface Options {
  timeoutMs: number;
  now: () => Date;
}

const OPENERS = new Map<
  string,
  (account: string, options: Options, given: Variables) => NumberRegister | null
>([["twilio", openTwilioRegister]]);

/** Null where the provider has no register, or the keys are missing. */
export function openRegister(
  provider: string,
  account: string,
  options: Options,
  given: Variables = process.env,
): NumberRegister | null {
  return OPENERS.get(provider)?.(account, options, given) ?? null;
}
