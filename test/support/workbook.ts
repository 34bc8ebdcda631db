// Workbooks for tests, made by hand: the parts of the package as XML, in a ZIP without a library.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";

export interface SheetXml {
  name: string;
  /** `<row>` elements. */
  rows: string;
  merges?: string[];
  state?: "hidden" | "veryHidden";
}

export interface BookXml {
  sheets: SheetXml[];
  /** Format codes; cell style n (from 1) has the n-th. */
  formats?: string[];
  /** `<si>` elements. */
  strings?: string;
  date1904?: boolean;
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** The files of a package by their names. */
export function packageOf(book: BookXml): Record<string, string> {
  const relations = (list: [id: string, type: string, target: string][]) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
    list.map(([id, type, target]) =>
      `<Relationship Id="${id}" Type="${REL}/${type}" Target="${target}"/>`
    ).join("") + "</Relationships>";
  const files: Record<string, string> = {
    "_rels/.rels": relations([["r1", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook ${MAIN} xmlns:r="${REL}">` +
      `<workbookPr date1904="${book.date1904 ? 1 : 0}"/><sheets>` +
      book.sheets.map(({ name, state }, k) =>
        `<sheet name="${name}" sheetId="${k + 1}"${state ? ` state="${state}"` : ""} r:id="s${k}"/>`
      ).join("") + "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": relations([
      ...book.sheets.map((_, k): [string, string, string] => [
        `s${k}`,
        "worksheet",
        `worksheets/sheet${k}.xml`,
      ]),
      ...(book.strings
        ? [["t", "sharedStrings", "sharedStrings.xml"] as [string, string, string]]
        : []),
      ["y", "styles", "/xl/styles.xml"],
    ]),
    "xl/styles.xml": `<styleSheet ${MAIN}><numFmts>` +
      (book.formats ?? []).map((code, k) =>
        `<numFmt numFmtId="${164 + k}" formatCode="${escaped(code)}"/>`
      ).join("") +
      `</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>` +
      (book.formats ?? []).map((_, k) => `<xf numFmtId="${164 + k}"/>`).join("") +
      "</cellXfs></styleSheet>",
  };
  if (book.strings) files["xl/sharedStrings.xml"] = `<sst ${MAIN}>${book.strings}</sst>`;
  for (const [k, { rows, merges }] of book.sheets.entries()) {
    files[`xl/worksheets/sheet${k}.xml`] = `<worksheet ${MAIN}><sheetData>${rows}</sheetData>` +
      (merges
        ? `<mergeCells>${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join("")}</mergeCells>`
        : "") +
      "</worksheet>";
  }
  return files;
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** A row of inline texts, from column A; null leaves a cell out. */
export function textRow(number: number, values: (string | null)[]): string {
  return `<row r="${number}">` +
    values.map((value, k) =>
      value === null
        ? ""
        : `<c r="${columnName(k)}${number}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`
    ).join("") + "</row>";
}

function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnName(rest - 1) : "") + String.fromCharCode(65 + index % 26);
}

export function zipOf(files: Record<string, string | Uint8Array>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    local.push(Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), common, tail, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}

/** Writes a file in a directory of its own and returns its path. */
export async function fileWith(name: string, content: Uint8Array): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "sluice-book-")), name);
  await writeFile(file, content);
  return file;
}

export async function bookFile(book: BookXml): Promise<string> {
  return await fileWith("book.xlsx", zipOf(packageOf(book)));
}
