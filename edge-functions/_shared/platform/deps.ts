// What every function needs from outside, as plain values, so that tests bring their own.
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
