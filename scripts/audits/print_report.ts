// A report on paper: the same page, printed by Chromium with tags and an outline. The page runs no script and loads nothing.
import { openBrowser } from "../desk/browser.ts";

export async function printReport(html: string): Promise<Uint8Array> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      offline: true,
    });
    const page = await context.newPage();
    await page.setContent(html, { waitUntil: "load" });
    return await page.pdf({
      tagged: true,
      outline: true,
      preferCSSPageSize: true,
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: "<span></span>",
      footerTemplate: '<div style="width:100%;font-size:8px;color:#555;text-align:center">' +
        '<span class="pageNumber"></span> / <span class="totalPages"></span></div>',
    });
  } finally {
    await browser.close();
  }
}
