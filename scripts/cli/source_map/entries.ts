// The column map as people write it: "Their Header=target". The database checks it again.
import {
  ATTRIBUTE,
  isCanonical,
  TARGETS,
} from "../../../edge-functions/_shared/intake/csv/targets.ts";
import { normaliseHeader } from "../../../edge-functions/_shared/intake/csv/synonyms.ts";
import { editDistance } from "../../../edge-functions/_shared/platform/text.ts";
import { UsageError } from "../errors.ts";

/** Header to target; null ignores the column. */
export type ColumnMap = Record<string, string | null>;

const IGNORED = "ignored";

export function parseEntry(text: string): [header: string, target: string | null] {
  const at = text.lastIndexOf("=");
  const header = text.slice(0, at).trim();
  const target = text.slice(at + 1).trim();
  if (at < 0 || header === "") throw new UsageError(`"${text}": expected HEADER=TARGET`);
  if (target === "" || target === IGNORED) return [header, null];
  if (target === ATTRIBUTE || isCanonical(target)) return [header, target];
  const close = suggest(target);
  throw new UsageError(
    `"${target}" is not a target${
      close.length > 0 ? `; did you mean ${close.join(" or ")}?` : ""
    } ` +
      "(docs/mapping_targets.md lists them)",
  );
}

/** Targets whose name is like this one: a part of it, or a few letters away. */
export function suggest(text: string): string[] {
  const wanted = text.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  const names = [
    ...Object.keys(TARGETS).map((name) => name.replace("_N", "_1")),
    ATTRIBUTE,
    IGNORED,
  ];
  const ranked = names.map((name) => ({
    name,
    distance: wanted.length > 2 && name.replace("_1", "").startsWith(wanted) ||
        name.length > 2 && wanted.startsWith(name.replace("_1", ""))
      ? 0
      : editDistance(wanted, name),
  })).filter(({ name, distance }) => distance <= Math.max(1, name.length / 3));
  const best = Math.min(...ranked.map(({ distance }) => distance));
  return ranked.filter(({ distance }) => distance === best).map(({ name }) => name).slice(0, 3);
}

/** The map without the entries of these headers, however they are written. */
export function without(map: ColumnMap, headers: readonly string[]): ColumnMap {
  const gone = new Set(headers.map(normaliseHeader));
  return Object.fromEntries(
    Object.entries(map).filter(([header]) => !gone.has(normaliseHeader(header))),
  );
}

export function mapText(map: ColumnMap): string {
  const entries = Object.entries(map);
  if (entries.length === 0) return "column map: empty";
  const width = Math.min(32, Math.max(...entries.map(([header]) => header.length)));
  return "column map:\n" +
    entries.map(([header, to]) => `  ${header.padEnd(width)}  ${to ?? IGNORED}`).join("\n");
}
