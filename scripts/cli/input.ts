// The input of an upload: a file, which can be read twice, or a stream, which cannot. Gzip is decompressed
// while reading, because parts are cut at record borders; a workbook becomes CSV.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { Sha256 } from "../../edge-functions/_shared/platform/crypto/digest.ts";
import { ClientError, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { kindOf, kindOfBytes, openWorkbook, refuseOle } from "./workbook_input.ts";

const READ_BYTES = 1 << 20;

export interface Input {
  /** Name sent to the server; null for standard input. */
  name: string | null;
  /** Total bytes to read; null when unknown until the end. */
  size: number | null;
  /** SHA-256 of the whole file, which names its upload; null when it cannot be read twice. */
  digest: Uint8Array | null;
  /** Bytes of the file read so far, before decompression. */
  position(): number;
  /** Reads to the end, once. Fails when the file is no longer the one that was hashed. */
  read(): AsyncIterable<Uint8Array>;
}

export interface InputOptions {
  /** Sheet of a workbook; null where it has only one with data. */
  sheet?: string | null;
  /** Shows what a person should know about the file. */
  note?: (text: string) => void;
}

export async function openInput(file: string, io: Io, options: InputOptions = {}): Promise<Input> {
  const { sheet = null, note = () => {} } = options;
  const onlyText = () => {
    if (sheet !== null) throw new UsageError("--sheet is for a workbook, and this is not one");
  };
  if (file === "-") {
    onlyText();
    return oneWay(null, io.stdin);
  }
  let info;
  try {
    info = await stat(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
  if (info.isDirectory()) throw new UsageError(`${file} is a directory`);
  const name = basename(file).replace(/\.gz$/i, "");
  if (!info.isFile()) {
    onlyText();
    return oneWay(name, createReadStream(file, { highWaterMark: READ_BYTES }));
  }
  const before = await hashFile(file);
  const kind = await kindOf(file);
  if (kind === "ole") await refuseOle(file);
  if (kind === "zip") return await openWorkbook(file, sheet, before, note);
  onlyText();
  const counted = counter();
  async function* raw() {
    const hash = new Sha256();
    for await (const chunk of counted.of(fileChunks(file))) {
      hash.update(chunk);
      yield chunk;
    }
    if (Buffer.compare(hash.digest(), before) !== 0) {
      throw new ClientError(`${file} changed while it was being uploaded`);
    }
  }
  return {
    name,
    size: info.size,
    digest: before,
    position: counted.position,
    read: () => withoutGzip(raw()),
  };
}

function oneWay(name: string | null, stream: AsyncIterable<Uint8Array>): Input {
  const counted = counter();
  return {
    name,
    size: null,
    digest: null,
    position: counted.position,
    read: () => withoutGzip(counted.of(stream)),
  };
}

function counter() {
  let bytes = 0;
  return {
    position: () => bytes,
    async *of(source: AsyncIterable<Uint8Array>) {
      for await (const chunk of source) {
        bytes += chunk.byteLength;
        yield chunk;
      }
    },
  };
}

async function hashFile(file: string): Promise<Uint8Array> {
  const hash = new Sha256();
  for await (const chunk of fileChunks(file)) hash.update(chunk);
  return hash.digest();
}

/** All chunks share one buffer: a chunk is valid until the next one is requested. */
async function* fileChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    await using handle = await open(file);
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Passes plain bytes through and inflates gzip, recognised by its first two bytes. */
async function* withoutGzip(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    let head: Uint8Array = new Uint8Array();
    for (let next; head.byteLength < 4 && !(next = await source.next()).done;) {
      head = Buffer.concat([head, next.value]);
    }
    if (kindOfBytes(head) === "zip") {
      throw new ClientError("a workbook cannot be read from a stream: give the name of its file");
    }
    const whole = (async function* () {
      if (head.byteLength > 0) yield head;
      yield* source;
    })();
    yield* head[0] === 0x1f && head[1] === 0x8b ? inflate(whole) : whole;
  } finally {
    // Left early, perhaps before the first chunk of `whole` was passed on: close the file.
    await source.return(undefined);
  }
}

async function* inflate(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  let failure: Error | null = null;
  // The stream reads ahead, past the time a chunk is good for: it gets copies.
  const copies = async function* () {
    for await (const chunk of source) yield Uint8Array.from(chunk);
  };
  pipeline(copies, gunzip, (error) => failure = error ?? null);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    const cause = (failure ?? error) as NodeJS.ErrnoException;
    if (cause instanceof ClientError || cause instanceof UsageError) throw cause;
    throw new ClientError(`not a whole gzip file: ${cause.message}`);
  }
}
