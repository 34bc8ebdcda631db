// /rest/v1: named views and functions, as PostgREST serves them, by the grammar of grammar.ts. Each request is one
// transaction of the login `authenticator`, which takes the role of the token.
import pg from "pg";
import { bearer, callerOf, InvalidToken, type Keys, verifyToken } from "../caller.ts";
import { addressOf, json } from "../http.ts";
import { databaseFailure, failed, notUnderstood, RestError } from "./errors.ts";
import { callSql, chosen, type Routine, routines } from "./functions.ts";
import { BadQuery, NotUnderstood, type Query, queryOf, type Wishes, wishesOf } from "./grammar.ts";
import { SafeUpdate } from "./safeupdate.ts";
import { Parameters, quote, readSql } from "./statement.ts";

export interface RestOptions {
  adminUrl: string;
  keys: Keys;
  now: () => Date;
}

const ROLES = ["anon", "authenticated", "service_role"];
/** As the platform sets them for its roles. */
const TIMEOUTS: Record<string, string> = { anon: "3s" };

interface Outcome {
  body: string;
  /** The first row alone. */
  first: string | null;
  rows: number;
  total: number | null;
}

export function createRest({ adminUrl, keys, now }: RestOptions) {
  const pool = new pg.Pool({
    connectionString: adminUrl,
    max: 8,
    application_name: "postgrest",
    // A test drops its database at the end.
    allowExitOnIdle: true,
  });
  pool.on("error", () => {});
  const safeupdate = new SafeUpdate();
  let isSuperuser: Promise<boolean> | null = null;
  const superuser = () =>
    isSuperuser ??= pool.query("select rolsuper from pg_roles where rolname = session_user")
      .then(({ rows }) => Boolean(rows[0]?.rolsuper));

  async function claimsOf(request: Request) {
    const caller = await callerOf(keys, request, now());
    if (caller instanceof Response) return caller;
    if (caller.token === null) return { role: caller.keyRole };
    try {
      const claims = await verifyToken(keys, caller.token, now());
      return { ...claims, role: claims.role ?? "anon" };
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      const { expired, message } = error;
      return failed({
        status: 401,
        code: expired ? "PGRST303" : "PGRST301",
        message: expired ? message : "JWT cryptographic operation failed",
      });
    }
  }

  /** One transaction as the role of the claims; `work` finds the function and runs the statement. */
  async function transaction<T>(
    request: Request,
    claims: { role: string },
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const { pathname } = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    headers["x-forwarded-for"] = request.headers.get("x-forwarded-for") ?? addressOf(request);
    const switches = await superuser();
    const client = await pool.connect();
    try {
      await client.query("begin");
      // The catalogue is read with an empty path, so that types come with their schema.
      await client.query("select set_config('search_path', '', true)");
      if (switches) {
        await client.query("select set_config('session_authorization', 'authenticator', true)");
      }
      await client.query(
        `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
          set_config('request.method', $3, true), set_config('request.path', $4, true),
          set_config('request.headers', $5, true), set_config('statement_timeout', $6, true),
          set_config('lock_timeout', '8s', true)`,
        [
          claims.role,
          JSON.stringify(claims),
          request.method,
          pathname,
          JSON.stringify(headers),
          TIMEOUTS[claims.role] ?? "8s",
        ],
      );
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }

  /** From here on the statement of the request: unqualified names are found as on the platform. */
  async function prepare(client: pg.PoolClient, readOnly: boolean): Promise<void> {
    await client.query(`select set_config('search_path', '"public", "extensions"', true)`);
    if (readOnly) await client.query("set transaction read only");
  }

  async function run(client: pg.PoolClient, sql: string, values: string[]): Promise<Outcome> {
    const { rows } = await client.query(sql, values);
    const { body, first, rows: count, total } = rows[0] ?? {};
    return { body, first, rows: Number(count), total: total === null ? null : Number(total) };
  }

  async function view(request: Request, claims: { role: string }, name: string) {
    const wishes = wishesOf(request.headers, false);
    const { searchParams } = new URL(request.url);
    const query = checked(queryOf(searchParams, request.headers.get("range")));
    return await transaction(request, claims, async (client) => {
      const known = await client.query(
        `select from pg_class where relnamespace = 'public'::regnamespace and relname = $1
          and relkind in ('r', 'v', 'm', 'p')`,
        [name],
      );
      if (known.rowCount === 0) {
        throw new RestError({
          status: 404,
          code: "PGRST205",
          message: `Could not find the table 'public.${name}' in the schema cache`,
        });
      }
      await prepare(client, true);
      const parameters = new Parameters();
      const from = `public.${quote(name)}`;
      const sql = readSql(from, quote(name), query, wishes.count, parameters);
      return answer(await run(client, sql, parameters.values), query, wishes);
    });
  }

  async function call(request: Request, claims: { role: string }, name: string) {
    const wishes = wishesOf(request.headers, true);
    const { searchParams } = new URL(request.url);
    const isRead = request.method !== "POST";
    const body = isRead ? null : await argumentsOf(request);
    return await transaction(request, claims, async (client) => {
      const all = await routines(client, name);
      const names = new Set(all.flatMap((one) => one.arguments.map((argument) => argument.name)));
      const taken = isRead ? names : new Set<string>();
      const values = body ??
        Object.fromEntries([...searchParams].filter(([key]) => names.has(key)));
      const given = Object.keys(values);
      const query = checked(queryOf(searchParams, request.headers.get("range"), taken));
      const routine = chosen(all, name, given);
      if (routine.isVolatile && !isRead) await safeupdate.check(client, name);
      await prepare(client, isRead || !routine.isVolatile);
      const parameters = new Parameters();
      const source = callSql(
        routine,
        given,
        given.length > 0 ? parameters.add(JSON.stringify(values)) : "",
      );
      return await answerCall(client, routine, source, query, wishes, parameters);
    });
  }

  async function answerCall(
    client: pg.PoolClient,
    routine: Routine,
    source: string,
    query: Query,
    wishes: Wishes,
    parameters: Parameters,
  ): Promise<Response> {
    if (routine.returnsVoid) {
      await client.query(`select from ${source}`, parameters.values);
      return new Response(null, { status: 204 });
    }
    if (routine.returnsSet && routine.returnsRows) {
      const sql = readSql(source, "call_", query, wishes.count, parameters);
      return answer(await run(client, sql, parameters.values), query, wishes);
    }
    if (query.columns || query.groups.length > 0 || query.order.length > 0) {
      throw new NotUnderstood("select, filters or order on a function that returns no rows");
    }
    const value = routine.returnsRows ? "to_json(call_)" : "to_json(call_.value_)";
    const one = routine.returnsSet ? `coalesce(json_agg(${value}), '[]')` : value;
    const { rows } = await client.query(
      `select (${one})::text as body from ${source}`,
      parameters.values,
    );
    return sized(rows[0]?.body ?? "null", "0-0/*", 200);
  }

  return {
    async handle(request: Request, path: string): Promise<Response> {
      let signedIn = false;
      try {
        const claims = await claimsOf(request);
        if (claims instanceof Response) return claims;
        signedIn = bearer(request) !== null && claims.role !== "anon";
        if (!ROLES.includes(claims.role)) {
          const message = `role "${claims.role}" does not exist`;
          return failed({ status: 401, code: "22023", message });
        }
        const response = await routed(request, path, claims);
        return request.method === "HEAD" ? new Response(null, response) : response;
      } catch (error) {
        return failed(failureOf(error, signedIn));
      }
    },
    close: () => pool.end(),
  };

  async function routed(request: Request, path: string, claims: { role: string }) {
    const { method } = request;
    const reads = method === "GET" || method === "HEAD";
    const [, isCall, name] = /^\/(rpc\/)?([A-Za-z_][A-Za-z0-9_]*)$/.exec(path) ?? [];
    if (!name) throw new NotUnderstood(`the path "${path}"`);
    if (isCall && (reads || method === "POST")) return await call(request, claims, name);
    if (!isCall && reads) return await view(request, claims, name);
    throw new NotUnderstood(`${method} ${path}`);
  }
}

async function argumentsOf(request: Request): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "application/json";
  if (!/^application\/json\b/i.test(type)) throw new NotUnderstood(`Content-Type "${type}"`);
  const text = await request.text();
  let body: unknown;
  try {
    body = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new RestError({ status: 400, code: "PGRST102", message: "Empty or invalid json" });
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new NotUnderstood("a body that is not a JSON object");
  }
  return body as Record<string, unknown>;
}

