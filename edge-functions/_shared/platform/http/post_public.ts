// A POST to a URL that a member configured, to a public address (public_target.ts) and with the certificate of the name.
// Redirects are not followed. fetch() can do none of this: it resolves names by itself.
import { Buffer } from "node:buffer";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { findTarget, type Target, type TargetOptions } from "./public_target.ts";

export interface PublicPost {
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** For everything together. */
  timeoutMs: number;
}

export interface PostOptions extends TargetOptions {
  /** Opens the connection; tests have their own. */
  connect?: (target: Target) => Socket;
}

/** The head of a response is no longer than this. */
const MAX_HEAD = 16 * 1024;

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
