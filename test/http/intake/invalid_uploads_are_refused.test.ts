import { randomUUID } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateSecret } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import {
  type Answer,
  call,
  eventually,
  HEADER,
  houses,
  type Source,
  startWorld,
  type World,
} from "./harness.ts";

const KIB = 1024;
let world: World;
const logs: string[] = [];
beforeAll(async () => {
  world = await startWorld({
    env: { MAX_PART_BYTES: String(64 * KIB), MAX_INFLATED_BYTES: String(256 * KIB) },
    log: (line) => logs.push(line),
  });
});
afterAll(() => world?.stop());

let next = 1;
/** Content that was never sent before. */
const fresh = () => HEADER + houses(next += 10, 2);

async function nothingCame(work: () => Promise<unknown>): Promise<void> {
  const count = async () => (await world.sql`select count(*) from public.upload_parts`)[0]!.count;
  const before = await count();
  await work();
  expect(await count()).toBe(before);
}

function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.json?.code]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.json).toEqual({
    type: "about:blank",
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code,
    correlation_id: answer.headers.get("sluice-correlation-id"),
  });
}

describe("400: a malformed request", () => {
  const headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  test.each(headers)("%s missing", async (header) => {
    const answer = await world.upload(fresh(), { headers: { [header]: "" } });
    expectProblem(answer, 400, "malformed_request");
    expect(answer.json.detail).toContain(header);
  });

  test.each([
    ["webhook-id", "with.dot"],
    ["webhook-timestamp", "12.5"],
    ["webhook-timestamp", "soon"],
    ["webhook-signature", "v1"],
    ["webhook-signature", "v2,abcd"],
  ])("%s: %s", async (header, value) => {
    expectProblem(
      await world.upload(fresh(), { headers: { [header]: value } }),
      400,
      "malformed_request",
    );
  });

  test.each<Record<string, string>>([
    { dry_run: "yes" },
    { upload: "not-a-uuid" },
    { part: "2" },
    { parts: "2" },
    { upload: randomUUID(), part: "0" },
    { upload: randomUUID(), part: "1.5" },
    { upload: randomUUID(), part: "100001" },
    { upload: randomUUID(), part: "3", parts: "2" },
    { dryrun: "true" },
    { source: "" },
  ])("query %o", async (query) => {
    await nothingCame(async () =>
      expectProblem(
        await world.upload(fresh(), { query }),
        400,
        "malformed_request",
      )
    );
  });

  test("a repeated parameter; a single one is accepted", async () => {
    const twice = `${world.stack.functionsUrl}/csv-upload?source=a&source=b`;
    expectProblem(await call(twice, { method: "POST", body: "x" }), 400, "malformed_request");
    expect((await world.upload(fresh(), { query: { dry_run: "true" } })).status).toBe(202);
  });

  test("a gzip body that is invalid or truncated; a complete one is accepted", async () => {
    const gzip = { headers: { "content-encoding": "gzip" } };
    expectProblem(await world.upload("plain text", gzip), 400, "malformed_request");
    const body = gzipSync(fresh());
    expectProblem(await world.upload(body.subarray(0, -4), gzip), 400, "malformed_request");
    expect((await world.upload(body, gzip)).status).toBe(202);
  });
});

