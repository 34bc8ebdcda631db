// Backups of the data, encrypted with a key file that is kept elsewhere. Supabase's own backups and point-in-time
// recovery are the first choice (docs/backup.md); these leave the platform.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { type CommandLine, defineCommand, print, text } from "../command.ts";
import {
  createArchive,
  type Head,
  readHead,
  readKeyFile,
  restoreArchive,
} from "../backup/archive.ts";
import { differences, readContents } from "../backup/contents.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { addDatabaseOptions, readDatabase, withDatabase } from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { plural } from "../size.ts";

const KEY_ENV = "SLUICE_WRAPPING_KEY";

const addKeyOption = (command: Command): Command =>
  command.option("--key-file <FILE>", "the key of `backup key` (required)");

function requireKeyFile({ options }: CommandLine): string {
  const file = text(options.keyFile);
  if (file === null) {
    throw new UsageError("--key-file is required: make one with sluice backup key");
  }
  return file;
}

const seconds = (from: number): number => Math.round((performance.now() - from) / 100) / 10;

interface Verified {
  head: Head;
  differences: string[];
  seconds: Record<string, number>;
}

/** Restores into a database of the private cluster of this machine, compares, and drops it. */
async function verify(
  file: string,
  key: Buffer,
  wrappingKey: string | null,
): Promise<Verified> {
  // The scratch database is never on the server that the backup came from.
  delete process.env.DATABASE_URL;
  const { openServer } = await import("../../dev/server.ts");
  const { createTestDatabase } = await import("../../dev/database.ts");
  const server = await openServer();
  try {
    const scratch = await createTestDatabase(server);
    try {
      const began = performance.now();
      const head = await restoreArchive(scratch.adminUrl, file, key);
      const restored = seconds(began);
      const after = await withDatabase(
        { databaseUrl: scratch.adminUrl, json: false },
        async (sql) => {
          if (wrappingKey !== null) {
            await sql`
            select vault.update_secret(s.id, ${wrappingKey}) from vault.secrets s
            where s.name = 'sluice_wrapping_key'`;
          }
          return await readContents(sql, new Date(head.made_at));
        },
      );
      const found = differences(
        head.contents,
        wrappingKey === null ? { ...after, gate: null } : after,
      );
      return { head, differences: found, seconds: { restore: restored, all: seconds(began) } };
    } finally {
      await scratch.drop();
    }
  } finally {
    await server.release();
  }
}

function report(
  command: string,
  json: boolean,
  io: Io,
  { head, differences, ...rest }: Verified & { bytes?: number },
): number {
  const tables = Object.values(head.contents.tables);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const ok = differences.length === 0;
  const times = Object.entries(rest.seconds)
    .map(([what, s]) => `${what} ${s} s`).join(", ");
  print(
    io,
    json,
    [
      ok
        ? `the restored database is the same: ${plural(rows, "row")} in ${
          plural(tables.length, "table")
        }, ` +
          `${head.contents.gate!.asked} answers of the gate`
        : "the restored database differs:",
      ...differences.map((one) => `  ${one}`),
      times,
    ].join("\n"),
    { ok, command, made_at: head.made_at, rows, tables: tables.length, differences, ...rest },
  );
  return ok ? EXIT.ok : EXIT.failed;
}

