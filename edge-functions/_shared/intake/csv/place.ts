/** An address from the columns that a list has for it: joined, split or one-line. */
import { isState, isUnit, mayHaveZeroZip, splitAddress, splitCityStateZip } from "./address.ts";
import type { Cells } from "./cells.ts";
import { cutDecimals, isEmptyNumber, isPlaceholder, oneLine, readZip } from "./repair.ts";

type Columns = readonly number[];

export interface PlaceColumns {
  full: Columns;
  street: Columns;
  unit: Columns;
  city: Columns;
  state: Columns;
  zip: Columns;
  plus4: Columns;
  /** City, state and ZIP in one column. */
  cityStateZip: Columns;
  /** House number, its fraction, direction before, name, suffix, direction after. */
  parts: readonly Columns[];
  /** False where the list has no column of a street. */
  hasColumns: boolean;
  isMail: boolean;
}

export type Place = Record<"street" | "unit" | "city" | "state" | "zip", string | null>;

/** `1/2`, `A`: what follows the digits of a house number. */
const FRACTION = /^(?:\d\/\d|[½¼¾]|[a-z])$/i;
const PARTS = ["house_number", "house_fraction", "pre_dir", "street_name", "suffix", "post_dir"];

export function situsColumns(of: (canonical: string) => Columns): PlaceColumns {
  return {
    full: of("address_full"),
    street: of("street"),
    unit: of("unit"),
    city: of("city"),
    state: of("state"),
    zip: of("zip"),
    plus4: of("zip_plus4"),
    cityStateZip: of("city_state_zip"),
    parts: PARTS.map(of),
    hasColumns: ["address_full", "street", "street_name"].some((field) => of(field).length > 0),
    isMail: false,
  };
}

export function mailColumns(of: (canonical: string) => Columns): PlaceColumns {
  return {
    full: of("mail_address_full"),
    street: of("mail_street"),
    unit: of("mail_unit"),
    city: of("mail_city"),
    state: of("mail_state"),
    zip: of("mail_zip"),
    plus4: [],
    cityStateZip: of("mail_city_state_zip"),
    parts: [],
    hasColumns: ["mail_address_full", "mail_street"].some((field) => of(field).length > 0),
    isMail: true,
  };
}

export function readPlace(cells: Cells, columns: PlaceColumns): Place {
  const out: Place = {
    street: cells.text(columns.street),
    unit: columns.isMail ? readMailUnit(cells, columns.unit) : readUnit(cells, columns.unit),
    city: cells.text(columns.city),
    state: cells.text(columns.state),
    zip: null,
  };
  if (columns.zip.length > 0) out.zip = readZipColumn(cells, columns.zip, out.state);
  if (columns.cityStateZip.length > 0) useCityStateZip(cells, columns.cityStateZip, out);
  if (columns.plus4.length > 0) usePlus4(cells, columns.plus4, out);
  if (columns.parts.length > 0) joinParts(cells, columns.parts, out);
  if (out.city !== null) cutState(out);
  const full = columns.full.length > 0 ? cells.pick(columns.full, isPlaceholder) : -1;
  if (full >= 0) useFull(cells, full, oneLine(cells.plain(cells.value(full))), out);
  else if (out.street !== null && out.street.includes(",") && !out.city && !out.state && !out.zip) {
    useFull(cells, -1, out.street, out);
  }
  return out;
}

/** `LOS ANGELES CA` in a column of cities. */
function cutState(out: Place): void {
  const [, city, code] = /^(.*[^,\s]),?\s+([A-Z]{2})$/.exec(out.city as string) ?? [];
  if (!city || !code || !isState(code) || (out.state ?? code).toUpperCase() !== code) return;
  out.city = city;
  out.state ??= code;
}

function readUnit(cells: Cells, columns: Columns): string | null {
  const value = cells.text(columns);
  const whole = value === null ? null : cutDecimals(value);
  if (whole !== null) cells.warn("number_artifact");
  return whole ?? value;
}

