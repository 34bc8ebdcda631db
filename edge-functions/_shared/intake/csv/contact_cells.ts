/**
 * Phones and e-mails within one cell: several of them, labels, extensions, display names. Only what is written
 * is returned; a cell that cannot be read is returned whole, and SQL finds it invalid.
 */
import type { Cells } from "./cells.ts";
import { readEmailNote, type Refused } from "./refusals.ts";
import { oneLine } from "./repair.ts";

export interface FoundPhone {
  v: string;
  /** Kind of line that the cell names, as in `(cell)` or `H: …`. */
  label: string | null;
  refused?: Refused;
}

const SIMPLE_PHONE = /^(?:\+?(?!00)[\d().-]{1,17}|\(?\d{3}\)?[ -]\d{3}[ -]\d{4})$/;
/** A whole US number, with its extension, which is not part of the number. */
const PHONE = new RegExp(
  "(?<![\\d+])((?:(?:\\+|00|011[\\s.-]*)?1[\\s./-]*)?\\(?[2-9]\\d\\d\\)?[\\s./-]*\\d{3}(?:[\\s.-]*|/)\\d{4})(?!\\d)" +
    "(?:[\\s,;]*(?:x|ext(?:ension|n)?|#)[\\s.:=]*\\d{1,7}(?!\\d))?",
  "gi",
);
const FOREIGN = /\+\s*\(?[02-9]|(?<!\d)011[\s.-]*[02-9]|(?<!\d)00[2-9]/;
/** A fax is nobody's phone: the number is left out. */
const UNUSABLE = /\bfax\b/i;
/** The owner is not reached there: the number is kept, and refused. */
const WRONG = /\b(?:wrong|bad|disconnected|not in service|out of service|invalid)\b/i;
/** `F: 702-555-0104`, `, fax 702-555-0104`: the mark belongs to the number after it. */
const FAX = new RegExp(
  `(^|[\\s;,|/&])(?:(?:fax|f)\\s*:|(?<=[;,|/&]\\s*)fax(?:\\s*(?:no\\.?|number|#))?)\\s*${PHONE.source}`,
  "gi",
);
/** Not to be called: the number is kept and refused, whatever other lists say about it. */
const REFUSED =
  /\b(?:dn[cdt]|(?:do[\s-]?not|don['’]?t)[\s-]?(?:call|contact|text|sms|disturb)|opt(?:ed|s)?[\s-]?out|unsub(?:scribed?)?|litigator)\b/i;
/** A text opt-out leaves calls by people open. */
const NO_TEXTS =
  /\b(?:dnt|(?:do[\s-]?not|don['’]?t)[\s-]?(?:text|sms)|(?:sms|text)s?[\s-]opt(?:ed)?[\s-]?out)\b/i;
const ALL_CALLS = /\b(?:dn[cd]|(?:do[\s-]?not|don['’]?t)[\s-]?(?:call|contact|disturb))\b/i;
const MARKED = new RegExp(`${UNUSABLE.source}|${WRONG.source}|${REFUSED.source}`, "i");
const LABELS: Record<string, string> = {
  ...{ h: "home", hm: "home", home: "home", res: "home", residence: "home" },
  ...{ c: "mobile", cell: "mobile", m: "mobile", mob: "mobile", mobile: "mobile" },
  ...{ cellular: "mobile", wireless: "mobile", cellphone: "mobile" },
  ...{ w: "work", wk: "work", work: "work", o: "work", office: "work", business: "work" },
  ...{ l: "landline", landline: "landline", voip: "voip" },
};

/** The numbers written in a cell. */
export function findPhones(cells: Cells, value: string): FoundPhone[] {
  if (SIMPLE_PHONE.test(value)) return [{ v: value, label: null }];
  const all = oneLine(value.replace(/[‐-―−]/g, "-").replace(/\s/g, " "));
  const text = all.replace(FAX, "$1");
  const whole = [{ v: all, label: null }];
  if (value.length > 400) return whole;
  const found = [...text.matchAll(PHONE)];
  if (text !== all) cells.warn("contact_marked_unusable");
  if (text !== all && found.length === 0) return [];
  if (MARKED.test(text)) return marked(cells, text, found);
  if (found.length === 0 || FOREIGN.test(text.replace(PHONE, " "))) return whole;
  if (found.length > 1) cells.warn("multiple_values");
  return found.map((match, k) => ({
    v: bare(match[1] as string),
    label: before(gap(text, found, k)) ?? after(gap(text, found, k + 1)),
  }));
}

/** Each mark belongs to the number before it: `A (DNC), B`. In another order it may be any number's. */
function marked(cells: Cells, text: string, found: RegExpExecArray[]): FoundPhone[] {
  const first = found.length === 1 || MARKED.test(gap(text, found, 0));
  return found.flatMap((match, k) => {
    const next = gap(text, found, k + 1), previous = gap(text, found, k);
    // `A (DNC), B` marks A; `A, DNC B` marks both.
    const open = MARKED.test(previous) && !/^\s*\([^()]*\)\s*[;,|/]\s*$/.test(previous);
    const mark = first ? text : `${next} ${open ? previous : ""}`;
    const phone = { v: bare(match[1] as string), label: after(next) };
    if (REFUSED.test(mark)) return { ...phone, refused: refusalOf(mark) };
    if (WRONG.test(mark)) return { ...phone, refused: "wrong" as const };
    if (!UNUSABLE.test(mark)) return phone;
    cells.warn("contact_marked_unusable");
    return [];
  });
}

function refusalOf(mark: string): Refused {
  if (/litigator/i.test(mark)) return "litigator";
  return NO_TEXTS.test(mark) && !ALL_CALLS.test(mark) ? "texts" : "dnc";
}

/** The text before match `k`, from the end of the one before it. */
function gap(text: string, found: RegExpExecArray[], k: number): string {
  const last = found[k - 1];
  return text.slice(last ? last.index + last[0].length : 0, found[k]?.index ?? text.length);
}

/** `00` and `011` before the 1 are dialled, not part of the number; a slash follows an area code. */
function bare(number: string): string {
  return number.replace(/^(?:00|011[\s.-]*)(?=1)/, "+").replaceAll("/", "-");
}

function before(text: string): string | null {
  const word = /(?:^|[\s;,|/&])\(?([a-z]+)\)?(?:\s*(?:phone|tel|no|number))?[.:\s-]*\(?$/i.exec(
    text,
  )?.[1];
  // `702-555-0104 cell, 702-555-0105`: the word belongs to the number before.
  return word && !/[a-z]\)?\s*[;,|/&]\s*$/i.test(text) ? LABELS[word.toLowerCase()] ?? null : null;
}

function after(text: string): string | null {
  const word = /^\s*(?:\(([a-z]+)(?: phone)?\)|-?\s*([a-z]+)(?=\s*(?:[;,|/&]|$)))/i.exec(text);
  const label = word?.[1] ?? word?.[2];
  return label ? LABELS[label.toLowerCase()] ?? null : null;
}

const ADDRESS = /^[^\s@<>()[\]:;,"|]+@[^\s@<>()[\]:;,"|/]+$/;
const NOTE =
  /\((?:[^()@]*)\)|\[(?:[^[\]@]*)\]|(?<![^\s;,|/])(?:e-?mail|work|home|personal|office|business|other|primary|secondary|or|and)\s*:?(?=[\s;,|/]|$)/gi;

const words = (list: string) => new Set(list.split(" "));
/** Mistyped names of the large mailbox providers, and their right names, which end in nothing but .com (or .co). */
const MISTYPED_NAMES = words(
  "gmial gmai gmil gmal gamil gnail gmaill gmali gmaul yaho yahooo yhaoo yaoo yhoo hotmai hotmial hotmal hotmil " +
    "homail outlok outloook iclod icoud aoll comcst comast verizn bellsout sbcgloba",
);
const LONGEST_NAME = Math.max(...[...MISTYPED_NAMES].map((name) => name.length));
const PROVIDERS = words("gmail icloud aol");
const MISTYPED_ENDS = words(
  "con cmo ocm vom xom comm cim coom nte ner ogr orgg comn",
);

/** `gmial.com` and `.con`: warned of, and not changed, because only the owner knows. */
export function looksMistyped(address: string): boolean {
  const start = address.lastIndexOf("@") + 1;
  const ending = Math.max(start, address.lastIndexOf(".") + 1);
  const length = address.indexOf(".", start) - start;
  const first = length > 0 && length <= LONGEST_NAME
    ? address.slice(start, start + length).toLowerCase()
    : "";
  if (first !== "" && MISTYPED_NAMES.has(first)) return true;
  // Nearly every address: nothing else is wrong with it.
  if (address.length === ending + 3 && address.endsWith("com")) return false;
  const end = address.slice(ending).toLowerCase();
  return MISTYPED_ENDS.has(end) ||
    PROVIDERS.has(first) && (end === "co" || end === "cm" || end === "om");
}

export interface FoundEmail {
  v: string;
  refused?: Refused;
}

const OWN_ADDRESS = /[^\s<>()[\]:;,"|]*@[^\s<>()[\]:;,"|]*/g;
const noteOf = (part: string) => readEmailNote(part.replace(OWN_ADDRESS, " "));

/** The addresses written in a cell. */
export function findEmails(cells: Cells, value: string): FoundEmail[] {
  if (ADDRESS.test(value) && !value.endsWith(".") && !/[/?]/.test(value)) return [{ v: value }];
  if (!value.includes("@") || value.length > 1000) return [{ v: oneLine(value) }];
  const found = noteOf(value) ? markedEmails(value) : addressesOf(value).map((v) => ({ v }));
  if (found.length === 0 || !found.every(({ v }) => ADDRESS.test(v))) {
    return [{ v: oneLine(value) }];
  }
  if (found.length > 1) cells.warn("multiple_values");
  return found;
}

/** Each mark belongs to the address that it is written beside; where it is beside none, to all. */
function markedEmails(value: string): FoundEmail[] {
  // Google Contacts puts `:::` between the values of a cell.
  const parts = value.split(/:::|[;,|\n]|\/(?=[^/]*@)/);
  const alone = parts.filter((part) => !part.includes("@")).map(noteOf).find(Boolean);
  return parts.flatMap((part) => {
    const refused = noteOf(part) ?? alone;
    const found = addressesOf(part).filter((word) => word.includes("@"));
    return found.map((v) => refused ? { v, refused } : { v });
  });
}

function addressesOf(value: string): string[] {
  const text = value.replaceAll(":::", ";").replace(
    /(?:mailto|e-?mail|work|home|personal|office)\s*:\s*/gi,
    " ",
  )
    .replace(/\?(?:subject|body|cc|bcc)=[^\s>;]*/gi, "")
    .replace(NOTE, " ").replace(/[[\]]/g, " ");
  const pieces: string[] = [];
  // `Name <address>`: words before an address in angle brackets are a name.
  for (const part of text.split(/(?<=>)/)) {
    const angle = /<([^<>]*)>$/.exec(part);
    const outside = angle ? part.slice(0, angle.index).replace(/"[^"@]*"/g, " ") : part;
    const words = outside.split(/[\s;,|&]+|\/(?=[^/]*@)/).filter(Boolean);
    pieces.push(...(angle ? words.filter((word) => word.includes("@")) : words));
    if (angle) pieces.push((angle[1] as string).trim());
  }
  return pieces.map((piece) => piece.replace(/^[."']+|[."']+$/g, "")).filter((piece) =>
    piece !== "" && piece !== "/"
  );
}
