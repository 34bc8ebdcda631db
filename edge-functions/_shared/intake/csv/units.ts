/** Bytes to code units and back. UTF-16 is scanned in 2-byte units, everything else in bytes. */
import type { Units } from "./scan.ts";
import type { Dialect } from "./types.ts";

export function isWide(encoding: Dialect["encoding"]): boolean {
  return encoding !== "utf-8";
}

/** Turns chunks of bytes into chunks of units, without the byte order mark. */
export class UnitReader {
  private skip: number;
  private odd = -1;
  private readonly wide: boolean;
  private readonly bigEndian: boolean;

  constructor(dialect: Pick<Dialect, "encoding" | "bomBytes">) {
    this.skip = dialect.bomBytes;
    this.wide = isWide(dialect.encoding);
    this.bigEndian = dialect.encoding === "utf-16be";
  }

  push(chunk: Uint8Array): Units {
    if (this.skip > 0) {
      const n = Math.min(this.skip, chunk.length);
      this.skip -= n;
      chunk = chunk.subarray(n);
    }
    if (!this.wide || chunk.length === 0) return chunk;
    const carried = this.odd >= 0 ? 1 : 0;
    const count = (chunk.length + carried) >> 1;
    const units = new Uint16Array(count);
    const at = (k: number) => k < 0 ? this.odd : chunk[k] as number;
    const high = this.bigEndian ? 0 : 1;
    for (let u = 0, k = -carried; u < count; u++, k += 2) {
      units[u] = (at(k + high) << 8) | at(k + 1 - high);
    }
    const used = count * 2 - carried;
    this.odd = used < chunk.length ? chunk[used] as number : -1;
    return units;
  }

  /** A last byte without its partner becomes half a surrogate: its record is rejected as invalid. */
  finish(): Units | null {
    return this.odd >= 0 ? new Uint16Array([0xd800]) : null;
  }
}

/** The bytes that units were read from. */
export function toBytes(units: Units, encoding: Dialect["encoding"]): Uint8Array {
  if (units instanceof Uint8Array) return units.slice();
  const bytes = new Uint8Array(units.length * 2);
  const view = new DataView(bytes.buffer);
  units.forEach((unit, k) => view.setUint16(k * 2, unit, encoding === "utf-16le"));
  return bytes;
}
