// The part that needs the page in a browser: accessibility by axe, width on a phone, and technologies that only show when
// scripts run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { Measuring } from "../../edge-functions/_shared/audits/checks/measuring.ts";
import { detect, type RuleSet } from "../../edge-functions/_shared/audits/fingerprints/engine.ts";
import type { PartResult } from "../../edge-functions/_shared/audits/types.ts";
import { USER_AGENT } from "./get_page.ts";

interface Violation {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[] }[];
}

const PHONE = { width: 390, height: 844 };
const LOAD_MS = 20_000;
const AXE_MS = 30_000;
const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export async function browserPart(
  port: number,
  url: string,
  rules: RuleSet,
): Promise<PartResult> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  try {
    const context = await browser.newContext({
      viewport: PHONE,
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
      userAgent: USER_AGENT,
      acceptDownloads: false,
      bypassCSP: true,
      serviceWorkers: "block",
    });
    context.on("dialog", (dialog) => void dialog.dismiss().catch(() => {}));
    const page = await context.newPage();
    const notes: string[] = [];
    await page.goto(url, { waitUntil: "load", timeout: LOAD_MS }).catch(
      (error) => {
        if (!/Timeout/.test(String(error))) throw error;
        notes.push("the page was still loading when it was looked at");
      },
    );
    const to = new Measuring(page.url());
    // Not the width of the window: that grows with what does not fit.
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    const overflow = Math.max(0, Number(width) - PHONE.width);
    // What a page answers about itself is text of a stranger.
    to.set("mobile.overflow_px", Math.round(Number(overflow)) || 0);
    const seen = await page.evaluate(readGlobals, {
      js: rules.js,
      dom: rules.dom,
    });
    const { technologies } = detect(rules, seen);
    await page.evaluate(axe);
    const violations = await Promise.race([
      page.evaluate(runAxe) as Promise<Violation[]>,
      new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error("axe takes too long")), AXE_MS)
          .unref()
      ),
    ]);
    checkAccess(to, violations);
    await context.close();
    return {
      measures: to.measures,
      technologies,
      ...(notes.length > 0 ? { notes } : {}),
    };
  } finally {
    await browser.close().catch(() => {});
  }
}

/** Runs in the page. */
function readGlobals({ js, dom }: { js: string[]; dom: string[] }) {
  const found: Record<string, string> = {};
  for (const path of js) {
    try {
      let value: unknown = globalThis;
      for (const key of path.split(".")) {
        value = (value as Record<string, unknown>)?.[key];
      }
      if (value !== undefined && value !== null) {
        found[path] = typeof value === "string" || typeof value === "number"
          ? String(value).slice(0, 200)
          : "";
      }
    } catch {
      // A getter of the page failed.
    }
  }
  const selectors = dom.filter((selector) => {
    try {
      return document.querySelector(selector) !== null;
    } catch {
      return false;
    }
  });
  return { js: found, dom: selectors };
}

/** Runs in the page. */
async function runAxe() {
  const { axe } = globalThis as unknown as {
    axe: { run(options: object): Promise<{ violations: Violation[] }> };
  };
  const { violations } = await axe.run({
    runOnly: {
      type: "tag",
      values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    },
    resultTypes: ["violations"],
    iframes: false,
  });
  return violations.map(({ id, impact, help, nodes }) => ({
    id,
    impact,
    help,
    nodes: nodes.slice(0, 20).map(({ target }) => ({ target })),
  }));
}

function checkAccess(to: Measuring, violations: readonly Violation[]): void {
  const grave = violations.filter(({ impact }) => impact === "critical" || impact === "serious");
  const lines = (list: readonly Violation[]) =>
    list.map(({ help, nodes }) => `${help}: ${String(nodes[0]?.target[0] ?? "")}`);
  to.set("access.violations", violations.length, lines(violations));
  to.set("access.grave", grave.length, lines(grave));
  const of = (id: string) => violations.filter((one) => one.id === id);
  const count = (id: string) => of(id).reduce((sum, { nodes }) => sum + nodes.length, 0);
  to.set(
    "access.contrast",
    count("color-contrast"),
    lines(of("color-contrast")),
  );
  to.set("access.unlabelled_fields", count("label"), lines(of("label")));
  to.set("access.unnamed_links", count("link-name") + count("button-name"), [
    ...lines(of("link-name")),
    ...lines(of("button-name")),
  ]);
}
