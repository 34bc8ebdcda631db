/**
 * Guesses the columns of a list without a header where their values are unambiguous: e-mails,
 * written phone numbers, and one situs address (street, city, state and ZIP in that order). A ten-digit
 * number could be a phone, a parcel or an address key, and two addresses could be situs or mailing:
 * those stay attributes until the source's column map names them.
 */
import { isState } from "./address.ts";
import { isPlaceholder, readZip } from "./repair.ts";
import type { Canonical } from "./types.ts";

/** Most values of a column must agree; every list has some odd ones. */
export const MOST = 0.8;

const EMAIL = /^\S+@\S+\.[A-Za-z]{2,}$/;
export const PHONE = /^(?:\+1|1)?[\s.-]*\(?[2-9]\d\d\)?[\s.-]+\d{3}[\s.-]*\d{4}$|^\+1[2-9]\d{9}$/;
export const STREET = /^\d+[A-Za-z]?\s.{0,60}[A-Za-z]{2}/;
const TOWN = /^[A-Za-z][A-Za-z .'’-]+$/;

/** Position → field, for the columns that are certain. */
export function guessColumns(rows: readonly (readonly string[])[]): Map<number, Canonical> {
  const found = new Map<number, Canonical>();
  const width = Math.max(0, ...rows.map((row) => row.length));
  const are = (column: number, test: (value: string) => boolean) => {
    const values = rows.map((row) => row[column] ?? "").filter((v) => v && !isPlaceholder(v));
    return values.length > 0 && values.filter(test).length >= values.length * MOST;
  };
  const all = Array.from({ length: width }, (_, column) => column);
  const take = (field: string, columns: number[]) =>
    columns.slice(0, 30).forEach((column, k) => found.set(column, `${field}_${k + 1}`));
  take("email", all.filter((column) => are(column, (v) => EMAIL.test(v))));
  take("phone", all.filter((column) => are(column, (v) => PHONE.test(v))));

  const streets = all.filter((c) => !found.has(c) && are(c, (v) => STREET.test(v)));
  const [street] = streets;
  if (street === undefined || streets.length > 1) return found;
  // Between street and city there may be a unit, which is empty in most rows.
  const state = [street + 2, street + 3].find((column) => are(column, isState));
  if (state === undefined || !are(state - 1, (v) => TOWN.test(v))) return found;
  found.set(street, "street").set(state - 1, "city").set(state, "state");
  if (state - street === 3) found.set(street + 1, "unit");
  if (are(state + 1, (v) => readZip(v) !== null)) found.set(state + 1, "zip");
  return found;
}
