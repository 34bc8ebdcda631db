// `npm run desk:picture`: the picture of the README, of My day in the demo's desk (`npm run demo` fills it).
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../dev/paths.ts";
import { openBrowser } from "./browser.ts";
import { signInAsBroker, withDemoDesk } from "./demo_desk.ts";

const file = join(root, "docs", "images", "desk.png");

await withDemoDesk(undefined, async (desk) => {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({
      locale: "en-US",
      colorScheme: "light",
      viewport: { width: 1100, height: 560 },
    });
    const page = await context.newPage();
    await signInAsBroker(page, desk.url);
    await page.goto(`${desk.url}#/day?show=all`);
    await page.locator("main [data-row]").first().waitFor();
    mkdirSync(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    console.log(`Wrote ${file}.`);
  } finally {
    await browser.close();
  }
});
