// The part of an audit that needs no browser: the first page with its certificate, headers, HTML and technologies.
import { isIP } from "node:net";
import { checkHeaders, readCookie } from "../../edge-functions/_shared/audits/checks/headers.ts";
import { Measuring } from "../../edge-functions/_shared/audits/checks/measuring.ts";
import { checkPage, checkTechnologies } from "../../edge-functions/_shared/audits/checks/page.ts";
import {
  checkRobots,
  mayRead,
  type Robots,
  sitemapsOf,
} from "../../edge-functions/_shared/audits/checks/robots.ts";
import { detect, type RuleSet } from "../../edge-functions/_shared/audits/fingerprints/engine.ts";
import { type Html, readHtml } from "../../edge-functions/_shared/audits/read_html.ts";
import type { PartResult } from "../../edge-functions/_shared/audits/types.ts";
import { AGENT, type GetOptions, getPage, type Got, NoPage } from "./get_page.ts";

/** The site cannot be audited. */
export class NoSite extends Error {
  override name = "NoSite";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Site {
  home: Got;
  html: Html;
  robots: Robots;
}

const MOST_HTML = 600_000;
const MOST_ROBOTS = 500_000;
const DETECT_MS = 5_000;
const DAY_MS = 86_400_000;

const asNoSite = (error: unknown) => {
  if (error instanceof NoPage) return new NoSite(error.code, error.message);
  return error;
};

export async function pagePart(
  url: string,
  options: GetOptions,
  rules: RuleSet,
  now: Date,
): Promise<{ site: Site; result: PartResult }> {
  const { home, tlsProblem } = await openHome(url, options);
  const robots = await readRobots(home.url, options);
  if (!mayRead(robots, home.url, AGENT)) {
    throw new NoSite(
      "robots",
      "robots.txt asks programs like this one not to read the site",
    );
  }
  if (home.status >= 400) {
    throw new NoSite(
      "status",
      `the first page answers with the error ${home.status}`,
    );
  }
  const type = home.headers["content-type"] ?? "";
  if (type !== "" && !/html/i.test(type)) {
    throw new NoSite(
      "not_html",
      `the first page is no web page but ${type.split(";")[0]}`,
    );
  }
  if (home.body.trim() === "") {
    throw new NoSite("empty", "the first page is empty");
  }
  const html = readHtml(home.body);
  const https = home.url.startsWith("https:");
  const to = new Measuring(home.url);
  checkTls(to, home, tlsProblem, now);
  await checkUpgrade(to, home, options);
  const cookies = home.cookies.map(readCookie);
  checkHeaders(to, home.headers, cookies, https);
  checkPage(to, html, https);
  checkRobots(
    to,
    robots,
    home.url,
    await hasSitemap(robots, home.url, options),
  );
  to.set("page.bytes", home.bytes);
  to.set("page.ms", home.ms);
  to.set("page.redirects", home.hops.length, home.hops.map((hop) => hop.url));
  const until = performance.now() + DETECT_MS;
  const { technologies, unasked } = detect(rules, {
    headers: home.headers,
    cookies: Object.fromEntries(cookies.map(({ name }) => [name, ""])),
    meta: html.meta,
    scripts: html.scripts,
    html: home.body.slice(0, MOST_HTML),
  }, () => performance.now() > until);
  checkTechnologies(to, technologies, html.text);
  const notes = [
    ...(home.truncated ? [`only the first ${home.bytes} bytes of the page were read`] : []),
    ...(unasked > 0 ? [`${unasked} fingerprints were not asked for lack of time`] : []),
  ];
  return {
    site: { home, html, robots },
    result: {
      measures: to.measures,
      technologies,
      ...(notes.length > 0 ? { notes } : {}),
    },
  };
}

/** With TLS if that works, otherwise without. */
async function openHome(
  url: string,
  options: GetOptions,
): Promise<{ home: Got; tlsProblem: string | null }> {
  try {
    return { home: await getPage(url, options), tlsProblem: null };
  } catch (error) {
    const without = url.startsWith("https:") && error instanceof NoPage &&
      ["refused", "reset", "tls", "timeout", "failed"].includes(error.code);
    if (!without) throw asNoSite(error);
    try {
      const home = await getPage(url.replace(/^https:/, "http:"), options);
      return { home, tlsProblem: error.message };
    } catch {
      throw asNoSite(error);
    }
  }
}

function checkTls(
  to: Measuring,
  home: Got,
  problem: string | null,
  now: Date,
): void {
  const { tls } = home;
  to.set("tls.available", tls !== null, problem === null ? [] : [problem]);
  if (!tls) return;
  to.set("tls.valid", tls.valid, tls.problem === null ? [] : [tls.problem]);
  to.set("tls.protocol", tls.protocol);
  to.set("tls.old_protocol", /^(?:SSLv\d|TLSv1(?:\.1)?)$/.test(tls.protocol), [
    tls.protocol,
  ]);
  const days = Math.floor((Date.parse(tls.until) - now.getTime()) / DAY_MS);
  to.set("tls.days_left", days, [`until ${tls.until.slice(0, 10)}`]);
}

/** Whether a visitor who types the name without https:// is led to it. */
async function checkUpgrade(
  to: Measuring,
  home: Got,
  options: GetOptions,
): Promise<void> {
  const url = new URL(home.url);
  if (
    url.protocol !== "https:" || url.port !== "" || isIP(url.hostname) !== 0
  ) return;
  const plain = `http://${url.hostname}/`;
  try {
    const got = await getPage(plain, {
      ...options,
      totalMs: 8_000,
      mostBytes: 1_000,
    });
    to.set("tls.upgrade", got.url.startsWith("https:"), [], plain);
  } catch {
    // Nothing answers there: nobody is served without TLS.
    to.set("tls.upgrade", true, [], plain);
  }
}

async function readRobots(home: string, options: GetOptions): Promise<Robots> {
  const url = new URL("/robots.txt", home).href;
  try {
    const got = await getPage(url, {
      ...options,
      totalMs: 8_000,
      mostBytes: MOST_ROBOTS,
    });
    const isText = got.status === 200 &&
      !/html/i.test(got.headers["content-type"] ?? "");
    return { url, text: isText ? got.body : null };
  } catch {
    return { url, text: null };
  }
}

async function hasSitemap(
  robots: Robots,
  home: string,
  options: GetOptions,
): Promise<boolean> {
  if (sitemapsOf(robots).length > 0) return true;
  try {
    const got = await getPage(new URL("/sitemap.xml", home).href, {
      ...options,
      totalMs: 8_000,
      mostBytes: 2_000,
    });
    return got.status === 200 && /<(?:urlset|sitemapindex)\b/.test(got.body);
  } catch {
    return false;
  }
}
