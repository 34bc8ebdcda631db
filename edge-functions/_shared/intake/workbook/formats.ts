// Number formats: which cells hold a date, and which numbers are written with leading zeros, such as a ZIP code. No
// other format changes a value: 1234567890123 stays that, whatever its column is wide enough to show.
import { UnreadableFile } from "./unreadable.ts";
import { readXml } from "./xml.ts";

export type Format = { kind: "plain" } | { kind: "date" } | {
  kind: "zeros";
  /** Placeholders (0 or #) and what stands between them, as in 00000-0000. */
  pattern: string;
};

const PLAIN: Format = { kind: "plain" };
const DATE: Format = { kind: "date" };

export interface Formats {
  /** By the number of a cell's style. */
  at(style: number): Format;
}

/** Excel has at most 65,490 styles of cells, and codes of at most 255 characters. */
const MAX_STYLES = 1 << 16;
const MAX_CODE = 1000;

export const NO_FORMATS: Formats = { at: () => PLAIN };

export async function readFormats(chunks: AsyncIterable<Uint8Array>): Promise<Formats> {
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let inCells = false;
  const reading = readXml(chunks, {
    open(name, attributes) {
      if (name === "numFmt" && attributes.numFmtId) {
        codes.set(Number(attributes.numFmtId), (attributes.formatCode ?? "").slice(0, MAX_CODE));
      } else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) ids.push(Number(attributes.numFmtId ?? 0));
      if (codes.size > MAX_STYLES || ids.length > MAX_STYLES) {
        throw new UnreadableFile("the workbook is damaged: it has too many styles");
      }
    },
    close: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  for await (const _ of reading);
  const own = new Map([...codes].map(([id, code]) => [id, formatOf(code)]));
  const formats = ids.map((id) => own.get(id) ?? builtIn(id));
  return { at: (style) => formats[style] ?? PLAIN };
}

/** Dates among the formats that have a number instead of a code, in all languages of Excel. */
function builtIn(id: number): Format {
  const date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
    (id >= 50 && id <= 58);
  return date ? DATE : PLAIN;
}

export function formatOf(code: string): Format {
  // The first section is that of positive numbers; one with a condition is not for every number.
  const section = sectionOf(code);
  const bare = section
    .replace(/"[^"]*"|\\.|_.|\*./g, "")
    .replace(/\[(?:h+|m+|s+)\]/gi, "⏱")
    .replace(/\[[^\]]*\]/g, "")
    .replace(/general|AM\/PM|A\/P/gi, "");
  // A duration (`[h]:mm`) is a number of days and no point in time.
  if (bare.includes("⏱")) return PLAIN;
  if (/[ymdhs]/i.test(bare)) return DATE;
  if (/^\[[<>=]/.test(section)) return PLAIN;
  const pattern = section
    .replace(/\[[^\]]*\]/g, "")
    .replace(/"([^"]*)"|\\(.)|_.|\*./g, (_, quoted, single) => {
      const text: string = quoted ?? single ?? "";
      // A point between digits that is only shown would otherwise be read as a decimal point.
      return text.replaceAll(".", "·");
    });
  if (!/^[0#()\- /·]+$/.test(pattern) || !/0[^0]*0/.test(pattern)) return PLAIN;
  return { kind: "zeros", pattern: pattern.replaceAll("·", ".") };
}

function sectionOf(code: string): string {
  const [section] = /^(?:"[^"]*"|\\.|[^;"\\])*/.exec(code) ?? [""];
  return section;
}
