import { afterAll, beforeAll, expect, test } from "vitest";
import { type SendWorld, startSendWorld } from "./harness.ts";

let world: SendWorld;
beforeAll(async () => {
  world = await startSendWorld();
});
afterAll(() => world?.stop());

test("the day's run is planned once, and one above the limit waits for a person", async () => {
  const { sql, org } = world;
  const ask = (up_to_usd: number) =>
    world.ask("POST", "/enrichment", { org_id: org.id, kind: "verify_email", up_to_usd });
  const first = await ask(5);
  expect(first.status).toBe(200);
  expect(first.json).toMatchObject({
    kind: "verify_email",
    state: "planning",
    forecast: null,
    needs_approval: false,
  });
  // As the worker does.
  await sql`
    update public.enrichment_runs
    set state = 'planned', planned_at = now(), forecast = '{"leads": 9, "cached": 2, "most_usd": 7.5}'
    where org_id = ${org.id}`;
  const dear = await ask(5);
  expect(dear.json).toMatchObject({
    run_id: (first.json as { run_id: string }).run_id,
    state: "planned",
    needs_approval: true,
    forecast: { leads: 9, cached: 2, most_usd: 7.5 },
  });
  expect((await ask(7.5)).json).toMatchObject({ state: "running", needs_approval: false });
  const [count] = await sql`
    select count(*)::integer as n from public.enrichment_runs where org_id = ${org.id}`;
  expect(count!.n).toBe(1);
});

test("it requires the service, an existing org and a known kind", async () => {
  const { org, stack } = world;
  const member = await stack.signJwt({ sub: crypto.randomUUID() });
  const status = async (body: Record<string, unknown>, token?: string) =>
    (await world.ask("POST", "/enrichment", body, token)).status;
  const good = { org_id: org.id, kind: "verify_email" };
  expect(await status(good, member)).toBe(403);
  expect(await status({ ...good, org_id: crypto.randomUUID() })).toBe(404);
  expect(await status({ ...good, kind: "read_minds" })).toBe(409);
  expect(await status({ ...good, up_to_usd: -1 })).toBe(400);
  expect(await status({ ...good, campaign: "x" })).toBe(400);
  expect((await world.ask("GET", "/enrichment")).status).toBe(405);
  expect(await status(good)).toBe(200);
});
