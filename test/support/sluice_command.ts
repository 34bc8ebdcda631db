// Runs a command of the client in this process, against a test database.
import { Readable, Writable } from "node:stream";
import type { Io } from "../../scripts/cli/io.ts";
import { main } from "../../scripts/cli/main.ts";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export async function runSluice(
  args: readonly string[],
  env: Record<string, string>,
  io: Partial<Io> = {},
): Promise<Ran> {
  let out = "", err = "";
  const sink = (take: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  const code = await main([...args], {
    stdin: Readable.from([]),
    stdout: sink((text) => out += text),
    stderr: sink((text) => err += text),
    env,
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    random: Math.random,
    uuid: () => crypto.randomUUID(),
    fetch: globalThis.fetch,
    ...io,
  } as Io);
  return { code, out, err };
}
