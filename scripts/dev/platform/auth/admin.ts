// What the service key may do: invite, create, change and remove users, make links.
import { randomUUID } from "node:crypto";
import type { Context } from "./context.ts";
import { AuthError, invalid } from "./errors.ts";
import { removeFactor } from "./factors.ts";
import { makeLink, redirectOf } from "./links.ts";
import { hashPassword } from "./passwords.ts";
import { shownUser, type Tx, userByEmail, userById, type UserRow } from "./users.ts";

export function emailOf(value: unknown): string {
  const email = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw invalid("Unable to validate email address: invalid format");
  }
  return email;
}

const taken = () =>
  new AuthError(422, "email_exists", "A user with this email address has already been registered");
const unknown = () => new AuthError(404, "user_not_found", "User not found");

export async function createUser(
  ctx: Context,
  tx: Tx,
  email: string,
  options: {
    id?: string;
    password?: string | null;
    confirmed?: boolean;
    data?: object;
    appData?: object;
  } = {},
): Promise<UserRow> {
  const at = ctx.now();
  const hash = options.password ? await hashPassword(options.password) : "";
  const [user] = await tx<UserRow[]>`
    insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data,
      raw_user_meta_data, created_at, updated_at)
    values (${options.id ?? randomUUID()}, 'authenticated', 'authenticated', ${email}, ${hash},
      ${options.confirmed ? at : null},
      ${tx.json({ provider: "email", providers: ["email"], ...options.appData })},
      ${tx.json({ ...options.data })}, ${at}, ${at})
    returning *`;
  return user as UserRow;
}

export async function invite(
  ctx: Context,
  tx: Tx,
  body: Record<string, unknown>,
  redirectTo: string | null,
) {
  const email = emailOf(body.email);
  const found = await userByEmail(tx, email);
  if (found?.email_confirmed_at) throw taken();
  const user = found ?? await createUser(ctx, tx, email, { data: body.data as object });
  const link = await makeLink(ctx, tx, user, "invite", redirectOf(ctx, redirectTo));
  ctx.mailbox.deliver({
    ...{ to: email, subject: "You have been invited", link: link.url, code: link.code },
    at: ctx.now(),
  });
  return await shownUser(tx, await userById(tx, user.id) ?? user);
}

async function change(ctx: Context, tx: Tx, user: UserRow, body: Record<string, unknown>) {
  const at = ctx.now();
  if (typeof body.password === "string" && body.password !== "") {
    await tx`update auth.users set encrypted_password = ${await hashPassword(
      body.password,
    )} where id = ${user.id}`;
  }
  if (typeof body.email === "string") {
    const email = emailOf(body.email);
    const other = await userByEmail(tx, email);
    if (other && other.id !== user.id) throw taken();
    await tx`update auth.users set email = ${email} where id = ${user.id}`;
  }
  if (body.email_confirm === true) {
    await tx`update auth.users set email_confirmed_at = coalesce(email_confirmed_at, ${at}) where id = ${user.id}`;
  }
  if (typeof body.ban_duration === "string") {
    const hours = /^(\d+)h$/.exec(body.ban_duration)?.[1];
    if (body.ban_duration !== "none" && !hours) {
      throw invalid("invalid format for ban duration: hours, such as 24h, or none");
    }
    const until = hours ? new Date(at.getTime() + Number(hours) * 3_600_000) : null;
    await tx`update auth.users set banned_until = ${until} where id = ${user.id}`;
  }
  const data = (body.user_metadata ?? {}) as object;
  const appData = (body.app_metadata ?? {}) as object;
  await tx`update auth.users set updated_at = ${at},
      raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || ${tx.json({ ...data })},
      raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || ${tx.json({ ...appData })}
    where id = ${user.id}`;
}

/** /admin/…; null where the path is unknown. */
export async function adminRoute(
  ctx: Context,
  tx: Tx,
  method: string,
  path: string,
  body: Record<string, unknown>,
  query: URLSearchParams,
): Promise<unknown | null> {
  if (path === "/generate_link" && method === "POST") return await generateLink(ctx, tx, body);
  if (path === "/users" && method === "POST") {
    const email = emailOf(body.email);
    if (await userByEmail(tx, email)) throw taken();
    const user = await createUser(ctx, tx, email, {
      id: body.id as string | undefined,
      password: body.password as string | undefined,
      confirmed: body.email_confirm === true,
      data: body.user_metadata as object,
      appData: body.app_metadata as object,
    });
    return await shownUser(tx, user);
  }
  if (path === "/users" && method === "GET") {
    const size = Math.min(Number(query.get("per_page") ?? 50) || 50, 1000);
    const page = Math.max(Number(query.get("page") ?? 1) || 1, 1);
    const rows = await tx<UserRow[]>`select * from auth.users where deleted_at is null
      order by created_at desc, id limit ${size} offset ${(page - 1) * size}`;
    return {
      users: await Promise.all(rows.map((row) => shownUser(tx, row))),
      aud: "authenticated",
    };
  }
  const [, id, factors, factorId] =
    /^\/users\/([0-9a-f-]{36})(\/factors)?(?:\/([0-9a-f-]{36}))?$/.exec(path) ?? [];
  const user = id ? await userById(tx, id) : null;
  if (id && !user) throw unknown();
  if (!user) return null;
  if (factors && factorId && method === "DELETE") {
    await removeFactor(ctx, tx, user.id, factorId);
    return { id: factorId };
  }
  const shown = await shownUser(tx, user);
  if (factors && !factorId && method === "GET") return shown.factors ?? [];
  if (factors) return null;
  if (method === "GET") return shown;
  if (method === "DELETE") {
    await tx`delete from auth.users where id = ${user.id}`;
    return {};
  }
  if (method !== "PUT") return null;
  await change(ctx, tx, user, body);
  return await shownUser(tx, await userById(tx, user.id) ?? user);
}

async function generateLink(ctx: Context, tx: Tx, body: Record<string, unknown>) {
  const kind = body.type;
  if (kind !== "magiclink" && kind !== "recovery" && kind !== "invite") {
    throw invalid("The local auth server makes links of the types magiclink, recovery and invite");
  }
  const email = emailOf(body.email);
  const found = await userByEmail(tx, email);
  if (!found && kind !== "invite") {
    throw new AuthError(404, "user_not_found", "User with this email not found");
  }
  if (found?.email_confirmed_at && kind === "invite") throw taken();
  const user = found ?? await createUser(ctx, tx, email, { data: body.data as object });
  const redirectTo = redirectOf(ctx, (body.redirect_to as string | undefined) ?? null);
  const { url, code, hash } = await makeLink(ctx, tx, user, kind, redirectTo);
  return {
    ...await shownUser(tx, user),
    ...{ action_link: url, email_otp: code, hashed_token: hash, redirect_to: redirectTo },
    verification_type: kind,
  };
}
