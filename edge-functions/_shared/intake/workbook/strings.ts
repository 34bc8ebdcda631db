// The shared strings of a workbook: each text once, referred to by its number. Kept as bytes in one buffer, because
// a million small strings would take several times as much memory.
import { UnreadableFile } from "./unreadable.ts";
import { readXml } from "./xml.ts";

const MAX_BYTES = 1 << 30;
/** What the place of a text takes: empty ones are not free. */
const PLACE_BYTES = 8;
/** Of one cell, in pieces however many. A cell of Excel has at most 32,767 characters. */
export const MAX_CELL = 1 << 20;

export interface Strings {
  at(index: number): string;
}

export const NO_STRINGS: Strings = { at: () => "" };

export async function readStrings(
  chunks: AsyncIterable<Uint8Array>,
  most = MAX_BYTES,
): Promise<Strings> {
  let bytes = Buffer.allocUnsafe(1 << 20);
  let used = 0;
  let ends = new Uint32Array(1 << 14);
  let count = 0;
  const text = new TextOfItem();
  const add = (value: string) => {
    const size = Buffer.byteLength(value);
    if (used + size + PLACE_BYTES * count > most) {
      throw new UnreadableFile(
        `the workbook has more than ${most >> 20} MiB of text: save the sheet as CSV`,
      );
    }
    if (used + size > bytes.length) bytes = grown(bytes, used + size, most);
    used += bytes.write(value, used);
    if (count === ends.length) {
      const more = new Uint32Array(ends.length * 2);
      more.set(ends);
      ends = more;
    }
    ends[count++] = used;
  };
  const reading = readXml(chunks, {
    open: (name) => text.open(name),
    text: (part) => text.add(part),
    close: (name) => {
      text.close(name);
      if (name === "si") add(text.take());
    },
  });
  for await (const _ of reading);
  return {
    at: (index) => {
      if (!(index >= 0 && index < count)) {
        throw new UnreadableFile(
          "the workbook is damaged: a cell refers to a text that is not there",
        );
      }
      return bytes.toString("utf8", index === 0 ? 0 : ends[index - 1], ends[index]);
    },
  };
}

function grown(bytes: Buffer<ArrayBuffer>, needed: number, most: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.min(most, Math.max(needed, bytes.length * 2)));
  bytes.copy(larger);
  return larger;
}

/** What a cell has so far, and more of it. */
export function bounded(text: string, more: string): string {
  if (text.length + more.length > MAX_CELL) {
    throw new UnreadableFile(
      `the workbook is damaged: a cell has more than ${MAX_CELL} characters`,
    );
  }
  return text + more;
}

/** Gathers the text of an item (`si`, `is`): its runs one after another, without their pronunciation. */
export class TextOfItem {
  #text = "";
  #inside = false;
  #phonetic = false;

  open(name: string): void {
    if (name === "rPh") this.#phonetic = true;
    else if (name === "t") this.#inside = !this.#phonetic;
  }

  close(name: string): void {
    if (name === "rPh") this.#phonetic = false;
    else if (name === "t") this.#inside = false;
  }

  add(text: string): void {
    if (this.#inside) this.#text = bounded(this.#text, text);
  }

  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}
