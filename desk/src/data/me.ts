// Who is signed in, in which orgs and with which role.
import { computed, signal } from "@preact/signals";
import { rows } from "./rpc.ts";

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

export async function loadMe(): Promise<void> {
  try {
    orgs.value = await rows<Org>("desk_me");
    orgsError.value = null;
  } catch (error) {
    orgsError.value = error;
  }
}
