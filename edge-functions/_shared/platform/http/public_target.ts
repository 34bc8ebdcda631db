// Where a request to a URL that a member configured connects. The name is resolved once; every address must be public,
// and the connection goes to one of these addresses, so that a name which later points elsewhere changes nothing.
import { lookup } from "node:dns/promises";
import { urlProblem } from "../settings.ts";
import { isPublicAddress } from "./public_address.ts";

export class UnsafeUrl extends Error {
  override name = "UnsafeUrl";
}

export interface TargetOptions {
  /** http on this machine is allowed. */
  loopback?: boolean;
  /** Addresses of a name; tests have their own. */
  resolve?: (host: string) => Promise<string[]>;
}

export interface Target {
  address: string;
  port: number;
  /** The name in the certificate; null without TLS. */
  name: string | null;
}

const resolveName = async (host: string) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** Throws UnsafeUrl where nothing may be sent. */
export async function findTarget(text: string, options: TargetOptions): Promise<Target> {
  const problem = urlProblem(text, options.loopback);
  if (problem) throw new UnsafeUrl(`the URL ${problem}`);
  const url = new URL(text);
  if (url.protocol === "http:") {
    const address = url.hostname === "[::1]" ? "::1" : "127.0.0.1";
    return { address, port: Number(url.port || 80), name: null };
  }
  const addresses = await (options.resolve ?? resolveName)(url.hostname);
  // One that is not public is enough: the owner of the name decides which one a resolver names first.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw new UnsafeUrl("the host name has an address that is not public");
  }
  // IPv4 first: not every machine has IPv6.
  const address = addresses.find((one) => !one.includes(":")) ?? addresses[0]!;
  return { address, port: Number(url.port || 443), name: url.hostname };
}
