// Accounts that orgs stored: their settings, named as in the environment, decrypted by the database.
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Variables } from "../platform/settings.ts";

/** After this time, keys that an org replaced are read again. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_ACCOUNTS = 1000;

export interface StoredAccount {
  /** Null: the account's keys are in the environment. */
  settings: Variables | null;
}

/** Null: there is no such account, or it is not of the org. Without an org, that of whichever org has it. */
export interface StoredAccounts {
  (provider: string, account: string, orgId?: string): Promise<StoredAccount | null>;
}

export function storedAccounts(sql: Sql): StoredAccounts {
  return remembered(async (provider, account, orgId) => {
    const [row] = await asWriter(
      sql,
      (tx) =>
        tx<StoredAccount[]>`
          select settings from private.provider_account(${provider}, ${account}, ${orgId ?? null})`,
    );
    return row ?? null;
  });
}

/** The answers of a question for a minute; of so many, the oldest are forgotten. */
export function remembered<A extends (string | undefined)[], T>(
  ask: (...question: A) => Promise<T>,
): (...question: A) => Promise<T> {
  const known = new Map<string, { at: number; answer: T }>();
  return async (...question) => {
    const key = JSON.stringify(question);
    const found = known.get(key);
    if (found && found.at > performance.now() - REMEMBERED_MS) return found.answer;
    const answer = await ask(...question);
    known.delete(key);
    known.set(key, { at: performance.now(), answer });
    if (known.size > REMEMBERED_ACCOUNTS) known.delete(known.keys().next().value!);
    return answer;
  };
}

/**
 * The environment of an account that an org stored: nothing of the project's but addresses and prices, so that a setting
 * which the org lacks is never taken from the project's account.
 */
export function environmentOf(stored: Variables, given: Variables): Variables {
  const shared = Object.entries(given).filter(([name]) =>
    /_(BASE_URL|COST_USD)$/.test(name) || name === "SLUICE_LOOPBACK_URLS"
  );
  return { ...Object.fromEntries(shared), ...stored };
}

/** Calls `open` with the name and the environment of an account; null where the org has no such account. */
export async function openStored<T>(
  stored: StoredAccounts,
  [provider, account, orgId]: [provider: string, account: string, orgId?: string],
  given: Variables,
  open: (account: string, given: Variables) => T | null,
): Promise<T | null> {
  if (account === "default") return open(account, given);
  const found = await stored(provider, account, orgId);
  if (!found) return null;
  return found.settings
    ? open("default", environmentOf(found.settings, given))
    : open(account, given);
}
