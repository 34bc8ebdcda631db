// An archive: one line of JSON that says what is in it, then the custom format of pg_dump; all of it encrypted.
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import postgres from "postgres";
import { postgresClient } from "../../dev/paths.ts";
import { ClientError, UsageError } from "../errors.ts";
import { type Contents, readContents, readSchema, tablesOf } from "./contents.ts";
import { decrypt, encrypt, KEY_BYTES } from "./crypt.ts";

export interface Head {
  format: 1;
  made_at: string;
  contents: Contents;
}

export async function readKeyFile(path: string): Promise<Buffer> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message.split(",")[0]}`);
  });
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== KEY_BYTES) {
    throw new UsageError(`${path} is not a key of sluice backup key: 32 bytes in base64`);
  }
  return key;
}

function finish(child: ReturnType<typeof spawn>, name: string): Promise<void> {
  let errors = "";
  child.stderr!.on("data", (text) => errors += text);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new ClientError(`${name}: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve();
      else {reject(
          new ClientError(`${name} failed: ${errors.trim().split("\n").slice(0, 3).join("; ")}`),
        );}
    });
  });
}

/** Programs of PostgreSQL take the address as arguments, which other users see: the password goes by environment. */
function clientEnv(url: string): { target: string; env: NodeJS.ProcessEnv } {
  const target = new URL(url);
  const password = decodeURIComponent(target.password);
  target.password = "";
  return { target: target.href, env: { ...process.env, PGPASSWORD: password } };
}

/** Contents and dump are of one snapshot, so that writers change neither. */
export async function createArchive(
  url: string,
  file: string,
  key: Buffer,
  now: Date,
): Promise<Head> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.begin("isolation level repeatable read", async (tx) => {
      await tx`set local statement_timeout = 0`;
      await tx`set local row_security = off`;
      const [snapshot] = await tx<{ id: string }[]>`select pg_export_snapshot() as id`;
      const head: Head = {
        format: 1,
        made_at: now.toISOString(),
        contents: await readContents(tx as unknown as postgres.Sql, now),
      };
      const { target, env } = clientEnv(url);
      const dump = spawn(postgresClient("pg_dump"), [
        ...["--format=custom", "--data-only", "--load-via-partition-root", "--no-owner"],
        `--snapshot=${snapshot!.id}`,
        ...(await tablesOf(tx as unknown as postgres.Sql)).map((name) => `--table=${name}`),
        // Counters, and the rows of partitioned tables.
        ...[
          "--table=public.*_seq",
          "--table=private.*_seq",
          "--table=private.*_20*",
          "--table=private.*_other",
        ],
        target,
      ], { env, stdio: ["ignore", "pipe", "pipe"] });
      const done = finish(dump, "pg_dump");
      async function* plain() {
        yield Buffer.from(`${JSON.stringify(head)}\n`);
        yield* dump.stdout!;
      }
      const out = await open(file, "wx", 0o600).catch((error: Error) => {
        throw new UsageError(`cannot write ${file}: ${error.message.split(",")[0]}`);
      });
      await Promise.all([
        done,
        pipeline(
          Readable.from(encrypt(plain(), key), { objectMode: true }),
          out.createWriteStream({ flush: true }),
        ),
      ]);
      return head;
    }) as Head;
  } finally {
    await sql.end();
  }
}

async function* join(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** The head, and the dump behind it. */
async function openArchive(file: string, key: Buffer) {
  const content = decrypt(createReadStream(file), key);
  let text = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await content.next();
    if (done) throw new ClientError("the backup has no head");
    text = Buffer.concat([text, value]);
    const end = text.indexOf(10);
    if (end < 0) continue;
    const head = JSON.parse(text.subarray(0, end).toString()) as Head;
    const rest = text.subarray(end + 1);
    return { head, dump: join(rest, content) };
  }
}

export async function readHead(file: string, key: Buffer): Promise<Head> {
  return (await openArchive(file, key)).head;
}

/** Fills a database that has the same migrations and no org. Its reference data is replaced. */
export async function restoreArchive(url: string, file: string, key: Buffer): Promise<Head> {
  const { head, dump } = await openArchive(file, key);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    if (await readSchema(sql) !== head.contents.schema) {
      throw new ClientError(
        "the database has other tables or columns than the backup: push the migrations of its release first",
      );
    }
    const [org] = await sql`select from public.orgs limit 1`;
    if (org) throw new ClientError("the database has orgs: restore into an empty one");
    await sql.begin(async (tx) => {
      // Neither triggers nor foreign keys: every row was checked when it was written.
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(
        `truncate ${(await tablesOf(tx as unknown as postgres.Sql)).join(", ")} cascade`,
      );
    });
    const { target, env } = clientEnv(url);
    const restore = spawn(postgresClient("pg_restore"), [
      ...[
        "--data-only",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        `--dbname=${target}`,
      ],
    ], {
      env: { ...env, PGOPTIONS: "-c session_replication_role=replica -c statement_timeout=0" },
      stdio: ["pipe", "ignore", "pipe"],
    });
    const done = finish(restore, "pg_restore");
    await Promise.all([done, pipeline(Readable.from(dump, { objectMode: true }), restore.stdin!)]);
    await sql`analyze`;
    await sql`select public.refresh_contactable_leads(p_force => true)`;
    return head;
  } finally {
    await sql.end();
  }
}
