// A call counts when it really begins: an answer of the database that comes late does not make an eleventh call in a
// second that allows ten.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { openGateway } from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  validateEmail,
  zerobounce,
} from "../../../edge-functions/_shared/providers/zerobounce/data.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
const pools: ReturnType<typeof openPool>[] = [];
let sandbox: Sandbox;
let orgId: string;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  sandbox = await startSandbox();
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Acme') returning id`;
  orgId = org!.id;
  await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    values (${orgId}, 'zerobounce', 'month', 100)`;
});
afterAll(async () => {
  await sandbox?.stop();
  for (const pool of pools) await pool.end();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const PER_SECOND = 10;
/** Statements before answers are late, two for each call. */
const WARM = 10;
const provider = {
  ...zerobounce,
  limits: () => [{ name: "second", calls: PER_SECOND, seconds: 1 }],
};
const mails = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ question: `${name}.${n}@example.com` }));

/** A worker that notes when each of its requests begins; some answers of the database come late. */
function openWorker(begun: number[], lateMs: (statement: number) => number = () => 0) {
  const pool = openPool(database.adminUrl, { name: "test", max: 3, prepare: true });
  pools.push(pool);
  let statements = 0;
  const late = new Proxy(pool, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name !== "alone") return typeof value === "function" ? value.bind(target) : value;
      return async (...given: unknown[]) => {
        const rows = await (value as (...given: unknown[]) => Promise<unknown>).apply(
          target,
          given,
        );
        const ms = lateMs(statements++);
        if (ms > 0) await delay(ms);
        return rows;
      };
    },
  });
  const gateway = openGateway({ sql: late, given: sandbox.env });
  const endpoint: typeof validateEmail = {
    ...validateEmail,
    request(...question) {
      begun.push(performance.now());
      return validateEmail.request(...question);
    },
  };
  return (name: string, count: number) =>
    gateway.ask(provider, endpoint, {
      orgId,
      questions: mails(name, count),
      patienceMs: 20_000,
    });
}

function mostInASecond(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1000).length),
  );
}

test("no second has more calls than the limit where answers come late", async () => {
  const begun: number[] = [];
  const granted = Promise.withResolvers<void>();
  const slow = openWorker(begun, (statement) => {
    if (statement < WARM) return 0;
    granted.resolve();
    return statement === WARM ? 490 : statement % 3 === 0 ? 70 : 0;
  });
  const others = [openWorker(begun), openWorker(begun), openWorker(begun)];
  // Each knows by now how its clock differs from that of the database.
  for (const [n, ask] of [slow, ...others].entries()) {
    for (let k = 0; k < WARM / 2; k++) {
      await sql`delete from private.call_limits`;
      await ask(`warm${n}.${k}`, 1);
    }
  }
  await sql`delete from private.call_limits`;
  begun.length = 0;
  // It finds the account idle, and learns that half a second later.
  const first = slow("slow", 1);
  await granted.promise;
  const asked = await Promise.all([first, ...others.map((ask, n) => ask(`w${n}`, 12))]);
  expect(asked.flat().map(({ status }) => status)).toEqual(new Array(37).fill("answered"));
  expect(begun).toHaveLength(37);
  expect(mostInASecond(begun)).toBeLessThanOrEqual(PER_SECOND);
});

test("a worker whose answers are always late asks for turns that are farther ahead", async () => {
  await sql`delete from private.call_limits`;
  const begun: number[] = [];
  const ask = openWorker(begun, () => 120);
  const asked = await ask("always", 3);
  expect(asked.map(({ status }) => status)).toEqual(["answered", "answered", "answered"]);
  expect(begun).toHaveLength(3);
});
