import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenWorld, startOpenWorld } from "../../http/consent/harness.ts";
import { openBrowser, PATIENCE_MS, servePages } from "./support.ts";

let world: OpenWorld;
let browser: Browser;
let pages: Awaited<ReturnType<typeof servePages>>;
beforeAll(async () => {
  browser = await openBrowser();
  // The function has to know where the pages are, and they where the function is.
  const serving = { functionsUrl: "" };
  pages = await servePages(() => serving.functionsUrl);
  world = await startOpenWorld(["unsubscribe"], { SLUICE_PAGES_URL: pages.url });
  serving.functionsUrl = world.stack.functionsUrl;
});
afterAll(async () => {
  pages?.server.close();
  await browser?.close();
  await world?.stop();
});

let person = 0;
let email: string;
let token: string;
beforeEach(async () => {
  email = `person${++person}@example.com`;
  const [row] = await world.sql<{ token: string }[]>`
    select private.unsubscribe_token(${world.orgId}, ${await world.bidx(email)}) as token`;
  token = row!.token;
});
const pageLink = () => `${pages.url}/unsubscribe/index.html#${token}`;
const functionLink = () => `${world.stack.functionsUrl}/unsubscribe?u=${token}`;

async function open(options = {}): Promise<{ page: Page; asked: string[]; elsewhere: string[] }> {
  const context = await browser.newContext({ viewport: { width: 320, height: 568 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const [asked, elsewhere]: string[][] = [[], []];
  page.on("request", (request) => {
    const url = request.url();
    if (url.startsWith(world.stack.functionsUrl)) asked!.push(request.method());
    else if (!url.startsWith(pages.url)) elsewhere!.push(url);
  });
  return { page, asked: asked!, elsewhere: elsewhere! };
}
const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const button = (page: Page) => page.getByRole("button", { name: "Unsubscribe" });

test("opening the link changes nothing; the keyboard alone can unsubscribe, once", async () => {
  const { page, asked, elsewhere } = await open();
  const before = await world.state();
  await page.goto(pageLink());
  await page.reload();
  await button(page).waitFor();
  expect(await heading(page).textContent()).toBe("Unsubscribe");
  expect(asked).toEqual(["GET", "GET"]);
  expect(await world.state()).toBe(before);
  const { width } = (await page.locator("main").boundingBox())!;
  expect(width).toBeLessThanOrEqual(320);
  expect((await button(page).boundingBox())!.height).toBeGreaterThanOrEqual(24);
  await page.keyboard.press("Tab");
  expect(await button(page).evaluate((element) => element.matches(":focus-visible"))).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You are unsubscribed" }).waitFor();
  expect(await page.getByRole("button").count()).toBe(0);
  expect(await world.held(email, "email")).toBe(true);
  const [row] = await world.sql`select method from public.consents order by id desc limit 1`;
  expect(row).toEqual({ method: "unsubscribe page" });
  // A reload only asks again.
  const after = await world.state();
  await page.reload();
  await button(page).waitFor();
  expect(await world.state()).toBe(after);
  expect(elsewhere).toEqual([]);
  await page.context().close();
});

test("the function's own link, in older e-mails, leads to the page", async () => {
  const { page } = await open();
  await page.goto(functionLink());
  await button(page).waitFor();
  expect(page.url()).toBe(pageLink());
  await button(page).click();
  await page.getByRole("heading", { name: "You are unsubscribed" }).waitFor();
  expect(await world.held(email, "email")).toBe(true);
  await page.context().close();
});

test("an incomplete link shows no button", async () => {
  const { page } = await open();
  for (const link of [pageLink().slice(0, -3), pageLink().split("#")[0]!]) {
    // A new fragment alone would not load the page again.
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByRole("heading", { name: "This link is invalid" }).waitFor();
    expect(await page.getByRole("button").count()).toBe(0);
  }
  await page.context().close();
});

test("without an answer the page says so, and the button works as soon as there is one", async () => {
  const { page } = await open();
  let answering = false;
  await page.route(
    "**/functions/v1/unsubscribe**",
    (route) => answering ? route.continue() : route.abort(),
  );
  await page.goto(pageLink());
  await button(page).click();
  await page.getByRole("alert").getByText("Something went wrong").waitFor();
  expect(await world.held(email, "email")).toBe(false);
  answering = true;
  await button(page).click();
  await page.getByRole("heading", { name: "You are unsubscribed" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(await world.held(email, "email")).toBe(true);
  await page.context().close();
});

test("without JavaScript the page names two other ways", async () => {
  const { page } = await open({ javaScriptEnabled: false });
  await page.goto(pageLink());
  const notice = await page.locator("noscript").textContent();
  expect(notice).toContain("requires JavaScript");
  expect(notice).toContain("unsubscribe button of your mail program");
  expect(await page.getByRole("button").count()).toBe(0);
  await page.context().close();
});
