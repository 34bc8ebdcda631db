// A workbook: its sheets, and the parts that all of them share.
import { posix } from "node:path";
import { UnreadableFile } from "./unreadable.ts";
import { type Archive, openArchive } from "./archive.ts";
import { csvOf, type HeadNotes } from "./csv.ts";
import { type Formats, NO_FORMATS, readFormats } from "./formats.ts";
import { findMerges } from "./merges.ts";
import { readRows, type SheetNotes } from "./rows.ts";
import { NO_STRINGS, readStrings, type Strings } from "./strings.ts";
import { attribute, scanXml } from "./xml.ts";

export interface Sheet {
  name: string;
  hidden: boolean;
  /** Its file in the archive. */
  file: string;
}

export interface Book {
  sheets: Sheet[];
  hasData(sheet: Sheet): Promise<boolean>;
  /** Bytes of its XML, which tell how much of it has been read. */
  sizeOf(sheet: Sheet): number;
  /** As CSV; `read` counts bytes of the XML. */
  csv(sheet: Sheet, read: (bytes: number) => void): AsyncGenerator<Uint8Array>;
  /** Sentences about what was read, for people. */
  notes(): string[];
  close(): void;
}

/** `source` is the path of a workbook, or its content; `mostText` bounds the bytes of its shared texts in memory. */
export async function openBook(source: string | Uint8Array, mostText?: number): Promise<Book> {
  const archive = await openArchive(source);
  try {
    return await readBook(archive, mostText);
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function readBook(archive: Archive, mostText?: number): Promise<Book> {
  const main = await findMain(archive);
  const related = await readRelations(archive, main);
  const { sheets, date1904 } = await readSheets(archive, main, related);
  const shared = (type: string) =>
    [...related.values()].find((one) => one.type.endsWith(type))?.file;
  const stringsFile = shared("/sharedStrings");
  const stylesFile = shared("/styles");
  let loaded: Promise<{ strings: Strings; formats: Formats }> | null = null;
  const load = () =>
    loaded ??= (async () => ({
      strings: stringsFile && archive.has(stringsFile)
        ? await readStrings(archive.read(stringsFile), mostText)
        : NO_STRINGS,
      formats: stylesFile && archive.has(stylesFile)
        ? await readFormats(archive.read(stylesFile))
        : NO_FORMATS,
    }))();
  const seen: SheetNotes = { hiddenRows: 0, errors: 0, uncalculated: 0 };
  let head: HeadNotes = { titles: [], headerRows: 1, headerEnd: 1 };
  let mergedBelow = 0;

  return {
    sheets,
    sizeOf: (sheet) => archive.sizeOf(sheet.file),
    async hasData(sheet) {
      const context = { ...await load(), date1904 };
      for await (const rows of readRows(archive.read(sheet.file), context, { ...seen })) {
        if (rows.length > 0) return true;
      }
      return false;
    },
    async *csv(sheet, read) {
      const merges = await findMerges(archive.read(sheet.file));
      mergedBelow = merges.below;
      const context = { ...await load(), date1904 };
      const counted = async function* () {
        for await (const chunk of archive.read(sheet.file)) {
          read(chunk.byteLength);
          yield chunk;
        }
      };
      const rows = readRows(counted(), context, seen);
      yield* csvOf(rows, merges.head, (notes) => {
        head = notes;
        mergedBelow += merges.head.filter(({ top }) => top > notes.headerEnd).length;
      });
    },
    notes: () => notesOf(seen, head, mergedBelow),
    close: () => archive.close(),
  };
}

function notesOf(seen: SheetNotes, head: HeadNotes, mergedBelow: number): string[] {
  const count = (n: number, noun: string) =>
    `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
  const notes: string[] = [];
  if (head.titles.length > 0) {
    notes.push(
      `${count(head.titles.length, "row")} above the header left out: ${head.titles.join(", ")}`,
    );
  }
  if (head.headerRows > 1) notes.push(`the header was put together from ${head.headerRows} rows`);
  if (mergedBelow > 0) {
    notes.push(
      `${count(mergedBelow, "merged range")} below the header: only the first cell has the value`,
    );
  }
  if (seen.hiddenRows > 0) {
    notes.push(`${count(seen.hiddenRows, "hidden row")} read like the others`);
  }
  if (seen.errors > 0) {
    notes.push(`${count(seen.errors, "cell")} with an error such as #N/A read as empty`);
  }
  if (seen.uncalculated > 0) {
    notes.push(
      `${count(seen.uncalculated, "formula")} without a stored result read as empty: ` +
        "open the workbook in Excel and save it",
    );
  }
  return notes;
}

interface Relation {
  type: string;
  file: string;
}

async function findMain(archive: Archive): Promise<string> {
  if (archive.has("_rels/.rels")) {
    const related = await readRelations(archive, "");
    const main = [...related.values()].find(({ type }) => type.endsWith("/officeDocument"));
    if (main && /\.bin$/i.test(main.file)) {
      throw new UnreadableFile("an .xlsb workbook cannot be read: save it as .xlsx");
    }
    if (main && /workbook[^/]*\.xml$/i.test(main.file) && archive.has(main.file)) return main.file;
  }
  if (archive.has("mimetype") && archive.has("content.xml")) {
    throw new UnreadableFile("an OpenDocument file cannot be read: save it as .xlsx or CSV");
  }
  throw new UnreadableFile(
    "a ZIP archive without a workbook in it: unpack it, and upload the file inside",
  );
}

async function readRelations(archive: Archive, owner: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(owner);
  const file = posix.join(folder, "_rels", `${posix.basename(owner)}.rels`);
  const found = new Map<string, Relation>();
  if (!archive.has(file)) return found;
  await scanXml(archive.read(file), (name, { Id, Type = "", Target = "", TargetMode }) => {
    if (name !== "Relationship" || !Id || TargetMode === "External") return;
    const target = Target.startsWith("/") ? Target.slice(1) : posix.join(folder, Target);
    found.set(Id, { type: Type, file: target });
  });
  return found;
}

async function readSheets(archive: Archive, main: string, related: Map<string, Relation>) {
  const sheets: Sheet[] = [];
  let date1904 = false;
  await scanXml(archive.read(main), (name, attributes) => {
    if (name === "workbookPr") date1904 = /^(?:1|true|on)$/.test(attributes.date1904 ?? "");
    if (name !== "sheet") return;
    const relation = related.get(attribute(attributes, "id") ?? "");
    // Sheets that are only a chart have no rows.
    if (!relation?.type.endsWith("/worksheet") || !archive.has(relation.file)) return;
    const hidden = /^(?:hidden|veryHidden)$/.test(attributes.state ?? "");
    sheets.push({ name: attributes.name ?? "", hidden, file: relation.file });
  });
  if (sheets.length === 0) throw new UnreadableFile("the workbook has no sheets");
  return { sheets, date1904 };
}
