// One GET of a stranger's page: redirects, size and time have limits, and a certificate that is not valid is recorded, not
// fatal, since nothing secret is sent.
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { TLSSocket } from "node:tls";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { findPlace, type Network, NotPublic } from "./network.ts";
import type { Headers } from "../../edge-functions/_shared/audits/checks/headers.ts";

export const AGENT = "SluiceAudit";
export const USER_AGENT =
  `Mozilla/5.0 (Linux; Android 11; K) AppleWebKit/537.36 (KHTML, like Gecko) Mobile (compatible; ${AGENT}/1.0)`;

export interface Tls {
  valid: boolean;
  problem: string | null;
  protocol: string;
  /** ISO instant. */
  until: string;
}

export interface Got {
  url: string;
  status: number;
  headers: Headers;
  cookies: string[];
  body: string;
  bytes: number;
  truncated: boolean;
  ms: number;
  hops: { url: string; status: number }[];
  tls: Tls | null;
}

export interface GetOptions {
  network: Network;
  method?: "GET" | "HEAD";
  mostBytes?: number;
  totalMs?: number;
  redirects?: number;
}

/** Why a page did not come, as a code and in words. */
export class NoPage extends Error {
  override name = "NoPage";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const REDIRECTS = [301, 302, 303, 307, 308];

export async function getPage(url: string, options: GetOptions): Promise<Got> {
  const { totalMs = 20_000, redirects = 5 } = options;
  const began = performance.now();
  const signal = AbortSignal.timeout(totalMs);
  const hops: Got["hops"] = [];
  for (let at = url;;) {
    const { answer, tls } = await askOnce(at, options, signal).catch(
      (error) => {
        throw readError(error, signal);
      },
    );
    const status = answer.statusCode ?? 0;
    const location = answer.headers.location;
    if (REDIRECTS.includes(status) && location && URL.canParse(location, at)) {
      answer.destroy();
      hops.push({ url: at, status });
      if (hops.length > redirects) {
        throw new NoPage("redirects", `redirects more than ${redirects} times`);
      }
      at = new URL(location, at).href;
      if (!/^https?:/.test(at)) {
        throw new NoPage(
          "redirects",
          "redirects to something that is no web page",
        );
      }
      continue;
    }
    // The answer to HEAD names an encoding and has no body.
    if (options.method === "HEAD") answer.resume();
    const read = options.method === "HEAD"
      ? { body: "", bytes: 0, truncated: false }
      : await readBody(answer, options.mostBytes ?? 2_000_000).catch(
        (error) => {
          throw readError(error, signal);
        },
      );
    return {
      url: at,
      status,
      headers: Object.fromEntries(
        Object.entries(answer.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, [value].flat().join(", ")]]
        ),
      ),
      cookies: answer.headers["set-cookie"] ?? [],
      ...read,
      ms: Math.round(performance.now() - began),
      hops,
      tls,
    };
  }
}

async function askOnce(
  text: string,
  { network, method = "GET" }: GetOptions,
  signal: AbortSignal,
): Promise<{ answer: IncomingMessage; tls: Tls | null }> {
  const url = new URL(text);
  const https = url.protocol === "https:";
  const port = Number(url.port || (https ? 443 : 80));
  const place = await findPlace(network, url.hostname, port);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (https ? requestHttps : requestHttp)({
    host: place.address,
    port: place.port,
    path: url.pathname + url.search,
    method,
    agent: false,
    signal,
    headers: {
      host: url.host,
      "user-agent": USER_AGENT,
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
      "accept-encoding": "gzip, deflate, br",
      "accept-language": "en-US,en;q=0.8",
    },
    ...(https
      ? {
        servername: url.hostname,
        rejectUnauthorized: false,
        ...(network.lab?.ca ? { ca: network.lab.ca } : {}),
      }
      : {}),
  }, resolve);
  request.on("error", reject);
  request.end();
  const answer = await promise;
  return { answer, tls: https ? readTls(answer.socket as TLSSocket) : null };
}

function readTls(socket: TLSSocket): Tls {
  const certificate = socket.getPeerCertificate();
  const until = new Date(certificate.valid_to ?? 0);
  return {
    valid: socket.authorized,
    problem: socket.authorized ? null : String(socket.authorizationError ?? "unknown"),
    protocol: socket.getProtocol() ?? "unknown",
    until: Number.isNaN(until.getTime()) ? new Date(0).toISOString() : until.toISOString(),
  };
}

async function readBody(
  answer: IncomingMessage,
  most: number,
): Promise<{ body: string; bytes: number; truncated: boolean }> {
  const unpack = {
    gzip: createGunzip,
    "x-gzip": createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[String(answer.headers["content-encoding"] ?? "").trim().toLowerCase()];
  // Counted unpacked, so that a small answer cannot become a large one.
  const stream = unpack ? answer.pipe(unpack()) : answer;
  answer.on("error", (error) => stream.destroy(error));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= most) break;
  }
  answer.destroy();
  const whole = Buffer.concat(chunks);
  return {
    body: decode(whole.subarray(0, most), answer.headers["content-type"] ?? ""),
    bytes,
    truncated: bytes >= most,
  };
}

function decode(bytes: Buffer, type: string): string {
  const head = bytes.subarray(0, 2048).toString("latin1");
  const name = /charset\s*=\s*["']?([\w-]+)/i.exec(type)?.[1] ??
    /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const CODES: Record<string, [string, string]> = {
  ENOTFOUND: ["dns", "the domain has no address"],
  EAI_AGAIN: ["dns", "the name server of the domain does not answer"],
  ECONNREFUSED: ["refused", "the server refuses connections"],
  ECONNRESET: ["reset", "the server ended the connection"],
  EPROTO: ["tls", "the server speaks no TLS that browsers accept"],
  ETIMEDOUT: ["timeout", "the server does not answer"],
  EHOSTUNREACH: ["refused", "the server cannot be reached"],
};

function readError(error: unknown, signal: AbortSignal): Error {
  if (error instanceof NoPage) return error;
  if (error instanceof NotPublic) {
    return new NoPage("not_public", error.message);
  }
  if (signal.aborted) return new NoPage("timeout", "the server takes too long");
  const code = String((error as NodeJS.ErrnoException).code ?? "");
  const [reason, words] = CODES[code] ??
    (/^(ERR_SSL|ERR_TLS)/.test(code)
      ? CODES.EPROTO!
      : ["failed", `the request failed (${code || "unknown"})`]);
  return new NoPage(reason!, words!);
}
