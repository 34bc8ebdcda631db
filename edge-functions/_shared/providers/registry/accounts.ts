// Which providers can send. To add one: a folder with send.ts and account.ts, and a line here.
import process from "node:process";
import type { Variables } from "../../platform/settings.ts";
import { openSendgrid } from "../sendgrid/account.ts";
import { openTwilio } from "../twilio/account.ts";
import { openVapi } from "../vapi/account.ts";
import type { AccountOpener, AccountOptions, ProviderAccount } from "../types.ts";

const OPENERS = new Map<string, AccountOpener>([
  ["sendgrid", openSendgrid],
  ["twilio", openTwilio],
  ["vapi", openVapi],
]);

/** The provider's account of that name; null for an unknown provider or missing keys. */
export interface Accounts {
  (provider: string, account: string): ProviderAccount | null;
}

/** Accounts are opened on first use. The default ones are read at once, so invalid settings fail the start. */
export function openAccounts(
  options: AccountOptions,
  given: Variables = process.env,
): Accounts {
  const opened = new Map<string, ProviderAccount | null>();
  const open: Accounts = (provider, account) => {
    const key = `${provider} ${account}`;
    const known = opened.get(key);
    if (known !== undefined) return known;
    const found = OPENERS.get(provider)?.(account, options, given) ?? null;
    opened.set(key, found);
    return found;
  };
  for (const provider of OPENERS.keys()) open(provider, "default");
  return open;
}
