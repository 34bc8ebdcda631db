/** Phones and e-mails of a row: at most five of each, in the order of their columns. */
import { cut } from "../../platform/text.ts";
import type { Cells } from "./cells.ts";
import { findEmails, findPhones, looksMistyped } from "./contact_cells.ts";
import { isEmptyNumber, isPlaceholder, isZeros } from "./repair.ts";
import { findContact, normaliseHeader } from "./synonyms.ts";
import type { Mapping, StageEmail, StagePhone } from "./types.ts";

export const MAX_CONTACTS = 5;
const MAX_SLOTS = 30;

export interface ContactColumns {
  value: readonly number[];
  type: number;
  codes: number;
  dnc: readonly number[];
  litigator: readonly number[];
  /** Kind of line that the header names (`Cell 2`), used where no column has the type. */
  label: string | null;
}

export function contactColumns(
  channel: "phone" | "email",
  mapping: Mapping,
  of: (canonical: string) => readonly number[],
): ContactColumns[] {
  const slots: ContactColumns[] = [];
  for (let k = 1; k <= MAX_SLOTS; k++) {
    const value = of(`${channel}_${k}`);
    if (value.length === 0) continue;
    const header = mapping.columns[value[0] as number]?.header ?? "";
    slots.push({
      value,
      type: of(`${channel}_${k}_type`)[0] ?? -1,
      codes: of(`${channel}_${k}_codes`)[0] ?? -1,
      dnc: of(`${channel}_${k}_dnc`).slice(0, 1),
      litigator: of(`${channel}_${k}_litigator`).slice(0, 1),
      label: findContact(normaliseHeader(header))?.label ?? null,
    });
  }
  return slots;
}

/** Columns of marks for all phones of a row. */
export interface RowMarks {
  dnc: readonly number[];
  litigator: readonly number[];
}

export function readPhones(
  cells: Cells,
  slots: readonly ContactColumns[],
  marks: RowMarks,
): StagePhone[] {
  const out: StagePhone[] = [];
  const all = readMark(cells, marks.litigator, marks.dnc);
  for (const slot of slots) {
    const column = cells.pick(slot.value, isEmptyNumber);
    if (column < 0) cells.warnOfFiller(slot.value, "filler_phone");
    const whole = column < 0 ? null : cells.intact(column);
    if (whole === null) continue;
    const type = slot.type < 0 ? "" : cells.value(slot.type);
    const label = type && !isPlaceholder(type) ? cut(type, 40).toLowerCase() : slot.label;
    const codes = readCodes(slot.codes < 0 ? "" : cells.value(slot.codes));
    const own = readMark(cells, slot.litigator, slot.dnc);
    for (const { v, label: written, refused } of findPhones(cells, whole)) {
      if (isZeros(v) || out.some((phone) => phone.v === v)) continue;
      if (out.length === MAX_CONTACTS) {
        cells.warn("contacts_over_five");
        return out;
      }
      const phone: StagePhone = { v };
      const kind = label ?? written;
      if (kind) phone.label = kind;
      if (codes) phone.codes = codes;
      if (all || own || refused) {
        const sues = all === "litigator" || own === "litigator" || refused === "litigator";
        phone.refused = sues ? "litigator" : "dnc";
        cells.warn("phone_refused");
      }
      out.push(phone);
    }
  }
  return out;
}

export function readEmails(cells: Cells, slots: readonly ContactColumns[]): StageEmail[] {
  const out: StageEmail[] = [];
  for (const slot of slots) {
    const column = cells.pick(slot.value, isPlaceholder);
    if (column < 0) {
      cells.warnOfFiller(slot.value, "filler_email");
      continue;
    }
    const codes = readCodes(slot.codes < 0 ? "" : cells.value(slot.codes));
    for (const v of findEmails(cells, cells.plain(cells.value(column)))) {
      if (out.some((email) => email.v === v)) continue;
      if (out.length === MAX_CONTACTS) {
        cells.warn("contacts_over_five");
        return out;
      }
      if (looksMistyped(v)) cells.warn("email_typo");
      out.push(codes ? { v, codes } : { v });
    }
  }
  return out;
}

const UNMARKED =
  /^(?:n|no|none|f|false|0|clean|clear|ok|good|safe|callable|not? (?:dnc|found|listed|litigator)|not on dnc|unlisted)$/i;

/** Anything but an empty cell or a no is a mark: lists write `Yes`, `DNC`, `National`, or the date of the entry. */
function isMark(value: string): boolean {
  return value !== "" && !isPlaceholder(value) && !UNMARKED.test(value);
}

/** The stronger mark of the columns; most lists have none. */
function readMark(
  cells: Cells,
  litigator: readonly number[],
  dnc: readonly number[],
): "litigator" | "dnc" | undefined {
  for (const column of litigator) if (isMark(cells.value(column))) return "litigator";
  for (const column of dnc) if (isMark(cells.value(column))) return "dnc";
  return undefined;
}

function readCodes(value: string): string[] | null {
  if (!value || isPlaceholder(value)) return null;
  const codes = value.toUpperCase().split(/[\s,;|]+/).filter(Boolean).slice(0, 20);
  return codes.length > 0 ? codes : null;
}
