// What a fetched file contains: CSV, plain or gzip, a workbook, or a ZIP file with one of them in it. Text streams through;
// ZIP files are held in memory, up to a limit, because their directory is at their end. Nothing is written to disk.
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Archive, openArchive } from "../workbook/archive.ts";
import { openBook } from "../workbook/book.ts";
import { chooseSheet } from "../workbook/sheets.ts";
import { openRecords } from "./records.ts";
import { collect } from "./request.ts";
import { type PullPart, PullRefused, type PullSource } from "./types.ts";

/** A file that a server sends, whatever the protocol. */
export interface OpenFile {
  name: string;
  /** Changes with the content; null where the server does not say. */
  version: string | null;
  body: AsyncIterable<Uint8Array>;
  close(): void;
}

type Options = Pick<PullSource["options"], "entry" | "sheet">;

const MIB = 1 << 20;
export const MOST_ARCHIVE = 100 * MIB;
const MOST_BOOK_TEXT = 128 * MIB;
/** Unpacked; CSV is refused at the same size while it is read. */
const MOST_UNPACKED = 2048 * MIB;
/** Lists shrink to a tenth or less, files made to fill a disk to a thousandth. */
const MOST_RATIO = 200;
const RATIO_FROM = 64 * MIB;

/** Parts after `position`; from the beginning where the file changed since. */
export async function* partsOf(
  file: OpenFile,
  options: Options,
  position: Record<string, unknown>,
): AsyncGenerator<PullPart> {
  const same = position.version === undefined || position.version === file.version;
  // The parts that were stored before a crash are read again and dropped.
  const done = same ? Number(position.parts ?? 0) : 0;
  let number = 0;
  const records = openRecords();
  const kept = (parts: ReturnType<typeof records.push>) =>
    parts.flatMap((part) =>
      ++number > done ? [{ ...part, position: { parts: number, version: file.version } }] : []
    );
  for await (const chunk of csvOf(file, options)) yield* kept(records.push(chunk));
  yield* kept(records.end());
}

async function* csvOf(file: OpenFile, options: Options): AsyncGenerator<Uint8Array> {
  const { head, whole } = await peek(file.body);
  const kind = kindOf(head);
  if (options.entry && kind !== "zip") {
    throw new PullRefused(`${file.name} is not a ZIP file, so it has no entry ${options.entry}`);
  }
  if (kind === "zip") return yield* unzip(await hold(whole, file.name), file.name, options);
  if (options.sheet) {
    throw new PullRefused(`${file.name} is not a workbook, so it has no sheet ${options.sheet}`);
  }
  if (kind === "ole") {
    throw new PullRefused(
      `${file.name} is protected, or a workbook in the format of Excel 97 to 2003: .xlsx is needed`,
    );
  }
  yield* kind === "gzip" ? inflate(whole, file.name) : whole;
}

async function* unzip(
  bytes: Uint8Array,
  name: string,
  options: Options,
  inArchive = false,
): AsyncGenerator<Uint8Array> {
  const archive = await openArchive(bytes, "ZIP file");
  try {
    refuseBombs(archive, name);
    if (["_rels/.rels", "[Content_Types].xml", "mimetype"].some(archive.has)) {
      if (options.entry && !inArchive) {
        throw new PullRefused(`${name} is a workbook, so it has no entry ${options.entry}`);
      }
      return yield* sheetOf(bytes, name, options.sheet ?? null);
    }
    if (inArchive) throw new PullRefused(`${name} is a ZIP file in a ZIP file`);
    const entry = chooseEntry(archive, name, options.entry ?? null);
    const { head, whole } = await peek(archive.read(entry));
    const kind = kindOf(head);
    if (kind === "zip") return yield* unzip(await hold(whole, entry), entry, options, true);
    if (options.sheet) {
      throw new PullRefused(`${entry} is not a workbook, so it has no sheet ${options.sheet}`);
    }
    if (kind === "ole") throw new PullRefused(`${entry} is not an .xlsx workbook`);
    yield* kind === "gzip" ? inflate(whole, entry) : whole;
  } finally {
    archive.close();
  }
}

