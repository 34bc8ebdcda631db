import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenWorld, PHONE, startOpenWorld, TEXT } from "../../http/consent/harness.ts";
import { openBrowser, PATIENCE_MS, servePages } from "./support.ts";

const PHONE_SIZE = { width: 320, height: 568 };

let world: OpenWorld;
let browser: Browser;
let pages: Awaited<ReturnType<typeof servePages>>;
beforeAll(async () => {
  browser = await openBrowser();
  world = await startOpenWorld(["consent"]);
  pages = await servePages(() => world.stack.functionsUrl);
});
afterAll(async () => {
  pages?.server.close();
  await browser?.close();
  await world?.stop();
});

/** Opens a link in a new browser context and records the page's requests to the function. */
async function open(
  nonce: string,
  viewport = PHONE_SIZE,
): Promise<{ page: Page; asked: string[] }> {
  const context = await browser.newContext({ viewport, locale: "en-US" });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/functions/")) asked.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(`${pages.url}/consent/#${nonce}`);
  await page.waitForFunction(() =>
    document.getElementById("status")?.textContent !== "Loading…" ||
    document.getElementById("status")!.hidden
  );
  return { page, asked };
}
const consents = async () => {
  const rows = await world.sql`
    select channels, type, method, signature, page_url, user_agent, time_zone from public.consents
    order by id`;
  return [...rows];
};

test("the form shows its text with nothing ticked, and loading it changes nothing", async () => {
  const nonce = await world.issue();
  const before = await world.state();
  const { page, asked } = await open(nonce);
  expect(await page.title()).toBe("May we write?");
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("May we write?");
  expect(await page.getByRole("region", { name: "May we write?" }).textContent()).toBe(TEXT);
  const boxes = page.getByRole("checkbox");
  expect(await boxes.count()).toBe(3);
  for (const box of await boxes.all()) expect(await box.isChecked()).toBe(false);
  // Every field has an accessible name.
  expect(await page.getByRole("checkbox", { name: "Text messages to ***-***-0101" }).count()).toBe(
    1,
  );
  expect(await page.getByRole("checkbox", { name: "E-mail to a***@example.com" }).count()).toBe(1);
  expect(await page.getByRole("checkbox", { name: /read the text above and agree/ }).count()).toBe(
    1,
  );
  expect(await page.getByRole("textbox", { name: "Your full name, as your signature" }).count())
    .toBe(1);
  expect(await page.getByRole("group", { name: "How may we contact you?" }).count()).toBe(1);
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  // Contact values are masked, and no requested URL contains the nonce.
  expect(await page.content()).not.toContain(PHONE.slice(2));
  expect(asked.filter((line) => !line.startsWith("OPTIONS")).length).toBe(1);
  expect(asked.join()).not.toContain(nonce);
  await page.reload();
  expect(await world.state()).toBe(before);
  await page.context().close();
});

test("on a phone, nothing is cut off or too small to tap", async () => {
  const { page } = await open(await world.issue());
  for (const width of [320, 390, 1280]) {
    await page.setViewportSize({ width, height: 568 });
    const wide = await page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth
    );
    expect(wide, `at ${width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(PHONE_SIZE);
  for (const target of await page.locator(".choice, #signature, #submit").all()) {
    expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(24);
  }
  const size = await page.locator("#signature").evaluate((field) =>
    parseFloat(getComputedStyle(field).fontSize)
  );
  // Smaller text in a field makes phones zoom in.
  expect(size).toBeGreaterThanOrEqual(16);
  await page.context().close();
});

test("it can be filled in and submitted once with the keyboard alone", async () => {
  const nonce = await world.issue();
  const { page } = await open(nonce);
  const focused = () => page.evaluate(() => document.activeElement?.id);
  const order: (string | undefined)[] = [];
  for (let n = 0; n < 6; n++) {
    await page.keyboard.press("Tab");
    order.push(await focused());
  }
  expect(order).toEqual(["text", "sms", "email", "signature", "agree", "submit"]);
  // An error names what is missing, and the focus moves there.
  await page.keyboard.press("Enter");
  expect(await page.getByRole("alert").textContent()).toContain("Choose at least one channel");
  expect(await focused()).toBe("sms");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Ann Ames");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  const before = (await consents()).length;
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Your consent has been recorded").waitFor();
  expect(await page.locator("#form").isHidden()).toBe(true);
  const recorded = (await consents()).slice(before);
  expect(recorded).toEqual([{
    channels: ["sms"],
    type: "pewc",
    method: "consent form",
    signature: "Ann Ames",
    page_url: `${pages.url}/consent/`,
    user_agent: expect.stringContaining("Chrome"),
    time_zone: await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  }]);
  // The link is used up.
  await page.goto("about:blank");
  await page.goto(`${pages.url}/consent/#${nonce}`);
  await page.getByText("This form has already been submitted").waitFor();
  expect((await consents()).length).toBe(before + 1);
  await page.context().close();
});

test("a double click and two windows submit it once", async () => {
  const nonce = await world.issue();
  const before = (await consents()).length;
  const windows = [await open(nonce), await open(nonce)];
  for (const { page } of windows) {
    await page.getByLabel(/^Text messages/).check();
    await page.getByLabel(/^E-mail/).check();
    await page.getByLabel("Your full name, as your signature").fill("Ann Ames");
    await page.getByLabel(/agree/).check();
  }
  await Promise.all(windows.map(({ page }) => page.locator("#submit").dblclick()));
  await Promise.all(windows.map(({ page }) => page.locator("#status").waitFor()));
  const messages = await Promise.all(
    windows.map(({ page }) => page.locator("#status").textContent()),
  );
  expect(messages.filter((text) => text!.includes("Your consent has been recorded")).length).toBe(
    1,
  );
  expect(messages.filter((text) => text!.includes("already been submitted")).length).toBe(1);
  expect((await consents()).slice(before).map((row) => row.channels)).toEqual([["sms"], ["email"]]);
  for (const { page } of windows) await page.context().close();
});

test("an invalid or expired link shows a message and no form", async () => {
  const expired = await world.issue(["sms"], "1 hour", new Date(Date.now() - 7_200_000));
  for (const nonce of [expired, "x".repeat(43), ""]) {
    const { page } = await open(nonce);
    expect(await page.getByRole("status").textContent()).toContain("is invalid or has expired");
    expect(await page.locator("#form").isHidden()).toBe(true);
    await page.context().close();
  }
});

test("without JavaScript, a notice says that nothing is sent", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(`${pages.url}/consent/#${await world.issue()}`);
  expect(await page.locator("noscript").textContent()).toContain("nothing is sent");
  await context.close();
});
