// Sends the requests queued by net.http_post(), as pg_net does, but to loopback only.
import postgres from "postgres";

interface Queued {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Uint8Array | null;
  timeout_milliseconds: number;
}

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

async function perform(item: Queued) {
  try {
    if (!loopback.has(new URL(item.url).hostname)) {
      throw new Error("the local stack sends to loopback only");
    }
    const response = await fetch(item.url, {
      method: item.method,
      headers: item.headers ?? {},
      ...(item.body ? { body: Uint8Array.from(item.body) } : {}),
      signal: AbortSignal.timeout(item.timeout_milliseconds),
    });
    return {
      status_code: response.status,
      content_type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content: await response.text(),
      timed_out: false,
      error_msg: null,
    };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return {
      status_code: null,
      content_type: null,
      headers: null,
      content: null,
      timed_out: timedOut,
      error_msg: cause instanceof Error ? cause.message : String(cause),
    };
  }
}

/** Drains the queue until stopped. Does nothing if the real pg_net is installed. */
export async function startNetWorker(adminUrl: string): Promise<{ stop(): Promise<void> }> {
  const sql = postgres(adminUrl, { max: 4, onnotice: () => {} });
  const [shim] = await sql`
    select to_regprocedure('net._enqueue(text, text, jsonb, jsonb, bytea, integer)') is not null
      as present`;
  if (!shim?.present) {
    await sql.end();
    return { stop: () => Promise.resolve() };
  }
  const pending = new Set<Promise<void>>();
  async function drain(): Promise<void> {
    const items = await sql<Queued[]>`
      delete from net.http_request_queue where id in (
        select id from net.http_request_queue order by id for update skip locked limit 100)
      returning *`;
    // As long as pg_net keeps them by default.
    await sql`delete from net._http_response where created < now() - interval '6 hours'`;
    await Promise.all(items.map(async (item) => {
      const result = await perform(item);
      await sql`insert into net._http_response ${
        sql({
          id: item.id,
          ...result,
          headers: result.headers === null ? null : sql.json(result.headers),
        })
      }`;
    }));
  }
  function schedule(): void {
    const work: Promise<void> = drain().catch(() => {}).finally(() => pending.delete(work));
    pending.add(work);
  }
  await sql.listen("net_http_request", schedule, schedule);
  return {
    stop: async () => {
      await Promise.all(pending);
      await sql.end({ timeout: 5 });
    },
  };
}
