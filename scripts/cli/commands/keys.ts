// Rotation of keys. A command that was interrupted continues where it was: its state is in the database.
import { defineCommand, integer, print, text } from "../command.ts";
import { addDatabaseOptions, findOrg, readDatabase, type Sql, withDatabase } from "../database.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { plural } from "../size.ts";

/** How often a batch may find only rows that are locked or unreadable before the command gives up. */
const PATIENCE = 30;
const WAIT_MS = 1000;

interface Usage {
  org_id: string;
  key_id: number;
  active: boolean;
  ciphertexts: string;
}

/** Ciphertexts per org and key, from a scan of every encrypted column. */
async function countCiphertexts(sql: Sql, org: string | null): Promise<Usage[]> {
  return await sql<Usage[]>`
    select k.org_id, k.id as key_id, k.retired_at is null as active,
      coalesce(u.ciphertexts, 0)::text as ciphertexts
    from private.org_keys k
    left join (
      select u.org_id, u.key_id, sum(u.ciphertexts) as ciphertexts from private.key_usage(${org}) u group by 1, 2
    ) u on u.org_id = k.org_id and u.key_id = k.id
    where k.purpose = 'data' and (${org}::uuid is null or k.org_id = ${org}::uuid)
    order by k.org_id, k.id`;
}

async function findUnknown(sql: Sql, deep: boolean): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select format('%s of %s.%s', u.ciphertexts, u.relation, u.column_name) as name
    from private.unknown_ciphertexts(${deep}) u`;
  return rows.map(({ name }) => name);
}

const describe = ({ org_id, key_id, active, ciphertexts }: Usage) =>
  `org ${org_id}: key ${key_id} (${active ? "active" : "retired"}) encrypts ${
    plural(Number(ciphertexts), "value")
  }`;

const status = defineCommand({
  name: "keys status",
  description:
    "Counts the values under each data key, and looks for encrypted values that a rotation would miss.",
  configure: (command) =>
    void addDatabaseOptions(command.option("--org <ORG>", "only this org: id or name")),
  read: (line) => ({ org: text(line.options.org), database: readDatabase(line) }),
  async run({ org, database }, io) {
    const found = await withDatabase(database, async (sql) => {
      const id = org === null ? null : await findOrg(sql, org);
      return { keys: await countCiphertexts(sql, id), unknown: await findUnknown(sql, true) };
    });
    const lines = [
      ...found.keys.map(describe),
      ...found.unknown.map((name) => `not known to the rotation: ${name}`),
    ];
    print(io, database.json, lines.join("\n"), {
      ok: found.unknown.length === 0,
      command: "keys status",
      ...found,
    });
    return found.unknown.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

/** Rotates one org; returns what still needs the old key, or null. */
async function rotateOrg(sql: Sql, org: string, limit: number, io: Io): Promise<string | null> {
  await sql`select private.start_key_rotation(${org}, ${io.now()})`;
  let moved = 0;
  let patience = PATIENCE;
  for (;;) {
    const [batch] = await sql<
      { moved: number; place: string | null; finished: boolean; remaining: string | null }[]
    >`select * from private.rotate_keys(${org}, ${limit}, ${io.now()})`
      .catch((error: { code?: string }) => {
        // Another command finished the rotation.
        if (error.code === "SL104") {
          return [{ moved: 0, place: null, finished: true, remaining: null }];
        }
        throw error;
      });
    if (batch!.finished) {
      io.stderr.write(`org ${org}: ${moved} rows re-encrypted, the old key is destroyed\n`);
      return null;
    }
    moved += batch!.moved;
    if (batch!.place !== null) {
      io.stderr.write(`org ${org}: ${moved} rows re-encrypted (${batch!.place})\n`);
      continue;
    }
    if (--patience === 0) return batch!.remaining ?? "rows are locked";
    await io.sleep(WAIT_MS);
  }
}

async function rotateDataKeys(sql: Sql, org: string | null, limit: number, io: Io) {
  const unknown = await findUnknown(sql, false);
  if (unknown.length > 0) {
    return { unfinished: unknown.map((name) => `not known to the rotation: ${name}`) };
  }
  const orgs = org === null
    ? (await sql<{ id: string }[]>`select id from public.orgs order by id`).map(({ id }) => id)
    : [await findOrg(sql, org)];
  const unfinished: string[] = [];
  for (const id of orgs) {
    const remaining = await rotateOrg(sql, id, limit, io);
    if (remaining !== null) unfinished.push(`${remaining}; run the command again`);
  }
  return { unfinished, keys: await countCiphertexts(sql, orgs.length === 1 ? orgs[0]! : null) };
}

async function rotateWrappingKey(sql: Sql, limit: number, io: Io) {
  let moved = 0;
  for (let patience = PATIENCE; patience > 0; patience--) {
    const [batch] = await sql<{ moved: number; finished: boolean }[]>`
      select * from private.rewrap_keys(${limit}, ${io.now()})`;
    moved += batch!.moved;
    if (batch!.finished) return { unfinished: [], wrapped: moved };
    if (batch!.moved > 0) {
      patience = PATIENCE;
      io.stderr.write(`${plural(moved, "key")} wrapped again\n`);
    } else await io.sleep(WAIT_MS);
  }
  return { unfinished: ["keys are locked; run the command again"], wrapped: moved };
}

const rotate = defineCommand({
  name: "keys rotate",
  description:
    "Gives every org a new data key, re-encrypts what is under the old one and destroys that, while uploads and " +
    "sending go on. Continues a rotation that was interrupted.",
  configure: (command) =>
    void addDatabaseOptions(
      command.option("--org <ORG>", "only this org: id or name")
        .option(
          "--wrapping-key",
          "replace the wrapping key by sluice_wrapping_key_next of Vault instead",
        )
        .option("--batch <ROWS>", "rows per transaction (default 1000)"),
    ),
  read: (line) => ({
    org: text(line.options.org),
    wrappingKey: line.options.wrappingKey === true,
    batch: integer("--batch", line.options.batch, 1000, 1, 100_000),
    database: readDatabase(line),
  }),
  async run({ org, wrappingKey, batch, database }, io) {
    const done: { unfinished: string[]; keys?: Usage[]; wrapped?: number } = await withDatabase(
      database,
      (sql) =>
        wrappingKey ? rotateWrappingKey(sql, batch, io) : rotateDataKeys(sql, org, batch, io),
    );
    const { unfinished } = done;
    const lines = wrappingKey
      ? [
        `${plural(done.wrapped ?? 0, "key")} wrapped again; ${
          unfinished.length === 0
            ? "the new key has replaced the old one in Vault"
            : "the old key is still needed"
        }`,
      ]
      : (done.keys ?? []).map(describe);
    print(io, database.json, [...lines, ...unfinished].join("\n"), {
      ok: unfinished.length === 0,
      command: "keys rotate",
      ...done,
    });
    return unfinished.length === 0 ? EXIT.ok : EXIT.failed;
  },
});

export default [status, rotate];