/** The rows, as an array or as the one object that was asked for, with the range that they are. */
function answer({ body, first, rows, total }: Outcome, query: Query, { single }: Wishes): Response {
  if (total !== null && query.offset > 0 && query.offset >= total) {
    throw new RestError({
      ...{ status: 416, code: "PGRST103", message: "Requested range not satisfiable" },
      details: `An offset of ${query.offset} was requested, but there are only ${total} rows.`,
    });
  }
  if (single && rows !== 1) {
    throw new RestError({
      ...{ status: 406, code: "PGRST116" },
      message: "Cannot coerce the result to a single JSON object",
      details: `The result contains ${rows} rows`,
    });
  }
  const range = rows === 0 ? "*" : `${query.offset}-${query.offset + rows - 1}`;
  const status = total !== null && rows < total ? 206 : 200;
  const text = single ? first ?? "null" : body;
  const type = single ? "application/vnd.pgrst.object+json; charset=utf-8" : undefined;
  return sized(text, `${range}/${total ?? "*"}`, status, type);
}

function checked(query: Query): Query {
  if (query.limit === null || query.limit >= 0) return query;
  throw new RestError({
    ...{ status: 416, code: "PGRST103", message: "Requested range not satisfiable" },
    details: "Limit should be greater than or equal to zero.",
  });
}

function sized(body: string, range: string, status: number, type?: string): Response {
  const headers = { "content-range": range, "range-unit": "items" };
  const response = json(status, null, headers);
  if (type) response.headers.set("content-type", type);
  return new Response(body, { status, headers: response.headers });
}

function failureOf(error: unknown, signedIn: boolean) {
  if (error instanceof RestError) return error.failure;
  if (error instanceof NotUnderstood) return notUnderstood(error.message);
  if (error instanceof BadQuery || error instanceof SyntaxError) {
    const details = error instanceof BadQuery ? error.details : null;
    return { status: 400, code: "PGRST100", message: error.message, details };
  }
  if (error instanceof pg.DatabaseError) return databaseFailure(error, signedIn);
  return {
    status: 503,
    code: "PGRST000",
    message: "Database connection error. Retrying the connection.",
    details: String(error),
  };
}
