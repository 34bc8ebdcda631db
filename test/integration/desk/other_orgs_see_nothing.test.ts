import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, secondFactor, startDeskWorld } from "./support.ts";

let world: DeskWorld;
let leadId: string;
beforeAll(async () => {
  world = await startDeskWorld();
  const [lead] = await world.sql`select id from leads where owner_full = 'Owner 1'`;
  leadId = lead?.id;
});
afterAll(() => world?.stop());

test("an owner of another org sees no lead by its address, no search and no member", async () => {
  const { page, context } = await world.signIn("rival@example.com");
  await open(page, `#/lead/${leadId}`);
  await page.getByText("This lead does not exist, or you do not have access to it.").waitFor();
  await open(page, "#/search?q=Owner+1");
  await page.getByText("Nothing found.").waitFor();
  await open(page, "#/settings");
  await page.getByText("rival@example.com").first().waitFor();
  expect(await page.getByText("owner@example.com").count()).toBe(0);
  await context.close();
});

test("the lead's own broker sees it, and the phone only on request with a second factor, which is logged", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, `#/lead/${leadId}`);
  await page.getByRole("heading", { level: 1, name: "Owner 1" }).waitFor();
  const shown = page.getByRole("link", { name: "+12135550101" });
  expect(await page.content()).not.toContain("2135550101");
  await page.locator(".contacts .reveal").first().click();
  await secondFactor(page, "broker@example.com");
  await shown.waitFor();
  const logged = await world.sql`
    select reason, values_shown from private.pii_access_log where lead_id = ${leadId}`;
  expect([...logged]).toEqual([{ reason: "Working on the lead", values_shown: 1 }]);
  await context.close();
});
