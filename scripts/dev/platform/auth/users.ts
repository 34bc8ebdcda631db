// Users as Supabase Auth shows them.
import type { Sql, TransactionSql } from "postgres";
import { AuthError } from "./errors.ts";

export type Tx = TransactionSql | Sql;

export interface UserRow {
  id: string;
  aud: string | null;
  role: string | null;
  email: string | null;
  encrypted_password: string | null;
  email_confirmed_at: Date | null;
  invited_at: Date | null;
  confirmation_sent_at: Date | null;
  recovery_sent_at: Date | null;
  last_sign_in_at: Date | null;
  raw_app_meta_data: Record<string, unknown> | null;
  raw_user_meta_data: Record<string, unknown> | null;
  banned_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface FactorRow {
  id: string;
  user_id: string;
  friendly_name: string | null;
  factor_type: string;
  status: "verified" | "unverified";
  secret: string;
  created_at: Date;
  updated_at: Date;
}

export async function userById(tx: Tx, id: string): Promise<UserRow | null> {
  return (await tx<UserRow[]>`select * from auth.users where id = ${id} and deleted_at is null`)[
    0
  ] ??
    null;
}

export async function userByEmail(tx: Tx, email: string): Promise<UserRow | null> {
  return (await tx<UserRow[]>`
    select * from auth.users where lower(email) = ${email.toLowerCase()} and deleted_at is null`)[
    0
  ] ??
    null;
}

export async function factorsOf(tx: Tx, userId: string): Promise<FactorRow[]> {
  return await tx<FactorRow[]>`
    select * from auth.mfa_factors where user_id = ${userId} order by created_at, id`;
}

export function refuseBanned(user: UserRow, now: Date): void {
  if (user.banned_until && user.banned_until > now) {
    throw new AuthError(400, "user_banned", "User is banned");
  }
}

const provider = { provider: "email", providers: ["email"] };

/** The user with its factors, without secrets. */
export async function shownUser(tx: Tx, user: UserRow): Promise<Record<string, unknown>> {
  const factors = (await factorsOf(tx, user.id)).map((
    { id, friendly_name, factor_type, status, created_at, updated_at },
  ) => ({ id, friendly_name, factor_type, status, created_at, updated_at }));
  const identity = {
    identity_id: user.id,
    id: user.id,
    user_id: user.id,
    identity_data: {
      email: user.email,
      email_verified: user.email_confirmed_at !== null,
      sub: user.id,
    },
    provider: "email",
    last_sign_in_at: user.last_sign_in_at,
    created_at: user.created_at,
    updated_at: user.updated_at,
    email: user.email,
  };
  return {
    id: user.id,
    aud: user.aud ?? "authenticated",
    role: user.role ?? "authenticated",
    email: user.email ?? "",
    email_confirmed_at: user.email_confirmed_at ?? undefined,
    phone: "",
    confirmed_at: user.email_confirmed_at ?? undefined,
    invited_at: user.invited_at ?? undefined,
    confirmation_sent_at: user.confirmation_sent_at ?? undefined,
    recovery_sent_at: user.recovery_sent_at ?? undefined,
    last_sign_in_at: user.last_sign_in_at ?? undefined,
    app_metadata: { ...provider, ...user.raw_app_meta_data },
    user_metadata: user.raw_user_meta_data ?? {},
    identities: user.email ? [identity] : [],
    ...factors.length > 0 ? { factors } : {},
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: false,
  };
}
