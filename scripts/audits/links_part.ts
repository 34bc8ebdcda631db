// Broken links of the first page, within limits: one request at a time for each host, and only where robots.txt allows it.
import { Measuring } from "../../edge-functions/_shared/audits/checks/measuring.ts";
import { mayRead } from "../../edge-functions/_shared/audits/checks/robots.ts";
import type { PartResult } from "../../edge-functions/_shared/audits/types.ts";
import { AGENT, type GetOptions, getPage, NoPage } from "./get_page.ts";
import type { Site } from "./page_part.ts";

const MOST_LINKS = 40;
const ALL_MS = 20_000;
const ONE_MS = 6_000;

/** The host is gone; anything else may be a refusal of programs, or bad luck. */
const GONE = ["dns"];

export async function linksPart(
  { home, html, robots }: Site,
  options: GetOptions,
): Promise<PartResult> {
  const own = new URL(home.url).host;
  const urls = [
    ...new Set(html.links.flatMap(({ href }) => {
      if (!URL.canParse(href, home.url)) return [];
      const url = new URL(href, home.url);
      url.hash = "";
      return /^https?:$/.test(url.protocol) && url.href !== home.url ? [url.href] : [];
    })),
  ];
  const asked = urls.filter((url) => new URL(url).host !== own || mayRead(robots, url, AGENT))
    .slice(0, MOST_LINKS);
  const byHost = Map.groupBy(asked, (url) => new URL(url).host);
  const until = performance.now() + ALL_MS;
  const broken: string[] = [];
  let checked = 0;
  await Promise.all([...byHost.values()].map(async (list) => {
    for (const url of list) {
      if (performance.now() > until) return;
      const problem = await problemOf(url, options);
      checked++;
      if (problem !== null) broken.push(`${url} (${problem})`);
    }
  }));
  const to = new Measuring(home.url);
  to.set("links.found", urls.length);
  to.set("links.checked", checked);
  to.set("links.broken", broken.length, broken.sort());
  const left = urls.length - checked;
  return {
    measures: to.measures,
    ...(left > 0 ? { notes: [`${left} of ${urls.length} links were not asked`] } : {}),
  };
}

async function problemOf(
  url: string,
  options: GetOptions,
): Promise<string | null> {
  const ask = (method: "HEAD" | "GET") =>
    getPage(url, { ...options, method, totalMs: ONE_MS, mostBytes: 1_000 });
  try {
    let { status } = await ask("HEAD");
    // Some servers do not know HEAD.
    if (status >= 400) ({ status } = await ask("GET"));
    return status === 404 || status === 410 || status >= 500 && status !== 503
      ? String(status)
      : null;
  } catch (error) {
    return error instanceof NoPage && GONE.includes(error.code) ? error.message : null;
  }
}
