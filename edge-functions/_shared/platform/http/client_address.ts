// The address of the client, and how many requests it may send.
import { isIP } from "node:net";
import { asWriter } from "../db/client.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "./problem.ts";

/**
 * The client's address as the proxy in front saw it; null where the proxy names none. Of x-forwarded-for only
 * the part that our own proxies added counts: a client can send one that begins with any address.
 */
export function clientAddress({ env }: Pick<Deps, "env">, request: Request): string | null {
  const { header, proxies } = env.clientAddress;
  const hops = (request.headers.get(header) ?? "").split(",").map((hop) => hop.trim());
  const address = (header === "x-forwarded-for" ? hops.at(-proxies) : hops[0]) ?? "";
  return isIP(address) ? address : null;
}

/** The client for limits: an IPv4 address, or the /64 network in which one IPv6 client has all addresses. */
export function clientNetwork(deps: Pick<Deps, "env">, request: Request): string | null {
  const address = clientAddress(deps, request);
  if (!address?.includes(":")) return address;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const [before = "", after] = address.split("%", 1)[0]!.split("::");
  const left = before.split(":").filter((group) => group !== "");
  const right = (after ?? "").split(":").filter((group) => group !== "");
  // An embedded IPv4 address takes the place of two groups.
  const size = left.length + right.length + (address.includes(".") ? 1 : 0);
  const zeros = Array.from({ length: Math.max(0, 8 - size) }, () => "0");
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => parseInt(group, 16).toString(16))
    .join(":");
}

/** Answers 429 to more than `limit` requests a minute from one client. */
export async function limitRate(
  { sql, now, env }: Deps,
  request: Request,
  endpoint: string,
  limit: number,
): Promise<void> {
  const network = clientNetwork({ env }, request);
  // Clients without a known address share one count, which must not refuse all of them.
  const [caller, most] = network ? [network, limit] : ["unknown", limit * 20];
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<
        { ok: boolean }[]
      >`select private.count_endpoint_request(${endpoint}, ${caller}, ${most}, ${now()})
        as ok`,
  );
  if (!row?.ok) {
    throw new Problem(429, "too_many_requests", "Too many requests. Try again in a minute.", {
      headers: { "retry-after": "60" },
    });
  }
}