export default [
  defineCommand({
    name: "backup key",
    description:
      "Makes a key file for backups. Keep copies of it away from the backups: without it nobody can read them.",
    configure: (command) =>
      void command.argument("<FILE>").option(
        "--json",
        "print one JSON object on the last line of standard output",
      ),
    read: (line) => ({ file: line.operands[0]!, json: line.options.json === true }),
    async run({ file, json }, io) {
      await writeFile(file, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" })
        .catch((error: Error) => {
          throw new UsageError(`cannot write ${file}: ${error.message.split(",")[0]}`);
        });
      print(io, json, `${file} has the key`, { ok: true, command: "backup key", file });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "backup create",
    description:
      "Writes all rows of Sluice and the users of Supabase Auth into an encrypted file, as of one moment. The wrapping " +
      "key in Vault is not in it: keep a copy apart. Needs a direct connection and pg_dump of the server's version.",
    configure: (command) => void addDatabaseOptions(addKeyOption(command.argument("<FILE>"))),
    read: (line) => ({
      file: line.operands[0]!,
      keyFile: requireKeyFile(line),
      database: readDatabase(line),
    }),
    async run({ file, keyFile, database }, io) {
      const began = performance.now();
      const key = await readKeyFile(keyFile);
      const head = await createArchive(database.databaseUrl, file, key, io.now());
      const { size } = await stat(file);
      const rows = Object.values(head.contents.tables).reduce((sum, table) => sum + table.rows, 0);
      print(
        io,
        database.json,
        `${file}: ${plural(rows, "row")}, ${size} bytes, ${seconds(began)} s`,
        {
          ...{
            ok: true,
            command: "backup create",
            file,
            rows,
            bytes: size,
            seconds: seconds(began),
          },
        },
      );
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "backup verify",
    description:
      "Restores a backup into a scratch database of this machine and compares rows and checksums of each table, and " +
      `the gate's answers about 200 contacts; for these the wrapping key is read from ${KEY_ENV}. Needs a checkout of ` +
      "the release of the backup.",
    configure: (command) =>
      void addKeyOption(command.argument("<FILE>"))
        .option("--json", "print one JSON object on the last line of standard output"),
    read: (line) => ({
      file: line.operands[0]!,
      keyFile: requireKeyFile(line),
      wrappingKey: line.env[KEY_ENV]?.trim() || null,
      json: line.options.json === true,
    }),
    async run({ file, keyFile, wrappingKey, json }, io) {
      const key = await readKeyFile(keyFile);
      return report("backup verify", json, io, await verify(file, key, wrappingKey));
    },
  }),
  defineCommand({
    name: "backup drill",
    description:
      "Makes a backup with a key of its own, restores it into a scratch database of this machine, compares, times each " +
      "step, and removes both. The wrapping key is read from the Vault of the database.",
    configure: (command) => void addDatabaseOptions(command),
    read: readDatabase,
    async run(database, io) {
      const folder = await mkdtemp(join(tmpdir(), "sluice-backup-"));
      try {
        const [file, key] = [join(folder, "backup"), randomBytes(32)];
        const began = performance.now();
        await createArchive(database.databaseUrl, file, key, io.now());
        const create = seconds(began);
        const wrappingKey = await withDatabase(database, async (sql) => {
          const [row] = await sql<{ key: string }[]>`
            select decrypted_secret as key from vault.decrypted_secrets where name = 'sluice_wrapping_key'`;
          return row?.key ?? null;
        });
        const { size } = await stat(file);
        const done = await verify(file, key, wrappingKey);
        return report("backup drill", database.json, io, {
          ...done,
          seconds: { create, ...done.seconds },
          bytes: size,
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  }),
  defineCommand({
    name: "backup restore",
    description:
      "Restores a backup into an empty database with the migrations of its release. Its reference data is replaced. " +
      "Then put the wrapping key into Vault. Members sign in again.",
    configure: (command) =>
      void addYesOption(addDatabaseOptions(addKeyOption(command.argument("<FILE>")))),
    read: (line) => ({
      file: line.operands[0]!,
      keyFile: requireKeyFile(line),
      yes: saysYes(line),
      database: readDatabase(line),
    }),
    async run({ file, keyFile, yes, database }, io) {
      const key = await readKeyFile(keyFile);
      const { made_at } = await readHead(file, key);
      await confirm(
        `This fills ${new URL(database.databaseUrl).host} with the backup of ${made_at}.`,
        yes,
        io,
      );
      await restoreArchive(database.databaseUrl, file, key);
      print(io, database.json, `restored the backup of ${made_at}`, {
        ...{ ok: true, command: "backup restore", made_at },
      });
      return EXIT.ok;
    },
  }),
];
