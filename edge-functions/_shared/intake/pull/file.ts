// A file at an https URL; a Google Sheet published as CSV is one, too. robots.txt is honoured.
import robotsParser from "robots-parser";
import { getPublic } from "../../platform/http/get_public.ts";
import { baseOf, type OpenFile, partsOf } from "./content.ts";
import { pauseOf } from "./request.ts";
import { type Fetcher, PullRefused, type PullSource, type PullTools, USER_AGENT } from "./types.ts";

const ATTEMPTS = 4;
/** A list of a million rows is staged while it is read. */
const FILE_MS = 6 * 3_600_000;
const ROBOTS_MS = 60_000;
/** Its types describe a module of another form than it has. */
const parseRobots = robotsParser as unknown as (
  url: string,
  text: string,
) => { isAllowed(url: string, agent: string): boolean | undefined };

/** A fetcher of files, whose protocol is how they are opened. */
export const fileFetcher = (
  open: (source: PullSource, tools: PullTools) => Promise<OpenFile>,
): Fetcher =>
  async function* (source, position, tools) {
    const file = await open(source, tools);
    try {
      yield* partsOf(file, source.options, position);
    } finally {
      file.close();
    }
  };

export const fetchFile: Fetcher = fileFetcher(async ({ url, token }, tools) => {
  // Each server that a redirect leads to has rules of its own.
  const mayFollow = (next: string) => askRobots(next, tools);
  await mayFollow(url);
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return await openUrl(
    url,
    () => Promise.resolve({ url, headers }),
    token ? 0 : 5,
    tools,
    mayFollow,
  );
});

/** `request` is asked before each attempt, because a signature has a time. */
export async function openUrl(
  name: string,
  request: () => Promise<{ url: string; headers: Record<string, string> }>,
  redirects: number,
  tools: PullTools,
  mayFollow?: (url: string) => Promise<void>,
): Promise<OpenFile> {
  for (let attempt = 1;; attempt++) {
    const { url, headers } = await request();
    const answer = await getPublic(
      {
        ...{ url, redirects, mayFollow, totalMs: FILE_MS },
        headers: { "user-agent": USER_AGENT, ...headers },
      },
      tools,
    );
    if (answer.status === 200) {
      const { etag, "last-modified": modified } = answer.headers;
      return {
        name: nameOf(new URL(name)),
        version: String(etag ?? modified ?? "") || null,
        body: answer.body,
        close: answer.cancel,
      };
    }
    answer.cancel();
    const again = answer.status === 429 || answer.status >= 500;
    if (!again) throw new PullRefused(`the server answered ${answer.status}`);
    if (attempt === ATTEMPTS) throw new Error(`the server answered ${answer.status}`);
    await tools.pause(pauseOf(answer.headers["retry-after"], attempt));
  }
}

/** As people read it; a lone % stands for itself. */
export function nameOf({ pathname, hostname }: URL): string {
  const base = baseOf(pathname);
  try {
    return decodeURIComponent(base) || hostname;
  } catch {
    return base;
  }
}

/** RFC 9309: 4xx allows everything, 5xx nothing. */
async function askRobots(url: string, tools: PullTools): Promise<void> {
  const robots = new URL("/robots.txt", url).href;
  const answer = await getPublic({
    url: robots,
    headers: { "user-agent": USER_AGENT },
    redirects: 5,
    totalMs: ROBOTS_MS,
  }, tools);
  if (answer.status >= 500) {
    answer.cancel();
    throw new Error(`robots.txt: the server answered ${answer.status}`);
  }
  let text = "";
  if (answer.status === 200) {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > 512 * 1024) break;
    }
  }
  answer.cancel();
  if (parseRobots(robots, text).isAllowed(url, "sluice-pull") === false) {
    throw new PullRefused("robots.txt of the server does not allow it");
  }
}
