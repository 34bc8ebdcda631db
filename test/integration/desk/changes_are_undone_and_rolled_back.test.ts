import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
});
afterAll(() => world?.stop());

const done = async () => {
  const [row] = await world.sql`select count(*)::int as n from tasks where done_at is not null`;
  return row?.n;
};

test("a task is done with the keyboard, and undone with Ctrl+Z", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/tasks");
  const rows = page.locator("tr[data-row]");
  expect(await rows.count()).toBe(3);
  // j goes to the first row, e finishes it.
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await page.getByText("Task done").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("tr[data-row]").length === 2);
  expect(await done()).toBe(1);
  await page.keyboard.press("Control+z");
  await page.getByText("Undone", { exact: true }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("tr[data-row]").length === 3);
  expect(await done()).toBe(0);
  await context.close();
});

test("a change that the project refuses goes back, with the reason", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/tasks");
  await page.route("**/rpc/complete_task", (route) =>
    route.fulfill({
      status: 400,
      contentType: "application/json",
      headers: { "access-control-allow-origin": "*" },
      body: JSON.stringify({
        code: "SL615",
        message: "A plain sentence.",
        hint: null,
        details: null,
      }),
    }));
  await page.getByRole("button", { name: "Done", exact: true }).first().click();
  await page.getByText("A plain sentence.").waitFor();
  expect(await page.locator("tr[data-row]").count()).toBe(3);
  await context.close();
});
