// A real Chromium, for the tests of pages and for the scripts that look at the desk.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** Generous, because the machine may be busy; the tests do not measure time. */
export const PATIENCE_MS = 120_000;
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

export function findChromium(): string {
  const places = (process.env.PATH ?? "").split(":")
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [process.env.SLUICE_CHROMIUM, ...places, MAC].find((path) =>
    path && existsSync(path)
  );
  if (found) return found;
  throw new Error(
    "No Chromium here, and this needs one: `apt-get install chromium`, or name it in SLUICE_CHROMIUM.",
  );
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    timeout: PATIENCE_MS,
    // Chromium's own sandbox does not run as root, and /dev/shm is small in containers.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
