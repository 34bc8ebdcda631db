// A vendor's list of any size: real streets (rrad), made-up house numbers, owners and contacts, one
// phone and one e-mail per row. Always the same; written row by row, so memory does not grow with it.
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { localPath } from "../dev/paths.ts";
import { areaCodes } from "../demo/area_codes.ts";

interface Address {
  address1: string;
  city: string;
  state: string;
  postalCode: string;
}

const { addresses } = createRequire(import.meta.url)("rrad/addresses-us-all.json") as {
  addresses: Partial<Address>[];
};

const header = [
  ...["Property Address", "Unit", "City", "State", "Zip", "County", "APN"],
  ...["Owner 1 First Name", "Owner 1 Last Name", "Phone 1", "Email", "Results"],
  ...["Lead Score", "Bedrooms", "Year Built"],
].join(",");

const firstNames = ["Avery", "Blake", "Casey", "Drew", "Emery", "Finley", "Gale", "Harper"];
const lastNames = ["Abbot", "Birch", "Clay", "Dale", "Elm", "Field", "Grove", "Heath", "Isle"];

interface Street {
  name: string;
  place: string;
}

/** Streets that stay distinct in any spelling: one per ZIP and first word, without directions. */
function streets(): Street[] {
  const found = new Map<string, Street>();
  for (const { address1, city, state, postalCode } of addresses) {
    const name = /^\d+ ([A-Za-z][A-Za-z ]+)$/.exec(address1 ?? "")?.[1];
    if (!name || !city || city.includes(",") || !state || !postalCode) continue;
    const place = `${city},${state},${postalCode},`;
    const stem = name.replace(/^(North|South|East|West|[NSEW])[a-z]* /, "").split(" ")[0]!;
    found.set(`${postalCode}|${stem.slice(0, 3)}`, { name, place });
  }
  return [...found.values()];
}

/** A cheap hash of the row number, so that adjacent rows differ. */
function scatter(index: number, salt: number): number {
  const mixed = Math.imul((index + salt) ^ ((index + salt) >>> 15), 0x2c1b3c6d);
  return (Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) ^ (mixed >>> 15)) >>> 0;
}

const HOUSES = 40;

function* pieces(from: number, rows: number): Generator<string> {
  const list = streets();
  let text = `${header}\r\n`;
  for (let index = from; index < from + rows; index++) {
    const block = Math.floor(index / HOUSES);
    const street = list[block % list.length]!;
    const round = Math.floor(block / list.length);
    const house = 101 + 2 * (index % HOUSES) + 100 * round;
    const unit = index % 10 === 7 ? `Apt ${1 + (index % 4)}` : "";
    const first = firstNames[scatter(index, 1) % firstNames.length]!;
    const last = lastNames[scatter(index, 2) % lastNames.length]!;
    const contact = scatter(index, 3) % (areaCodes.length * 100);
    const area = areaCodes[Math.floor(contact / 100)];
    const line = String(contact % 100).padStart(2, "0");
    const parcel = String(index).padStart(9, "0");
    const codes = ["AS01"];
    if (index % 5 < 3) codes.push("PS01");
    if (index % 2 === 0) codes.push("ES01");
    text += `${house} ${street.name},${unit},${street.place},` +
      `${parcel.slice(0, 4)}-${parcel.slice(4, 7)}-${parcel.slice(7)},${first},${last},` +
      `(${area}) 555-01${line},${first}.${last}.${index}@example.com,"${codes.join(",")}",` +
      `${scatter(index, 4) % 101},${1 + (index % 5)},${1900 + (index % 120)}\r\n`;
    if (text.length > 256 * 1024) {
      yield text;
      text = "";
    }
  }
  yield text;
}

export interface BenchList {
  file: string;
  rows: number;
  bytes: number;
}

/** Writes rows `from` to `from + rows` unless the file exists. */
export async function makeList(rows: number, from = 0): Promise<BenchList> {
  const folder = localPath("bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `list-${from}-${rows}.csv`);
  if (!existsSync(file)) {
    const partial = `${file}.${process.pid}`;
    await pipeline(Readable.from(pieces(from, rows)), createWriteStream(partial));
    renameSync(partial, file);
  }
  return { file, rows, bytes: statSync(file).size };
}
