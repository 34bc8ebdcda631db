// API keys for http tests, and requests with them.
import type postgres from "postgres";
import type { Stack } from "../../../scripts/dev/stack.ts";
import { type Answer, call } from "../intake/harness.ts";

export const ALL_SCOPES = [
  ...["leads.read", "leads.pii", "leads.control", "leads.write", "tasks.write", "messages.send"],
  ...["campaigns.read", "campaigns.control", "uploads.write", "sequences.read"],
  ...["sequences.publish", "outreach.dispatch", "enrichment.run", "metrics.read"],
];

export interface MadeKey {
  key_id: string;
  key: string;
}

export async function makeKey(
  sql: postgres.Sql,
  orgId: string,
  scopes: string[] = ALL_SCOPES,
  { role = "admin", broker = null }: { role?: string; broker?: string | null } = {},
): Promise<MadeKey> {
  const [row] = await sql<{ made: MadeKey }[]>`
    select public.create_api_key(${orgId}, 'test', ${role}::public.member_role, ${scopes}, ${broker}) as made`;
  return row!.made;
}

/** `path` begins with the function's name. A body that is not text is sent as JSON. */
export const askWith = (
  stack: Stack,
  key: string,
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const [method = "GET", path = ""] = route.split(" ");
  return call(`${stack.functionsUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    ...(method === "GET"
      ? {}
      : { body: typeof body === "string" ? body : JSON.stringify(body ?? {}) }),
  });
};
