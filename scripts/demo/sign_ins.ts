// People who can sign in to the demo's org: an owner, a broker with leads, a viewer.
import { GoTrueAdminApi } from "@supabase/auth-js";
import type { Stack } from "../dev/stack.ts";
import type { Sql, World } from "./world.ts";

/** Not a secret: the demo runs on this machine only. */
export const DEMO_PASSWORD = "correct horse battery";

export const SIGN_INS = [
  { email: "owner@example.com", role: "owner", broker: null },
  { email: "robin@example.com", role: "broker", broker: "Robin (any state)" },
  { email: "viewer@example.com", role: "viewer", broker: null },
] as const;

export async function addSignIns(sql: Sql, stack: Stack, world: World): Promise<void> {
  const admin = new GoTrueAdminApi({
    url: `${stack.url}/auth/v1`,
    headers: { apikey: stack.secretKey, authorization: `Bearer ${stack.secretKey}` },
  });
  for (const { email, role, broker } of SIGN_INS) {
    const [known] = await sql`select id from auth.users where email = ${email}`;
    let id: string = known?.id;
    if (!id) {
      const { data, error } = await admin.createUser({
        ...{ email, password: DEMO_PASSWORD, email_confirm: true },
      });
      if (error) throw error;
      id = data.user.id;
    }
    await sql`
      insert into public.members (org_id, user_id, role) values (${world.orgId}, ${id}, ${role})
      on conflict do nothing`;
    if (broker) {
      await sql`
        update public.brokers set user_id = ${id} where org_id = ${world.orgId} and name = ${broker}`;
    }
  }
}

/** The demo's sign-ins as text, or an empty string where there is no demo. */
export async function signInsText(sql: Sql): Promise<string> {
  const [demo] = await sql`
    select from public.orgs o join public.members m on m.org_id = o.id
    where o.settings ->> 'demo' = 'true' limit 1`;
  return demo
    ? `${
      SIGN_INS.map(({ email, role }) => `${email} (${role})`).join(", ")
    }; password: ${DEMO_PASSWORD}`
    : "";
}