async function* sheetOf(
  bytes: Uint8Array,
  name: string,
  wanted: string | null,
): AsyncGenerator<Uint8Array> {
  const book = await openBook(bytes, MOST_BOOK_TEXT);
  try {
    yield* book.csv(await chooseSheet(book, name, wanted), () => {});
  } finally {
    book.close();
  }
}

/** yauzl refuses content that is larger than its directory says, so the directory can be believed. */
function refuseBombs(archive: Archive, name: string): void {
  let total = 0;
  for (const one of archive.names) {
    const size = archive.sizeOf(one);
    total += size;
    if (size > RATIO_FROM && size > MOST_RATIO * archive.packedSizeOf(one)) {
      throw new PullRefused(
        `${shown(one)} in ${name} unpacks to over ${MOST_RATIO} times its size`,
      );
    }
  }
  if (total > MOST_UNPACKED) {
    throw new PullRefused(`${name} unpacks to more than ${MOST_UNPACKED / MIB} MiB`);
  }
}

/** Never guessed: of several files one has to be named. */
function chooseEntry(archive: Archive, name: string, wanted: string | null): string {
  const files = archive.names.filter((one) => !/(^|\/)(__MACOSX\/|\.|Thumbs\.db$)/i.test(one));
  const list = files.slice(0, 10).map(shown).join(", ") + (files.length > 10 ? ", …" : "");
  if (wanted !== null) {
    const found = files.filter((one) => matches(one, wanted) || matches(baseOf(one), wanted));
    if (found.length === 1) return found[0]!;
    throw new PullRefused(
      found.length === 0
        ? `${name} has no entry ${wanted}; its files: ${list}`
        : `several files of ${name} match ${wanted}: ${found.slice(0, 10).map(shown).join(", ")}`,
    );
  }
  if (files.length === 1) return files[0]!;
  throw new PullRefused(
    files.length === 0
      ? `${name} has no file in it`
      : `${name} has several files in it; choose one with --entry: ${list}`,
  );
}

/** `*` in a pattern stands for any characters but `/`. Case does not matter. */
export function matches(name: string, pattern: string): boolean {
  const text = name.toLowerCase();
  const [first, ...rest] = pattern.toLowerCase().split("*") as [string, ...string[]];
  const last = rest.pop();
  if (last === undefined) return text === first;
  // Not a regular expression: with many `*`, one takes forever to find that a long name does not match.
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || text.slice(at, found).includes("/")) return false;
    at = found + part.length;
  }
  return at <= end && !text.slice(at, end).includes("/");
}

export const baseOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
// deno-lint-ignore no-control-regex
const shown = (name: string) => name.replace(/[\u0000-\u001f]/g, "?").slice(0, 100);
const hold = (body: AsyncIterable<Uint8Array>, name: string) =>
  collect(body, MOST_ARCHIVE, `${name} is too large for a ZIP file or workbook: it`);

function kindOf([a, b, c, d]: Uint8Array): "gzip" | "zip" | "ole" | "text" {
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6))) return "zip";
  return a === 0xd0 && b === 0xcf && c === 0x11 && d === 0xe0 ? "ole" : "text";
}

/** The first four bytes, and all of them again. */
async function peek(body: AsyncIterable<Uint8Array>) {
  const source = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < 4) {
    const next = await source.next();
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const whole = async function* () {
    try {
      yield* chunks;
      for (;;) {
        const next = await source.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await source.return?.();
    }
  };
  return { head: new Uint8Array(Buffer.concat(chunks).subarray(0, 4)), whole: whole() };
}

async function* inflate(
  body: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let packed = 0, unpacked = 0;
  const counted = async function* () {
    for await (const chunk of body) {
      packed += chunk.length;
      yield chunk;
    }
  };
  const input = Readable.from(counted(), { objectMode: false });
  const gunzip = createGunzip();
  input.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of input.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length;
      if (unpacked > RATIO_FROM && unpacked > MOST_RATIO * packed) {
        throw new PullRefused(`${name} unpacks to over ${MOST_RATIO} times its size`);
      }
      yield chunk;
    }
  } finally {
    input.destroy();
  }
}
