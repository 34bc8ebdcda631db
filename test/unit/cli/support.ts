// Reads a workbook as the upload command does.
import { openInput } from "../../../scripts/cli/input.ts";
import type { Io } from "../../../scripts/cli/io.ts";
import { bookFile, type BookXml } from "../../support/workbook.ts";

export interface ReadBook {
  /** Lines of the CSV; line n is row n of the sheet. */
  lines: string[];
  notes: string[];
  name: string | null;
  digest: string;
}

export async function readFileAsCsv(file: string, sheet: string | null = null): Promise<ReadBook> {
  const notes: string[] = [];
  const input = await openInput(file, {} as Io, { sheet, note: (text) => void notes.push(text) });
  let text = "";
  for await (const chunk of input.read()) text += Buffer.from(chunk).toString();
  return {
    lines: text.replace(/\n$/, "").split("\n"),
    notes,
    name: input.name,
    digest: Buffer.from(input.digest!).toString("hex"),
  };
}

export async function readBook(book: BookXml, sheet: string | null = null): Promise<ReadBook> {
  return await readFileAsCsv(await bookFile(book), sheet);
}
