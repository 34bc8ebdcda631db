// A job is sent in the transaction that creates its work. Where a job with the same key is waiting, that one
// does the work, too, provided that it starts after the transaction has ended.
import { afterAll, beforeAll, expect, test } from "vitest";
import { asWriter, type Sql, type Tx } from "../../../edge-functions/_shared/platform/db/client.ts";
import { Queue } from "../../../edge-functions/_shared/jobs/queue.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let queue: Queue;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = openPool(database.adminUrl, { max: 4 });
  queue = new Queue(sql);
  await queue.ready("resolve-upload");
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const wake = (tx: Tx, upload_id: string) => queue.send(tx, "resolve-upload", { upload_id });

/** Runs `during` while a sender's work is done but not committed. */
async function whileSending<T>(upload: string, during: () => Promise<T>) {
  return await asWriter(
    sql,
    async (tx) => ({ sent: await wake(tx, upload), seen: await during() }),
  );
}

test("a waiting job does not start before the work that relies on it is committed", async () => {
  const upload = crypto.randomUUID();
  const first = await asWriter(sql, (tx) => wake(tx, upload));
  expect(first).not.toBe(null);
  const { sent, seen } = await whileSending(upload, () => queue.fetch("resolve-upload"));
  expect(sent).toBe(null);
  expect(seen).toBe(null);
  const job = await queue.fetch("resolve-upload");
  expect(job).toMatchObject({ id: first, data: { upload_id: upload } });
  await queue.complete("resolve-upload", first as string);
});

test("a job that has started does not cover later work", async () => {
  const upload = crypto.randomUUID();
  const first = await asWriter(sql, (tx) => wake(tx, upload));
  expect(await queue.fetch("resolve-upload")).toMatchObject({ id: first });
  const second = await asWriter(sql, (tx) => wake(tx, upload));
  expect(second).not.toBe(null);
  await queue.complete("resolve-upload", first as string);
  expect(await queue.fetch("resolve-upload")).toMatchObject({ id: second });
  await queue.complete("resolve-upload", second as string);
});

test("two senders that rely on the same job do not wait for each other", async () => {
  const upload = crypto.randomUUID();
  const first = await asWriter(sql, (tx) => wake(tx, upload));
  const { seen } = await whileSending(upload, () => asWriter(sql, (tx) => wake(tx, upload)));
  expect(seen).toBe(null);
  expect(await queue.fetch("resolve-upload")).toMatchObject({ id: first });
});
