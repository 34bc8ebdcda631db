// GET /api/me: what a key is, for the test of a connection.
import type { ApiContext } from "./caller.ts";

export function handleMe({ var: { key } }: ApiContext): Response {
  const { id, name, role, scopes, expiresAt, orgId, orgName, timeZone } = key;
  return Response.json({
    ...{ org_id: orgId, org_name: orgName, time_zone: timeZone },
    key: { id: `slk_${id}`, name, role, scopes, expires_at: expiresAt },
  });
}
