// Asks a person before something happens that cannot be taken back.
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { CommandLine } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";

export const addYesOption = (command: Command): Command =>
  command.option("--yes", "do it without asking");

export const saysYes = ({ options }: CommandLine): boolean => options.yes === true;

export const isTerminal = (io: Io): boolean =>
  (io.stdin as { isTTY?: boolean }).isTTY === true && io.stderr.isTTY === true;

/** Whether the person at the terminal answers y. */
export async function askYesNo(question: string, io: Io): Promise<boolean> {
  const asking = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return /^\s*y(?:es)?\s*$/i.test(await asking.question(`${question} [y/N] `));
  } finally {
    asking.close();
  }
}

/** Returns if it may be done; without a terminal that takes --yes. Throws UsageError otherwise. */
export async function confirm(question: string, yes: boolean, io: Io): Promise<void> {
  if (yes) return;
  if (!isTerminal(io)) throw new UsageError(`${question} Add --yes to do it.`);
  if (!await askYesNo(question, io)) throw new UsageError("nothing was done");
}
