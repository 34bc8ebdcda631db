// A ZIP file: a workbook is one, and lists come in them. Its directory is read first, so that a file in it can be read
// alone and as a stream, whatever its place.
import type { Readable } from "node:stream";
import * as yauzl from "yauzl";
import { UnreadableFile } from "./unreadable.ts";

export interface Archive {
  /** Of its files, without folders, in the order of the directory. */
  names: readonly string[];
  has(name: string): boolean;
  /** Bytes after decompression, as the directory states them; yauzl refuses a stream that has more. */
  sizeOf(name: string): number;
  /** Bytes in the archive. */
  packedSizeOf(name: string): number;
  /** Decompressed content. Fails with an UnreadableFile when the archive is damaged. */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): void;
}

const MAX_ENTRIES = 20_000;
const OPTIONS = { lazyEntries: true, autoClose: false };

/** `source` is the path of a file, or its content. */
export async function openArchive(
  source: string | Uint8Array,
  what = "workbook",
): Promise<Archive> {
  const zip = await damaged(
    what,
    () =>
      typeof source === "string" ? yauzl.openPromise(source, OPTIONS) : yauzl.fromBufferPromise(
        Buffer.from(source.buffer, source.byteOffset, source.byteLength),
        OPTIONS,
      ),
  );
  const entries = new Map<string, yauzl.Entry>();
  await damaged(what, async () => {
    for await (const entry of zip.eachEntry()) {
      if (entries.size >= MAX_ENTRIES) {
        throw new UnreadableFile(`the ${what} has too many files in it`);
      }
      entries.set(nameOf(entry.fileName), entry);
    }
  });
  const entryOf = (name: string): yauzl.Entry => {
    const entry = entries.get(nameOf(name));
    if (!entry) throw new UnreadableFile(`not a whole ${what}: ${name} is missing in it`);
    return entry;
  };
  return {
    names: [...entries.values()].map(({ fileName }) => fileName)
      .filter((name) => !name.endsWith("/")),
    has: (name) => entries.has(nameOf(name)),
    sizeOf: (name) => entryOf(name).uncompressedSize,
    packedSizeOf: (name) => entryOf(name).compressedSize,
    async *read(name) {
      const entry = entryOf(name);
      if (entry.isEncrypted()) {
        throw new UnreadableFile(`${name} in the ${what} is protected with a password`);
      }
      const stream: Readable = await damaged(what, () => zip.openReadStreamPromise(entry));
      try {
        yield* stream as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw broken(what, error);
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

async function damaged<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw broken(what, error);
  }
}

function broken(what: string, error: unknown): UnreadableFile {
  if (error instanceof UnreadableFile) return error;
  return new UnreadableFile(`the ${what} is damaged: ${(error as Error).message}`);
}
