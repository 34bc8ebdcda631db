// Orgs: the tenants of a project.
import { defineCommand, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { addDatabaseOptions, findOrg, readDatabase } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import { answerFromDatabase } from "../org_command.ts";
import { plural } from "../size.ts";
import { userByEmail } from "./member.ts";

interface Org {
  id: string;
  name: string;
  time_zone: string;
  settings: Record<string, string>;
  members: number;
  leads: number;
}

const columns = `o.id, o.name, o.time_zone, o.settings,
  (select count(*)::float8 from public.members m where m.org_id = o.id) as members,
  (select count(*)::float8 from public.leads l where l.org_id = o.id) as leads`;

const lineOf = (org: Org): string =>
  `${org.id}  ${org.name}  ${org.time_zone}  ${plural(org.members, "member")}, ${
    plural(org.leads, "lead")
  }`;

const detailsOf = (org: Org): string =>
  [lineOf(org), ...Object.entries(org.settings).map(([key, value]) => `  ${key}: ${value}`)]
    .join("\n");

/** `raw_days=60 reveals_per_hour=`: an empty value removes the setting. */
function readSettings(operands: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(operands.map((given) => {
    const at = given.indexOf("=");
    if (at < 1) throw new UsageError(`a setting is KEY=VALUE, not ${given}`);
    return [given.slice(0, at), given.slice(at + 1) || null];
  }));
}

export default [
  defineCommand({
    name: "org list",
    description: "Lists the orgs of the project with their members and leads.",
    configure: (command) => void addDatabaseOptions(command),
    read: readDatabase,
    run: (database, io) =>
      answerFromDatabase("org list", database, io, async (sql) => {
        const orgs = await sql<Org[]>`
          select ${sql.unsafe(columns)} from public.orgs o order by o.created_at, o.id`;
        return { text: orgs.map(lineOf).join("\n") || "No orgs.", object: { orgs } };
      }),
  }),
  defineCommand({
    name: "org show",
    description: "Shows an org with its settings.",
    configure: (command) => void addDatabaseOptions(command.argument("<ORG>", "id or name")),
    read: (line) => ({ org: line.operands[0]!, database: readDatabase(line) }),
    run: ({ org, database }, io) =>
      answerFromDatabase("org show", database, io, async (sql) => {
        const id = await findOrg(sql, org);
        const [row] = await sql<Org[]>`
          select ${sql.unsafe(columns)} from public.orgs o where o.id = ${id}`;
        return { text: detailsOf(row!), object: { org: row } };
      }),
  }),
  defineCommand({
    name: "org create",
    description:
      "Creates an org, with its first owner if --owner names somebody who has signed up.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<NAME>")
          .option(
            "--time-zone <ZONE>",
            "IANA time zone of its business day (default America/Los_Angeles)",
          )
          .option("--owner <EMAIL>", "e-mail address of the first owner"),
      ),
    read: (line) => ({
      name: line.operands[0]!,
      zone: text(line.options.timeZone) ?? "America/Los_Angeles",
      owner: text(line.options.owner),
      database: readDatabase(line),
    }),
    run: ({ name, zone, owner, database }, io) =>
      answerFromDatabase("org create", database, io, async (sql) => {
        const user = owner === null ? null : await userByEmail(sql, owner);
        const [same] = await sql`select from public.orgs where name = ${name}`;
        if (same) throw new ClientError(`an org has the name ${name}`);
        const id = await sql.begin(async (tx) => {
          const [org] = await tx<{ id: string }[]>`
            insert into public.orgs (name, time_zone) values (${name}, ${zone}) returning id`;
          if (user !== null) {
            await tx`insert into public.members (org_id, user_id, role) values (${
              org!.id
            }, ${user}, 'owner')`;
          }
          return org!.id;
        });
        return { text: id, object: { org_id: id, owner_id: user } };
      }),
  }),
  defineCommand({
    name: "org set",
    description:
      "Changes the name, the time zone or settings of an org. An empty value removes a setting. `org show` prints " +
      "those that are set; docs/tenancy.md says what they mean. raw_days is how long stored uploads, rejected rows " +
      "and bodies of webhooks are kept.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<ORG>", "id or name").argument("[KEY=VALUE...]")
          .option("--name <NAME>", "new name")
          .option("--time-zone <ZONE>", "IANA time zone of its business day"),
      ),
    read: (line) => {
      const [org, ...given] = line.operands;
      const input = {
        org: org!,
        name: text(line.options.name),
        zone: text(line.options.timeZone),
        settings: readSettings(given),
        database: readDatabase(line),
      };
      if (given.length === 0 && input.name === null && input.zone === null) {
        throw new UsageError("name what to change: KEY=VALUE, --name or --time-zone");
      }
      return input;
    },
    run: ({ org, name, zone, settings, database }, io) =>
      answerFromDatabase("org set", database, io, async (sql) => {
        const id = await findOrg(sql, org);
        const known = await sql<{ key: string; pattern: string }[]>`
          select key, pattern from private.org_setting_kinds()`;
        for (const [key, value] of Object.entries(settings)) {
          const kind = known.find((one) => one.key === key);
          if (!kind) {
            throw new ClientError(
              `unknown setting ${key}; known are ${known.map((one) => one.key).join(", ")}`,
            );
          }
          if (
            value !== null && !new RegExp(kind.pattern.replaceAll("[:space:]", "\\s")).test(value)
          ) {
            throw new ClientError(`${value} is not a valid ${key}`);
          }
        }
        const [row] = await sql<Org[]>`
          update public.orgs o
          set name = coalesce(${name}, o.name), time_zone = coalesce(${zone}, o.time_zone),
            settings = jsonb_strip_nulls(o.settings || ${sql.json(settings)})
          where o.id = ${id} returning ${sql.unsafe(columns)}`;
        return { text: detailsOf(row!), object: { org: row } };
      }),
  }),
  defineCommand({
    name: "org delete",
    description:
      "Deletes an org with everything that it has: leads, consents, messages, members. Nothing brings it back but a " +
      "backup. To confirm, --name repeats its name.",
    configure: (command) =>
      void addYesOption(
        addDatabaseOptions(command.argument("<ORG>", "id or name"))
          .option("--name <NAME>", "the name of the org, as a check (required)"),
      ),
    read: (line) => {
      const name = text(line.options.name);
      if (name === null) throw new UsageError("--name is required: repeat the name of the org");
      return { org: line.operands[0]!, name, yes: saysYes(line), database: readDatabase(line) };
    },
    run: ({ org, name, yes, database }, io) =>
      answerFromDatabase("org delete", database, io, async (sql) => {
        const id = await findOrg(sql, org);
        const [row] = await sql<Org[]>`
          select ${sql.unsafe(columns)} from public.orgs o where o.id = ${id}`;
        if (row!.name !== name) throw new ClientError(`org ${org} does not have the name ${name}`);
        await confirm(
          `This deletes ${name} with ${plural(row!.members, "member")} and ${
            plural(row!.leads, "lead")
          } for good.`,
          yes,
          io,
        );
        await sql`delete from public.orgs where id = ${id}`;
        return { text: `deleted ${name}`, object: { org_id: id } };
      }),
  }),
];
