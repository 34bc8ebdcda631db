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

/**
 * The search for candidates begins when an upload is completed, before the client has seen it, and keeps a core busy
 * from then on: beside the COPY of the baseline and the next upload, it would be charged to both. Its job is queued for
 * another day; item 11 measures it alone.
 */
async function holdSearch(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema bench;
    create function bench.hold_search() returns trigger language plpgsql as $$
    begin
      new.start_after := now() + interval '1 day';
      return new;
    end $$;
    create trigger hold_search before insert on pgboss.job
      for each row when (new.name = 'match-leads') execute function bench.hold_search()`);
}

/** Starts a stack on a fresh database, does the work, and takes everything down again. */
export async function inWorld<T>(
  options: Pick<StackOptions, "worker" | "log">,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const stack = await startStack({ database: "test", functions: ["csv-upload"], ...options });
  const sql = connect(stack.adminUrl, 2);
  try {
    await holdSearch(sql);
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
