// The part that Lighthouse measures, in the browser of the audit.
import { readLighthouse } from "../../edge-functions/_shared/audits/read_lighthouse.ts";
import type { PartResult } from "../../edge-functions/_shared/audits/types.ts";
import type { Lighthouse } from "./lighthouse.ts";

export async function lighthousePart(
  lighthouse: Lighthouse,
  port: number,
  url: string,
): Promise<PartResult> {
  const run = await lighthouse(url, {
    port,
    output: "json",
    logLevel: "silent",
    onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
    maxWaitForLoad: 30_000,
    disableFullPageScreenshot: true,
    skipAudits: ["screenshot-thumbnails", "final-screenshot"],
  });
  if (!run) throw new Error("Lighthouse gave no result");
  return readLighthouse(run.lhr);
}
