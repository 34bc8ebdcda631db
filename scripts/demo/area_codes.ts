// Area codes for fictional numbers: with the exchange 555 and lines 0100 to 0199, which are reserved for fiction, they
// are numbers that the product accepts and nobody has.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "../../sql/18_normalise/07_area_codes_data.sql");
const lines = readFileSync(file, "utf8").match(/^ {4}'[\d ]+'$/gm) ?? [];

export const areaCodes: readonly number[] = lines.join(" ").match(/\d{3}/g)?.map(Number) ?? [];
