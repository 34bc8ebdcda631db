// A whole stack: database, gateway with the functions, worker loop. Several can run at once.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { importJWK, SignJWT } from "jose";
import { type FunctionConfig, functionConfigs } from "./config.ts";
import { connect, createTestDatabase } from "./database.ts";
import { type Route, startGateway } from "./gateway.ts";
import { startNetWorker } from "./net.ts";
import { root } from "./paths.ts";
import type { AuthOptions } from "./platform/auth/context.ts";
import { createPlatform } from "./platform/platform.ts";
import { DenoProcess } from "./process.ts";
import { openServer, prepareMain } from "./server.ts";
import { freePort, stackKeys } from "./state.ts";

export interface StackOptions {
  /** `test` (a clone of the template, dropped at the end), `main`, or the URL of any database. */
  database?: "test" | "main" | { url: string; adminUrl?: string };
  /** Names of the functions to serve (default: all of config.toml). */
  functions?: string[];
  /** Functions besides those of config.toml. */
  configs?: FunctionConfig[];
  /** Whether to run the worker loop. */
  worker?: boolean;
  /** Preferred port of the gateway (default: any free port). */
  port?: number;
  /** Additional environment of functions and worker. */
  env?: Record<string, string>;
  /** Hosts that functions and worker may connect to, besides loopback and the database. */
  allowHosts?: string[];
  /** The clock and the settings of the local auth server; tests set them. */
  authClock?: () => Date;
  auth?: Partial<AuthOptions>;
  /** Receives each line that functions and worker print. */
  log?: (line: string) => void;
}

export interface Stack {
  databaseUrl: string;
  adminUrl: string;
  /** `http://127.0.0.1:PORT`: what a client of Supabase calls the project's URL. */
  url: string;
  /** `http://127.0.0.1:PORT/functions/v1`, without a slash at the end. */
  functionsUrl: string;
  /** Issuer of members' tokens. */
  issuer: string;
  publishableKey: string;
  secretKey: string;
  /** The legacy keys, which are JWTs. */
  anonKey: string;
  serviceRoleKey: string;
  /** Functions by name, and `worker-loop`: pid, restarts, start, stop. */
  processes: Map<string, DenoProcess>;
  /** A member's JWT: `sub` is the user's id; without a session_id, it opens a session with two factors. Hosted projects sign with ES256, older ones with HS256. */
  signJwt(claims: Record<string, unknown>, algorithm?: "ES256" | "HS256"): Promise<string>;
  stop(): Promise<void>;
}

async function sign(
  claims: Record<string, unknown>,
  expires: string,
  algorithm: "ES256" | "HS256" = "HS256",
): Promise<string> {
  const { jwtSecret, signingKey } = stackKeys();
  const token = new SignJWT(claims).setIssuedAt().setExpirationTime(expires);
  return algorithm === "HS256"
    ? await token.setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode(jwtSecret))
    : await token.setProtectedHeader({ alg: "ES256", kid: signingKey.kid, typ: "JWT" })
      .sign(await importJWK(signingKey, "ES256"));
}

/** The response of `/auth/v1/.well-known/jwks.json`: the public half of the signing key. */
function publicJwks(): { keys: Record<string, unknown>[] } {
  const { d: _, ...publicKey } = stackKeys().signingKey;
  return { keys: [{ ...publicKey, alg: "ES256", use: "sig" }] };
}

/** A session with two factors of the user whom hand-made claims name: members' tokens always have one. */
async function openSession(adminUrl: string, claims: Record<string, unknown>) {
  const { sub, session_id: given } = claims;
  const isUser = typeof sub === "string" &&
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(sub);
  if (!isUser || given !== undefined) return {};
  const sql = connect(adminUrl);
  try {
    await sql`insert into auth.users (id) values (${sub}) on conflict do nothing`;
    const [row] = await sql<{ id: string }[]>`
      insert into auth.sessions (id, user_id, created_at, updated_at, aal)
      values (gen_random_uuid(), ${sub}, now(), now(), 'aal2') returning id`;
    return { session_id: row?.id, aal: "aal2" };
  } finally {
    await sql.end();
  }
}

interface OpenDatabase {
  url: string;
  adminUrl: string;
  close(): Promise<void>;
}

