// API keys of machines. A key is printed once, when it is made; the database has its hash only.
import { defineCommand, integer, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  findOrg,
  readDatabase,
  requireOrg,
  withDatabase,
} from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";

interface Key {
  id: string;
  name: string;
  role: string;
  scopes: string[];
  broker: string | null;
  state: string;
  created_by_email: string | null;
  expires_at: Date;
  last_used_at: Date | null;
}

interface Made {
  key_id: string;
  key: string;
  expires_at: string;
  old_expires_at?: string;
}

const ID = /^(?:slk_)?([0-9a-f]{16})$/;

function keyId(value: string): string {
  const id = ID.exec(value)?.[1];
  // A whole key would stay in the shell's history; its id is enough.
  if (id === undefined) {
    throw new UsageError("KEY_ID must be the 16 digits after slk_, and no more");
  }
  return id;
}

const day = (date: Date | string): string => new Date(date).toISOString().slice(0, 10);

const describe = (key: Key): string =>
  `slk_${key.id}  ${key.state.padEnd(8)}  ${key.name}: ${key.role}` +
  `${key.broker === null ? "" : ` (${key.broker})`}, ${key.scopes.join(" ")}, expires ${
    day(key.expires_at)
  }, ` +
  (key.last_used_at === null ? "never used" : `last used ${key.last_used_at.toISOString()}`) +
  (key.created_by_email === null ? "" : `, by ${key.created_by_email}`);

const create = defineCommand({
  name: "key create",
  description:
    "Creates an API key of an org and prints it, this once. Roles: admin, broker (with --broker) or viewer; the scopes " +
    "of each role are in docs/api_keys.md.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<NAME>", "what the key is for")
        .option("--org <ORG>", "id or name of the org (required)")
        .option("--role <ROLE>", "admin, broker or viewer (default viewer)")
        .option("--scopes <SCOPES>", "scopes, with commas (required)")
        .option("--broker <BROKER>", "with the role broker: id or name of the broker")
        .option("--days <DAYS>", "days until it expires, 1 to 730 (default 365)"),
    ),
  read(line) {
    const { options, operands } = line;
    const role = text(options.role) ?? "viewer";
    if (!["admin", "broker", "viewer"].includes(role)) {
      throw new UsageError("--role must be admin, broker or viewer");
    }
    const broker = text(options.broker);
    if ((role === "broker") !== (broker !== null)) {
      throw new UsageError("--broker is for the role broker, which requires it");
    }
    const scopes = (text(options.scopes) ?? "").split(/[\s,]+/).filter(Boolean);
    if (scopes.length === 0) throw new UsageError("--scopes is required: docs/api_keys.md");
    return {
      ...{ name: operands[0]!, org: requireOrg(line), role, broker, scopes },
      days: integer("--days", options.days, 365, 1, 730),
      database: readDatabase(line),
    };
  },
  async run({ name, org, role, broker, scopes, days, database }, io) {
    const made = await withDatabase(database, async (sql) => {
      const id = await findOrg(sql, org);
      const brokers = broker === null ? [] : await sql<{ id: string }[]>`
        select id from public.brokers where org_id = ${id} and (id::text = lower(${broker}) or name = ${broker})`;
      if (broker !== null && brokers.length !== 1) {
        throw new ClientError(
          brokers.length === 0
            ? `broker ${broker} not found`
            : `${brokers.length} brokers have the name ${broker}; use the id`,
        );
      }
      const [row] = await sql<{ made: Made }[]>`
        select public.create_api_key(${id}, ${name}, ${role}::public.member_role, ${scopes}, ${
        brokers[0]?.id ?? null
      }, ${days}) as made`;
      return row!.made;
    });
    io.stderr.write("The key is shown this once: store it now.\n");
    print(io, database.json, made.key, { ok: true, command: "key create", ...made });
    return EXIT.ok;
  },
});

const list = defineCommand({
  name: "key list",
  description: "Lists the API keys of an org, newest first, with their state and last use.",
  configure: (command) =>
    void addDatabaseOptions(command.option("--org <ORG>", "id or name of the org (required)")),
  read: (line) => ({ org: requireOrg(line), database: readDatabase(line) }),
  async run({ org, database }, io) {
    const keys = await withDatabase(database, async (sql) => {
      const id = await findOrg(sql, org);
      const all: Key[] = [];
      for (;;) {
        const last = all.at(-1) as (Key & { created_at: Date }) | undefined;
        const page = await sql<(Key & { created_at: Date })[]>`
          select * from public.list_api_keys(${id}, 200, ${last?.created_at ?? null}, ${
          last?.id ?? null
        })`;
        all.push(...page);
        if (page.length < 200) return all;
      }
    });
    print(io, database.json, keys.map(describe).join("\n") || "No API keys.", {
      ok: true,
      command: "key list",
      keys,
    });
    return EXIT.ok;
  },
});

const rotate = defineCommand({
  name: "key rotate",
  description:
    "Makes a new API key in the place of one and prints it, this once. Both are accepted for some hours, so that every " +
    "machine can be given the new one.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<KEY_ID>", "the 16 digits after slk_")
        .option("--org <ORG>", "id or name of the org (required)")
        .option("--overlap <HOURS>", "how long the old one is accepted, 0 to 720 (default 24)"),
    ),
  read: (line) => ({
    id: keyId(line.operands[0]!),
    org: requireOrg(line),
    overlap: integer("--overlap", line.options.overlap, 24, 0, 720),
    database: readDatabase(line),
  }),
  async run({ id, org, overlap, database }, io) {
    const made = await withDatabase(database, async (sql) => {
      const [row] = await sql<{ made: Made }[]>`
        select public.rotate_api_key(${await findOrg(sql, org)}, ${id}, ${overlap}) as made`;
      return row!.made;
    });
    io.stderr.write(
      `The key is shown this once: store it now. The old one is accepted until ${made.old_expires_at}.\n`,
    );
    print(io, database.json, made.key, { ok: true, command: "key rotate", ...made });
    return EXIT.ok;
  },
});

const revoke = defineCommand({
  name: "key revoke",
  description: "Ends an API key at once. A key that it was rotated to goes on.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<KEY_ID>", "the 16 digits after slk_")
        .option("--org <ORG>", "id or name of the org (required)"),
    ),
  read: (line) => ({
    id: keyId(line.operands[0]!),
    org: requireOrg(line),
    database: readDatabase(line),
  }),
  async run({ id, org, database }, io) {
    const revoked = await withDatabase(database, async (sql) => {
      const [row] = await sql<{ revoked: boolean }[]>`
        select public.revoke_api_key(${await findOrg(sql, org)}, ${id}) as revoked`;
      return row!.revoked;
    });
    print(
      io,
      database.json,
      revoked ? `slk_${id} is revoked.` : `slk_${id} was not found, or revoked before.`,
      { ok: revoked, command: "key revoke", key_id: id, revoked },
    );
    return revoked ? EXIT.ok : EXIT.failed;
  },
});

export default [create, list, rotate, revoke];
