// A stack without functions, for tests of the local platform and of pages: people who can sign in, and the clients that
// a page uses. `openSupabase` has the same of `supabase start`.
import { GoTrueAdminApi, GoTrueClient } from "@supabase/auth-js";
import { PostgrestClient } from "@supabase/postgrest-js";
import { connect } from "../../scripts/dev/database.ts";
import { type Stack, type StackOptions, startStack } from "../../scripts/dev/stack.ts";

export const PASSWORD = "correct horse battery";

type Addresses =
  & Pick<Stack, "url" | "databaseUrl" | "publishableKey" | "secretKey">
  & Partial<Pick<Stack, "adminUrl">>;

export interface Platform {
  stack: Addresses;
  sql: ReturnType<typeof connect>;
  admin: GoTrueAdminApi;
  /** Creates a confirmed user; returns the id. */
  addUser(email: string): Promise<string>;
  /** A browser of its own: nothing is shared with other clients. */
  authClient(flowType?: "implicit" | "pkce"): GoTrueClient;
  /** The REST interface as a caller: with a token, or with the publishable key alone. */
  rest(token?: string): PostgrestClient;
  /** Mail to an address, newest first. */
  mailTo(email: string): Promise<{ subject: string; link: string; code: string }[]>;
  stop(): Promise<void>;
}

export interface LocalPlatform extends Platform {
  stack: Stack;
}

function clientsOf(stack: Addresses): Omit<Platform, "stack" | "mailTo" | "stop"> {
  const sql = connect(stack.databaseUrl, 4);
  const service = { apikey: stack.secretKey, authorization: `Bearer ${stack.secretKey}` };
  const admin = new GoTrueAdminApi({ url: `${stack.url}/auth/v1`, headers: service });
  return {
    ...{ sql, admin },
    async addUser(email) {
      const { data, error } = await admin.createUser({
        ...{ email, password: PASSWORD, email_confirm: true },
      });
      if (error) throw error;
      return data.user.id;
    },
    authClient(flowType = "implicit") {
      const kept = new Map<string, string>();
      return new GoTrueClient({
        url: `${stack.url}/auth/v1`,
        headers: { apikey: stack.publishableKey },
        autoRefreshToken: false,
        detectSessionInUrl: false,
        persistSession: true,
        flowType,
        storage: {
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => void kept.set(key, value),
          removeItem: (key) => void kept.delete(key),
        },
      });
    },
    rest: (token) =>
      new PostgrestClient(`${stack.url}/rest/v1`, {
        headers: {
          apikey: stack.publishableKey,
          authorization: `Bearer ${token ?? stack.publishableKey}`,
        },
      }),
  };
}

export async function startLocalPlatform(options: StackOptions = {}): Promise<LocalPlatform> {
  const stack = await startStack({ functions: [], ...options });
  const clients = clientsOf(stack);
  return {
    ...clients,
    stack,
    async mailTo(email) {
      const response = await fetch(`${stack.url}/mailbox?to=${encodeURIComponent(email)}`, {
        headers: { accept: "application/json" },
      });
      return await response.json() as { subject: string; link: string; code: string }[];
    },
    async stop() {
      await clients.sql.end();
      await stack.stop();
    },
  };
}

/** Set by scripts/hosted/docker.sh: pages are tested on the containers of `supabase start`. */
export const onSupabase = (): boolean => Boolean(process.env.SLUICE_SUPABASE_URL);

/**
 * The containers of `supabase start`, which have one database: empty of orgs and people at the beginning of a file, so files
 * run one after another.
 */
export async function openSupabase(): Promise<Platform> {
  const {
    SLUICE_SUPABASE_URL: url = "",
    DATABASE_URL: databaseUrl = "",
    SLUICE_SUPABASE_PUBLISHABLE_KEY: publishableKey = "",
    SUPABASE_SECRET_KEY: secretKey = "",
  } = process.env;
  const stack = { url, databaseUrl, publishableKey, secretKey };
  const clients = clientsOf(stack);
  await clients.sql.begin(async (sql) => {
    await sql`select set_config('sluice.actor', 'system', true)`;
    await sql`delete from public.orgs`;
    await sql`delete from auth.users`;
  });
  return {
    ...clients,
    stack,
    mailTo: () => Promise.reject(new Error("Tests that read mail need the local stack.")),
    stop: () => clients.sql.end(),
  };
}
