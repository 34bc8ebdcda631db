// pg_net's answers to the requests that wake the worker, from real HTTP servers.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { startNetWorker } from "../../../scripts/dev/net.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { freePort } from "../../../scripts/dev/state.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: Sql;
let net: { stop(): Promise<void> };
let http: Server;
let status = 200;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.url);
  net = await startNetWorker(database.adminUrl);
  http = createServer((_, response) => {
    response.writeHead(status).end("{}");
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  await sql`select vault.create_secret(${urlAt((http.address() as AddressInfo).port)},
    'sluice_functions_url')`;
  await sql`select vault.create_secret('sb_secret_test', 'sluice_service_key')`;
});
afterAll(async () => {
  http?.close();
  await net?.stop();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const urlAt = (port: number) => `http://127.0.0.1:${port}/functions/v1`;

async function pointTo(port: number): Promise<void> {
  await sql`select vault.update_secret(id, ${urlAt(port)}) from vault.secrets
    where name = 'sluice_functions_url'`;
}

/** Wakes the worker as often as given, waits for the answers and checks them. */
async function wake(times: number): Promise<string | null> {
  for (let i = 0; i < times; i++) {
    const [{ id }] = await sql`select private.wake_worker() as id` as [{ id: string }];
    for (;;) {
      const [found] = await sql`select from net._http_response where id = ${id}`;
      if (found) break;
      await pause(10);
    }
  }
  const [{ error }] = await sql`select private.check_worker() as error` as [
    { error: string | null },
  ];
  return error;
}

const alarms = async () =>
  (await sql`select last_error from public.pipeline_dlq where source = 'worker' and resolved_at is null`)
    .map((row) => row.last_error);

test("a worker that refuses, fails or cannot be reached is an alarm until it answers", async () => {
  expect(await wake(3)).toBeNull();
  expect(await alarms()).toEqual([]);

  status = 401;
  expect(await wake(2)).toBeNull();
  expect(await wake(1)).toBe("HTTP 401");
  expect(await alarms()).toEqual(["HTTP 401"]);

  status = 200;
  expect(await wake(1)).toBeNull();
  expect(await alarms()).toEqual([]);

  status = 503;
  expect(await wake(3)).toBe("HTTP 503");
  status = 200;
  expect(await wake(1)).toBeNull();

  await pointTo(await freePort());
  expect(await wake(3)).toMatch(/ECONNREFUSED/);
  expect(await alarms()).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
  await pointTo((http.address() as AddressInfo).port);
  expect(await wake(1)).toBeNull();
  expect(await alarms()).toEqual([]);
});
