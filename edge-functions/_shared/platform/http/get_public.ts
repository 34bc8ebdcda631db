// A GET of a URL that a member configured, under the same rule as postPublic: at every hop the name is resolved once, each
// of its addresses must be public, and the connection goes to one of them, with the certificate of the name.
import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { IncomingMessage } from "node:http";
import { urlProblem } from "../settings.ts";
import { UnsafeUrl } from "./post_public.ts";
import { isPublicAddress } from "./public_address.ts";

export interface PublicGet {
  url: string;
  headers?: Record<string, string>;
  /** Without a byte for so long, the request ends. */
  idleMs?: number;
  /** Redirects that are followed; none where a token is sent. */
  redirects?: number;
}

export interface GetOptions {
  /** http on this machine is allowed. */
  loopback?: boolean;
  /** Addresses of a name; tests have their own. */
  resolve?: (host: string) => Promise<string[]>;
}

export interface PublicAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The URL that answered. */
  url: string;
  body: AsyncIterable<Uint8Array>;
  cancel(): void;
}

const resolveName = async (host: string) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** Throws UnsafeUrl before anything is sent to an address that is not public. */
export async function getPublic(get: PublicGet, options: GetOptions = {}): Promise<PublicAnswer> {
  let url = get.url;
  for (let hop = 0;; hop++) {
    const answer = await getOnce({ ...get, url }, options);
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
  }
}

async function getOnce(
  { url: text, headers = {}, idleMs = 30_000 }: PublicGet,
  options: GetOptions,
): Promise<IncomingMessage> {
  const problem = urlProblem(text, options.loopback);
  if (problem) throw new UnsafeUrl(`the URL ${problem}`);
  const url = new URL(text);
  const isPlain = url.protocol === "http:";
  const host = isPlain ? "127.0.0.1" : await publicAddress(url.hostname, options);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (isPlain ? requestHttp : requestHttps)({
    host,
    port: Number(url.port || (isPlain ? 80 : 443)),
    path: url.pathname + url.search,
    method: "GET",
    headers: { ...headers, host: url.host },
    agent: false,
    ...(isPlain ? {} : { servername: url.hostname }),
  }, resolve);
  request.setTimeout(idleMs, () => request.destroy(new Error("the server sends nothing")));
  request.on("error", reject);
  request.end();
  return await promise;
}

async function publicAddress(name: string, options: GetOptions): Promise<string> {
  const addresses = await (options.resolve ?? resolveName)(name);
  // One that is not public is enough: which one a resolver names first is up to whoever owns the name.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw new UnsafeUrl("the host name has an address that is not public");
  }
  return addresses.find((one) => !one.includes(":")) ?? addresses[0]!;
}
