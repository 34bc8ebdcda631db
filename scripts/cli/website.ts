// What the commands about websites share.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { siteUrl } from "../audits/run_audit.ts";
import type { CommandLine } from "./command.ts";
import { UsageError } from "./errors.ts";

/** A report compares with so many others. */
export const MOST_PEERS = 3;

export function addressOf({ operands }: CommandLine): string {
  try {
    return siteUrl(operands[0]!);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Writes HTML and PDF; returns their path without the ending. Prints the PDF where none is given. */
export async function writeReport(
  folder: string,
  domain: string,
  html: string,
  pdf?: Uint8Array,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const name = join(folder, domain.replaceAll(/[^a-z0-9.-]/g, "_"));
  writeFileSync(`${name}.html`, html);
  const { printReport } = await import("../audits/print_report.ts");
  writeFileSync(`${name}.pdf`, pdf ?? await printReport(html));
  return name;
}