describe("401: no valid, recent signature of a known source", () => {
  const unknown = (): Source => ({ ...world.source, key: "nobody-knows" });
  const wrong = { secrets: [generateSecret()] };

  test("unknown source, wrong signature, too old, too new: all get the same response", async () => {
    const inactive = await world.addSource(await world.addOrg(), { active: false });
    const answers = [
      await world.upload(fresh(), {}, unknown()),
      await world.upload(fresh(), {}, inactive),
      await world.upload(fresh(), wrong),
      await world.upload(fresh(), { skew: -310 }),
      await world.upload(fresh(), { skew: 310 }),
      await world.upload(fresh(), wrong, unknown()),
    ];
    for (const answer of answers) expectProblem(answer, 401, "unauthorized");
    const bare = ({ json, headers }: Answer) => ({
      json: { ...json, correlation_id: "" },
      headers: [...headers.keys()].sort(),
    });
    for (const answer of answers) expect(bare(answer)).toEqual(bare(answers[0]!));
    expect((await world.upload(fresh())).status).toBe(202);
  });

  test("the log shows the cause and contains no secret", async () => {
    const { headers } = await world.upload(fresh(), wrong);
    const id = headers.get("sluice-correlation-id")!;
    await eventually(
      "the log line",
      () =>
        Promise.resolve(
          logs.some((line) => line.includes(id) && line.includes("bad_signature")) || null,
        ),
    );
    expect(logs.join("\n")).not.toContain(world.source.secret.slice(6));
    expect(logs.join("\n")).not.toContain("example.com");
  });

  test("a signature for one body is invalid for another", async () => {
    const content = fresh();
    expectProblem(await world.upload(content, { signed: content + " " }), 401, "unauthorized");
    expect((await world.upload(content, { signed: content })).status).toBe(202);
  });

  test("another org's source cannot sign for this one", async () => {
    const other = await world.addSource(await world.addOrg());
    const answer = await world.upload(fresh(), { secrets: [other.secret] });
    expectProblem(answer, 401, "unauthorized");
    expect((await world.upload(fresh(), { secrets: [other.secret, world.source.secret] })).status)
      .toBe(202);
  });
});

describe("413: too large", () => {
  test("a body over the limit; one just under it is accepted", async () => {
    await nothingCame(async () =>
      expectProblem(await world.upload(HEADER + "x".repeat(64 * KIB)), 413, "too_large")
    );
    expect((await world.upload((HEADER + "y".repeat(64 * KIB)).slice(0, 64 * KIB))).status).toBe(
      202,
    );
  });

  test("a source may set a lower limit", async () => {
    const small = await world.addSource(await world.addOrg(), { max_part_bytes: 2 * KIB });
    expectProblem(await world.upload("a".repeat(2 * KIB + 1), {}, small), 413, "too_large");
    expect((await world.upload("a".repeat(2 * KIB), {}, small)).status).toBe(202);
  });

  test("the size is checked before the signature", async () => {
    const answer = await world.upload("x".repeat(70 * KIB), { secrets: [generateSecret()] });
    expectProblem(answer, 413, "too_large");
  });

  test("the inflated content of a small body", async () => {
    const gzip = { headers: { "content-encoding": "gzip" } };
    const bomb = gzipSync("0".repeat(8 * 1024 * KIB));
    expect(bomb.length).toBeLessThan(64 * KIB);
    await nothingCame(async () => expectProblem(await world.upload(bomb, gzip), 413, "too_large"));
    expect((await world.upload(gzipSync("0".repeat(256 * KIB)), gzip)).status).toBe(202);
  });
});

test("415: an encoding other than gzip; identity is accepted", async () => {
  for (const encoding of ["br", "deflate", "gzip, gzip", "zstd"]) {
    const answer = await world.upload(fresh(), { headers: { "content-encoding": encoding } });
    expectProblem(answer, 415, "unsupported_encoding");
    expect(answer.headers.get("accept-encoding")).toBe("gzip");
  }
  const identity = { headers: { "content-encoding": "identity" } };
  expect((await world.upload(fresh(), identity)).status).toBe(202);
});

test("400: JSON that the source signed for another purpose; CSV in braces is accepted", async () => {
  const delivery = JSON.stringify({ type: "contact.replied", data: { text: "Yes" } });
  const command = JSON.stringify({ undo: randomUUID() });
  await nothingCame(async () => {
    for (const body of [delivery, command, `\ufeff\n ${delivery}`]) {
      expectProblem(await world.upload(body), 400, "malformed_request");
    }
  });
  for (const body of [`{note}\n${fresh()}`, `[1]\n${fresh()}`]) {
    expect((await world.upload(body)).status).toBe(202);
  }
});

test("422: an empty body, compressed or not; one byte is accepted", async () => {
  expectProblem(await world.upload(""), 422, "empty_body");
  const gzip = { headers: { "content-encoding": "gzip" } };
  expectProblem(await world.upload(gzipSync(""), gzip), 422, "empty_body");
  expect((await world.upload("x")).status).toBe(202);
});

