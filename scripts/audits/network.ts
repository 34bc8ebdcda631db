// Where the connections of an audit go: to public addresses only. Names are resolved here, and the connection goes to an
// address that was checked. Every request of the browser passes the same check (proxy.ts).
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { isPublicAddress } from "../../edge-functions/_shared/platform/http/public_address.ts";
import { loopbackAllowed, type Variables } from "../../edge-functions/_shared/platform/settings.ts";

export interface Network {
  /** http on this machine is allowed. */
  loopback: boolean;
  /** Sites under example.com, which tests and the demo serve on this machine. */
  lab: { http: number; https: number; ca: string | null } | null;
  resolve(host: string): Promise<string[]>;
}

export interface Place {
  address: string;
  port: number;
}

/** Nothing may be sent there. */
export class NotPublic extends Error {
  override name = "NotPublic";
}

const PORTS = [80, 443, 8080, 8443];
const LAB = /(?:^|\.)example\.(?:com|org|net)$/;
const THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"];

/** The lab is for development machines, as loopback is: without that switch, it is ignored. */
export function readNetwork(given: Variables = process.env): Network {
  const loopback = loopbackAllowed(given);
  const [http, https] = (given.SLUICE_AUDIT_LAB ?? "").split(",").map(Number);
  const ca = given.SLUICE_AUDIT_LAB_CA;
  return {
    loopback,
    lab: loopback && http && https
      ? { http, https, ca: ca ? readFileSync(ca, "utf8") : null }
      : null,
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  };
}

/** Throws NotPublic, or the error of the resolver. */
export async function findPlace(
  { loopback, lab, resolve }: Network,
  host: string,
  port: number,
): Promise<Place> {
  if (loopback && THIS_MACHINE.includes(host)) {
    return { address: host === "[::1]" ? "::1" : "127.0.0.1", port };
  }
  if (lab && LAB.test(host)) {
    return { address: "127.0.0.1", port: port === 443 ? lab.https : lab.http };
  }
  if (!PORTS.includes(port)) {
    throw new NotPublic(`port ${port} is not one of the web`);
  }
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const addresses = /^[\d.]+$|:/.test(bare) ? [bare] : await resolve(bare);
  // One that is not public is enough: the owner of the name decides which one a resolver names first.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw new NotPublic("the host name has an address that is not public");
  }
  return {
    address: addresses.find((one) => !one.includes(":")) ?? addresses[0]!,
    port,
  };
}
