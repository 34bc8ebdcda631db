import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutParts } from "../../../scripts/cli/cut.ts";

/** Yields the content in pieces of one reused buffer, as a file reader does. */
async function* pieces(content: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(...sizes));
  for (let at = 0, i = 0; at < content.length; i++) {
    const size = Math.min(sizes[i % sizes.length]!, content.length - at);
    buffer.set(content.subarray(at, at + size));
    yield buffer.subarray(0, size);
    buffer.fill(0x21);
    at += size;
  }
}

/** Parts as text; each buffer is read before the next part is requested, then released. */
async function partsOf(content: Uint8Array, partBytes: number, sizes = [1000]) {
  const parts: { bytes: Buffer; number: number; last: boolean }[] = [];
  for await (const part of cutParts(pieces(content, sizes), partBytes, () => 0)) {
    parts.push({ bytes: Buffer.from(part.bytes), number: part.number, last: part.last });
    part.bytes.fill(0x23);
    part.release();
  }
  return parts;
}

const cell = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9 ]{0,12}$/),
  fc.stringMatching(/^[A-Za-z ,\n]{0,12}$/).map((text) => `"${text}""${text}"`),
);
const records = fc.array(fc.tuple(cell, cell).map((cells) => `x,${cells.join(",")}\n`), {
  minLength: 1,
  maxLength: 200,
});

describe("parts", () => {
  test("are whole records, add up to the file and do not depend on how it is read", async () => {
    await fc.assert(fc.asyncProperty(
      records,
      fc.integer({ min: 50, max: 2000 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
      async (rows, partBytes, sizes) => {
        const content = Buffer.from("address,city,owner\n" + rows.join(""));
        const parts = await partsOf(content, partBytes, sizes);
        expect(Buffer.concat(parts.map((part) => part.bytes))).toEqual(content);
        expect(parts.map((part) => part.number)).toEqual(parts.map((_, i) => i + 1));
        expect(parts.map((part) => part.last)).toEqual(parts.map((_, i) => i === parts.length - 1));
        for (const { bytes } of parts) {
          expect(bytes.at(-1)).toBe(10);
          expect(bytes.toString().split('"').length % 2).toBe(1);
          // Header, first record and one record that alone is longer may exceed it.
          if (bytes.length > partBytes) expect(bytes.length).toBeLessThan(200);
        }
        const whole = await partsOf(content, partBytes, [1 << 20]);
        expect(whole.map((part) => part.bytes)).toEqual(parts.map((part) => part.bytes));
      },
    ));
  });

  test("of a UTF-16 file with a byte order mark end between characters", async () => {
    const text = "\ufeffaddress,city\n" + "1 Main St,\u0a0a\u0d0aville\n".repeat(300);
    const content = Buffer.from(text, "utf16le");
    const parts = await partsOf(content, 1024, [7]);
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.map((part) => part.bytes.toString("utf16le")).join("")).toBe(text);
    for (const { bytes } of parts) expect(bytes.toString("utf16le").at(-1)).toBe("\n");
  });

  test("need memory for little more than one part", async () => {
    const content = Buffer.from("address,city\n" + "1 Main St,Springfield\n".repeat(100_000));
    let read = 0;
    let given = 0;
    const counted = (async function* () {
      for await (const piece of pieces(content, [10_000])) {
        read += piece.length;
        yield piece;
      }
    })();
    for await (const part of cutParts(counted, 100_000, () => read)) {
      given += part.bytes.length;
      expect(part.position).toBe(given);
      expect(read - given).toBeLessThan(120_000);
      part.release();
    }
    expect(given).toBe(content.length);
  });

  test("are not made of invalid CSV: the reason is reported instead", async () => {
    const pdf = Buffer.from("%PDF-1.7\n%\u00e2\u00e3\n" + "1 0 obj\n".repeat(50), "latin1");
    await expect(partsOf(pdf, 1024)).rejects.toThrow(/PDF/);
    expect(await partsOf(new Uint8Array(), 1024)).toEqual([]);
  });
});