async function openDatabase(wanted: NonNullable<StackOptions["database"]>): Promise<OpenDatabase> {
  if (typeof wanted === "object") {
    const { url, adminUrl = url } = wanted;
    return { url, adminUrl, close: () => Promise.resolve() };
  }
  const server = await openServer();
  try {
    if (wanted === "main") {
      const url = await prepareMain(server);
      return { url, adminUrl: server.urls(server.main).adminUrl, close: () => server.release() };
    }
    const database = await createTestDatabase(server);
    const close = async () => {
      await database.drop();
      await server.release();
    };
    return { url: database.url, adminUrl: database.adminUrl, close };
  } catch (error) {
    await server.release();
    throw error;
  }
}

/** The same database through the pooler of SLUICE_POOLER_URL, where there is one. */
function throughPooler(url: string): string {
  const pooler = process.env.SLUICE_POOLER_URL;
  if (!pooler) return url;
  const pooled = new URL(pooler);
  pooled.pathname = new URL(url).pathname;
  return pooled.href;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  // Opened parts are closed in reverse order, also when a later part fails to start.
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const database = await openDatabase(options.database ?? "test");
    closing.push(database.close);
    const log = options.log ?? (() => {});
    const port = await freePort(options.port);
    const origin = `http://127.0.0.1:${port}`;
    const issuer = `${origin}/auth/v1`;
    const { publishableKey, secretKey, jwtSecret } = stackKeys();
    const anonKey = await sign({ iss: "supabase", role: "anon" }, "10y");
    const serviceRoleKey = await sign({ iss: "supabase", role: "service_role" }, "10y");
    const env = {
      SUPABASE_URL: origin,
      SUPABASE_DB_URL: throughPooler(database.url),
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: publishableKey }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: secretKey }),
      SUPABASE_ANON_KEY: anonKey,
      SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
      // On the platform, names of custom secrets must not start with SUPABASE_, so they start with SB_.
      SB_JWT_SECRET: jwtSecret,
      // Subscribers and provider sandboxes on this machine.
      SLUICE_LOOPBACK_URLS: "allow",
      ...options.env,
    };
    const allowHosts = [new URL(database.url).hostname, ...options.allowHosts ?? []];
    const processes = new Map<string, DenoProcess>();
    const routes = new Map<string, Route>();
    for (
      const { name, verifyJwt, entrypoint, denoConfig } of options.configs ?? functionConfigs()
    ) {
      if (options.functions && !options.functions.includes(name)) continue;
      if (!existsSync(entrypoint)) {
        throw new Error(`${name}: ${entrypoint} not found.`);
      }
      const limit = { memoryMegabytes: 256, serves: true };
      const process = new DenoProcess({
        ...{ name, entrypoint, denoConfig, env, allowHosts, log },
        ...limit,
      });
      processes.set(name, process);
      routes.set(name, { verifyJwt, process });
    }
    if (options.worker) {
      const folder = join(root, "edge-functions", "worker");
      const entrypoint = join(folder, "main.ts");
      const denoConfig = join(folder, "deno.json");
      const name = "worker-loop";
      const shared = { name, entrypoint, denoConfig, env, allowHosts, log };
      const limit = { memoryMegabytes: 96, serves: false };
      processes.set(name, new DenoProcess({ ...shared, ...limit }));
    }
    for (const process of processes.values()) {
      process.start();
      closing.push(() => process.stop());
    }
    const net = await startNetWorker(database.adminUrl);
    closing.push(() => net.stop());
    const platform = createPlatform({
      adminUrl: database.adminUrl,
      origin,
      keys: { publishableKey, secretKey, jwtSecret, jwks: publicJwks() },
      signingKey: stackKeys().signingKey as Record<string, unknown> & { kid: string },
      now: options.authClock,
      auth: options.auth,
    });
    closing.push(() => platform.close());
    const gateway = await startGateway({ routes, jwtSecret, platform, port });
    closing.push(() => {
      const closed = new Promise((resolve) => gateway.close(resolve));
      gateway.closeAllConnections();
      // The gateway no longer knows of connections that have become WebSockets.
      platform.hangUp();
      return closed;
    });
    for (const { process } of routes.values()) {
      if (!await process.port()) throw new Error(`The function ${process.name} failed to start.`);
    }
    return {
      ...{ databaseUrl: database.url, adminUrl: database.adminUrl },
      ...{ issuer, publishableKey, secretKey, anonKey, serviceRoleKey },
      ...{ url: origin, functionsUrl: `${origin}/functions/v1` },
      processes,
      async signJwt(claims, algorithm) {
        const session = await openSession(database.adminUrl, claims);
        const usual = { iss: issuer, role: "authenticated", aud: "authenticated" };
        return await sign({ ...usual, ...session, ...claims }, "1h", algorithm);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
