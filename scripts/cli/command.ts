// How a command describes itself: its command line, the checks of its input, and its work.
import type { Command } from "commander";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";

export type Env = Record<string, string | undefined>;

export interface CommandLine {
  operands: string[];
  options: Record<string, string | boolean | undefined>;
  env: Env;
}

export interface CliCommand<Input = unknown> {
  /** One word or two, such as "upload" or "dnc load". */
  name: string;
  description: string;
  /** Adds operands and options. */
  configure(command: Command): void;
  /** Checks the command line; throws UsageError. */
  read(line: CommandLine): Input;
  /** Returns the exit code. */
  run(input: Input, io: Io): Promise<number>;
}

/** Infers the type of the input from `read`. */
export function defineCommand<Input>(command: CliCommand<Input>): CliCommand {
  return command;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (value: string): boolean => UUID.test(value);

/** The value of an option that takes one; null when it is missing. */
export function text(value: string | boolean | undefined): string | null {
  return typeof value === "string" ? value : null;
}

export function uploadId(value: string): string {
  if (!isUuid(value)) throw new UsageError(`invalid upload id: ${value}`);
  return value.toLowerCase();
}

export function leadId(value: string): string {
  if (!isUuid(value)) throw new UsageError(`invalid lead id: ${value}`);
  return value.toLowerCase();
}

export function integer(
  option: string,
  value: string | boolean | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  const number = /^\d+$/.test(String(value)) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError(`${option} must be a number from ${min} to ${max}`);
  }
  return number;
}

export function instant(option: string, value: string): Date {
  // Without an offset, the time would depend on the time zone of this machine.
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value)) {
    throw new UsageError(
      `${option} must be a date, or a time with its offset such as 2026-11-21T18:00:00Z`,
    );
  }
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new UsageError(`${option}: invalid date ${value}`);
  return date;
}

/** Prints one JSON object for programs, or text for people. */
export function print(io: Io, json: boolean, text: string, object: unknown): void {
  io.stdout.write(json ? `${JSON.stringify(object)}\n` : `${text}\n`);
}
