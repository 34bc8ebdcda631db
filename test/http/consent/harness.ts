// A stack with the public functions, an org with a text, and a lead with a phone and an e-mail.
import postgres from "postgres";
import { type Stack, startStack } from "../../../scripts/dev/stack.ts";

export interface OpenWorld {
  stack: Stack;
  /** As superuser, separate from the functions' own connections. */
  sql: postgres.Sql;
  orgId: string;
  leadId: string;
  bidx(value: string): Promise<Uint8Array>;
  /** A new link: its nonce. */
  issue(channels?: string[], ttl?: string, asOf?: Date): Promise<string>;
  /** Whether the value may not be contacted on the channel. */
  held(value: string, channel: string): Promise<boolean>;
  /** Rows of consents, their whole content as one hash. */
  state(): Promise<string>;
  stop(): Promise<void>;
}

export const PHONE = "+12135550101";
export const EMAIL = "ann@example.com";
export const TEXT =
  "I agree that Org A may send me automated texts and e-mail. No purchase needed.";

export async function startOpenWorld(
  functions: string[],
  env: Record<string, string> = {},
): Promise<OpenWorld> {
  const stack = await startStack({ functions, env });
  const sql = postgres(stack.adminUrl, { max: 4, onnotice: () => {} });
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Org A') returning id`;
  const orgId = org!.id;
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, situs_street) values (${orgId}, '1 Main St') returning id`;
  const leadId = lead!.id;
  const bidx = async (value: string) => {
    const [row] = await sql<{ bidx: Uint8Array }[]>`
      select private.blind_index(${value}, private.blind_key(${orgId})) as bidx`;
    return row!.bidx;
  };
  for (const [kind, value] of [["phone", PHONE], ["email", EMAIL]] as const) {
    await sql`
      insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select ${orgId}, ${leadId}, ${kind}, ${await bidx(value)},
        private.encrypt_value(${value}, private.org_key(${orgId}, k.id)), k.id,
        private.mask_contact(${value}), true
      from (select private.active_key_id(${orgId}, 'data') as id) k`;
  }
  await sql`
    insert into public.consent_texts (org_id, version, seller, title, body, channels,
      automated_disclosed, not_condition_of_purchase)
    values (${orgId}, 1, 'Org A', 'May we write?', ${TEXT}, '{sms,voice_ai,email}', true, true)`;
  return {
    stack,
    sql,
    orgId,
    leadId,
    bidx,
    async issue(channels = ["sms", "email"], ttl = "1 hour", asOf = new Date(Date.now() - 1000)) {
      const [row] = await sql<{ nonce: string }[]>`
        select private.issue_consent_token(${orgId}, ${leadId}, ${channels}, null, ${ttl},
          p_as_of => ${asOf})
          as nonce`;
      return row!.nonce;
    },
    async held(value, channel) {
      const [row] = await sql<{ held: boolean }[]>`
        select private.is_suppressed(${orgId}, ${await bidx(value)}, ${channel}) as held`;
      return row!.held;
    },
    async state() {
      const [row] = await sql<{ state: string }[]>`
        select md5(concat(
          (select jsonb_agg(to_jsonb(c) order by c.id) from public.consents c),
          (select jsonb_agg(to_jsonb(t) order by t.id) from public.consent_tokens t),
          (select jsonb_agg(to_jsonb(s) order by s.id) from public.suppressions s),
          (select jsonb_agg(to_jsonb(l) order by l.id) from public.leads l))) as state`;
      return row!.state;
    },
    async stop() {
      await sql.end({ timeout: 5 });
      await stack.stop();
    },
  };
}