/** A second line of a mailing address is a unit (`APT 4`, `12B`), or `C/O JO DOE`, `PO BOX 9`: kept as an attribute. */
function readMailUnit(cells: Cells, columns: Columns): string | null {
  const value = readUnit(cells, columns);
  if (value === null || isUnit(value)) return value;
  const column = cells.pick(columns, isPlaceholder);
  if (column >= 0) cells.keep(column);
  return null;
}

function readZipColumn(cells: Cells, columns: Columns, state: string | null): string | null {
  const column = cells.pick(columns, isEmptyNumber);
  if (column < 0) return null;
  const value = cells.intact(column);
  if (value === null) return null;
  const read = readZip(value);
  if (!read) {
    // Letters may be a foreign code; digits alone are an incomplete ZIP.
    return /^\d+$/.test(value) ? incomplete(cells, column) : value;
  }
  if (read.leadingZero) {
    if (!mayHaveZeroZip(state)) return incomplete(cells, column);
    cells.warn("zip_leading_zero");
  }
  if (read.plus4) {
    cells.warn("zip_plus4");
    cells.keep(column);
  }
  return read.zip;
}

function incomplete(cells: Cells, column: number): null {
  cells.warn("zip_incomplete");
  cells.keep(column);
  return null;
}

/** `Reno, NV 89501-1234`, into the columns that are empty. */
function useCityStateZip(cells: Cells, columns: Columns, out: Place): void {
  const value = cells.text(columns);
  if (value === null) return;
  const split = splitCityStateZip(value);
  if (!split) {
    cells.keep(columns[0] as number);
    return;
  }
  out.city ??= split.city;
  out.state ??= split.state;
  out.zip ??= split.zip;
  cells.warn("city_state_zip_split");
}

/** The column `Zip+4` has the last four digits, or all nine, which then also give the ZIP. */
function usePlus4(cells: Cells, columns: Columns, out: Place): void {
  const column = cells.pick(columns, isEmptyNumber);
  if (column < 0) return;
  cells.keep(column);
  const value = cells.value(column);
  const read = !out.zip && /^\d{5}-?\d{4}$/.test(value) ? readZip(value) : null;
  if (!read) return;
  out.zip = read.zip;
  cells.warn("zip_plus4");
}

/** Joins split street columns, where no street column has them joined already. */
function joinParts(cells: Cells, parts: readonly Columns[], out: Place): void {
  const [house, fraction, ...rest] = parts.map((columns) => cells.text(columns));
  const whole = house ? cutDecimals(house) : null;
  if (whole !== null) cells.warn("number_artifact");
  const plain = [whole ?? house].find((n) => n && n !== "0") ?? null;
  const number = plain && fraction && FRACTION.test(fraction)
    ? `${plain}${fraction.length === 1 && fraction !== "½" ? "" : " "}${fraction.toUpperCase()}`
    : plain;
  if (out.street) {
    // "LARKIN PL" beside a column with "100", perhaps with directions and suffix in columns, too.
    if (number && !/^\d/.test(out.street)) {
      const [before, , suffix, after] = rest;
      const has = (word: string) =>
        ` ${out.street} `.toLowerCase().includes(` ${word} `.toLowerCase());
      const more = [before, out.street, suffix, after].filter((word) =>
        word && (word === out.street || !has(word))
      );
      out.street = [number, ...more].join(" ");
      cells.warn("split_street");
    }
  } else if (rest.some(Boolean)) {
    out.street = [number, ...rest].filter(Boolean).join(" ");
    cells.warn("split_street");
  }
}

function useFull(cells: Cells, column: number, line: string, out: Place): void {
  if (column >= 0 && out.street && (out.city || out.zip)) {
    if (line !== out.street) cells.keep(column);
    return;
  }
  const split = splitAddress(line);
  if (column >= 0) cells.keep(column);
  if (!split) {
    if (column >= 0) cells.warn("address_not_split");
    out.street ??= line;
    return;
  }
  cells.warn("full_address_split");
  if (split.plus4) cells.warn("zip_plus4");
  out.street = split.street;
  out.unit ??= split.unit;
  out.city ??= split.city;
  out.state ??= split.state;
  out.zip ??= split.zip;
}
