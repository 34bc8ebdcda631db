// A GET of a URL that a member configured: at every hop to a public address (public_target.ts) and with the certificate
// of the name.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { IncomingMessage } from "node:http";
import { clearTimeout, setTimeout } from "node:timers";
import { findTarget, type Target, type TargetOptions, UnsafeUrl } from "./public_target.ts";

export interface PublicGet {
  url: string;
  headers?: Record<string, string>;
  /** Without a byte for so long, the request ends. */
  idleMs?: number;
  /** From the first request to the last byte, redirects included. */
  totalMs?: number;
  /** Redirects that are followed; none where a token is sent. */
  redirects?: number;
  /** Asked before a redirect is followed; throws where it must not be. */
  mayFollow?: (url: string) => Promise<void>;
}

export interface GetOptions extends TargetOptions {
  /** Where an address is for tests, and whose certificates are believed there. */
  dial?: (target: Target) => { host: string; port: number; ca?: string };
}

export interface PublicAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The URL that answered. */
  url: string;
  body: AsyncIterable<Uint8Array>;
  cancel(): void;
}

/** A server that sends a byte now and then would be waited for as long as it likes. */
const TOTAL_MS = 5 * 60_000;

/** Throws UnsafeUrl before anything is sent to an address that is not public. */
export async function getPublic(
  get: PublicGet,
  options: GetOptions = {},
): Promise<PublicAnswer> {
  let url = get.url;
  const until = performance.now() + (get.totalMs ?? TOTAL_MS);
  for (let hop = 0;; hop++) {
    const answer = await getOnce({ ...get, url }, options, until);
    const location = answer.headers.location;
    if (
      ![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0) || typeof location !== "string"
    ) {
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        url,
        body: answer as AsyncIterable<Uint8Array>,
        cancel: () => answer.destroy(),
      };
    }
    answer.destroy();
    if (hop >= (get.redirects ?? 0)) throw new UnsafeUrl("the server redirects too often");
    url = new URL(location, url).href;
    await get.mayFollow?.(url);
  }
}

async function getOnce(
  { url: text, headers = {}, idleMs = 30_000 }: PublicGet,
  options: GetOptions,
  until: number,
): Promise<IncomingMessage> {
  const target = await findTarget(text, options);
  const { address, port, name } = target;
  const url = new URL(text);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (name === null ? requestHttp : requestHttps)({
    host: address,
    port,
    path: url.pathname + url.search,
    method: "GET",
    headers: { ...headers, host: url.host },
    agent: false,
    ...(name === null ? {} : { servername: name }),
    ...options.dial?.(target),
  }, resolve);
  const total = setTimeout(
    () => request.destroy(new Error("the server takes too long")),
    Math.max(0, until - performance.now()),
  );
  total.unref();
  request.on("close", () => clearTimeout(total));
  request.setTimeout(idleMs, () => request.destroy(new Error("the server sends nothing")));
  request.on("error", reject);
  request.end();
  return await promise;
}
