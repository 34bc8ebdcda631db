// safeupdate refuses every update and delete without a WHERE clause in the sessions of the hosted API, also inside
// functions. The extension is not packaged for the local cluster, so the shim reads the text of the function that is
// called, and of those that it calls, and refuses before the call what the extension would refuse during it.
import type { PoolClient } from "pg";
import { RestError } from "./errors.ts";
import { statementsWithoutWhere } from "./where_clauses.ts";

interface Body {
  /** The first statement without WHERE, in words. */
  unsafe: string | null;
  calls: string[];
}

const VERSION = `
  select count(*) || ' ' || coalesce(sum(p.xmin::text::bigint), 0) as version from pg_proc p
  where p.pronamespace in (select n.oid from pg_namespace n where n.nspname in ('public', 'private'))`;
const BODIES = `
  select n.nspname || '.' || p.proname as name, p.prosrc as source from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
  where n.nspname in ('public', 'private') and l.lanname in ('sql', 'plpgsql')`;

function bodyOf(source: string): Body {
  const calls = source.matchAll(/\b(public|private)\.([a-z_][a-z0-9_]*)\s*\(/g);
  return {
    unsafe: statementsWithoutWhere(source)[0] ?? null,
    calls: [...new Set([...calls].map(([, schema, name]) => `${schema}.${name}`))],
  };
}

export class SafeUpdate {
  #version = "";
  #bodies = new Map<string, Body[]>();

  async #load(client: PoolClient): Promise<void> {
    const { version } = (await client.query<{ version: string }>(VERSION)).rows[0] ?? {};
    if (version === this.#version) return;
    const bodies = new Map<string, Body[]>();
    for (const { name, source } of (await client.query(BODIES)).rows) {
      bodies.set(name, [...bodies.get(name) ?? [], bodyOf(source)]);
    }
    this.#bodies = bodies;
    this.#version = version ?? "";
  }

  /** Refuses a call that would run such a statement. */
  async check(client: PoolClient, name: string): Promise<void> {
    await this.#load(client);
    const seen = new Set<string>();
    const open = [`public.${name}`];
    for (let next = open.pop(); next; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const { unsafe, calls } of this.#bodies.get(next) ?? []) {
        if (unsafe) {
          const verb = /^delete/i.test(unsafe) ? "DELETE" : "UPDATE";
          throw new RestError({
            ...{ status: 400, code: "21000", message: `${verb} requires a WHERE clause` },
            details: `${next}: ${unsafe} …`,
          });
        }
        open.push(...calls);
      }
    }
  }
}
