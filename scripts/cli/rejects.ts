// Fetches the rejected rows. They contain personal data, so only the owner can read the file.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Api } from "./api.ts";
import { ClientError } from "./errors.ts";

/** The upload itself has succeeded. */
export class UnwritableRejects extends ClientError {
  constructor(file: string, { code }: NodeJS.ErrnoException) {
    super(`cannot write ${file}: ${code}`);
  }
}

/** Downloads to a file that appears only when it is complete. */
export async function downloadRejects(api: Api, id: string, file: string): Promise<void> {
  const partial = `${file}.${process.pid}.part`;
  try {
    await api.send({
      method: "GET",
      path: `/${id}/rejects.csv`,
      headers: { accept: "text/csv" },
      read: async (response) => {
        const out = createWriteStream(partial, { mode: 0o600 });
        out.on("error", () => {});
        await pipeline(bodyOf(response), out).catch((error: NodeJS.ErrnoException) => {
          // The file system refuses: a retry would not help.
          if (error.syscall) throw new UnwritableRejects(file, error);
          throw error;
        });
      },
    });
    await rename(partial, file).catch((error: NodeJS.ErrnoException) => {
      throw new UnwritableRejects(file, error);
    });
  } finally {
    await rm(partial, { force: true });
  }
}

export async function printRejects(api: Api, id: string, out: Writable): Promise<void> {
  await api.send({
    method: "GET",
    path: `/${id}/rejects.csv`,
    headers: { accept: "text/csv" },
    read: async (response) => {
      try {
        await pipeline(bodyOf(response), out, { end: false });
      } catch (error) {
        // Some of it may be out already: starting again would print it twice.
        throw new ClientError(`the response ended early: ${(error as Error).message}`);
      }
    },
  });
}

function bodyOf(response: Response): Readable {
  return response.body
    ? Readable.fromWeb(response.body as import("node:stream/web").ReadableStream<Uint8Array>)
    : Readable.from([]);
}
