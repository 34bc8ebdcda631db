// robots.txt and the list of pages for search engines.
import robotsParser from "robots-parser";
import type { Measuring } from "./measuring.ts";

export interface Robots {
  /** Null: the site has none, and everything may be read. */
  text: string | null;
  url: string;
}

// The package's types describe a default that Node does not have.
const parse = robotsParser as unknown as (url: string, text: string) => {
  isAllowed(url: string, agent?: string): boolean | undefined;
  getSitemaps(): string[];
};

export const mayRead = (robots: Robots, url: string, agent: string): boolean =>
  robots.text === null || parse(robots.url, robots.text).isAllowed(url, agent) !== false;

export const sitemapsOf = ({ url, text }: Robots): string[] =>
  text === null ? [] : parse(url, text).getSitemaps();

export function checkRobots(to: Measuring, robots: Robots, home: string, sitemap: boolean): void {
  to.set("seo.robots", robots.text !== null, [], robots.url);
  to.set("seo.blocked", !mayRead(robots, home, "Googlebot"), [], robots.url);
  to.set("seo.sitemap", sitemap, [], robots.url);
}
