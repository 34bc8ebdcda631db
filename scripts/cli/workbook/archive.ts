// The ZIP container of a workbook. Its directory is read first, so that a file in it can be read alone
// and as a stream, whatever its place.
import type { Readable } from "node:stream";
import * as yauzl from "yauzl";
import { ClientError } from "../errors.ts";

export interface Archive {
  has(name: string): boolean;
  /** Bytes after decompression, as the directory states them; yauzl refuses a stream that has more. */
  sizeOf(name: string): number;
  /** Decompressed content. Fails with a ClientError when the archive is damaged. */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): void;
}

const MAX_ENTRIES = 20_000;

export async function openArchive(file: string): Promise<Archive> {
  const zip = await damaged(() => yauzl.openPromise(file, { lazyEntries: true, autoClose: false }));
  const entries = new Map<string, yauzl.Entry>();
  await damaged(async () => {
    for await (const entry of zip.eachEntry()) {
      if (entries.size >= MAX_ENTRIES) {
        throw new ClientError("the workbook has too many files in it");
      }
      entries.set(nameOf(entry.fileName), entry);
    }
  });
  const entryOf = (name: string): yauzl.Entry => {
    const entry = entries.get(nameOf(name));
    if (!entry) throw new ClientError(`not a whole workbook: ${name} is missing in it`);
    return entry;
  };
  return {
    has: (name) => entries.has(nameOf(name)),
    sizeOf: (name) => entryOf(name).uncompressedSize,
    async *read(name) {
      const entry = entryOf(name);
      const stream: Readable = await damaged(() => zip.openReadStreamPromise(entry));
      try {
        yield* stream as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw broken(error);
      } finally {
        stream.destroy();
      }
    },
    close: () => zip.close(),
  };
}

/** Names in a package do not distinguish case, and start at its root. */
function nameOf(name: string): string {
  return name.replace(/^\/+/, "").toLowerCase();
}

async function damaged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw broken(error);
  }
}

function broken(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  return new ClientError(`the workbook is damaged: ${(error as Error).message}`);
}
