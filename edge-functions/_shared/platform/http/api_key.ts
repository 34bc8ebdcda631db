// API keys of machines. The database knows a key by its SHA-256; statements then run with claims that name the key and the
// one scope of the request, so the policies and functions decide what it may do (sql/10_tenancy/25_api_keys.sql).
import { sha256 } from "../crypto/digest.ts";
import { asWriter, type Sql } from "../db/client.ts";
import { Problem, unauthenticated } from "./problem.ts";

/** The SHA-256 is of the whole key. Sources have keys of another length for the endpoint leads. */
const FORM = /^slk_([0-9a-f]{16})_[0-9a-f]{48}$/;
/** Of one key; more are refused until the next minute. */
export const REQUESTS_PER_MINUTE = 600;

export const SCOPES = [
  ...["leads.read", "leads.pii", "leads.control", "leads.write", "tasks.write"] as const,
  ...["messages.send", "campaigns.read", "campaigns.control", "uploads.write"] as const,
  ...["sequences.read", "sequences.publish", "outreach.dispatch", "enrichment.run"] as const,
  ...["metrics.read"] as const,
] as const;
export type Scope = typeof SCOPES[number];

export interface ApiKey {
  id: string;
  orgId: string;
  orgName: string;
  timeZone: string;
  name: string;
  role: "admin" | "broker" | "viewer";
  scopes: Scope[];
  expiresAt: string;
}

/** What statements run with. The database refuses a scope that the key lacks. */
export interface KeyClaims extends Record<string, unknown> {
  role: "authenticated";
  api_key: string;
  scope: Scope;
}

export const isApiKey = (token: string): boolean => FORM.test(token);

interface Row {
  id: string;
  org_id: string;
  org_name: string;
  time_zone: string;
  name: string;
  role: ApiKey["role"];
  scopes: Scope[];
  expires_at: string;
}

/** The key of a token; 401 alike for a malformed, unknown, expired and revoked one, 429 over the limit. */
export async function readApiKey(sql: Sql, token: string): Promise<ApiKey> {
  const id = FORM.exec(token)?.[1];
  if (id === undefined) throw unauthenticated();
  const hash = sha256(token);
  const read = await asWriter(sql, async (tx) => {
    const [row] = await tx<{ key: Row | null }[]>`
      select private.check_api_key(${id}, ${hash}) as key`;
    if (!row?.key) return null;
    // Counted after the key is known, so that nobody else can use up its share.
    const [count] = await tx<{ within: boolean }[]>`
      select private.count_endpoint_request('api_key', ${id}, ${REQUESTS_PER_MINUTE}) as within`;
    return { key: row.key, within: count!.within };
  });
  if (read === null) throw unauthenticated();
  if (!read.within) {
    throw new Problem(
      429,
      "rate_limited",
      `An API key may send ${REQUESTS_PER_MINUTE} requests a minute.`,
      { headers: { "retry-after": String(60 - new Date().getUTCSeconds()) } },
    );
  }
  const { key } = read;
  return {
    ...{ id: key.id, orgId: key.org_id, orgName: key.org_name, timeZone: key.time_zone },
    ...{ name: key.name, role: key.role, scopes: key.scopes, expiresAt: key.expires_at },
  };
}

/** The claims of a request for `scope`; 403 where the key lacks it. */
export function claimsOf(key: Pick<ApiKey, "id" | "scopes">, scope: Scope): KeyClaims {
  if (!key.scopes.includes(scope)) throw missingScope(scope);
  return { role: "authenticated", api_key: key.id, scope };
}

export const missingScope = (scope: string) =>
  new Problem(403, "missing_scope", `The API key lacks the scope ${scope}.`);
