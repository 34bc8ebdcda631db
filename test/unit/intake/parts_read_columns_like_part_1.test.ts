// Part 1 decides the columns; later parts, and a worker that continues another worker's part, know only the
// mapping that the upload stores.
import { expect, test } from "vitest";
import { mapRow, resolveMapping } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { mappingOf, storedColumns } from "../../../edge-functions/_shared/intake/stage/layout.ts";

const lists: Record<string, [headers: string[], ...rows: string[][]]> = {
  "several columns for one field": [
    ["Name", "Property Address", "Zip", "Owner Name", "Address"],
    ["Elm House", "1 Elm St", "90012", "Ann Lee", "PO Box 1"],
    ["Oak House", "", "90012", "", "2 Oak St"],
  ],
  "a column that may hold parcel numbers": [
    ["Parcel ID", "Property Address", "County", "State", "Zip"],
    ...["4285-027-001", "4285-027-002", "4285-027-003", "4285-027-004", "main-house"]
      .map((id, k) => [id, `${k + 1} Elm St`, "Los Angeles", "CA", "90012"]),
  ],
  "phones with types, codes and attributes": [
    ["Cell", "Phone 1", "Phone 1 Type", "Phone Results", "Email", "Results", "Beds", "SSN"],
    ["2135550101", "2135550102", "VOIP", "PS01", "ann@example.com", "AS01", "3", "000-00-0000"],
  ],
};

for (const [name, [headers, ...rows]] of Object.entries(lists)) {
  test(`${name} are read alike in every part`, () => {
    const first = resolveMapping(headers, { sample: rows });
    const kept = JSON.parse(JSON.stringify(storedColumns(first)));
    const later = mappingOf(kept);
    for (const row of rows) {
      expect(mapRow(row, later, { line: 2 })).toEqual(mapRow(row, first, { line: 2 }));
    }
    expect(later.unmapped).toEqual(first.unmapped);
  });
}
