// External dependencies of every function, as plain values, so that tests can supply their own.
import type { Sql } from "./db/client.ts";
import type { Env } from "./settings.ts";
import type { Log } from "./log.ts";

export interface Deps {
  sql: Sql;
  /** The clock. */
  now: () => Date;
  env: Env;
  log: Log;
}
