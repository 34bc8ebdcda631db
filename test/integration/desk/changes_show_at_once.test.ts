// What changes elsewhere is seen without a reload: at once where the project has Realtime, by the clock where not.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../../scripts/dev/database.ts";
import { type DeskWorld, open, ORG, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  // With a list, it is none of the files that run on containers: the last test takes Realtime away.
  world = await startDeskWorld([]);
});
afterAll(() => world?.stop());

const LIVE = "Changes show at once";
const BY_THE_CLOCK = "Looks for changes every 20 seconds";

/** A reply of the owner with this number, as the pipeline stores one. */
const reply = (n: number) =>
  world.sql.begin(async (tx) => {
    await tx`update leads set last_reply_at = now() where org_id = ${ORG} and owner_full = ${`Owner ${n}`}`;
    await tx`
      insert into replies (org_id, lead_id, contact_point_id, value_bidx, channel, provider, event_key, at, request)
      select p.org_id, p.lead_id, p.id, p.value_bidx, 'sms', 'test', ${`reply-${n}`}, now(), 'none'
      from contact_points p join leads l on l.org_id = p.org_id and l.id = p.lead_id
      where l.org_id = ${ORG} and l.owner_full = ${`Owner ${n}`}`;
  });

/** What a page hears on its WebSockets, as it comes. */
function ears(page: Page): string[] {
  const frames: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => void frames.push(String(payload)));
  });
  return frames;
}

test("a reply shows in the inbox without a reload; another org's member hears nothing", async () => {
  const { page, context, problems } = await world.signIn("broker@example.com");
  const rival = await world.signIn("rival@example.com");
  const frames = ears(page);
  const foreign = ears(rival.page);
  // The line is laid anew, and listened to from its beginning.
  await Promise.all([page.reload(), rival.page.reload()]);
  await page.getByText(LIVE).waitFor({ state: "attached" });
  await rival.page.getByText(LIVE).waitFor({ state: "attached" });
  await open(page, "#/inbox");
  await page.evaluate(() => void Object.assign(window, { sameDocument: true }));

  await reply(1);
  await page.locator("main").getByText("Owner 1").first().waitFor();
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  const told = frames.filter((frame) => frame.includes('"broadcast"'));
  expect(told.some((frame) => frame.includes('"inbox"'))).toBe(true);
  for (const frame of told) expect(frame).not.toMatch(/Owner|Juniper|2135550101|lead_id/);
  expect(problems).toEqual([]);

  // The rival hears of its own org only: a task there comes after the reply here, and is the first to be heard.
  await world.sql`
    with lead as (insert into leads (org_id, owner_full) select id, 'Beta Owner' from orgs where name = 'Beta Homes'
      returning org_id, id)
    insert into tasks (org_id, lead_id, kind, created_at, created_by)
    select lead.org_id, lead.id, 'to_do', now(), m.user_id from lead join members m using (org_id)`;
  await expect.poll(() => foreign.filter((frame) => frame.includes('"broadcast"')), {
    timeout: 60_000,
  })
    .toHaveLength(1);
  expect(foreign.at(-1)).toContain('"tasks"');
  expect(foreign.join("")).not.toContain(ORG);
  await context.close();
  await rival.context.close();
});

test("where the WebSocket is blocked, the inbox finds a reply by the clock, and the page says so", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await page.routeWebSocket(/\/realtime\//, (socket) => void socket.close({ code: 1011 }));
  await page.reload();
  await page.getByText(BY_THE_CLOCK).waitFor({ state: "attached" });
  await open(page, "#/inbox");
  await reply(2);
  await page.locator("main").getByText("Owner 2").first().waitFor();
  expect(await page.getByText(BY_THE_CLOCK).count()).toBe(1);
  await context.close();
});

test("a line that breaks is laid again", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  const calls: { close(): Promise<void> }[] = [];
  await page.routeWebSocket(/\/realtime\//, (socket) => {
    socket.connectToServer();
    calls.push(socket);
  });
  await page.reload();
  await page.getByText(LIVE).waitFor({ state: "attached" });
  await calls[0]?.close();
  await page.getByText(BY_THE_CLOCK).waitFor({ state: "attached" });
  await page.getByText(LIVE).waitFor({ state: "attached" });
  expect(calls.length).toBeGreaterThan(1);
  await context.close();
});

test("on a project without Realtime, replies are stored and found by the clock", async () => {
  const admin = connect(world.stack.adminUrl!);
  await admin`drop schema realtime cascade`;
  await admin.end();
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/inbox");
  await reply(3);
  await page.locator("main").getByText("Owner 3").first().waitFor();
  expect(await page.getByText(BY_THE_CLOCK).count()).toBe(1);
  await context.close();
});
