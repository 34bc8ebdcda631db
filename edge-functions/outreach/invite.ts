// POST /outreach/invitations: an owner or admin invites a person, and Supabase Auth mails the link.
import { z } from "zod";
import { mailInvitation } from "../_shared/platform/auth_mail.ts";
import { asMember } from "../_shared/platform/db/client.ts";
import { readJson } from "../_shared/platform/http/input.ts";
import { forbidden, malformed, Problem } from "../_shared/platform/http/problem.ts";
import type { OutreachContext, OutreachDeps } from "./caller.ts";

const MAX_INVITATION = 16 * 1024;

export const InviteBody = z.strictObject({
  org_id: z.uuid(),
  email: z.string().trim().min(3).max(254),
  role: z.enum(["owner", "admin", "broker", "viewer"]),
  broker: z.record(z.string(), z.unknown()).nullish(),
  valid_days: z.int().min(1).max(30).default(7),
  /** The page that the link opens; its origin is one of SLUICE_DESK_ORIGINS. */
  desk_url: z.url({ protocol: /^https?$/ }).max(500),
});

interface Invited {
  invitation_id: string;
  token: string;
  expires_at: string;
  email_masked: string;
}

export function inviteProblem(error: unknown): unknown {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  switch (code) {
    case "SL111":
      return forbidden("You do not have permission to invite to this org.");
    case "SL112":
      return new Problem(422, "not_possible", `${message}.`);
    case "SL117":
      return new Problem(429, "too_many_invitations", `${message}.`, {
        headers: { "retry-after": "600" },
      });
    default:
      return error;
  }
}

/** Auth puts its own answer after the #, so the token is in the query. It opens nothing without the invited address. */
function linkTo(deskUrl: string, token: string): string {
  const { origin, pathname } = new URL(deskUrl);
  return `${origin}${pathname}?${new URLSearchParams({ invitation: token })}`;
}

export async function handleInvite(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const { caller } = c.var;
  if (caller.service) throw forbidden("Only members invite by mail.");
  const body = await readJson(c, MAX_INVITATION, InviteBody);
  if (!deps.env.deskOrigins.includes(new URL(body.desk_url).origin)) {
    throw malformed("desk_url is not on one of the origins in SLUICE_DESK_ORIGINS.");
  }
  // Committed before the request, so that mail that may have gone out is counted.
  const [row] = await asMember(
    deps.sql,
    caller.member,
    (tx) =>
      tx<{ invited: Invited }[]>`
        select public.invite_member(${body.org_id}, ${body.email}, ${body.role}::public.member_role,
          ${body.broker ? tx.json(body.broker as never) : null}, ${body.valid_days}) as invited`,
    "read write",
  ).catch((error) => {
    throw inviteProblem(error);
  });
  const { invited } = row!;
  const email = body.email.toLowerCase();
  const { code, ...mail } = await mailInvitation(
    deps.env,
    email,
    linkTo(body.desk_url, invited.token),
    {},
  );
  c.var.log(mail.state === "sent" ? "info" : "warn", "invited", {
    ...{ invitation_id: invited.invitation_id, mail: mail.state },
    ...(code ? { code } : {}),
  });
  return Response.json({ ...invited, mail });
}
