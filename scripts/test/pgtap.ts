// Runs pgTAP files with psql in clones of the template, and reads their output.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestDatabase, type Server, type TestDatabase } from "../dev/database.ts";
import { postgresClient, root } from "../dev/paths.ts";
import { run } from "../dev/supabase.ts";
import { type Check, inParallel } from "./check.ts";

/** Checks of one TAP text; a plan that was not kept, or a failure of psql, is a failed check. */
export function readTap(file: string, stdout: string, stderr: string, status: number): Check[] {
  const checks: Check[] = [];
  let planned: number | null = null;
  let failed: Check | null = null;
  for (const line of stdout.split("\n")) {
    const [, not, name] = /^(not )?ok \d+(?: - (.*))?$/.exec(line) ?? [];
    if (/^(not )?ok \d+/.test(line)) {
      const checked: Check = { name: `${file}: ${name ?? ""}`, ok: !not };
      checks.push(checked);
      failed = not ? checked : null;
    } else if (/^1\.\.\d+/.test(line)) planned = Number(line.slice(3).split(" ")[0]);
    else if (failed && line.startsWith("#")) {
      failed.detail = `${failed.detail ?? ""}${line}\n`;
    }
  }
  const whole = (detail: string) => checks.push({ name: file, ok: false, detail });
  if (status !== 0) whole(stderr.trim() || `psql ended with ${status}`);
  else if (planned === null) whole("the plan is missing");
  else if (planned !== checks.length) whole(`planned ${planned} tests, ran ${checks.length}`);
  else if (planned === 0) whole("the file has no tests");
  return checks;
}

/** Whether nothing of the file stays, but for sequences and pages of rows that never were. */
const leavesNothing = (text: string): boolean =>
  /^rollback;/m.test(text) && !/^\s*(?:commit|vacuum|\\c|\\connect)\b|dblink/im.test(text);

/** After so many files, a database has grown by rows that were rolled back. */
const MOST_FILES = 40;

/** Clones of the template: a file gets a new one, or one in which others have left nothing. */
class Clones {
  readonly #server: Server;
  readonly #idle: { database: TestDatabase; files: number }[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  async use<T>(again: boolean, work: (database: TestDatabase) => Promise<T>): Promise<T> {
    const one = (again ? this.#idle.pop() : undefined) ??
      { database: await createTestDatabase(this.#server), files: 0 };
    let kept = false;
    try {
      const result = await work(one.database);
      if (again && ++one.files < MOST_FILES) kept = this.#idle.push(one) > 0;
      return result;
    } finally {
      if (!kept) await one.database.drop();
    }
  }

  async drop(): Promise<void> {
    for (const { database } of this.#idle.splice(0)) await database.drop();
  }
}

async function runFile(clones: Clones, file: string): Promise<Check[]> {
  const text = readFileSync(join(root, file), "utf8");
  return await clones.use(leavesNothing(text), async ({ url }) => {
    const { stdout, stderr, status } = await run(postgresClient("psql"), [
      ...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
      ...["--pset=pager=off", `--file=${join(root, file)}`, url],
    ]);
    return readTap(file, stdout, stderr, status);
  });
}

export async function pgtap(server: Server, files: string[]): Promise<Check[]> {
  const clones = new Clones(server);
  try {
    return (await inParallel(files, 2, (file) => runFile(clones, file))).flat();
  } finally {
    await clones.drop();
  }
}
