import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SendWorld, startSendWorld } from "./harness.ts";

let world: SendWorld;
beforeAll(async () => {
  world = await startSendWorld();
});
afterAll(() => world?.stop());

const none = { uploaded: 0, staged: 0, deduped: 0, verified: 0, fed: 0, sent: 0 };

describe("the day", () => {
  test("counts what happened on the local date, and only that", async () => {
    const { sql, org } = world;
    const events: [string, number, string][] = [
      ["fed", 250, "2026-11-17T14:00:00Z"],
      ["sent", 3, "2026-11-17T08:00:00Z"],
      ["sent", 4, "2026-11-18T07:59:59Z"],
      ["sent", 5, "2026-11-18T08:00:00Z"],
      ["sent", 6, "2026-11-17T07:59:59Z"],
    ];
    for (const [kind, quantity, at] of events) {
      await sql`insert into public.pipeline_events (org_id, kind, quantity, at)
        values (${org.id}, ${kind}::public.pipeline_event_kind, ${quantity}, ${at})`;
    }
    await sql`insert into public.pipeline_dlq (org_id, source, reason, resolved_at)
      values (${org.id}, 'dispatch', 'open', null), (${org.id}, 'dispatch', 'done', now())`;
    const answer = await world.ask("GET", `/day?org_id=${org.id}&date=2026-11-17`);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      local_date: "2026-11-17",
      counts: { ...none, fed: 250, sent: 7, replied: 0, booked: 0, closed: 0 },
      open_dead_letters: 1,
    });
    const today = await world.ask("GET", `/day?org_id=${org.id}`);
    expect(today.json).toMatchObject({ local_date: "2026-11-18", counts: { sent: 5 } });
  });

  test("requires the service, an existing org and a date", async () => {
    const { org, stack } = world;
    const member = await stack.signJwt({ sub: crypto.randomUUID() });
    const asked = async (query: string, token?: string) =>
      (await world.ask("GET", `/day?${query}`, undefined, token)).status;
    expect(await asked(`org_id=${org.id}`, member)).toBe(403);
    expect(await asked(`org_id=${crypto.randomUUID()}`)).toBe(404);
    expect(await asked("")).toBe(400);
    expect(await asked(`org_id=${org.id}&date=yesterday`)).toBe(400);
    expect(await asked(`org_id=${org.id}`)).toBe(200);
  });
});
