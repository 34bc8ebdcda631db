// A process of its own for tests that kill it: it connects to DATABASE_URL, runs the statements of a job, the last one in a
// transaction that it leaves open, says that it is there, and waits.
//   node test/support/killed_process.ts JOB
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

/** Values of columns of earlier answers are named in parameters as `{"from": statement, "column": name}`. */
export interface Job {
  statements: { text: string; parameters: unknown[] }[];
  /** Whether the last statement is committed before the process is there. */
  committed: boolean;
}

interface Reference {
  from: number;
  column: string;
}

const isReference = (value: unknown): value is Reference =>
  typeof value === "object" && value !== null && "from" in value && "column" in value;

async function work({ statements, committed }: Job): Promise<void> {
  const sql = postgres(process.env.DATABASE_URL!, { max: 1, onnotice: () => {} });
  const answers: Record<string, unknown>[][] = [];
  const fill = (value: unknown) => {
    if (!isReference(value)) return value;
    const column = answers[value.from]!.map((row) => row[value.column]);
    return JSON.stringify(column);
  };
  const here = () => console.log("here");
  for (const [index, { text, parameters }] of statements.entries()) {
    const open = index === statements.length - 1 && !committed;
    if (open) await sql.unsafe("begin");
    answers.push(await sql.unsafe(text, parameters.map(fill) as never[]) as never);
  }
  here();
  await new Promise(() => setInterval(() => {}, 60_000));
}

/** Starts the job, kills the process (-9) when it is there, and waits until the server has noticed. */
export async function killAfter(databaseUrl: string, job: Job): Promise<void> {
  const name = `killed ${crypto.randomUUID()}`;
  const child: ChildProcess = spawn(process.execPath, [
    fileURLToPath(import.meta.url),
    JSON.stringify(job),
  ], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DATABASE_URL: databaseUrl, PGAPPNAME: name },
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line === "here") break;
  }
  if (!child.kill("SIGKILL")) throw new Error("the process ended before it was killed");
  const [, signal] = await ended as [number | null, string | null];
  if (signal !== "SIGKILL") throw new Error("the process was not killed");
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    for (;;) {
      const [left] = await sql`select from pg_stat_activity where application_name = ${name}`;
      if (!left) return;
    }
  } finally {
    await sql.end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await work(JSON.parse(process.argv[2]!) as Job);
}
