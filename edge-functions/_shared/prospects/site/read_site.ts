// Reads the website of a business politely: as robots.txt allows, one page after the other with a pause, few and small
// ones, and never from a private address (platform/http/public_target.ts), also after redirects.
import robotsParser from "robots-parser";
import { type GetOptions, getPublic, type PublicAnswer } from "../../platform/http/get_public.ts";
import { UnsafeUrl } from "../../platform/http/public_target.ts";
import { extractSite, isEnough, mergeSites, type SiteFacts } from "./extract.ts";

export const USER_AGENT = "sluice-site/1 (reads what a business publishes about itself)";
const AGENT = "sluice-site";
const MOST_BYTES = 1024 * 1024;
const MOST_ROBOTS = 512 * 1024;
const PAGE_MS = 20_000;
const REDIRECTS = 4;
const PAUSE_MS = 1000;
const MOST_PAUSE_MS = 10_000;

export interface SiteTools extends GetOptions {
  pause: (ms: number) => Promise<void>;
}

export type SiteRead =
  | { status: "read"; facts: SiteFacts; url: string }
  /** later: it may work another time; never: it will not. */
  | { status: "later"; reason: string }
  | { status: "never"; reason: string };

interface Robots {
  isAllowed(url: string, agent: string): boolean | undefined;
  getCrawlDelay(agent: string): number | undefined;
}
const parseRobots = robotsParser as unknown as (url: string, text: string) => Robots;

class Refused extends Error {
  override name = "Refused";
  readonly again: boolean;

  constructor(reason: string, again = false) {
    super(reason);
    this.again = again;
  }
}

async function textOf(answer: PublicAnswer, most: number): Promise<string> {
  const type = String(answer.headers["content-type"] ?? "");
  const charset = /charset=["']?([a-z0-9_-]{1,30})/i.exec(type)?.[1] ?? "utf-8";
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    decoder = new TextDecoder();
  }
  let text = "", size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    text += decoder.decode(chunk, { stream: true });
    // The rest of a large page is not needed.
    if (size > most) break;
  }
  answer.cancel();
  return text;
}

/** What robots.txt of each host says; asked once for a read. RFC 9309: 4xx allows everything, 5xx nothing. */
class RobotsOf {
  readonly #tools: SiteTools;
  readonly #known = new Map<string, Robots>();

  constructor(tools: SiteTools) {
    this.#tools = tools;
  }

  async check(url: string): Promise<Robots> {
    const { origin } = new URL(url);
    let robots = this.#known.get(origin);
    if (!robots) {
      const answer = await getPublic({
        url: `${origin}/robots.txt`,
        headers: { "user-agent": USER_AGENT },
        redirects: REDIRECTS,
        totalMs: PAGE_MS,
      }, this.#tools);
      if (answer.status >= 500) {
        answer.cancel();
        throw new Refused("robots_unavailable", true);
      }
      const text = answer.status === 200 ? await textOf(answer, MOST_ROBOTS) : "";
      answer.cancel();
      robots = parseRobots(`${origin}/robots.txt`, text);
      this.#known.set(origin, robots);
    }
    if (robots.isAllowed(url, AGENT) === false) throw new Refused("robots");
    return robots;
  }
}

async function readPage(url: string, robots: RobotsOf, tools: SiteTools) {
  await robots.check(url);
  const answer = await getPublic({
    url,
    headers: { "user-agent": USER_AGENT, accept: "text/html" },
    redirects: REDIRECTS,
    totalMs: PAGE_MS,
    mayFollow: async (next) => void await robots.check(next),
  }, tools);
  const { status } = answer;
  if (status !== 200) {
    answer.cancel();
    throw new Refused(`http_${status}`, status === 429 || status >= 500);
  }
  if (!/html/i.test(String(answer.headers["content-type"] ?? ""))) {
    answer.cancel();
    throw new Refused("not_html");
  }
  return { url: answer.url, html: await textOf(answer, MOST_BYTES) };
}

/** Sites are read by https; on a development machine also by http from this machine. */
export function readableUrl(website: string): string | null {
  const given = /^[a-z][a-z0-9+.-]*:/i.test(website) ? website : `https://${website}`;
  if (!URL.canParse(given)) return null;
  const url = new URL(given);
  if (!/^https?:$/.test(url.protocol)) return null;
  if (url.protocol === "http:" && !/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
    url.protocol = "https:";
  }
  url.hash = "";
  return url.href;
}

export async function readSite(website: string, tools: SiteTools): Promise<SiteRead> {
  const start = readableUrl(website);
  if (start === null) return { status: "never", reason: "url" };
  const robots = new RobotsOf(tools);
  try {
    const home = await readPage(start, robots, tools);
    let facts = extractSite(home.html, home.url);
    const delay = (await robots.check(home.url)).getCrawlDelay(AGENT) ?? 0;
    for (const page of isEnough(facts) ? [] : facts.contactPages) {
      // A host that wants longer pauses is not asked again.
      if (delay * 1000 > MOST_PAUSE_MS) break;
      await tools.pause(Math.max(PAUSE_MS, delay * 1000));
      try {
        const more = await readPage(page, robots, tools);
        facts = mergeSites(facts, extractSite(more.html, more.url));
      } catch {
        // What the first page says counts.
      }
      if (isEnough(facts)) break;
    }
    return { status: "read", facts, url: home.url };
  } catch (error) {
    if (error instanceof Refused) {
      return { status: error.again ? "later" : "never", reason: error.message };
    }
    if (error instanceof UnsafeUrl) return { status: "never", reason: "unsafe_url" };
    const { code } = error as { code?: unknown };
    return code === "ENOTFOUND"
      ? { status: "never", reason: "no_such_host" }
      : { status: "later", reason: "no_answer" };
  }
}
