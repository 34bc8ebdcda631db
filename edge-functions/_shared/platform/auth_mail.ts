// Mail of Supabase Auth: an invitation for a new address, a sign-in link for one that has an account.
import type { Env } from "./settings.ts";

/** `reason` is a sentence for the person who asked. It does not tell whether the address has an account. */
export type Mailed = { state: "sent" } | { state: "failed"; reason: string };

const TIMEOUT_MS = 10_000;

type AuthEnv = Pick<Env, "supabaseUrl" | "secretKeys" | "legacyServiceKey">;

async function post(
  { supabaseUrl, secretKeys, legacyServiceKey }: AuthEnv,
  path: string,
  redirectTo: string,
  body: Record<string, unknown>,
): Promise<{ ok: boolean; status: number; code: string }> {
  const [secretKey] = secretKeys;
  // Only the legacy key is a JWT, which may be a bearer token.
  const headers: Record<string, string> = secretKey
    ? { apikey: secretKey }
    : { apikey: legacyServiceKey!, authorization: `Bearer ${legacyServiceKey}` };
  const query = new URLSearchParams({ redirect_to: redirectTo });
  const response = await fetch(`${supabaseUrl}/auth/v1/${path}?${query}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const said = await response.json().catch(() => null) as Record<string, unknown> | null;
  // `code` in newer versions of the API, `error_code` in the first.
  const code = [said?.error_code, said?.code].find((one) => typeof one === "string");
  return { ok: response.ok, status: response.status, code: String(code ?? "") };
}

const failed = (reason: string): Mailed => ({ state: "failed", reason });

/** Never throws: whether the mail went out is part of the answer. */
export async function mailInvitation(
  env: AuthEnv,
  email: string,
  redirectTo: string,
  data: Record<string, unknown>,
): Promise<Mailed & { code?: string }> {
  if (!env.supabaseUrl || (env.secretKeys.length === 0 && !env.legacyServiceKey)) {
    return failed("The function has no key for Supabase Auth.");
  }
  try {
    let answer = await post(env, "invite", redirectTo, { email, data });
    if (answer.status === 422 && answer.code === "email_exists") {
      answer = await post(env, "otp", redirectTo, { email, create_user: false });
    }
    if (answer.ok) return { state: "sent" };
    const { status, code } = answer;
    return {
      ...failed(
        status === 429
          ? "Supabase Auth sends no more mail at the moment. Wait a minute and send it again."
          : "Supabase Auth did not send the mail. Check its SMTP settings and send it again.",
      ),
      code: code || String(status),
    };
  } catch (error) {
    return {
      ...failed("Supabase Auth did not answer. Send it again."),
      code: (error as Error).name,
    };
  }
}
