// `npm run desk:speed`: how long the desk takes to show the first row of My day, on a slow network and a slow processor.
// Measured in Chromium on the demo's database (`npm run demo` fills it). `-- --quick` measures without
// throttling, `-- --folder BUILD` another build, `-- --requests` lists the requests.
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { signInAsBroker, withDemoDesk } from "./demo_desk.ts";

/** A slow mobile connection, as Lighthouse has it, and a processor of a quarter of the speed. */
const NETWORK = { latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 };
const CPU = 4;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    folder: { type: "string" },
    requests: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});

interface Asked {
  url: string;
  from: number;
  until: number;
}

/** The longest chain of requests of which each began after the one before had ended. */
function depth(requests: Asked[]): number {
  const depths = new Map<Asked, number>();
  for (const one of requests.toSorted((a, b) => a.from - b.from)) {
    const before = [...depths].filter(([{ until }]) => until <= one.from).map(([, n]) => n);
    depths.set(one, 1 + Math.max(0, ...before));
  }
  return Math.max(0, ...depths.values());
}

async function measure(page: Page, address: string, cold: boolean) {
  const cdp = await page.context().newCDPSession(page);
  const asked = new Map<string, Asked>();
  await cdp.send("Network.enable");
  cdp.on("Network.requestWillBeSent", ({ requestId, request, timestamp }) => {
    if (!request.url.startsWith("data:")) {
      asked.set(requestId, { url: request.url, from: timestamp, until: Infinity });
    }
  });
  const ended = ({ requestId, timestamp }: { requestId: string; timestamp: number }) => {
    const one = asked.get(requestId);
    if (one) one.until = timestamp;
  };
  cdp.on("Network.loadingFinished", ended);
  cdp.on("Network.loadingFailed", ended);
  if (cold) await cdp.send("Network.clearBrowserCache");
  if (!values.quick) {
    await cdp.send("Network.emulateNetworkConditions", { offline: false, ...NETWORK });
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU });
  }
  await page.goto(address);
  await page.locator("main [data-row]").first().waitFor();
  const marks = await page.evaluate(() => (globalThis as never as { marks: unknown }).marks) as {
    frame: number;
    row: number;
    busy: number;
  };
  const before = [...asked.values()].filter(({ until }) => until < Infinity);
  if (values.requests) {
    const start = Math.min(...before.map(({ from }) => from));
    for (const { url, from, until } of before) {
      const [began, ended] = [from, until].map((at) => Math.round((at - start) * 1000));
      console.log(`  ${began} to ${ended} ms: ${url.replace(/^\w+:\/\/[^/]+/, "")}`);
    }
  }
  await cdp.detach();
  return {
    ...marks,
    requests: before.length,
    trips: depth(before.filter(({ url }) => !url.endsWith("icon.svg"))),
  };
}

const middle = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

await withDemoDesk(values.folder, async (desk) => {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ locale: "en-US" });
    const first = await context.newPage();
    await signInAsBroker(first, desk.url);
    await first.close();
    for (const cold of [true, false]) {
      const all: Awaited<ReturnType<typeof measure>>[] = [];
      for (let run = 0; run < Number(values.runs); run++) {
        const page = await context.newPage();
        await page.addInitScript(() => {
          const marks = { frame: 0, row: 0, busy: 0 };
          (globalThis as never as { marks: unknown }).marks = marks;
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) marks.busy += duration;
          }).observe({ type: "longtask", buffered: true });
          new MutationObserver(() => {
            if (!marks.frame && document.querySelector("main h1")) marks.frame = performance.now();
            if (!marks.row && document.querySelector("main [data-row]")) {
              marks.row = performance.now();
            }
          }).observe(document, { subtree: true, childList: true });
        });
        all.push(await measure(page, `${desk.url}#/day?show=all`, cold));
        await page.close();
      }
      const told = (name: "frame" | "row" | "busy" | "requests" | "trips") =>
        Math.round(middle(all.map((one) => one[name])));
      console.log(
        `${cold ? "empty cache" : "reload     "}: page ${told("frame")} ms, first row ${
          told("row")
        } ms (${all.map(({ row }) => Math.round(row)).join(", ")}), ` +
          `${told("busy")} ms of long tasks, ${told("requests")} requests, ${
            told("trips")
          } after one another`,
      );
    }
  } finally {
    await browser.close();
  }
});
