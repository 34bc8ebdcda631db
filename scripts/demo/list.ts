// A vendor-like list from rrad's real US addresses (OpenAddresses, public domain): fictional owners and
// contacts, Melissa result codes, three spellings of some rows, and damaged rows. Always the same.
import { createRequire } from "node:module";
import { csvCell } from "../cli/csv.ts";
import { areaCodes } from "./area_codes.ts";

interface Address {
  address1: string;
  address2: string;
  city: string;
  state: string;
  postalCode: string;
}

const { addresses } = createRequire(import.meta.url)("rrad/addresses-us-all.json") as {
  addresses: Partial<Address>[];
};

const firstNames = [
  "Avery",
  "Blake",
  "Casey",
  "Drew",
  "Emery",
  "Finley",
  "Gale",
  "Harper",
  "Indigo",
  "Jules",
];
const lastNames = [
  "Abbot",
  "Birch",
  "Clay",
  "Dale",
  "Elm",
  "Field",
  "Grove",
  "Heath",
  "Isle",
  "Knoll",
];

/** Mulberry32: small, seedable, good enough to shuffle a demo. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const header = [
  "Property Address",
  "Unit #",
  "City",
  "State",
  "Zip",
  "County",
  "APN",
  "Owner 1 First Name",
  "Owner 1 Last Name",
  "Phone 1",
  "Phone 1 Type",
  "Email",
  "Results",
  "Lead Score",
  "Bedrooms",
  "TCPA Consent",
  "Consent Date",
];

function phone(index: number): string {
  const area = areaCodes[Math.floor(index / 100) % areaCodes.length];
  return `(${area}) 555-01${String(index % 100).padStart(2, "0")}`;
}

const abbreviations: [RegExp, string][] = [
  [/\bStreet\b/, "St"],
  [/\bAvenue\b/, "Ave"],
  [/\bDrive\b/, "Dr"],
  [/\bRoad\b/, "Rd"],
  [/\bLane\b/, "Ln"],
  [/\bCourt\b/, "Ct"],
  [/\bNorth\b/, "N"],
  [/\bSouth\b/, "S"],
  [/\bEast\b/, "E"],
  [/\bWest\b/, "W"],
];

export interface DemoList {
  csv: string;
  /** Address in its first spelling, for comparison with the lead in the summary. */
  examples: string[][];
}

export function makeList(seed = 20_26): DemoList {
  const chance = random(seed);
  const lines: string[] = [header.join(",")];
  const examples: string[][] = [];
  const usable = addresses.filter((a): a is Address =>
    !!(a.address1 && a.city && a.state && a.postalCode)
  );
  let owner = { first: "", last: "", email: "" };
  for (const [index, address] of usable.entries()) {
    const codes = ["AS01"];
    const verdict = chance();
    if (verdict < 0.55) codes.push("PS01");
    else if (verdict < 0.65) codes.push("PE02");
    if (chance() < 0.5) codes.push("ES01");
    let first = firstNames[Math.floor(chance() * firstNames.length)];
    let last = lastNames[Math.floor(chance() * lastNames.length)];
    let number = chance() < 0.85 ? phone(index) : "";
    let email = chance() < 0.6 ? `${first}.${last}.${index}@example.com`.toLowerCase() : "";
    // Some own two properties: their address is verified once, and one of the leads can be called.
    if (index % 20 === 19 && owner.email) {
      ({ first, last, email } = owner);
      number = "";
    }
    owner = { first, last, email };
    const row = [
      address.address1,
      address.address2 ?? "",
      address.city,
      address.state,
      // Spreadsheets remove leading zeros.
      address.postalCode.replace(/^0/, ""),
      "",
      "",
      first,
      last,
      number,
      "Mobile",
      email,
      codes.join(","),
      String(Math.floor(chance() * 101)),
      String(1 + Math.floor(chance() * 5)),
      // A vendor's statement about consent is unproven; it is not written consent.
      ...(index % 4 === 1 ? ["yes", "2026-02-14"] : ["", ""]),
    ];
    lines.push(row.map(csvCell).join(","));
    if (index % 10 === 3) {
      const short = [...row];
      for (const [long, abbreviation] of abbreviations) {
        short[0] = short[0].replace(long, abbreviation);
      }
      lines.push(short.map(csvCell).join(","));
      const loud = [...short];
      loud[0] = ` ${loud[0].toUpperCase()} `;
      loud[2] = loud[2].toUpperCase();
      if (loud[1]) loud[1] = loud[1].replace(/^(apt|apartment|unit|#)\.? ?/i, "# ");
      lines.push(loud.map(csvCell).join(","));
      if (examples.length < 15) examples.push(row, short, loud);
    }
    if (index % 400 === 200) lines.push(...damaged(index));
  }
  return { csv: lines.join("\r\n") + "\r\n", examples };
}

/** Realistic damaged rows: broken, empty, or without any identity key. */
function damaged(index: number): string[] {
  return [
    `${index} Broken Row,,Nowhere`,
    `${index} Too Long Row,,Nowhere,CA,90401,,,A,B,,,,,,,,,and,more,fields`,
    ",,,,,,,No,Identity,,,,,,,,",
    `${index} Nul \u0000 Street,,Santa Monica,CA,90401,,,Nul,Byte,,,,,,,,`,
  ];
}
