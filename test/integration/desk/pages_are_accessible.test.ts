import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, PAGES, startDeskWorld, violations } from "./support.ts";

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
