import { afterAll, beforeAll, expect, test } from "vitest";
import {
  breakCalls,
  cutOff,
  type DeskWorld,
  open,
  PAGES,
  settled,
  startDeskWorld,
  violations,
  wrongWith,
} from "./support.ts";

/** Pages that ask the project for nothing before somebody does something on them. */
const QUIET = ["settings?tab=mine", "sequences/new", "sequences/template/new"];

let world: DeskWorld;
let leadId: string;
beforeAll(async () => {
  world = await startDeskWorld();
  const [lead] = await world.sql`select id from leads where owner_full = 'Owner 1'`;
  leadId = lead?.id;
});
afterAll(() => world?.stop());

test.each(["light", "dark"] as const)(
  "axe finds nothing on any page in %s, and nothing scrolls sideways at 360 pixels",
  async (colorScheme) => {
    const { page, context } = await world.signIn("owner@example.com", {
      colorScheme,
      bypassCSP: true,
      viewport: { width: 360, height: 740 },
    });
    const wrong: string[] = [];
    for (const path of [...PAGES, `lead/${leadId}`]) {
      await page.setViewportSize({ width: 360, height: 740 });
      await open(page, `#/${path}`);
      const wide = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
      if (wide > 0) wrong.push(`${path}: ${wide} pixels too wide`);
      await page.setViewportSize({ width: 1280, height: 800 });
      wrong.push(...(await violations(page)).map((found) => `${path}: ${found}`));
      if (await page.locator("main [role=alert]").count() > 0) {
        wrong.push(`${path}: ${await page.locator("main [role=alert]").first().textContent()}`);
      }
    }
    expect(wrong).toEqual([]);
    await context.close();
  },
);

test("an org without anything has pages that say what to do, and axe finds nothing on them", async () => {
  const { page, context } = await world.signIn("rival@example.com", {
    bypassCSP: true,
    viewport: { width: 360, height: 740 },
  });
  const wrong: string[] = [];
  for (const path of PAGES) {
    await open(page, `#/${path}`);
    wrong.push(...await wrongWith(page, path));
    // More than a title: a sentence, or a link or button to go on.
    for (const empty of await page.locator("main .empty:not(:has(p, a, button))").all()) {
      wrong.push(`${path}: “${await empty.textContent()}” says no more`);
    }
  }
  expect(wrong).toEqual([]);
  await context.close();
});

test("pages of a server that fails or is not reached say so, axe finds nothing, and they recover", async () => {
  const { page, context } = await world.signIn("owner@example.com", {
    ...{ colorScheme: "dark", bypassCSP: true, viewport: { width: 360, height: 740 } },
  });
  const wrong: string[] = [];
  const failing = page.locator("main [role=alert]");
  // A page whose file is gone, as after an update.
  await page.route("**/assets/**", (route) => route.abort());
  await open(page, "#/audit");
  await failing.getByText("This page could not be loaded").waitFor();
  wrong.push(...await wrongWith(page, "without its file"));
  await page.unroute("**/assets/**");
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await settled(page);

  const mend = await breakCalls(page);
  for (const path of [...PAGES, `lead/${leadId}`, `campaigns/${leadId}`, `lists/${leadId}`]) {
    await open(page, `#/${path}`);
    if (!QUIET.includes(path)) {
      // A page that was open before shows what it knew until the answer comes.
      await failing.first().waitFor({ timeout: 30_000 })
        .catch(() => wrong.push(`${path}: shows no failure`));
    }
    wrong.push(...await wrongWith(page, path));
  }
  await mend();
  const reach = await cutOff(page);
  await open(page, "#/campaigns?after=2020-01-01");
  await failing.getByText("No connection to the project").waitFor();
  wrong.push(...await wrongWith(page, "without a network"));
  await reach();
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await failing.waitFor({ state: "detached" });
  expect(wrong).toEqual([]);
  await context.close();
});
