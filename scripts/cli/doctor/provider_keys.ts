// Keys of the providers with which active senders send: names of the functions' secrets, from the platform's API.
import { type Check, failed, ok, request } from "./check.ts";

const SECRETS = "https://api.supabase.com/v1/projects";

/** As variablesOf of the providers: keys of another account carry its name. */
const nameOf = (key: string, account: string) =>
  account === "default" ? key : `${key}_${account.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;

export const providerKeys: Check = {
  name: "provider keys",
  needs: ["database", "accessToken"],
  async run(context) {
    // Without those keys nothing is sent; accounts whose keys are stored in the database need none here.
    const senders = await context.sql<{ provider: string; account: string; keys: string[] }[]>`
      select s.provider, s.account, array_agg(distinct p.name order by p.name) as keys
      from public.senders s
      join private.provider_settings p on p.provider = s.provider and p.name ~ '_(API_KEY|ACCOUNT_SID|AUTH_TOKEN)$'
      where s.state = 'active' and not exists (
        select from private.provider_accounts a
        where a.org_id = s.org_id and a.provider = s.provider and a.name = s.account and a.key_id is not null)
      group by 1, 2 order by 1, 2`;
    if (senders.length === 0) return ok("there are no active senders");
    const response = await request(context, `${SECRETS}/${context.projectRef}/secrets`, {
      headers: { authorization: `Bearer ${context.accessToken}` },
    });
    if (!response.ok) {
      await response.body?.cancel();
      return failed(
        `the management API answers ${response.status}`,
        "Check SUPABASE_ACCESS_TOKEN, and that its owner may read the project's secrets.",
      );
    }
    const set = new Set((await response.json() as { name: string }[]).map(({ name }) => name));
    const missing = senders.flatMap(({ account, keys }) =>
      keys.map((key) => nameOf(key, account)).filter((name) => !set.has(name))
    );
    if (missing.length === 0) {
      return ok(`set for ${[...new Set(senders.map(({ provider }) => provider))].join(", ")}`);
    }
    return failed(
      `active senders lack ${[...new Set(missing)].join(", ")}: their messages wait`,
      "Set them with `npx supabase secrets set NAME=…`, or pause the senders.",
    );
  },
};
