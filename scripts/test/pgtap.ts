// Runs pgTAP files with psql, each in its own clone of the template, and reads their output.
import { join } from "node:path";
import { createTestDatabase, type Server } from "../dev/database.ts";
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

async function runFile(server: Server, file: string): Promise<Check[]> {
  const database = await createTestDatabase(server);
  try {
    const { stdout, stderr, status } = await run(postgresClient("psql"), [
      ...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
      ...["--pset=pager=off", `--file=${join(root, file)}`, database.url],
    ]);
    return readTap(file, stdout, stderr, status);
  } finally {
    await database.drop();
  }
}

export async function pgtap(server: Server, files: string[]): Promise<Check[]> {
  return (await inParallel(files, 2, (file) => runFile(server, file))).flat();
}
