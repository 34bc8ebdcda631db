// The bench's brokerage, in a database of its own that is dropped at the end.
import { connect } from "../dev/database.ts";
import { type Stack, type StackOptions, startStack } from "../dev/stack.ts";
import { serverOf } from "./processes.ts";

export type Sql = ReturnType<typeof connect>;

export interface World {
  stack: Stack;
  /** As superuser: policies do not apply to it. */
  sql: Sql;
  /** Pid of the database server, where it runs on this machine. */
  server: number | null;
  /** Name of the database. */
  database: string;
  orgId: string;
  sourceKey: string;
  secret: string;
}

/** Starts a stack on a fresh database, does the work, and takes everything down again. */
export async function inWorld<T>(
  options: Pick<StackOptions, "worker" | "log">,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const stack = await startStack({ database: "test", functions: ["csv-upload"], ...options });
  const sql = connect(stack.adminUrl, 2);
  try {
    const [org] = await sql`
      insert into public.orgs (name, time_zone) values ('Bench Realty', 'America/Los_Angeles')
      returning id`;
    const sourceKey = "bench";
    const [source] = await sql`
      insert into public.sources (org_id, key, name)
      values (${org!.id}, ${sourceKey}, 'Bench vendor') returning id`;
    const [key] = await sql`select public.rotate_source_secret(${source!.id}) as secret`;
    const [backend] = await sql`select pg_backend_pid() as pid, current_database() as name`;
    const server = serverOf(backend!.pid);
    const database = backend!.name;
    return await work({
      stack,
      sql,
      server,
      database,
      orgId: org!.id,
      sourceKey,
      secret: key!.secret,
    });
  } finally {
    await sql.end();
    await stack.stop();
  }
}
