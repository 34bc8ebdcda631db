// Cuts the stream into parts at record borders.
export interface Part {
  /** From 1. */
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** No part comes after it. */
  last: boolean;
  /** How much of the file has been read for it, as it lies on the disk. */
  position: number;
}

class Interim {
  #buffer = Buffer.alloc(0);
  readonly #max: number;
  constructor(max: number) {
    this.#max = max;
  }
  push(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const out: Uint8Array<ArrayBuffer>[] = [];
    while (this.#buffer.length > this.#max) {
      let quoted = false;
      let cut = 0;
      for (let i = 0; i < this.#buffer.length; i++) {
        const c = this.#buffer[i];
        if (c === 34) quoted = !quoted;
        else if (c === 10 && !quoted) {
          if (i + 1 > this.#max && cut > 0) break;
          cut = i + 1;
          if (cut > this.#max) break;
        }
      }
      if (cut === 0) break;
      out.push(new Uint8Array(this.#buffer.subarray(0, cut)));
      this.#buffer = this.#buffer.subarray(cut);
    }
    return out;
  }
  finish(): Uint8Array<ArrayBuffer>[] {
    return this.#buffer.length > 0 ? [new Uint8Array(this.#buffer)] : [];
  }
}

/** One part is held back until the next one begins, because the last one has to say so. */
export async function* cutParts(
  input: AsyncIterable<Uint8Array>,
  partBytes: number,
  position: () => number,
): AsyncGenerator<Part> {
  const cutter = new Interim(partBytes);
  let number = 0;
  let held: Part | null = null;
  for await (const chunk of input) {
    for (const bytes of cutter.push(chunk)) {
      if (held) yield held;
      held = { number: ++number, bytes, last: false, position: position() };
    }
  }
  for (const bytes of cutter.finish()) {
    if (held) yield held;
    held = { number: ++number, bytes, last: false, position: position() };
  }
  if (held) yield { ...held, last: true, position: position() };
}
