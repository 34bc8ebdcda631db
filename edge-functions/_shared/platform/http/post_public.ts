// A POST to a URL that a member configured. The name is resolved once; every address must be public, and the connection
// goes to one of these addresses, so that a name which later points elsewhere changes nothing. The certificate must be
// that of the name. Redirects are not followed. fetch() can do none of this: it resolves names by itself.
import { Buffer } from "node:buffer";
import { lookup } from "node:dns/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isPublicAddress } from "./public_address.ts";
import { urlProblem } from "../settings.ts";

export class UnsafeUrl extends Error {
  override name = "UnsafeUrl";
}

export interface PublicPost {
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** For everything together. */
  timeoutMs: number;
}

export interface PostOptions {
  /** http on this machine is allowed. */
  loopback?: boolean;
  /** Addresses of a name; tests have their own. */
  resolve?: (host: string) => Promise<string[]>;
  /** Opens the connection; tests have their own. */
  connect?: (target: Target) => Socket;
}

export interface Target {
  address: string;
  port: number;
  /** The name in the certificate; null without TLS. */
  name: string | null;
}

/** The head of a response is no longer than this. */
const MAX_HEAD = 16 * 1024;

const resolveName = async (host: string) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

const open = ({ address, port, name }: Target): Socket =>
  name === null
    ? connectTcp({ host: address, port })
    : connectTls({ host: address, port, servername: name, ALPNProtocols: ["http/1.1"] });

/** Status of the response. Throws UnsafeUrl before anything is sent, otherwise what went wrong. */
export async function postPublic(post: PublicPost, options: PostOptions = {}): Promise<number> {
  const until = Date.now() + post.timeoutMs;
  const target = await within(until, findTarget(post.url, options));
  return await within(until, send(post, (options.connect ?? open)(target)));
}

async function findTarget(text: string, options: PostOptions): Promise<Target> {
  const problem = urlProblem(text, options.loopback);
  if (problem) throw new UnsafeUrl(`the URL ${problem}`);
  const url = new URL(text);
  if (url.protocol === "http:") {
    const address = url.hostname === "[::1]" ? "::1" : "127.0.0.1";
    return { address, port: Number(url.port || 80), name: null };
  }
  const addresses = await (options.resolve ?? resolveName)(url.hostname);
  // One that is not public is enough: which one a resolver names first is up to whoever owns the name.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw new UnsafeUrl("the host name has an address that is not public");
  }
  // IPv4 first: not every machine has IPv6.
  const address = addresses.find((one) => !one.includes(":")) ?? addresses[0]!;
  return { address, port: Number(url.port || 443), name: url.hostname };
}

function send(post: PublicPost, socket: Socket): Promise<number> & { cancel(): void } {
  const url = new URL(post.url);
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    ...Object.entries(post.headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${post.body.length}`,
    "connection: close",
  ];
  const answered = new Promise<number>((resolve, reject) => {
    if (head.some((line) => /[\r\n]/.test(line))) {
      reject(new Error("a header contains a line break"));
      return;
    }
    let text = "";
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed without a response")));
    socket.on("data", (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString("latin1");
      // An interim response precedes the response.
      text = text.replace(/^(HTTP\/1\.[01] 1\d\d[^]*?\r\n\r\n)+/, "");
      const status = /^HTTP\/1\.[01] ([2-9]\d\d)[ \r][^]*?\r\n\r\n/.exec(text)?.[1];
      if (status) resolve(Number(status));
      else if (text.length > MAX_HEAD) reject(new Error("the response is not HTTP"));
    });
    // Nothing is written before the certificate is known to be right.
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      socket.write(post.body);
    });
  }).finally(() => socket.destroy());
  return Object.assign(answered, { cancel: () => socket.destroy() });
}

async function within<T>(until: number, work: Promise<T> & { cancel?(): void }): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error("timed out");
      error.name = "TimeoutError";
      reject(error);
      work.cancel?.();
    }, Math.max(0, until - Date.now()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
