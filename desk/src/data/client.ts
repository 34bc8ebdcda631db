// The two clients of the project: who is signed in, and what the database answers.
import { invited } from "../sign/arrival.ts";
import { AuthClient, type Session } from "@supabase/auth-js";
import { PostgrestClient } from "@supabase/postgrest-js";
import { computed, signal } from "@preact/signals";
import { projectUrl, publishableKey } from "./config.ts";
import { ABOUT_ME, SESSION, sessionStorageOfDesk } from "./session_storage.ts";

const headers = { apikey: publishableKey };

export const auth = new AuthClient({
  url: `${projectUrl}/auth/v1`,
  headers,
  storageKey: SESSION,
  storage: sessionStorageOfDesk,
  // The answer to a magic link is a one-time code in the address, never a token.
  flowType: "pkce",
  detectSessionInUrl: true,
});

/** undefined until the browser's copy has been read. */
export const session = signal<Session | null | undefined>(undefined);
export const userId = computed(() => session.value?.user.id ?? null);
/** A person who arrived by a password link sets a new password first. */
export const recovering = signal(false);

auth.onAuthStateChange((event, next) => {
  if (event === "SIGNED_OUT") void sessionStorageOfDesk.removeItem(ABOUT_ME);
  // Deferred: auth-js must not be called from within its own callback.
  queueMicrotask(() => {
    if (event === "PASSWORD_RECOVERY") recovering.value = true;
    session.value = next;
  });
});

async function arrive(given: NonNullable<typeof invited>): Promise<void> {
  const { data } = await auth.getSession();
  if (!data.session) await auth.setSession(given);
}
if (invited) void arrive(invited);

/** The claim `aal` of the present token: aal2 after a second factor. */
export const assurance = computed(() => {
  const part = session.value?.access_token.split(".")[1];
  if (!part) return "aal1";
  try {
    const bytes = Uint8Array.from(
      atob(part.replaceAll("-", "+").replaceAll("_", "/")),
      (letter) => letter.charCodeAt(0),
    );
    return String(JSON.parse(new TextDecoder().decode(bytes)).aal ?? "aal1");
  } catch {
    return "aal1";
  }
});

export async function authorisedFetch(
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { data } = await auth.getSession();
  const sent = new Headers(init.headers);
  if (!sent.has("apikey")) sent.set("apikey", publishableKey);
  if (data.session) sent.set("authorization", `Bearer ${data.session.access_token}`);
  return await fetch(input, { ...init, headers: sent });
}

export const rest = new PostgrestClient(`${projectUrl}/rest/v1`, {
  headers,
  fetch: authorisedFetch,
});
export { projectUrl };
