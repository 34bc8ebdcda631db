/** The marks of a row that concern all its phones, all its e-mails, or the person. */
import type { Cells } from "./cells.ts";
import { isPlaceholder } from "./repair.ts";
import { readFlag, readLabels, readStatus, type Refused, stronger, type Wish } from "./refusals.ts";

type Columns = (field: string) => readonly number[];

const FLAGS: readonly [field: string, wish: Wish][] = [
  ["do_not_contact", { phone: "person", email: "person" }],
  ["litigator", { phone: "litigator" }],
  ["dnc", { phone: "dnc" }],
  ["sms_opt_out", { phone: "texts" }],
  ["email_opt_out", { email: "unsubscribe" }],
  ["email_bounced", { email: "bounce" }],
];

/** Reads a flag, and warns where it is neither yes nor no: that counts as a yes. */
export function isMarked(cells: Cells, column: number): boolean {
  const mark = readFlag(cells.plain(cells.value(column)));
  if (mark === "unreadable") cells.warn("refusal_unreadable");
  return mark !== "no";
}

/** `National`, `DNC`, a date: anything but an empty cell or a no. */
export function isListed(value: string): boolean {
  return readFlag(value) !== "no" && !isPlaceholder(value);
}

export class RowRefusals {
  private readonly flags: readonly (readonly [number, Wish])[];
  private readonly emailStatus: readonly number[];
  private readonly smsStatus: readonly number[];
  private readonly labels: readonly number[];
  private readonly unmapped: readonly number[];
  private readonly hasEmails: boolean;
  /** Whether the list has anything to read. */
  readonly some: boolean;

  constructor(of: Columns, unmapped: readonly number[]) {
    this.hasEmails = Array.from({ length: 30 }, (_, k) => of(`email_${k + 1}`)).some((c) =>
      c.length > 0
    );
    this.flags = FLAGS.flatMap(([field, wish]) =>
      of(field).map((column) => [column, wish] as const)
    );
    this.emailStatus = of("email_status");
    this.smsStatus = of("sms_status");
    this.labels = of("contact_status");
    this.unmapped = unmapped;
    this.some = this.flags.length > 0 || unmapped.length > 0 ||
      this.emailStatus.length + this.smsStatus.length + this.labels.length > 0;
  }

  read(cells: Cells): Wish {
    const found: Wish = {};
    const add = ({ phone, email }: Wish) => {
      set(found, "phone", phone);
      set(found, "email", email);
    };
    for (const [column, wish] of this.flags) if (this.isSet(cells, column, wish)) add(wish);
    for (const column of this.emailStatus) {
      const email = this.status(cells, column);
      if (email) add({ email });
    }
    for (const column of this.smsStatus) if (this.status(cells, column)) add({ phone: "texts" });
    for (const column of this.labels) {
      const value = this.kept(cells, column);
      if (value !== "") add(readLabels(value, this.hasEmails));
    }
    for (const column of this.unmapped) {
      if (readFlag(cells.value(column)) !== "no") cells.warn("refusal_not_mapped");
    }
    if (found.phone === "person" || found.email === "person") cells.warn("person_refused");
    return found;
  }

  /** Lists of the do-not-call registry write much in their columns: `National`, `DNC`, a date. */
  private isSet(cells: Cells, column: number, { phone }: Wish): boolean {
    if (phone !== "dnc" && phone !== "litigator") return isMarked(cells, column);
    return isListed(cells.plain(cells.value(column)));
  }

  private status(cells: Cells, column: number): Refused | undefined {
    return readStatus(this.kept(cells, column));
  }

  private kept(cells: Cells, column: number): string {
    const value = cells.value(column);
    if (value !== "") cells.keep(column);
    return value;
  }
}

function set(wish: Wish, kind: "phone" | "email", refused: Refused | undefined): void {
  const found = stronger(wish[kind], refused);
  if (found) wish[kind] = found;
}
