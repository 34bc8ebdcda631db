import { describe, expect, it } from "vitest";
import { sniffCsv } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { encode, read, refusal } from "./support.ts";

const latin = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe("a file that is not CSV is refused as a whole, with a reason", () => {
  const cases: [what: string, bytes: Uint8Array, code: string, words: RegExp][] = [
    ["nothing", encode(""), "empty_file", /empty/],
    ["blank lines", encode("\n \r\n\n"), "empty_file", /no records/],
    ["a PDF", latin("%PDF-1.7\n1 0 obj, 2, 3\n"), "not_csv", /PDF/],
    ["an Excel workbook", latin("PK\x03\x04\x14\0[Content_Types].xml,"), "not_csv", /spreadsheet/],
    ["a ZIP archive", latin("PK\x03\x04\x14\0\0\0leads.csv"), "not_csv", /ZIP/],
    ["an old Excel file", latin("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "not_csv", /Excel/],
    ["gzip in gzip", latin("\x1f\x8b\x08\0"), "not_csv", /gzip/],
    ["an image", latin("\x89PNG\r\n\x1a\n"), "not_csv", /an image/],
    ["a web page", encode("\ufeff<!DOCTYPE html>\n<p>a, b</p>"), "not_csv", /web page/],
    ["XML", encode('<?xml version="1.0"?><a>1,2</a>'), "not_csv", /XML/],
    ["JSON", encode('[{"address": "1 Elm St", "city": "Mesa"}]'), "not_csv", /JSON/],
    ["JSON lines", encode('{"address": "1 Elm St"}\n{"a": 1}\n'), "not_csv", /JSON/],
    ["a vCard", encode("BEGIN:VCARD\nN:Doe;Jane;;\n"), "not_csv", /vCard/],
    ["binary data", Uint8Array.from({ length: 500 }, (_, k) => k % 32), "not_csv", /binary/],
    ["UTF-32", latin("\xff\xfe\0\0a\0\0\0,\0\0\0"), "unsupported_encoding", /UTF-32/],
    ["a letter", encode("Hello Jane\nhow are you\n"), "no_delimiter", /comma/],
    [
      "prose with commas",
      encode("Dear Jane, I write\nto you today, as, you know,\nthe sun\nis out; and so, am\nI\n"),
      "not_csv",
      /plain text/,
    ],
    ["an open quote in the header", encode('"Address,City\n1,2\n'), "header_unreadable", /quote/],
    ["2001 columns", encode(`Address${",x".repeat(2000)}\n`), "too_many_columns", /2001/],
  ];
  for (const [what, bytes, code, words] of cases) {
    it(what, async () => {
      const found = await refusal(bytes);
      expect(found.code).toBe(code);
      expect(found.message).toMatch(words);
      expect(found.message).toMatch(/^[A-Z].*\.$/s);
    });
  }
});

describe("an unusual CSV is not refused", () => {
  it("one column with a known name", async () => {
    expect((await read("email\na@example.com\nb@example.com\n")).rows).toHaveLength(2);
  });

  it("one column of e-mails without a header", async () => {
    const csv = await read("a@example.com\nb@example.com\n");
    expect([csv.headerFrom, csv.rows.length]).toEqual(["missing", 2]);
  });

  it("unknown names, if the lines agree", async () => {
    expect((await read("foo,bar\n1,2\n3,4\n")).headers).toEqual(["foo", "bar"]);
  });

  it("a stray control character or two", async () => {
    expect((await read("Address,City\n1 Elm\x01,Mesa\n")).rows).toHaveLength(1);
  });
});

describe("the delimiter is the one that makes columns", () => {
  const dialect = (text: string) => {
    const found = sniffCsv(encode(text), true);
    if (!found.ok) throw new Error(found.refusal.code);
    return found.dialect;
  };

  it("not the one that is more frequent inside quotes or values", () => {
    expect(dialect('Name;Note\nx;"a,b,c,d"\ny;"e,f,g,h"\n').delimiter).toBe(";");
    expect(dialect("Address\tCity\n1 Elm St, Apt 2, Rear\tMesa\n").delimiter).toBe("\t");
    expect(dialect("Address|Zip|City, State\n1 Elm|85001|Mesa, AZ\n").delimiter).toBe("|");
    expect(dialect("Full Address,Note\n1 Elm,a|b\n2 Elm,c|d\n").delimiter).toBe(",");
  });

  it("and the line end is that of the first record", () => {
    expect(dialect("a,City\r\n1,2\r\n").newline).toBe("\r\n");
    expect(dialect("a,City\r1,2\r").newline).toBe("\r");
    expect(dialect("a,City\n1,2\r\n").newline).toBe("\n");
  });
});

describe("a header is distinguished from data", () => {
  const hasHeader = (text: string) => {
    const found = sniffCsv(encode(text), true);
    return found.ok && found.dialect.hasHeader;
  };

  it("by its values", () => {
    expect(hasHeader("Address,City,Zip\n1 Elm St,Mesa,85001\n")).toBe(true);
    expect(hasHeader("foo,bar\n1,2\n")).toBe(true);
    expect(hasHeader("Name,2019,2020,2021\nx,1,2,3\n")).toBe(true);
    expect(hasHeader("12 Elm St,Mesa,85001\n13 Elm St,Mesa,85001\n")).toBe(false);
    expect(hasHeader("Jane,jane@example.com\nJoe,joe@example.com\n")).toBe(false);
    expect(hasHeader("Jane,(602) 555-0101\nJoe,(602) 555-0102\n")).toBe(false);
    expect(hasHeader("1,2,3\n4,5,6\n")).toBe(false);
  });
});
