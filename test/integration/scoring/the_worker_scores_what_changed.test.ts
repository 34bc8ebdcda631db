// The job of a real worker: all leads after another version became active, and leads whose facts changed.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";
import { eventually } from "../../http/intake/harness.ts";
import { type RunWorld, startRunWorld } from "../enrichment/support.ts";

let world: RunWorld;
let org: string;
const leads: string[] = [];

beforeAll(async () => {
  world = await startRunWorld();
  org = await world.newOrg("Acme Realty");
  for (let n = 0; n < 3; n++) {
    leads.push(await world.addLead(org, { email: [`owner${n}@example.com`] }, n));
  }
  const file = join(root, "scoring", "home_sellers.yaml");
  expect((await world.sluice("score", "put", file, "--org", org)).code).toBe(0);
  world.startWorker();
});
afterAll(() => world?.stop());

const scores = () =>
  world.sql<{ lead_id: string; fit: number; engagement: number; tier: string }[]>`
    select lead_id, fit, engagement, tier from public.lead_scores where org_id = ${org} order by lead_id`;
const scoreOf = async (lead: string) => (await scores()).find(({ lead_id }) => lead_id === lead);

test("a version that becomes active through the API is scored by a job", async () => {
  expect(await scores()).toHaveLength(0);
  await world.sql`select public.activate_score(${org}, 1)`;
  await eventually("all scores", async () => (await scores()).length === 3 || null);
  expect(await scoreOf(leads[0]!)).toMatchObject({ engagement: 0, tier: "C3" });
});

test("a reply, a verified address and a new column of a list score their leads again, and no others", async () => {
  const [replied, verified, other] = leads as [string, string, string];
  const before = await scoreOf(other);
  await world.sql`
    insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, label,
      labelled_by, labelled_at)
    values (${org}, ${replied}, 'x', 'sms', 'twilio', 'r1', now(), 'none', 'interested', 'rules', now())`;
  await world.sql`
    update public.leads set email_verified = true, attributes = '{"EQUITY-percent": "80"}' where id = ${verified}`;
  const changed = await eventually("both scores", async () => {
    const [one, two] = [await scoreOf(replied), await scoreOf(verified)];
    return one!.engagement > 0 && two!.fit > before!.fit ? { one, two } : null;
  });
  expect(changed.one).toMatchObject({ engagement: 40, fit: before!.fit });
  // A verified address 10, equity 16.
  expect(changed.two).toMatchObject({ engagement: 0, fit: before!.fit + 26 });
  expect(await scoreOf(other)).toEqual(before);
});
