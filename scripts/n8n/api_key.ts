// A key of Sluice's API for the nodes of a local n8n, where there is one org.
import { connect } from "../dev/database.ts";

export interface LocalKey {
  orgId: string;
  keyId: string;
  key: string;
}

/** No contact data: a person makes a key with leads.pii where that is needed. */
const scopes = [
  ...["leads.read", "leads.control", "tasks.write", "messages.send", "uploads.write"],
  ...["campaigns.read", "campaigns.control", "sequences.read", "sequences.publish"],
  ...["outreach.dispatch", "enrichment.run"],
];

/** The key that is known and still valid, or a new one; undefined without an org, or with several. */
export async function ensureApiKey(
  databaseUrl: string,
  known: LocalKey | undefined,
): Promise<LocalKey | undefined> {
  const sql = connect(databaseUrl);
  try {
    const [org, ...others] = await sql<{ id: string }[]>`select id from public.orgs limit 2`;
    if (!org || others.length > 0) return undefined;
    return await sql.begin(async (tx) => {
      await tx`set local role service_role`;
      const [active] = known?.orgId === org.id
        ? await tx<{ enough: boolean }[]>`
            select scopes @> ${scopes} as enough from public.list_api_keys(${org.id}, 200)
            where id = ${known.keyId} and state = 'active'`
        : [];
      if (known && active?.enough) return known;
      // The workflows of this version need more than the key of an earlier one may.
      if (known && active) await tx`select public.revoke_api_key(${org.id}, ${known.keyId})`;
      const [made] = await tx<{ made: { key_id: string; key: string } }[]>`
        select public.create_api_key(${org.id}, 'n8n of this machine', 'admin', ${scopes}) as made`;
      return { orgId: org.id, keyId: made!.made.key_id, key: made!.made.key };
    });
  } finally {
    await sql.end();
  }
}
