import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EMAIL, type OpenWorld, startOpenWorld } from "../../http/consent/harness.ts";
import { openBrowser, PATIENCE_MS } from "./support.ts";

let world: OpenWorld;
let browser: Browser;
let link: string;
beforeAll(async () => {
  browser = await openBrowser();
  world = await startOpenWorld(["unsubscribe"]);
  const [row] = await world.sql<{ token: string }[]>`
    select private.unsubscribe_token(${world.orgId}, ${await world.bidx(EMAIL)}) as token`;
  link = `${world.stack.functionsUrl}/unsubscribe?u=${row!.token}`;
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

test("opening the link changes nothing; the keyboard alone can unsubscribe, once", async () => {
  const context = await browser.newContext({
    viewport: { width: 320, height: 568 },
    javaScriptEnabled: false,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const before = await world.state();
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.endsWith("/unsubscribe") && pathname !== "/favicon.ico") {
      elsewhere.push(request.url());
    }
  });
  await page.goto(link);
  await page.reload();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Unsubscribe");
  expect(await world.state()).toBe(before);
  const { width } = (await page.locator("main").boundingBox())!;
  expect(width).toBeLessThanOrEqual(320);
  const button = page.getByRole("button", { name: "Unsubscribe" });
  expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(24);
  await page.keyboard.press("Tab");
  expect(await button.evaluate((element) => element.matches(":focus-visible"))).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You are unsubscribed" }).waitFor();
  expect(await page.getByRole("button").count()).toBe(0);
  expect(await world.held(EMAIL, "email")).toBe(true);
  // A reload submits the form again, which changes nothing.
  const after = await world.state();
  await page.reload();
  await page.getByRole("heading", { name: "You are unsubscribed" }).waitFor();
  expect(await world.state()).toBe(after);
  expect(elsewhere).toEqual([]);
  await context.close();
});

test("an incomplete link shows no button", async () => {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(link.slice(0, -3));
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
    "This link is invalid",
  );
  expect(await page.getByRole("button").count()).toBe(0);
  await context.close();
});
