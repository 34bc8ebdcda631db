// Sources of uploads: who sends lists, and with which signing secret. Their column maps are `source map`.
import { defineCommand, text } from "./command.ts";
import { addYesOption, confirm, saysYes } from "./confirm.ts";
import { type Database, readDatabase, type Sql } from "./database.ts";
import { UsageError } from "./errors.ts";
import { addOrgOptions, answer, answerFromDatabase, readOrg } from "./org_command.ts";
import { addSourceOrg, findSource } from "./source_map/store.ts";

interface Source {
  id: string;
  key: string;
  name: string;
  active: boolean;
  trust: number;
  last_upload: Date | null;
}

const KEY = /^[a-z0-9][a-z0-9_-]{0,99}$/;

const shown = async (sql: Sql, id: string, overlap: number): Promise<string> => {
  const [row] = await sql<{ secret: string }[]>`
    select public.rotate_source_secret(${id}, make_interval(hours => ${overlap})) as secret`;
  return row!.secret;
};

const activate = (name: "on" | "off") =>
  defineCommand({
    name: `source ${name}`,
    description: name === "on"
      ? "Lets a source upload again."
      : "Refuses further uploads of a source. What it sent stays.",
    configure: (command) => {
      addSourceOrg(command.argument("<KEY>", "key of the source"));
      if (name === "off") addYesOption(command);
    },
    read: (line): { key: string; org: string | null; yes: boolean; database: Database } => ({
      key: line.operands[0]!,
      org: text(line.options.org),
      yes: saysYes(line),
      database: readDatabase(line),
    }),
    run: ({ key, org, yes, database }, io) =>
      answerFromDatabase(`source ${name}`, database, io, async (sql) => {
        const source = await findSource(sql, key, org);
        if (name === "off") await confirm(`Uploads of ${key} are refused from now on.`, yes, io);
        await sql`update public.sources set active = ${name === "on"} where id = ${source.id}`;
        return { text: `${key} is ${name}`, object: { source: key, active: name === "on" } };
      }),
  });

export const sources = [
  defineCommand({
    name: "source list",
    description: "Lists the sources of an org with their last upload.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("source list", input, io, async (sql, org) => {
        const found = await sql<Source[]>`
          select s.id, s.key, s.name, s.active, s.trust,
            (select max(u.received_at) from public.uploads u where u.source_id = s.id) as last_upload
          from public.sources s where s.org_id = ${org} order by s.key`;
        return {
          text: found.map((one) =>
            `${one.key}  ${one.name}, trust ${one.trust}, ` +
            (one.last_upload ? `last upload ${one.last_upload.toISOString()}` : "no upload yet") +
            (one.active ? "" : "  off")
          ).join("\n") || "No sources.",
          object: { sources: found },
        };
      }),
  }),
  defineCommand({
    name: "source add",
    description:
      "Adds a source and prints its signing secret, this once: give it to the person who uploads.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<KEY>", "lower-case letters, digits, - and _")
          .option("--name <NAME>", "what people call it (default: the key)")
          .option("--trust <N>", "0 to 100: who wins when two sources disagree (default 50)")
          .option("--state <STATE>", "USPS code of the state that its lists leave out"),
      ),
    read: (line) => {
      const key = line.operands[0]!;
      if (!KEY.test(key)) throw new UsageError(`invalid key of a source: ${key}`);
      const trust = text(line.options.trust) ?? "50";
      if (!/^(\d{1,2}|100)$/.test(trust)) throw new UsageError("--trust must be 0 to 100");
      return {
        ...readOrg(line),
        key,
        name: text(line.options.name) ?? key,
        trust: Number(trust),
        state: text(line.options.state),
      };
    },
    run: ({ key, name, trust, state, ...input }, io) =>
      answer("source add", input, io, async (sql, org) => {
        const [row] = await sql<{ id: string }[]>`
          insert into public.sources (org_id, key, name, trust, default_state)
          values (${org}, ${key}, ${name}, ${trust}, ${state}) returning id`;
        const secret = await shown(sql, row!.id, 24);
        io.stderr.write("The secret is shown this once: store it now.\n");
        return { text: secret, object: { source: key, source_id: row!.id, secret } };
      }),
  }),
  defineCommand({
    name: "source secret",
    description:
      "Makes a new signing secret of a source and prints it, this once. Both are accepted for some hours. The secret " +
      "of its webhooks changes with it.",
    configure: (command) =>
      void addYesOption(
        addSourceOrg(
          command.argument("<KEY>", "key of the source")
            .option("--overlap <HOURS>", "how long the old one is accepted, 0 to 720 (default 24)"),
        ),
      ),
    read: (line) => {
      const overlap = text(line.options.overlap) ?? "24";
      if (!/^\d{1,3}$/.test(overlap) || Number(overlap) > 720) {
        throw new UsageError("--overlap must be 0 to 720");
      }
      return {
        key: line.operands[0]!,
        org: text(line.options.org),
        overlap: Number(overlap),
        yes: saysYes(line),
        database: readDatabase(line),
      };
    },
    run: ({ key, org, overlap, yes, database }, io) =>
      answerFromDatabase("source secret", database, io, async (sql) => {
        const source = await findSource(sql, key, org);
        await confirm(`The secret of ${key} ends after ${overlap} hours.`, yes, io);
        const secret = await shown(sql, source.id, overlap);
        io.stderr.write("The secret is shown this once: store it now.\n");
        return { text: secret, object: { source: key, secret } };
      }),
  }),
  activate("off"),
  activate("on"),
];
