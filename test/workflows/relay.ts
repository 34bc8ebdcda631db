// A substitute for Sluice: records each request and forwards it, or responds as the test requires.
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";

export interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  body: unknown;
}

export type Answerer = (seen: Seen) => Promise<Answer> | Answer;

export interface Relay {
  url: string;
  seen: Seen[];
  /** Replaced by each test. */
  answer: Answerer;
  close(): Promise<void>;
}

/** Bodies of the dispatch requests, in order. */
export function dispatches(relay: Relay): { channel: string; limit: number; org_id?: string }[] {
  return relay.seen.filter(({ path }) => path === "/outreach/v1/dispatch")
    .map(({ body }) => JSON.parse(body.toString("utf8")));
}

export const nothingDue: Answer = {
  status: 200,
  body: { claimed: 0, sent: 0, next_at: null, messages: [] },
};

/** The run of a day, as workflow 09 asks for it. */
export const enrichment = (
  state: string,
  more: Record<string, unknown> = {},
): Answer => ({
  status: 200,
  body: {
    ...{
      run_id: "00000000-0000-4000-8000-00000000e001",
      kind: "verify_email",
      state,
      reason: null,
    },
    forecast: { leads: 3120, cached: 2410, most_usd: 96.4, budget_left_usd: 150 },
    ...{ spent_usd: 0, results: {}, waiting: 0, needs_approval: false },
    ...more,
  },
});

/** Sluice with nothing to do. */
export function idle({ path, body }: Seen): Answer {
  if (path === "/outreach/v1/dispatch") return nothingDue;
  if (path.startsWith("/outreach/v1/due")) {
    return { status: 200, body: { due: { email: 3, sms: 0 }, next_at: null } };
  }
  if (path.startsWith("/outreach/v1/day") && path.endsWith("&date=2026-11-20")) {
    const counts = { fed: 250, sent: 240 };
    return { status: 200, body: { local_date: "2026-11-20", counts, open_dead_letters: 2 } };
  }
  if (path === "/outreach/v1/enrichment") return enrichment("done");
  if (path.startsWith("/api/v1/uploads")) {
    const sha256 = createHash("sha256").update(body).digest("hex");
    return { status: 202, body: { upload_id: "u", part: 1, sha256 } };
  }
  return { status: 404, body: {} };
}

/** Forwards requests to `base`; `change` may rewrite the body of a dispatch. */
export function forwardTo(
  base: string,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Answerer {
  return async (seen) => {
    const { method, path, headers, body } = seen;
    // Data providers are no part of these worlds.
    if (path === "/outreach/v1/enrichment") return idle(seen);
    const given = new Headers();
    for (const name of ["authorization", "content-type", "idempotency-key"]) {
      const value = headers[name];
      if (typeof value === "string") given.set(name, value);
    }
    const dispatched = path === "/outreach/v1/dispatch";
    const sent = dispatched ? JSON.stringify(change(JSON.parse(body.toString("utf8")))) : body;
    const response = await fetch(`${base}${path}`, {
      method,
      headers: given,
      body: method === "GET" ? undefined : new Uint8Array(Buffer.from(sent)),
    });
    return { status: response.status, body: await response.json() };
  };
}

export async function openRelay(): Promise<Relay> {
  const relay: Relay = {
    url: "",
    seen: [],
    answer: idle,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, path: url, headers, body: Buffer.concat(chunks) };
      relay.seen.push(seen);
      Promise.resolve(relay.answer(seen)).catch((error) => ({
        status: 502,
        body: { detail: String(error) },
      })).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  relay.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  return relay;
}
