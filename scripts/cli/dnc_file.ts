// Reads do-not-call files: one number per line, as ten digits in any notation, as "area code,number", and in
// change files with A (added) or D (deleted) at the end.
import { ClientError } from "./errors.ts";

export interface DncFileCounts {
  numbers: number;
  deletions: number;
}

const NUMBER = /^\D*1?\D*([2-9]\d\d)\D*(\d{3})\D*(\d{4})\D*$/;

/** The ten digits of a line and whether it deletes them; null for an invalid number. */
export function readDncLine(line: string): { number: string; gone: boolean } | null {
  if (/^[2-9]\d{9}$/.test(line)) return { number: line, gone: false };
  if (/^[2-9]\d\d,\d{7}$/.test(line)) {
    return { number: line.slice(0, 3) + line.slice(4), gone: false };
  }
  const fields = line.split(/[,;\t|]/).map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
  const last = fields.at(-1)!.toUpperCase();
  const split = /^[2-9]\d\d$/.test(fields[0]!) && /^\d{3}-?\d{4}$/.test(fields[1] ?? "");
  const found = NUMBER.exec(split ? `${fields[0]}${fields[1]}` : fields[0]!);
  if (!found) return null;
  return { number: found[1]! + found[2]! + found[3]!, gone: last === "D" || last === "DELETE" };
}

/** Lines for `copy … (number, gone, line)`, in chunks; a header is skipped, any other invalid line is an error. */
export async function* dncCopyLines(
  source: AsyncIterable<Uint8Array>,
  change: boolean,
  counts: DncFileCounts,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("latin1");
  let rest = "";
  let at = 0;
  function read(lines: string[]): string {
    let out = "";
    for (const raw of lines) {
      at += 1;
      const line = raw.trimEnd();
      if (line === "") continue;
      const found = readDncLine(line);
      if (found === null) {
        if (at === 1 && !/\d{7}/.test(line)) continue;
        throw new ClientError(`line ${at} is not a valid phone number`);
      }
      if (found.gone && !change) {
        throw new ClientError(`line ${at} deletes a number, which requires --change`);
      }
      counts.numbers += 1;
      if (found.gone) counts.deletions += 1;
      out += change ? `${found.number}\t${found.gone ? "t" : "f"}\t${at}\n` : `${found.number}\n`;
    }
    return out;
  }
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    const out = read(lines);
    if (out) yield out;
  }
  const out = read([rest]);
  if (out) yield out;
}
