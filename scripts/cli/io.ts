// The environment of the client, so that tests can provide their own clock and network.
import type { Readable, Writable } from "node:stream";

export interface Io {
  env: Record<string, string | undefined>;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean; columns?: number };
  now(): Date;
  sleep(ms: number): Promise<unknown>;
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number;
  uuid(): string;
  fetch: typeof fetch;
}
