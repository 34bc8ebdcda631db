/** Phones and e-mails of a row: at most five of each, in the order of their columns. */
import { cut } from "../../platform/text.ts";
import type { Cells } from "./cells.ts";
import { findEmails, findPhones, looksMistyped } from "./contact_cells.ts";
import { isEmptyNumber, isPlaceholder, isZeros } from "./repair.ts";
import { readStatus, type Refused, stronger } from "./refusals.ts";
import { isListed, isMarked } from "./row_refusals.ts";
import { findContact, normaliseHeader } from "./synonyms.ts";
import type { Mapping, StageEmail, StagePhone, WarningCode } from "./types.ts";

export const MAX_CONTACTS = 5;
const MAX_SLOTS = 30;

export interface ContactColumns {
  value: readonly number[];
  type: number;
  codes: number;
  dnc: readonly number[];
  litigator: readonly number[];
  optOut: readonly number[];
  status: readonly number[];
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
      dnc: of(`${channel}_${k}_dnc`),
      litigator: of(`${channel}_${k}_litigator`),
      optOut: of(`${channel}_${k}_opt_out`),
      status: of(`${channel}_${k}_status`),
      label: findContact(normaliseHeader(header))?.label ?? null,
    });
  }
  return slots;
}

/** `all` is the mark of the row. Marked values are kept beyond the first five, and where the row has them twice. */
export function readPhones(
  cells: Cells,
  slots: readonly ContactColumns[],
  all: Refused | undefined,
): StagePhone[] {
  const out: StagePhone[] = [];
  for (const slot of slots) {
    const column = cells.pick(slot.value, isEmptyNumber);
    if (column < 0) cells.warnOfFiller(slot.value, "filler_phone");
    const whole = column < 0 ? null : cells.intact(column);
    if (whole === null) continue;
    const type = slot.type < 0 ? "" : cells.value(slot.type);
    const label = type && !isPlaceholder(type) ? cut(type, 40).toLowerCase() : slot.label;
    const codes = readCodes(slot.codes < 0 ? "" : cells.value(slot.codes));
    const own = stronger(all, readMark(cells, slot.litigator, slot.dnc));
    for (const { v, label: written, refused } of findPhones(cells, whole)) {
      if (isZeros(v)) continue;
      const phone: StagePhone = { v };
      const kind = label ?? written;
      if (kind) phone.label = kind;
      if (codes) phone.codes = codes;
      addContact(cells, out, phone, stronger(own, refused), "phone_refused");
    }
  }
  return out;
}

export function readEmails(
  cells: Cells,
  slots: readonly ContactColumns[],
  all: Refused | undefined,
): StageEmail[] {
  const out: StageEmail[] = [];
  for (const slot of slots) {
    const column = cells.pick(slot.value, isPlaceholder);
    if (column < 0) {
      cells.warnOfFiller(slot.value, "filler_email");
      continue;
    }
    const codes = readCodes(slot.codes < 0 ? "" : cells.value(slot.codes));
    let own = all;
    for (const mark of slot.optOut) if (isMarked(cells, mark)) own = stronger(own, "unsubscribe");
    for (const state of slot.status) {
      if (cells.value(state) !== "") cells.keep(state);
      own = stronger(own, readStatus(cells.value(state)));
    }
    for (const { v, refused } of findEmails(cells, cells.plain(cells.value(column)))) {
      if (looksMistyped(v)) cells.warn("email_typo");
      addContact(cells, out, codes ? { v, codes } : { v }, stronger(own, refused), "email_refused");
    }
  }
  return out;
}

function addContact<Contact extends StageEmail>(
  cells: Cells,
  out: Contact[],
  contact: Contact,
  refused: Refused | undefined,
  warning: WarningCode,
): void {
  if (refused) {
    cells.warn(warning);
    contact.refused = refused;
  }
  const known = out.find(({ v }) => v === contact.v);
  if (known) {
    const both = stronger(known.refused, refused);
    if (both) known.refused = both;
  } else if (out.length < MAX_CONTACTS || refused) out.push(contact);
  else cells.warn("contacts_over_five");
}

/** The stronger mark of the columns; most lists have none. */
function readMark(
  cells: Cells,
  litigator: readonly number[],
  dnc: readonly number[],
): Refused | undefined {
  for (const column of litigator) if (isListed(cells.value(column))) return "litigator";
  for (const column of dnc) if (isListed(cells.value(column))) return "dnc";
  return undefined;
}

function readCodes(value: string): string[] | null {
  if (!value || isPlaceholder(value)) return null;
  const codes = value.toUpperCase().split(/[\s,;|]+/).filter(Boolean).slice(0, 20);
  return codes.length > 0 ? codes : null;
}
