import { afterAll, beforeAll, expect, test } from "vitest";
import { simple } from "../../unit/campaigns/support.ts";
import { type SendWorld, startSendWorld } from "../delivery/harness.ts";
import { askWith, makeKey } from "../tenancy/support.ts";

let world: SendWorld;
let key: string;
let reader: string;
beforeAll(async () => {
  world = await startSendWorld({ functions: ["api"] });
  const { sql, org } = world;
  key = (await makeKey(sql, org.id)).key;
  reader = (await makeKey(sql, org.id, ["sequences.read"])).key;
  await sql`
    insert into public.templates (org_id, name, channel, subject, text_body) values
      (${org.id}, 'Hello', 'email', 'Hi', '{{ sender.postal_address }} {{ unsubscribe_url }}'),
      (${org.id}, 'Text', 'sms', null, '{{ sender.name }}. Reply STOP to end.')`;
});
afterAll(() => world?.stop());

const ask = (route: string, body?: unknown, by = key) => askWith(world.stack, by, route, body);
const publish = (body: object, by = key) => ask("POST /api/v1/sequences/publish", body, by);
const saved = async () =>
  (await world.sql`select count(*)::integer as n from public.sequences where name = 'Spring'`)[0]!
    .n as number;

test("a dry run saves nothing; publishing saves a version", async () => {
  const dry = await publish({ workflow: simple(), version: null, dry_run: true });
  expect([dry.status, dry.json.version, dry.json.sequence_id]).toEqual([200, 1, null]);
  expect(await saved()).toBe(0);
  const { status, json } = await publish({ workflow: simple(), version: null });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    name: "Spring",
    version: 1,
    steps: 4,
    problems: [],
    leads: { Mail: 0, "Answered?": 0, Reply: 0, Broker: 0 },
    texts: [{ node: "Mail", template: "Hello", version: 1, was: null }, {
      node: "Reply",
      template: "Text",
      version: 1,
      was: null,
    }],
    forecast_needed: false,
    unchanged: false,
  });
  expect(await saved()).toBe(1);
});

test("a version is shown, exported, and leads are moved to it", async () => {
  const [row] = await world.sql`select id from public.sequences where name = 'Spring'`;
  const path = `/api/v1/sequences/${row!.id}`;
  const shown = await ask(`GET ${path}`, undefined, reader);
  expect(shown.json.steps).toHaveLength(4);
  const exported = await ask(`GET ${path}/workflow`, undefined, reader);
  const again = await publish({ workflow: exported.json.workflow, version: 1 });
  expect([again.status, again.json.unchanged]).toEqual([200, true]);
  const moved = await ask(`POST ${path}/move`, {});
  expect([moved.status, moved.json.moved]).toEqual([200, 0]);
  expect((await ask(`GET /api/v1/sequences/${world.org.id}`)).status).toBe(404);
});

test("a key without the scope publishes and moves nothing", async () => {
  const [row] = await world.sql`select id from public.sequences where name = 'Spring'`;
  for (
    const { status, json } of [
      await publish({ workflow: simple(), version: 1 }, reader),
      await ask(`POST /api/v1/sequences/${row!.id}/move`, {}, reader),
    ]
  ) expect([status, json.code]).toEqual([403, "missing_scope"]);
});
