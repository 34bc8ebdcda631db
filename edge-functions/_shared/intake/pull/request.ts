// Requests to open-data servers: bounded, repeated where the server asks for time, and never to a private address.
import { getPublic } from "../../platform/http/get_public.ts";
import { PullRefused, type PullTools, USER_AGENT } from "./types.ts";

const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 60_000;

/** The body of a page. Repeats 429 and 5xx, as Retry-After says. */
export async function readPage(
  url: string,
  headers: Record<string, string>,
  tools: PullTools,
): Promise<Uint8Array> {
  for (let attempt = 1;; attempt++) {
    const answer = await getPublic({
      url,
      headers: { "user-agent": USER_AGENT, ...headers },
      redirects: Object.keys(headers).length > 0 ? 0 : 3,
    }, tools);
    if (answer.status === 200) return await collect(answer.body, MAX_PAGE_BYTES, "a page");
    answer.cancel();
    const again = answer.status === 429 || answer.status >= 500;
    if (!again) throw new PullRefused(`the server answered ${answer.status}`);
    if (attempt === ATTEMPTS) throw new Error(`the server answered ${answer.status}`);
    await tools.pause(pauseOf(answer.headers["retry-after"], attempt));
  }
}

export const pauseOf = (retryAfter: unknown, attempt: number): number =>
  Math.min(
    LONGEST_PAUSE_MS,
    /^\d+$/.test(String(retryAfter)) ? Number(retryAfter) * 1000 : 1000 * 2 ** attempt,
  );

/** All of it. `what` is the subject of the sentence that refuses more than `most` bytes. */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  most: number,
  what: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw new PullRefused(`${what} has more than ${most} bytes`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const LF = 10, QUOTE = 34;

/** Records of CSV, without its header. */
export function countRecords(csv: Uint8Array): number {
  let quoted = false, records = 0, filled = false;
  for (const byte of csv) {
    if (byte === QUOTE) quoted = !quoted;
    if (byte === LF && !quoted) {
      if (filled) records++;
      filled = false;
    } else if (byte !== 13) filled = true;
  }
  return Math.max(0, records + (filled ? 1 : 0) - 1);
}
