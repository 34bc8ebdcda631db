// Values as people read them; the same on every machine, whatever its language.
import type { Value } from "../types.ts";
import type { Unit } from "./rule.ts";

const fixed = (value: number, digits: number) =>
  value.toFixed(digits).replace(/\.0+$/, "").replace(/(\.\d*?)0+$/, "$1");

const grouped = (value: number) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

export function inWords(value: Value, unit?: Unit): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  switch (unit) {
    case "ms":
      return value < 1000 ? `${Math.round(value)} ms` : `${fixed(value / 1000, 1)} s`;
    case "bytes":
      return value < 1_000_000
        ? `${fixed(value / 1000, 0)} KB`
        : `${fixed(value / 1_000_000, 1)} MB`;
    case "days":
      return value < 0 ? `${-value} days ago` : value === 1 ? "1 day" : `${value} days`;
    case "px":
      return `${grouped(value)} px`;
    case "characters":
      return value === 1 ? "1 character" : `${grouped(value)} characters`;
    case "version":
      // 8.02 is version 8.2.
      return `${Math.floor(value)}.${Math.round((value - Math.floor(value)) * 100)}`;
    case "score":
      return fixed(value, 2);
    default:
      return Number.isInteger(value) ? grouped(value) : fixed(value, 2);
  }
}
