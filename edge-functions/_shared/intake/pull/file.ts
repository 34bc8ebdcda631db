// A CSV file at a URL, plain or gzip; a Google Sheet published as CSV is one, too. robots.txt is honoured.
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import robotsParser from "robots-parser";
import { getPublic } from "../../platform/http/get_public.ts";
import { openRecords } from "./records.ts";
import { pauseOf } from "./request.ts";
import {
  type PullPart,
  PullRefused,
  type PullSource,
  type PullTools,
  USER_AGENT,
} from "./types.ts";

const ATTEMPTS = 4;
/** Its types describe a module of another form than it has. */
const parseRobots = robotsParser as unknown as (
  url: string,
  text: string,
) => { isAllowed(url: string, agent: string): boolean | undefined };

export async function* fetchFile(
  { url, token }: PullSource,
  position: Record<string, unknown>,
  tools: PullTools,
): AsyncGenerator<PullPart> {
  await askRobots(url, tools);
  const answer = await open(url, token, tools);
  const records = openRecords();
  // The parts that were stored before a crash are read again and dropped.
  let done = Number(position.parts ?? 0);
  let number = 0;
  for await (const chunk of inflated(answer.body)) {
    for (const part of records.push(chunk)) {
      number++;
      if (done > 0) done--;
      else yield { ...part, position: { parts: number } };
    }
  }
  for (const part of records.end()) {
    number++;
    if (done > 0) done--;
    else yield { ...part, position: { parts: number } };
  }
}

async function open(url: string, token: string | null, tools: PullTools) {
  for (let attempt = 1;; attempt++) {
    const answer = await getPublic({
      url,
      headers: {
        "user-agent": USER_AGENT,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      redirects: token ? 0 : 5,
    }, tools);
    if (answer.status === 200) return answer;
    answer.cancel();
    const again = answer.status === 429 || answer.status >= 500;
    if (!again) throw new PullRefused(`the server answered ${answer.status}`);
    if (attempt === ATTEMPTS) throw new Error(`the server answered ${answer.status}`);
    await tools.pause(pauseOf(answer.headers["retry-after"], attempt));
  }
}

/** RFC 9309: 4xx allows everything, 5xx nothing. */
async function askRobots(url: string, tools: PullTools): Promise<void> {
  const robots = new URL("/robots.txt", url).href;
  const answer = await getPublic({
    url: robots,
    headers: { "user-agent": USER_AGENT },
    redirects: 5,
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

async function* inflated(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) return;
  const head = first.value;
  const rest = async function* () {
    yield head;
    for (;;) {
      const next = await source.next();
      if (next.done) return;
      yield next.value;
    }
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* rest();
  const input = Readable.from(rest(), { objectMode: false });
  const gunzip = createGunzip();
  input.on("error", (error) => gunzip.destroy(error));
  yield* input.pipe(gunzip) as AsyncIterable<Uint8Array>;
}
