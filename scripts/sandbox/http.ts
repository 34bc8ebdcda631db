// One provider's server on loopback: reads the request, applies faults, writes the response.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Faults } from "./faults.ts";
import type { Answer, Incoming, Provider } from "./types.ts";

export interface ProviderServer {
  url: string;
  stop(): Promise<void>;
}

export interface ProviderHandler {
  handle(request: Incoming): Answer;
  /** The provider's own error body for the status of a fault or a rate limit. */
  refuse(status: number, retryAfter: number | undefined): Answer;
}

/** The largest body that any of the providers accepts: SendGrid's 30 MB. */
const maxBody = 30 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBody) chunks.push(chunk);
  }
  return size > maxBody ? null : Buffer.concat(chunks);
}

/** A sliding window: at most `requests` in `seconds`. */
export interface Limit {
  requests: number;
  seconds: number;
}

export function makeLimiter(limit: Limit | undefined, now: () => number) {
  let times: number[] = [];
  return (): { remaining: number; retryAfter: number } => {
    if (!limit) return { remaining: 1, retryAfter: 0 };
    const at = now();
    times = times.filter((time) => time > at - limit.seconds * 1000);
    if (times.length >= limit.requests) {
      const retryAfter = Math.max(1, Math.ceil((times[0] + limit.seconds * 1000 - at) / 1000));
      return { remaining: -1, retryAfter };
    }
    times.push(at);
    return { remaining: limit.requests - times.length, retryAfter: 0 };
  };
}

export interface ServeOptions {
  provider: Provider;
  handler: ProviderHandler;
  faults: Faults;
  limit?: Limit;
  /** Clock of the rate limit: real time, because requests arrive in real time. */
  clock: () => number;
  port?: number;
  onRequest: () => void;
}

export async function serveProvider(options: ServeOptions): Promise<ProviderServer> {
  const { provider, handler, faults } = options;
  const take = makeLimiter(options.limit, options.clock);

  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return void response.destroy();
    options.onRequest();
    const incoming: Incoming = {
      ...{ provider, method: request.method ?? "GET", path: url.pathname },
      ...{ query: url.searchParams, headers: request.headers, body: body ?? Buffer.alloc(0) },
    };
    const write = (answer: Answer) => {
      const plain = answer.body === undefined || typeof answer.body === "string";
      const text = plain ? answer.body as string | undefined ?? "" : JSON.stringify(answer.body);
      response.writeHead(answer.status, {
        ...(answer.body === undefined || plain ? {} : { "content-type": "application/json" }),
        ...answer.headers,
        "content-length": String(Buffer.byteLength(text)),
      });
      response.end(text);
    };
    if (body === null) return write(handler.refuse(413, undefined));
    const window = take();
    if (window.remaining < 0) return write(handler.refuse(429, window.retryAfter));
    const fault = faults.apply(incoming);
    if (fault === "drop") return void request.socket.destroy();
    if (fault === "timeout") return;
    if (fault !== null && typeof fault === "object" && "status" in fault) {
      return write(handler.refuse(fault.status, fault.retryAfter));
    }
    let answer: Answer;
    try {
      answer = handler.handle(incoming);
    } catch (error) {
      console.error(`sandbox ${provider}:`, error);
      answer = handler.refuse(500, undefined);
    }
    if (fault === "drop_after") return void request.socket.destroy();
    if (fault === "timeout_after") return;
    if (fault) await new Promise((resolve) => setTimeout(resolve, fault.delay));
    write(answer);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

export const header = (request: Incoming, name: string): string => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value ?? "";
};

export function parseJson(request: Incoming): Record<string, unknown> | null {
  try {
    const value = JSON.parse(request.body.toString("utf8"));
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
