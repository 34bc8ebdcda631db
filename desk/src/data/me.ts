// Who is signed in, in which orgs and with which role.
import { computed, signal } from "@preact/signals";
import { userId } from "./client.ts";
import { rows } from "./rpc.ts";
import { ABOUT_ME, sessionStorageOfDesk } from "./session_storage.ts";

export interface Org {
  org_id: string;
  org_name: string;
  time_zone: string;
  role: "owner" | "admin" | "broker" | "viewer";
  user_id: string;
  email: string | null;
  broker_id: string | null;
  broker_name: string | null;
}

export const orgs = signal<Org[] | null>(null);
export const orgsError = signal<unknown>(null);
const chosen = signal<string | null>(null);

export const org = computed(() =>
  orgs.value?.find(({ org_id }) => org_id === chosen.value) ?? orgs.value?.[0] ?? null
);
export const orgId = computed(() => org.value?.org_id ?? "");
/** Owners and admins; the database decides, this only leaves out what would be refused. */
export const manages = computed(() => org.value?.role === "owner" || org.value?.role === "admin");
export const works = computed(() => manages.value || org.value?.role === "broker");

export const choose = (id: string) => chosen.value = id;

/** Whom the desk was for the last time, kept with the session: pages ask for their rows without waiting for desk_me. */
interface Kept {
  user: string;
  orgs: Org[];
}
const kept: Promise<Kept | null> = sessionStorageOfDesk.getItem(ABOUT_ME)
  .then((text) => text === null ? null : JSON.parse(text), () => null);

export async function loadMe(user = userId.peek() ?? ""): Promise<void> {
  const asked = rows<Org>("desk_me");
  const before = await kept;
  if (before?.user === user && orgs.value === null && userId.peek() === user) {
    orgs.value = before.orgs;
  }
  try {
    const fresh = await asked;
    if (userId.peek() !== user) return;
    const changed = JSON.stringify(fresh) !== JSON.stringify(orgs.value);
    if (changed) orgs.value = fresh;
    orgsError.value = null;
    if (changed || before?.user !== user) {
      await sessionStorageOfDesk.setItem(ABOUT_ME, JSON.stringify({ user, orgs: fresh }));
    }
  } catch (error) {
    orgsError.value = error;
  }
}
