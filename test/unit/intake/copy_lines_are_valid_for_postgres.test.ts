import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  copyArray,
  copyBatches,
  copyJson,
  copyLine,
  copyValue,
  mapRow,
  resolveMapping,
  STAGE_COLUMNS,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import type { StageRow } from "../../../edge-functions/_shared/intake/csv/index.ts";

/** Reads a field as COPY does: the backslash rules of its text format. */
function uncopy(field: string): string | null {
  if (field === "\\N") return null;
  return field.replace(/\\(.)/gs, (_, c: string) => ({ t: "\t", n: "\n", r: "\r" })[c] ?? c);
}

/** Reads an array literal whose elements are all quoted, as the server does. */
function unarray(literal: string): string[] {
  if (literal === "{}") return [];
  return [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"/gs)]
    .map((m) => (m[1] as string).replace(/\\(.)/gs, "$1"));
}

const tricky = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(
    fc.constantFrom("\\", "\t", "\n", "\r", "\0", "\\N", "\\.", '"', "{", "}", ",", "'", "é"),
    { maxLength: 10 },
  ).map((parts) => parts.join("")),
);
const noNul = (text: string) => text.replaceAll("\0", "");

describe("COPY text (property)", () => {
  it("a value is read back, without NUL, and never breaks its line", () => {
    fc.assert(fc.property(tricky, (text) => {
      const field = copyValue(text);
      expect(field).not.toMatch(/[\t\n\r\0]/);
      expect(uncopy(field)).toBe(noNul(text));
    }));
    expect(copyValue(null)).toBe("\\N");
    expect(copyValue("\\N")).toBe("\\\\N");
  });

  it("JSON has no half of a surrogate pair, in values and in names, and keeps the rest", () => {
    const halves = fc.constantFrom("\ud83d", "\ude00", "\ud83d\ude00", "\0", "a", "\\", "\\ud83d");
    const text = fc.array(halves, { maxLength: 6 }).map((parts) => parts.join(""));
    const clean = (given: string) => noNul(given).toWellFormed();
    fc.assert(fc.property(text, text, fc.array(text), (name, value, list) => {
      const json = JSON.parse(uncopy(copyJson({ [`k${name}`]: value, list })) as string);
      expect(json).toEqual({ [`k${clean(name)}`]: clean(value), list: list.map(clean) });
    }));
  });

  it("a kind of phone is cut between characters", () => {
    const type = (length: number) => {
      const cell = `${"x".repeat(length)}\u{1f600}`;
      return mapRow(["602-555-0101", cell], resolveMapping(["Phone 1", "Phone 1 Type"]), {
        line: 2,
      }).phones[0]!.label;
    };
    expect([type(38), type(39), type(40)]).toEqual([
      `${"x".repeat(38)}\u{1f600}`,
      "x".repeat(39),
      "x".repeat(40),
    ]);
  });

  it("JSON is read back, without NUL", () => {
    const value = fc.dictionary(tricky.filter((k) => k !== "__proto__"), tricky);
    fc.assert(fc.property(value, (record) => {
      const field = copyJson(record);
      expect(field).not.toMatch(/[\t\n\r\0]/);
      const json = uncopy(field) as string;
      const nul = Object.keys(record).some((k) => k.includes("\0"));
      if (!nul) {
        expect(JSON.parse(json)).toEqual(
          Object.fromEntries(Object.entries(record).map(([k, v]) => [k, noNul(v)])),
        );
      }
      expect(json.replaceAll("\\\\", "")).not.toContain("\\u0000");
    }));
  });

  it("an array is read back, without NUL", () => {
    fc.assert(fc.property(fc.array(tricky), (list) => {
      const field = copyArray(list);
      expect(field).not.toMatch(/[\t\n\r\0]/);
      expect(unarray(uncopy(field) as string)).toEqual(list.map(noNul));
    }));
  });

  it("a line has the columns of stage_in, in order", () => {
    const headers = ["Address", "City", "Phone", "Email", "Owner", "Note", "Zip"];
    const mapping = resolveMapping(headers);
    const fields = fc.array(tricky.filter((v) => v !== ""), { minLength: 7, maxLength: 7 });
    fc.assert(fc.property(fields, (values) => {
      const row = mapRow(values, mapping, { line: 7 });
      const line = copyLine(row);
      expect(line.endsWith("\n")).toBe(true);
      const cells = line.slice(0, -1).split("\t").map(uncopy);
      expect(cells).toHaveLength(STAGE_COLUMNS.length);
      STAGE_COLUMNS.forEach((name, k) => {
        const value = row[name], cell = cells[k] as string;
        if (value === null) expect(cell).toBe(null);
        else if (name === "warnings") expect(unarray(cell)).toEqual(value);
        else if (typeof value === "object") {
          expect(JSON.parse(cell)).toEqual(JSON.parse(noNul(JSON.stringify(value, strip))));
        } else expect(cell).toBe(noNul(String(value)));
      });
    }));
  });
});

function strip(_key: string, value: unknown): unknown {
  return typeof value === "string" ? noNul(value) : value;
}

describe("batches", () => {
  it("are about 64 KiB and contain every line once", () => {
    const mapping = resolveMapping(["Address"]);
    const rows: StageRow[] = Array.from(
      { length: 5000 },
      (_, k) => mapRow([`${k} Elm St`], mapping, { line: k }),
    );
    const batches = [...copyBatches(rows)];
    for (const batch of batches.slice(0, -1)) {
      expect(batch.length).toBeGreaterThanOrEqual(64 * 1024);
      expect(batch.length).toBeLessThan(66 * 1024);
    }
    expect(batches.join("")).toBe(rows.map(copyLine).join(""));
    expect([...copyBatches([])]).toEqual([]);
  });
});
