// Chromium for one audit, in the process group of the audit, so that both end together. Lighthouse and the own checks share
// it. It reaches the network through the proxy alone.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findChromium } from "../desk/browser.ts";

export interface Chromium {
  port: number;
  close(): Promise<void>;
}

const FLAGS = [
  ...[
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--mute-audio",
  ],
  ...[
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
  ],
  ...[
    "--disable-extensions",
    "--disable-sync",
    "--disable-translate",
    "--metrics-recording-only",
  ],
  ...[
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
  ],
  // Nothing may go past the proxy.
  ...["--disable-quic", "--proxy-bypass-list=<-loopback>"],
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

export async function openChromium(
  proxyPort: number,
  lab: boolean,
): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), "sluice-audit-"));
  const child = spawn(findChromium(), [
    ...FLAGS,
    // As root, Chromium's own sandbox does not run.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    // Of the lab's own certificates.
    ...(lab ? ["--ignore-certificate-errors"] : []),
    `--proxy-server=127.0.0.1:${proxyPort}`,
    `--user-data-dir=${profile}`,
    "--remote-debugging-port=0",
    "about:blank",
  ], { stdio: ["ignore", "ignore", "pipe"] });
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    return {
      port: await readPort(child),
      async close() {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        if (child.exitCode === null && child.signalCode === null) {
          child.kill("SIGKILL");
          await ended;
        }
        remove();
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    remove();
    throw error;
  }
}

function readPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once(
      "exit",
      (code) => reject(new Error(`Chromium ended with code ${code}`)),
    );
    const lines = createInterface({ input: child.stderr! });
    lines.on("line", (line) => {
      const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(
        line,
      )?.[1];
      if (port) resolve(Number(port));
    });
  });
}
