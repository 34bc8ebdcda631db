// A workbook as the input of an upload: one sheet of it, as CSV.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  type Book,
  openBook,
  type Sheet,
} from "../../edge-functions/_shared/intake/workbook/book.ts";
import { chooseSheet, SheetUnclear } from "../../edge-functions/_shared/intake/workbook/sheets.ts";
import { UnreadableFile } from "../../edge-functions/_shared/intake/workbook/unreadable.ts";
import { sha256 } from "../../edge-functions/_shared/platform/crypto/digest.ts";
import { toHex } from "../../edge-functions/_shared/platform/crypto/bytes.ts";
import { ClientError, UsageError } from "./errors.ts";

/** Part of the digest: another conversion makes other bytes of the same workbook. */
const CONVERSION = "sluice workbook 1";

export type FileKind = "text" | "zip" | "ole";

/** By its first bytes, whatever its name. */
export async function kindOf(file: string): Promise<FileKind> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
  return kindOfBytes(buffer.subarray(0, bytesRead));
}

export function kindOfBytes(head: Uint8Array): FileKind {
  const hex = toHex(head.subarray(0, 8));
  if (hex.startsWith("504b0304") || hex.startsWith("504b0506")) return "zip";
  return hex === "d0cf11e0a1b11ae1" ? "ole" : "text";
}

/** A container of Office: an encrypted workbook, or one in the format before 2007. */
export async function refuseOle(file: string): Promise<never> {
  const encrypted = Buffer.from("EncryptedPackage", "utf16le");
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes: Buffer = Buffer.concat([carry, chunk as Buffer]);
    if (bytes.includes(encrypted)) {
      throw new ClientError(`${file} is protected with a password: save a copy without it`);
    }
    carry = bytes.subarray(-encrypted.length);
  }
  throw new ClientError(
    `${file} is a workbook in the format of Excel 97 to 2003 (.xls): save it as .xlsx or CSV`,
  );
}

/** An `Input` of the client (`input.ts`, which uses this file). */
export interface WorkbookInput {
  name: string;
  size: number;
  digest: Uint8Array;
  position(): number;
  read(): AsyncIterable<Uint8Array>;
}

export async function openWorkbook(
  file: string,
  wanted: string | null,
  digest: Uint8Array,
  say: (note: string) => void,
): Promise<WorkbookInput> {
  const before = await stat(file);
  const { book, sheet } = await openSheet(file, wanted);
  const total = book.sizeOf(sheet);
  let read = 0;
  async function* content() {
    read = 0;
    try {
      yield* book.csv(sheet, (bytes) => void (read += bytes));
      const after = await stat(file);
      if (after.mtimeMs !== before.mtimeMs || after.size !== before.size) {
        throw new ClientError(`${file} changed while it was being uploaded`);
      }
    } catch (error) {
      throw clientError(error);
    } finally {
      // Also where only the head of the sheet was wanted.
      for (const note of book.notes()) say(`${sheet.name}: ${note}`);
      book.close();
    }
  }
  return {
    name: `${basename(file)} (${sheet.name})`,
    size: before.size,
    digest: sha256(`${CONVERSION}\n${toHex(digest)}\n${sheet.name}`),
    position: () => total === 0 ? 0 : Math.round(before.size * Math.min(1, read / total)),
    read: content,
  };
}

async function openSheet(
  file: string,
  wanted: string | null,
): Promise<{ book: Book; sheet: Sheet }> {
  let book: Book | null = null;
  try {
    book = await openBook(file);
    return { book, sheet: await chooseSheet(book, file, wanted) };
  } catch (error) {
    book?.close();
    throw clientError(error);
  }
}

/** The reader's errors as those of the client. */
function clientError(error: unknown): unknown {
  if (error instanceof UnreadableFile) return new ClientError(error.message);
  return error instanceof SheetUnclear ? new UsageError(error.message) : error;
}
