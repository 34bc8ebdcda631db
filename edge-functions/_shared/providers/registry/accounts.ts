// Which providers can send. To add one: a folder with send.ts and account.ts, and a line here.
import process from "node:process";
import type { Variables } from "../../platform/settings.ts";
import { openSendgrid } from "../sendgrid/account.ts";
import { openTwilio } from "../twilio/account.ts";
import { openVapi } from "../vapi/account.ts";
import { openStored, remembered, type StoredAccounts } from "../stored.ts";
import type { AccountOpener, AccountOptions, ProviderAccount } from "../types.ts";

const OPENERS = new Map<string, AccountOpener>([
  ["sendgrid", openSendgrid],
  ["twilio", openTwilio],
  ["vapi", openVapi],
]);

/** The account of that name, if the org may use it; null for an unknown provider or missing keys. */
export interface Accounts {
  (
    provider: string,
    account: string,
    orgId: string,
  ): Promise<ProviderAccount | null> | ProviderAccount | null;
}

/** Accounts are opened on first use. The default ones are read at once, so invalid settings fail the start. */
export function openAccounts(
  options: AccountOptions,
  stored: StoredAccounts,
  given: Variables = process.env,
): Accounts {
  const open = (provider: string) => (account: string, env: Variables) =>
    OPENERS.get(provider)?.(account, options, env) ?? null;
  const defaults = new Map(
    [...OPENERS.keys()].map((provider) => [provider, open(provider)("default", given)]),
  );
  const others = remembered((provider: string, account: string, orgId: string) =>
    openStored(stored, [provider, account, orgId], given, open(provider))
  );
  return (provider, account, orgId) =>
    account === "default" ? defaults.get(provider) ?? null : others(provider, account, orgId);
}
