// Generated pages of docs/: text from a freshly built database, written, or compared with what is there.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { connect, createTestDatabase } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import { openServer } from "../dev/server.ts";

export type Sql = ReturnType<typeof connect>;

/** The lines that `read` makes of a database built from sql/, as one document. */
export async function documentOf(read: (sql: Sql) => Promise<string[]>): Promise<string> {
  const server = await openServer();
  const database = await createTestDatabase(server);
  const sql = connect(database.adminUrl);
  try {
    return (await read(sql)).join("\n").trimEnd() + "\n";
  } finally {
    await sql.end();
    await database.drop();
    await server.release();
  }
}

/** Writes docs/NAME; with `--check` it only reports whether the page is current. */
export function writePage(name: string, document: string, command: string): void {
  writeGenerated(join("docs", name), document, command);
}

/** The same for a file of the project by its path. */
export function writeGenerated(path: string, document: string, command: string): void {
  const file = join(root, path);
  if (!process.argv.includes("--check")) writeFileSync(file, document);
  else if (readFileSync(file, "utf8") !== document) {
    console.error(`${relative(root, file)} is not current: run ${command}.`);
    process.exitCode = 1;
  }
}
