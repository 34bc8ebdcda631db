import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, settled, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
});
afterAll(() => world?.stop());

test("filters survive a reload and come back with the back button", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await page.getByRole("navigation", { name: "When to call" }).getByText("All", { exact: true })
    .click();
  await settled(page);
  expect(await page.evaluate(() => location.hash)).toMatch(/^#\/(day)?\?show=all$/);
  expect(await page.locator("[data-row]").count()).toBe(9);
  await page.getByRole("link", { name: "Owner 9", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Owner 9" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "My day" }).waitFor();
  expect(await page.evaluate(() => location.hash)).toMatch(/^#\/(day)?\?show=all$/);
  await page.reload();
  await page.getByRole("link", { name: "Owner 9", exact: true }).waitFor();
  await context.close();
});

test("a search is found by its address", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/search?q=Owner+4");
  await page.getByRole("link", { name: "Owner 4", exact: true }).waitFor();
  expect(await page.getByRole("searchbox").inputValue()).toBe("Owner 4");
  await context.close();
});

test("j, Enter, / and Ctrl+K reach a lead without the mouse", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/day?show=all");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: second ?? "" }).waitFor();
  await page.keyboard.press("/");
  await page.getByRole("heading", { level: 1, name: "Search" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Page, command or lead" }).fill("tasks");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Tasks and calls" }).waitFor();
  await context.close();
});

test("what is far down in its list opens by its address, and its list has it on a later page", async () => {
  const { sql } = world;
  // The oldest, or the last by name, of more than a page has.
  await sql`
    insert into campaigns (org_id, name, created_at)
    select ${ORG}, 'Campaign ' || n, now() - make_interval(mins => n) from generate_series(1, 60) n`;
  await sql`
    insert into templates (org_id, name, channel, text_body)
    select ${ORG}, 'Text ' || lpad(n::text, 3, '0'), 'sms', 'Hello. {{ sender.name }} Reply STOP to opt out.'
    from generate_series(1, 201) n`;
  await sql`
    insert into deals (org_id, title, kind, stage_id, lead_id, updated_at)
    select ${ORG}, 'Deal ' || n, 'flip', s.id, l.id, now() - make_interval(mins => n)
    from generate_series(1, 201) n
    join deal_stages s on s.org_id = ${ORG} and s.position = 1
    join leads l on l.org_id = ${ORG} and l.owner_full = 'Owner 1'`;
  const [last] = await sql`
    select (select id from campaigns where org_id = ${ORG} and name = 'Campaign 60') as campaign,
      (select id from deals where org_id = ${ORG} and title = 'Deal 201') as deal`;
  const { page, context } = await world.signIn("viewer@example.com");
  await open(page, `#/campaigns/${last!.campaign}`);
  await page.getByRole("heading", { level: 1, name: "Campaign 60" }).waitFor();
  await open(page, "#/sequences/template/Text%20201");
  await page.getByText("Version 1").waitFor();
  await open(page, `#/pipeline?deal=${last!.deal}`);
  await page.getByRole("dialog", { name: "Deal 201" }).waitFor();
  await page.keyboard.press("Escape");

  const turn = async (name: string, pages: number) => {
    for (let n = 0; n < pages; n++) {
      const before = await page.evaluate(() => location.hash);
      await page.getByRole("button", { name: "Next page" }).click();
      await page.waitForFunction((was) => location.hash !== was, before);
      await settled(page);
    }
    await page.getByRole("link", { name, exact: true }).waitFor();
  };
  await open(page, "#/campaigns");
  await turn("Campaign 60", 1);
  await open(page, "#/sequences?tab=templates");
  await turn("Text 201", 2);
  await open(page, "#/flips");
  await turn("Deal 201", 4);
  await open(page, "#/pipeline");
  await page.getByRole("link", { name: "All 201 in" }).click();
  await settled(page);
  await turn("Deal 201", 4);
  expect(await page.getByRole("button", { name: "Next page" }).count()).toBe(0);
  await context.close();
});
