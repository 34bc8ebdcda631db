import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, startDeskWorld, violations } from "./support.ts";

const CAMPAIGN = "a0000000-0000-4000-8000-0000000000ca";
let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  const { sql } = world;
  await sql`insert into campaigns (org_id, id, name, state) values (${ORG}, ${CAMPAIGN}, 'Spring', 'running')`;
  await sql`update leads set added_to_campaign_at = now() - interval '3 days' where org_id = ${ORG}`;
  await sql`
    insert into pipeline_events (org_id, lead_id, kind, at, detail)
    select l.org_id, l.id, k.kind::pipeline_event_kind, now() - interval '3 days',
      jsonb_build_object('campaign_id', ${CAMPAIGN}::uuid)
    from leads l cross join unnest('{fed,sent}'::text[]) k (kind) where l.org_id = ${ORG}
    union all
    select l.org_id, l.id, 'replied', now() - interval '2 days', jsonb_build_object('campaign_id', ${CAMPAIGN}::uuid)
    from leads l where l.org_id = ${ORG} and l.owner_full in ('Owner 1', 'Owner 2')`;
  await sql`
    insert into private.message_daily (org_id, day, campaign_id, step, channel, variant, sent, replied)
    select ${ORG}::uuid, current_date - 3, ${CAMPAIGN}::uuid, x.* from (values (1, 'sms', 'a', 400, 8), (1, 'sms', 'b', 400, 30),
      (2, 'sms', 'a', 20, 1), (2, 'sms', 'b', 20, 2)) x`;
  await sql`
    insert into provider_calls (org_id, lead_id, provider, account, endpoint, outcome, cost_usd)
    select l.org_id, l.id, 'estated', 'main', 'property', 'ok', 0.5 from leads l where l.org_id = ${ORG}`;
});
afterAll(() => world?.stop());

test("an owner sees the funnel, costs and cohorts as pictures with tables, and who is ahead", async () => {
  const { page, context, problems } = await world.signIn("owner@example.com", { bypassCSP: true });
  await open(page, "#/numbers?by=broker&costs=broker");
  const funnel = page.getByRole("region", { name: "Funnel as a table" });
  expect(await funnel.getByRole("row", { name: /Ann Ames/ }).textContent()).toMatch(
    /^Ann Ames992$/,
  );
  const costs = page.getByRole("region", { name: "Costs as a table" });
  expect(await costs.getByRole("row", { name: /Ann Ames/ }).textContent()).toMatch(
    /\$4\.50.*\$0\.50/,
  );
  const cohorts = page.getByRole("region", { name: "Cohorts as a table" });
  expect(await cohorts.getByRole("row").nth(1).textContent()).toContain("22.2 %");
  const steps = page.getByRole("region", { name: "Steps as a table" });
  expect(await steps.getByRole("row", { name: /Replied/ }).textContent()).toMatch(
    /^Replied2722.2 %/,
  );
  expect(await page.getByRole("list", { name: /^Reached/ }).getByRole("listitem").count())
    .toBeGreaterThan(2);
  await open(page, "#/numbers?steps=broker");
  const ofAnn = steps.getByRole("row", { name: /Ann Ames.*Sent/ });
  expect(await ofAnn.textContent()).toMatch(/^Ann AmesSent9/);
  await open(page, "#/numbers?costs=month");
  await expect.poll(() => page.locator("figure.chart canvas").count()).toBe(3);
  expect(await violations(page)).toEqual([]);

  await open(page, `#/campaigns/${CAMPAIGN}`);
  const variants = page.getByRole("table", { name: "Replies by variant" });
  const verdicts = await variants.getByRole("row").allTextContents();
  expect(verdicts.slice(1).map((row) => row.replace(/^.*%/, ""))).toEqual([
    "behind",
    "ahead",
    "too few to say",
    "too few to say",
  ]);
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

test("a broker sees no costs and no variants", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/numbers?by=broker");
  expect(await page.getByRole("heading", { name: "Funnel" }).count()).toBe(1);
  expect(await page.getByRole("heading", { name: "What it costs" }).count()).toBe(0);
  const steps = page.getByRole("region", { name: "Steps as a table" });
  expect(await steps.getByRole("columnheader", { name: /Kept/ }).count()).toBe(1);
  expect(await steps.getByRole("columnheader", { name: /Cost|429|5xx/ }).count()).toBe(0);
  expect(await page.getByRole("alert").count()).toBe(0);
  await open(page, `#/campaigns/${CAMPAIGN}`);
  expect(await page.getByRole("heading", { name: "Replies by variant" }).count()).toBe(0);
  await context.close();
});

test("the map has a dot for each ZIP and leads to its list", async () => {
  const { page, context, requests } = await world.signIn("owner@example.com");
  await open(page, "#/search?view=map&by=zip");
  const dot = page.locator("svg.map circle.dot");
  expect(await dot.count()).toBe(1);
  expect(await dot.locator("title").textContent()).toBe("90001: 9 leads");
  await dot.click();
  await page.getByRole("table", { name: "Results" }).waitFor();
  expect(await page.getByRole("table", { name: "Results" }).getByRole("row").count()).toBe(10);
  const hosts = new Set(requests.map((address) => new URL(address).hostname));
  expect([...hosts]).toEqual(["127.0.0.1"]);
  await context.close();
});
