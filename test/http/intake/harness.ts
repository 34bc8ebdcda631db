// A stack with the upload function, a source, and a client that signs by hand.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { requestSecret } from "../../../edge-functions/_shared/intake/request_secret.ts";
import {
  type Secret,
  signRequest,
} from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { type Stack, type StackOptions, startStack } from "../../../scripts/dev/stack.ts";
import { undescribed } from "../../support/openapi.ts";

export interface Source {
  id: string;
  orgId: string;
  key: string;
  secret: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // deno-lint-ignore no-explicit-any -- tests inspect any response
  json: any;
}

export interface Sending {
  body?: string | Uint8Array;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  id?: string;
  /** Seconds away from now. */
  skew?: number;
  secrets?: Secret[];
  /** The signed content, where it differs from the body. */
  signed?: string;
}

export interface World {
  stack: Stack;
  /** As superuser, separate from the functions' own connections. */
  sql: postgres.Sql;
  source: Source;
  addOrg(): Promise<string>;
  addSource(orgId: string, columns?: Record<string, unknown>): Promise<Source>;
  /** A signed request below /csv-upload. */
  send(method: string, path: string, sending?: Sending, source?: Source): Promise<Answer>;
  /** POST /csv-upload. */
  upload(body: string | Uint8Array, sending?: Sending, source?: Source): Promise<Answer>;
  status(uploadId: string, source?: Source): Promise<Answer>;
  /** Waits until the upload is completed or failed; returns its status. */
  finished(uploadId: string, source?: Source): Promise<Answer["json"]>;
  stop(): Promise<void>;
}

export async function startWorld(options: StackOptions = {}): Promise<World> {
  const stack = await startStack({ functions: ["csv-upload"], ...options });
  const sql = postgres(stack.adminUrl, { max: 4, onnotice: () => {} });
  let made = 0;
  const addOrg = async () => {
    const [org] = await sql<{ id: string }[]>`
      insert into public.orgs (name) values (${`Org ${++made}`}) returning id`;
    return org!.id;
  };
  const addSource = async (orgId: string, columns: Record<string, unknown> = {}) => {
    const key = `source-${randomUUID().slice(0, 8)}`;
    const row = { org_id: orgId, key, name: key, parts_per_minute: 10_000, ...columns };
    const [source] = await sql<{ id: string }[]>`
      insert into public.sources ${sql(row)} returning id`;
    const [rotated] = await sql<{ secret: string }[]>`
      select public.rotate_source_secret(${source!.id}) as secret`;
    return { id: source!.id, orgId, key, secret: rotated!.secret };
  };
  const source = await addSource(await addOrg());

  const world: World = {
    stack,
    sql,
    source,
    addOrg,
    addSource,
    async send(method, path, sending = {}, from = source) {
      const bytes = typeof sending.body === "string"
        ? new TextEncoder().encode(sending.body)
        : sending.body ?? new Uint8Array();
      const url = new URL(`${stack.functionsUrl}/csv-upload${path}`);
      for (const [name, value] of Object.entries({ source: from.key, ...sending.query })) {
        url.searchParams.set(name, value);
      }
      const secrets = sending.secrets ?? [from.secret];
      const signature = signRequest({
        secrets: path === ""
          ? secrets
          : secrets.map((secret) => requestSecret(secret, method, `/csv-upload${path}`)),
        id: sending.id ?? randomUUID(),
        timestamp: Math.floor(Date.now() / 1000) + (sending.skew ?? 0),
        body: sending.signed === undefined ? bytes : new TextEncoder().encode(sending.signed),
      });
      return await call(url, {
        method,
        headers: { ...signature, ...sending.headers },
        ...(method === "GET" ? {} : { body: bytes as Uint8Array<ArrayBuffer> }),
      });
    },
    upload: (body, sending = {}, from = source) =>
      world.send("POST", "", { ...sending, body }, from),
    status: (uploadId, from = source) => world.send("GET", `/${uploadId}`, {}, from),
    finished: (uploadId, from = source) =>
      eventually(`upload ${uploadId} to finish`, async () => {
        const { json } = await world.status(uploadId, from);
        return ["completed", "failed"].includes(json.state) ? json : null;
      }),
    async stop() {
      await sql.end({ timeout: 5 });
      await stack.stop();
    },
  };
  return world;
}

/** Any request, with its response read to the end. */
export async function call(url: URL | string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const json = isJson ? JSON.parse(text) : null;
  const problem = undescribed(init.method ?? "GET", url, response.status, json);
  if (problem) throw new Error(`the OpenAPI document differs: ${problem}`);
  return { status: response.status, headers: response.headers, text, json };
}

/** Repeats the question, for at least three minutes, until the answer is not null. */
export async function eventually<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 3600; attempt++) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

export const HEADER = "Property Address,City,State,Zip,Owner First Name,Phone 1,Email 1\n";

/** So many different houses, numbered from `first`. */
export function houses(from: number, count: number): string {
  return Array.from({ length: count }, (_, k) => {
    const n = from + k;
    return `${n} Main St,Phoenix,AZ,85001,Owner${n},602-555-01${
      String(n % 100).padStart(2, "0")
    },` +
      `o${n}@example.com\n`;
  }).join("");
}
