// The address holds the whole state. It is kept after the #, so that names and filters never reach the host's log.
import "../sign/arrival.ts";
import { computed, signal } from "@preact/signals";

/** Where the desk is, without query and hash: what a link in a mail opens. */
export const deskUrl = (): string => location.href.split(/[?#]/)[0] ?? "";

export interface Route {
  path: string[];
  query: URLSearchParams;
}

function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return {
    path: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(query),
  };
}

export const route = signal<Route>(parse(location.hash));
export const page = computed(() => route.value.path[0] || "day");

addEventListener("hashchange", () => route.value = parse(location.hash));
addEventListener("popstate", () => route.value = parse(location.hash));

export function href(path: string, query: Record<string, string | null | undefined> = {}): string {
  const kept = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  const text = new URLSearchParams(kept).toString();
  return `#/${path}${text ? `?${text}` : ""}`;
}

export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  route.value = parse(to.slice(to.indexOf("#")));
}

/** This address with some of its query changed; null removes. */
export function addressWith(change: Record<string, string | null>): string {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const path = route.value.path.map(encodeURIComponent).join("/");
  return href(path, Object.fromEntries(query));
}

/** Changes some of the query; null removes. A new filter starts at the first page. */
export function setQuery(
  change: Record<string, string | null>,
  { replace = false, keepPage = false } = {},
): void {
  go(addressWith(keepPage ? change : { after: null, ...change }), { replace });
}

export const param = (name: string): string => route.value.query.get(name) ?? "";
