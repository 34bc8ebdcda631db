import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, HEADER, houses, startWorld, type World } from "../../http/intake/harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    functions: ["csv-upload", "worker"],
    env: { WORKER_SLICE_ROWS: "100", WORKER_BATCH_ROWS: "100" },
  });
});
afterAll(() => world?.stop());

const run = (headers: Record<string, string> = { apikey: world.stack.secretKey }) =>
  call(`${world.stack.functionsUrl}/worker`, { method: "POST", headers });
const bearer = (token: string) => run({ authorization: `Bearer ${token}` });

describe("the worker as a function", () => {
  test("is for the service only", async () => {
    expect((await run({})).status).toBe(401);
    expect((await bearer(world.stack.anonKey)).status).toBe(401);
    expect((await bearer(await world.stack.signJwt({ sub: crypto.randomUUID() }))).status)
      .toBe(403);
    expect((await bearer(world.stack.serviceRoleKey)).status).toBe(200);
    const answer = await run();
    expect([answer.status, answer.json]).toEqual([200, { done: expect.any(Number), remaining: 0 }]);
  });

  test("does a bounded piece of work at each call and finishes without losing or duplicating a row", async () => {
    const { json } = await world.upload(HEADER + houses(1, 6000));
    const rows: number[] = [];
    for (let calls = 0; calls < 100; calls++) {
      const { status, json: batch } = await run();
      expect(status).toBe(200);
      const now = (await world.status(json.upload_id)).json;
      rows.push(now.counts.received);
      if (now.state === "completed" && batch.remaining === 0) break;
    }
    const status = (await world.status(json.upload_id)).json;
    expect(status).toMatchObject({ state: "completed", counts: { received: 6000, created: 6000 } });
    // The budget is used up after every slice of about 64 KiB.
    expect(new Set(rows).size).toBeGreaterThan(4);
  });
});
