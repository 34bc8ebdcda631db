// Members of an org. People without an account are invited on the desk, which mails them a link.
import { defineCommand, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import type { Sql } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";

const ROLES = ["owner", "admin", "broker", "viewer"];

interface Member {
  user_id: string;
  email: string | null;
  role: string;
  broker_name: string | null;
  has_second_factor: boolean | null;
}

/** The id of the user of Supabase Auth with that e-mail address. */
export async function userByEmail(sql: Sql, email: string): Promise<string> {
  const [user] = await sql<{ id: string }[]>`
    select id from auth.users where lower(email) = lower(${email.trim()})`;
  if (!user) {
    throw new ClientError(`nobody has signed up as ${email}; invite them on the desk`);
  }
  return user.id;
}

function readRole(role: string | null): string {
  if (role === null || !ROLES.includes(role)) {
    throw new UsageError(`a role is one of ${ROLES.join(", ")}`);
  }
  return role;
}

const lineOf = (member: Member): string =>
  `${member.user_id}  ${member.role.padEnd(6)}  ${member.email ?? ""}` +
  (member.broker_name ? ` (${member.broker_name})` : "") +
  (member.has_second_factor ? "" : "  no second factor");

export default [
  defineCommand({
    name: "member list",
    description: "Lists the members of an org with their roles.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("member list", input, io, async (sql, org) => {
        const members = await sql<Member[]>`select * from public.list_members(${org})`;
        return { text: members.map(lineOf).join("\n") || "No members.", object: { members } };
      }),
  }),
  defineCommand({
    name: "member add",
    description: "Makes somebody who has signed up a member of an org.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<EMAIL>").option(
          "--role <ROLE>",
          "owner, admin, broker or viewer (required)",
        ),
      ),
    read: (line) => ({
      ...readOrg(line),
      email: line.operands[0]!,
      role: readRole(text(line.options.role)),
    }),
    run: ({ email, role, ...input }, io) =>
      answer("member add", input, io, async (sql, org) => {
        const user = await userByEmail(sql, email);
        await sql`
          insert into public.members (org_id, user_id, role) values (${org}, ${user}, ${role}::public.member_role)`;
        return { text: `${email} is ${role}`, object: { user_id: user, role } };
      }),
  }),
  defineCommand({
    name: "member role",
    description: "Changes the role of a member. An org keeps an owner.",
    configure: (command) =>
      void addOrgOptions(command.argument("<EMAIL>").argument("<ROLE>", ROLES.join(", "))),
    read: (line) => ({
      ...readOrg(line),
      email: line.operands[0]!,
      role: readRole(line.operands[1] ?? null),
    }),
    run: ({ email, role, ...input }, io) =>
      answer("member role", input, io, async (sql, org) => {
        const user = await userByEmail(sql, email);
        await sql`select public.set_member_role(${org}, ${user}, ${role}::public.member_role)`;
        return { text: `${email} is ${role}`, object: { user_id: user, role } };
      }),
  }),
  defineCommand({
    name: "member remove",
    description:
      "Ends a membership at once. The broker record stays without a login and keeps its leads.",
    configure: (command) => void addYesOption(addOrgOptions(command.argument("<EMAIL>"))),
    read: (line) => ({ ...readOrg(line), email: line.operands[0]!, yes: saysYes(line) }),
    run: ({ email, yes, ...input }, io) =>
      answer("member remove", input, io, async (sql, org) => {
        const user = await userByEmail(sql, email);
        await confirm(`This ends the membership of ${email}.`, yes, io);
        await sql`select public.remove_member(${org}, ${user})`;
        return { text: `${email} is no member any more`, object: { user_id: user } };
      }),
  }),
];
