import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, settled, startDeskWorld } from "./support.ts";

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