test("429: more requests a minute than the source may send; other sources are not affected", async () => {
  const hasty = await world.addSource(await world.addOrg(), { parts_per_minute: 1 });
  // A new minute may begin between two of them, not between all.
  const answers = [];
  for (let k = 0; k < 4; k++) answers.push(await world.upload(fresh(), {}, hasty));
  expect(answers[0]!.status).toBe(202);
  const limited = answers.find(({ status }) => status === 429)!;
  expectProblem(limited, 429, "rate_limited");
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(Number(limited.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect((await world.upload(fresh())).status).toBe(202);
});

test("only signed requests count towards 429: a stranger uses up nothing", async () => {
  const quiet = await world.addSource(await world.addOrg(), { parts_per_minute: 1 });
  for (let k = 0; k < 3; k++) await world.upload(fresh(), { secrets: [generateSecret()] }, quiet);
  expect((await world.upload(fresh(), {}, quiet)).status).toBe(202);
});

test("404 and 405: unknown paths and methods", async () => {
  expectProblem(await world.send("GET", `/${randomUUID()}`), 404, "not_found");
  expectProblem(await world.send("GET", "/no-uuid"), 404, "not_found");
  expectProblem(await world.send("GET", `/${randomUUID()}/more/here`), 404, "not_found");
  const put = await world.send("PUT", "");
  expectProblem(put, 405, "method_not_allowed");
  expect(put.headers.get("allow")).toBe("POST");
});

describe("503: the database is unavailable", () => {
  let proxy: Server;
  let away: World;
  const sockets = new Set<Socket>();
  let target: URL;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  let isOpen = true;
  const expectNoEnd = () => expect(away.stack.processes.get("csv-upload")?.restarts).toBe(0);

  beforeAll(async () => {
    proxy = createServer((from) => {
      if (!isOpen) return void from.destroy();
      const to = connect(Number(target.port), target.hostname);
      for (const socket of [from, to]) {
        sockets.add(socket);
        socket.on("error", () => {}).on("close", () => {
          sockets.delete(socket);
          from.destroy();
          to.destroy();
        });
      }
      from.pipe(to).pipe(from);
    });
    await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
    target = new URL(world.stack.databaseUrl);
    const through = new URL(world.stack.databaseUrl);
    through.hostname = "127.0.0.1";
    through.port = String((proxy.address() as { port: number }).port);
    away = await startWorld({
      database: { url: world.stack.databaseUrl, adminUrl: world.stack.adminUrl },
      env: { SUPABASE_DB_URL: through.href },
    });
  });
  afterAll(async () => {
    await away?.stop();
    cut();
    proxy?.close();
  });

  test("503 with Retry-After, nothing half done; afterwards the same request is accepted", async () => {
    const content = fresh();
    const id = randomUUID();
    expect((await away.upload(fresh())).status).toBe(202);
    isOpen = false;
    cut();
    const refused = await away.upload(content, { id });
    expectProblem(refused, 503, "unavailable");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expectProblem(await away.send("GET", `/${randomUUID()}`), 503, "unavailable");
    const rows = await world.sql`select from public.ingest_replay_guard where webhook_id = ${id}`;
    expect(rows).toHaveLength(0);
    isOpen = true;
    const taken = await eventually("the database to be back", async () => {
      const answer = await away.upload(content, { id });
      return answer.status === 503 ? null : answer;
    });
    expect(taken.status).toBe(202);
    expectNoEnd();
  });

  test("the database stops in the middle of a request: nothing of it is kept", async () => {
    const content = fresh();
    const id = randomUUID();
    await world.sql.begin(async (tx) => {
      await tx`lock table private.upload_part_chunks in access exclusive mode`;
      const sent = away.upload(content, { id });
      await eventually("the request to wait for the lock", async () => {
        const [waiting] = await world.sql`select from pg_locks
          where relation = 'private.upload_part_chunks'::regclass and not granted`;
        return waiting ?? null;
      });
      cut();
      expectProblem(await sent, 503, "unavailable");
    });
    await eventually("the server to notice", async () => {
      const [left] = await world.sql`select from pg_locks
        where relation = 'private.upload_part_chunks'::regclass`;
      return left ? null : true;
    });
    expect(await world.sql`select from public.ingest_replay_guard where webhook_id = ${id}`)
      .toHaveLength(0);
    const again = await eventually("a connection", async () => {
      const answer = await away.upload(content, { id });
      return answer.status === 503 ? null : answer;
    });
    expect(again.status).toBe(202);
    expectNoEnd();
  });
});
