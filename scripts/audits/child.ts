// One audit in a process of its own: node child.ts, started by run_audit.ts, which reads what it sends and ends it when it
// takes too long or grows too large. Each part is sent when it is done, so that it is kept whatever happens to the next.
import { FINGERPRINT_RULES } from "../../edge-functions/_shared/audits/fingerprints/rules.ts";
import { Unmeasured } from "../../edge-functions/_shared/audits/read_lighthouse.ts";
import type { Part, PartName, PartResult } from "../../edge-functions/_shared/audits/types.ts";
import type { Chromium } from "./chromium.ts";
import { ownFingerprints } from "./fingerprint_folder.ts";
import { linksPart } from "./links_part.ts";
import { readNetwork } from "./network.ts";
import { NoSite, pagePart } from "./page_part.ts";
import type { FromChild, ToChild } from "./run_audit.ts";

const say = (message: FromChild) =>
  new Promise<void>((resolve) => process.send!(message, undefined, undefined, () => resolve()));

async function measure(
  part: PartName,
  work: () => Promise<PartResult>,
): Promise<void> {
  const began = performance.now();
  const tookMs = () => Math.round(performance.now() - began);
  await say({ kind: "begun", part });
  let made: Part;
  try {
    made = { part, result: await work(), error: null, tookMs: tookMs() };
  } catch (error) {
    if (error instanceof NoSite) throw error;
    const words = error instanceof Unmeasured
      ? `the page could not be measured (${error.code})`
      : String((error as Error).message ?? error).split("\n")[0]!.slice(0, 300);
    made = { part, result: null, error: words, tookMs: tookMs() };
  }
  await say({ kind: "part", part: made });
}

async function audit({ url, parts }: ToChild): Promise<void> {
  const network = readNetwork();
  const rules = ownFingerprints(process.env.SLUICE_FINGERPRINTS) ??
    FINGERPRINT_RULES;
  const options = { network };
  let site: Awaited<ReturnType<typeof pagePart>>["site"] | undefined;
  await measure("page", async () => {
    const made = await pagePart(url, options, rules, new Date());
    site = made.site;
    return made.result;
  });
  if (!site) throw new NoSite("failed", "the first page could not be read");
  const home = site.home.url;
  await say({ kind: "home", url: home });
  if (parts.includes("links")) {
    await measure("links", () => linksPart(site!, options));
  }
  if (!parts.includes("browser") && !parts.includes("lighthouse")) return;
  // Loaded now: an audit without a browser needs none of it.
  const [{ openProxy }, { openChromium }] = await Promise.all([
    import("./proxy.ts"),
    import("./chromium.ts"),
  ]);
  const proxy = await openProxy(network);
  let chromium: Chromium | undefined;
  try {
    // One after the other: what one loads would disturb the measures of the other.
    const open = async () => chromium ??= await openChromium(proxy.port, network.lab !== null);
    if (parts.includes("browser")) {
      const { browserPart } = await import("./browser_part.ts");
      await measure(
        "browser",
        async () => await browserPart((await open()).port, home, rules),
      );
    }
    if (parts.includes("lighthouse")) {
      await measure("lighthouse", async () => {
        const [{ loadLighthouse }, { lighthousePart }] = await Promise.all([
          import("./lighthouse.ts"),
          import("./lighthouse_part.ts"),
        ]);
        const lighthouse = await loadLighthouse();
        if (!lighthouse) {
          throw new Error("Lighthouse is not installed on this machine");
        }
        return await lighthousePart(lighthouse, (await open()).port, home);
      });
    }
  } finally {
    await chromium?.close();
    proxy.close();
  }
}

process.once("message", async (message: ToChild) => {
  try {
    await audit(message);
    await say({ kind: "end", code: null, reason: null });
  } catch (error) {
    const { code, message: reason } = error instanceof NoSite ? error : {
      code: "failed",
      message: `the audit failed: ${(error as Error).message}`,
    };
    await say({ kind: "end", code, reason });
  }
  process.exit(0);
});
// Without its parent, nobody wants the result.
process.once("disconnect", () => process.exit(1));
