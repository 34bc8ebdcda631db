// The gateway: serves /functions/v1/NAME/… as Supabase does and forwards each request to the Deno
// process of that function, bodies streaming both ways.
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { ServerResponse } from "node:http";
import { jwtVerify } from "jose";
import type { Platform } from "./platform/platform.ts";
import type { DenoProcess } from "./process.ts";

export interface Route {
  verifyJwt: boolean;
  process: DenoProcess;
}

export interface GatewayOptions {
  routes: Map<string, Route>;
  jwtSecret: string;
  /** Sign-in, the REST interface, Storage and Realtime, where Supabase serves them. */
  platform: Platform;
  port: number;
}

const prefix = "/functions/v1";
// Headers of one connection, not of the message (RFC 9110, 7.6.1).
const ownHeaders = new Set(
  ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]
    .concat("expect"),
);

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function isAuthorised(incoming: IncomingMessage, secret: Uint8Array): Promise<string | null> {
  const header = incoming.headers.authorization;
  if (!header) return "Missing authorization header";
  const token = /^bearer (.+)$/i.exec(header)?.[1];
  if (!token) return "Auth header is not 'Bearer {token}'";
  try {
    await jwtVerify(token, secret, { algorithms: ["HS256"] });
    return null;
  } catch {
    return "Invalid JWT";
  }
}

function forwardedHeaders(incoming: IncomingMessage): string[] {
  const address = (incoming.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  const before = incoming.headers["x-forwarded-for"];
  const headers: string[] = [];
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? "";
    if (ownHeaders.has(name.toLowerCase()) || /^x-forwarded-/i.test(name)) continue;
    headers.push(name, incoming.rawHeaders[i + 1] ?? "");
  }
  headers.push("x-forwarded-for", before ? `${before}, ${address}` : address);
  headers.push("x-forwarded-proto", "http", "x-forwarded-host", incoming.headers.host ?? "");
  // Without a length, the body is forwarded in chunks, as received.
  if (incoming.headers["transfer-encoding"]) headers.push("transfer-encoding", "chunked");
  return headers;
}

/** Forwards the request; returns false, with nothing read or sent, if the process does not listen. */
function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  port: number,
  path: string,
  over: () => Promise<void>,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const upstream = request({
    host: "127.0.0.1",
    port,
    path,
    method: incoming.method,
    headers: forwardedHeaders(incoming),
    setHost: false,
    agent: false,
  });
  let answered = false;
  upstream.on("response", (from) => {
    answered = true;
    const headers: string[] = [];
    for (let i = 0; i < from.rawHeaders.length; i += 2) {
      const name = from.rawHeaders[i] ?? "";
      if (ownHeaders.has(name.toLowerCase())) continue;
      const value = from.rawHeaders[i + 1] ?? "";
      // On its own domain, the platform serves no HTML.
      const isHtml = /^content-type$/i.test(name) && incoming.method === "GET";
      headers.push(name, isHtml ? value.replace(/^text\/html\b/i, "text/plain") : value);
    }
    response.writeHead(from.statusCode ?? 502, from.statusMessage, headers);
    response.flushHeaders();
    from.on("error", () => response.destroy());
    from.on("aborted", () => response.destroy());
    from.pipe(response);
  });
  // A function may respond before it has read the body; then its connection breaks, but not the response.
  let connected = false;
  upstream.on("error", () => {
    if (!connected) return resolve(false);
    incoming.unpipe(upstream);
    incoming.resume();
    // Usually the function has died: by delaying the response until its end is noticed, the next request
    // waits for the new process instead of meeting the old one on its way out.
    const ended = { code: "WORKER_ERROR", message: "The function ended" };
    if (!answered) void over().then(() => answer(response, 502, ended));
  });
  response.once("close", () => {
    if (!connected) return upstream.destroy();
    // The rest of the body is read; otherwise the next request on the connection would wait for it.
    incoming.unpipe(upstream);
    incoming.resume();
    if (!response.writableEnded) upstream.destroy();
  });
  upstream.on("socket", (socket) => {
    socket.once("connect", () => {
      connected = true;
      resolve(true);
      incoming.pipe(upstream);
    });
  });
  return promise;
}

export async function startGateway(options: GatewayOptions): Promise<Server> {
  const secret = new TextEncoder().encode(options.jwtSecret);
  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = incoming.url ?? "/";
    if (await options.platform.handle(incoming, response)) return;
    const name = /^\/functions\/v1\/([^/?]+)/.exec(url)?.[1] ?? "";
    const route = options.routes.get(name);
    if (!route) {
      const message = "Requested function was not found";
      return answer(response, 404, { code: "NOT_FOUND", message });
    }
    if (route.verifyJwt && incoming.method !== "OPTIONS") {
      const message = await isAuthorised(incoming, secret);
      if (message) return answer(response, 401, { code: 401, message });
    }
    // A function that has just died refuses one connection before its end is noticed.
    let failed: number | null = null;
    for (let attempt = 0; attempt < 3; attempt++) {
      const port = await route.process.port(failed);
      if (!port) break;
      const over = () => route.process.ended(port);
      if (await forward(incoming, response, port, url.slice(prefix.length), over)) return;
      if (incoming.destroyed) return;
      failed = port;
    }
    const message = "Function failed to start (please check logs)";
    answer(response, 503, { code: "BOOT_ERROR", message });
  }
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error) =>
      answer(response, 500, { code: "GATEWAY_ERROR", message: String(error) })
    );
  });
  server.on("upgrade", (incoming, socket, head) => {
    options.platform.upgrade(incoming, socket, head).catch(() => socket.destroy());
  });
  // A large part over a slow connection takes longer than Node's five minutes.
  server.requestTimeout = 0;
  // Longer than the keep-alive of clients, so that no connection is closed during its next use.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return server;
}
