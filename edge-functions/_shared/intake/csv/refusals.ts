/**
 * Marks of lists that somebody is not to be contacted: which column has one, and whether a value is one. What cannot be
 * read counts as a refusal.
 */
import { isPlaceholder, readTimestamp } from "./repair.ts";

/** The marks that the database knows (`private.listed_refusals`), the furthest first. */
const REFUSED = [
  ...[
    "litigator",
    "person",
    "dnc",
    "wrong",
    "texts",
    "complaint",
    "bounce",
    "unsubscribe",
  ] as const,
];
export type Refused = typeof REFUSED[number];

/** The one that reaches further. */
export function stronger(a: Refused | undefined, b: Refused | undefined): Refused | undefined {
  if (!a || !b) return a ?? b;
  return REFUSED.indexOf(a) <= REFUSED.indexOf(b) ? a : b;
}

/** Words of a wish: `opt out`, `unsubscribed`, `do not …`. */
const WISH =
  /\b(?:opt(?:ed|s)? ?outs?|opted ?out|un ?sub(?:s|scribed?|scribes|scription)?|do not|dont|don t|never|dn[cdet]|suppress(?:ed|ion)?|(?:black|block) ?list(?:ed)?)\b/;
const EMAIL = /\b(?:e ?mails?|e ?mail(?:ing|ed)|dne|newsletters?)\b/;
const TEXT = /\b(?:sms|mms|texts?|texting|text messag\w*|dnt)\b/;
const CALL = /\b(?:calls?|called|calling|phones?|phoned|telephones?|voice|dial\w*|dnc)\b/;
/** Channels that Sluice does not use. */
const ELSEWHERE =
  /\b(?:fax\w*|mail|mails|mailers?|mailing|postal|post|letters?|knock\w*|sell|track\w*)\b/;
/** Words that may stand in the name of a column beside those of a wish. */
const BESIDE = new Set(
  ("has is was hs flag status indicator field list lists global globally all from of for to any the date time " +
    "timestamp at on by or and c marketing message messages communication communications contact contacted contacts " +
    "preference preferences owner owners customer lead person subscriber member user client recipient homeowner " +
    "primary main y n yes no federal national state reason allow bulk send receive disturb solicit solicitation " +
    "market use cell mobile in out opt opted opts pc via their them me").split(" "),
);

/** Field of the column that has this normalised name, where it says nothing but a wish. */
export function refusalField(name: string): string | null {
  if (/^(?:has )?opted out of e ?mail\b|^hs e ?mail ?optout\b/.test(name)) return "email_opt_out";
  const wish = WISH.exec(name);
  if (!wish) return null;
  const rest = [WISH, EMAIL, TEXT, CALL].reduce(
    (text, words) => text.replaceAll(new RegExp(words.source, "g"), " "),
    name,
  );
  if (!rest.split(" ").filter(Boolean).every((word) => BESIDE.has(word))) return null;
  return fieldOf(name);
}

function fieldOf(text: string): string {
  const email = EMAIL.test(text), calls = CALL.test(text), texts = TEXT.test(text);
  if (email) return calls || texts ? "do_not_contact" : "email_opt_out";
  if (calls) return "dnc";
  return texts ? "sms_opt_out" : "do_not_contact";
}

/** `Unsubscribed` without a channel is about e-mail, in a list that has e-mails. */
export function isBareUnsubscribe(name: string): boolean {
  return /\bun ?sub/.test(name) && !/\b(?:opt|do not|dont|dn[cd])\b/.test(name) &&
    !TEXT.test(name) && !CALL.test(name) && !EMAIL.test(name);
}

/** True for a normalised name that may be a mark, whatever else it says: left unmapped, it is warned of. */
export function looksLikeRefusal(name: string): boolean {
  if (/\b(?:link|url|token)\b/.test(name) || /\b(?:fax|sell|track)\b/.test(name)) return false;
  return /opt(?:ed)? ?out|un ?subscrib|\bunsub|do ?not ?(?:call|text|sms|e? ?mail|contact|disturb|solicit)|\bdn[cde]\b|litigat/
    .test(name);
}

const UNMARKED = new RegExp(
  "^(?:n|no|none|f|false|0|0\\.0+|off|never|clean|clear|ok|good|safe|callable|active|subscribed|opted[ -]?in|opt[ -]?in" +
    "|allow(?:ed)?|unchecked|unlisted|not? (?:dnc|found|listed|litigator|set)|not on dnc|\\[ ?\\]|☐|✗|✘" +
    "|not (?:opted[ -]?out|unsubscribed|suppressed|bounced)|null)$",
  "i",
);
const MARKED =
  /^(?:y|yes|t|true|1|1\.0+|x|on|checked|✓|✔|☑|✅|\[x\]|opt(?:ed)?[ -]?out|unsub\w*|do not .*|dn[cde]|never contact|stop|listed|bounced?)$/i;

export type Mark = "no" | "yes" | "unreadable";

/** Whether a flag is set. A time is that of the opt-out; `unknown` is not a no. */
export function readFlag(value: string): Mark {
  if (value === "" || UNMARKED.test(value)) return "no";
  if (isPlaceholder(value)) {
    return /^(?:unknown|pending|\?|tb[ad])$/i.test(value) ? "unreadable" : "no";
  }
  if (MARKED.test(value) || readTimestamp(value) !== null) return "yes";
  return /^\d{4}-\d\d-\d\d|^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|^\d{10}(?:\d{3})?$/.test(value)
    ? "yes"
    : "unreadable";
}

const DENIED =
  /\b(?:not|never|no|non)[ -]+(?:been )?(?:unsub\w*|opt(?:ed)?[ -]?out|bounced?|bounces|complain\w*|suppressed|on (?:the )?dnc|dnc|listed|litigator)\b|\bdnc (?:scrubbed|clean|cleared|free|safe|excluded)\b/gi;
const COMPLAINT = /\bcomplain\w*|\bspam(?:med| ?report\w*| ?complaint)?\b(?! ?trap)|\babuse\b/i;
const BOUNCE = /\bbounced?\b|\bbounces\b|\bundeliver\w*|\bcleaned\b|\bspam ?trap\b/i;
const WRONG = /\b(?:invalid|wrong|bad|no longer valid|does not exist)\b/i;
const UNSUBSCRIBED =
  /\bunsub\w*|\bopt(?:ed)?[ -]?out\b|\bnon[ -]?(?:marketing|subscrib\w*)|\bnot (?:subscribed|opted[ -]?in|marketing|allowed|marketable)\b|\bdo[ -]?not\b|\bdont\b|\bsuppress\w*|\b(?:black|block)(?:ed|list\w*)\b|\bdn[cde]\b|\bremoved?\b|\brevoked\b|\bwithdrawn\b|\bdeclined\b/i;

/** What a note beside an e-mail, or its status, says against it. */
export function readEmailNote(note: string): Refused | undefined {
  const text = note.replace(/_+/g, " ").replace(DENIED, " ");
  if (COMPLAINT.test(text)) return "complaint";
  if (BOUNCE.test(text)) return "bounce";
  if (UNSUBSCRIBED.test(text)) return "unsubscribe";
  return WRONG.test(text) ? "wrong" : undefined;
}

/** A status: a word against it, or a plain no. */
export function readStatus(value: string): Refused | undefined {
  if (value === "") return undefined;
  return /^(?:n|no|false|f|0)$/i.test(value) ? "unsubscribe" : readEmailNote(value);
}

export interface Wish {
  phone?: Refused;
  email?: Refused;
}

/** Labels, tags or the status of a person: `VIP ::: Do not call`. */
export function readLabels(value: string, hasEmails: boolean): Wish {
  const wish: Wish = {};
  for (const label of value.toLowerCase().split(/[;,|\n]|:::/)) {
    const text = label.replace(DENIED, " ").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    if (/\blitigat(?:or|ors|ion)\b/.test(text)) wish.phone = "litigator";
    if (COMPLAINT.test(text)) wish.email = stronger(wish.email, "complaint");
    else if (BOUNCE.test(text)) wish.email = stronger(wish.email, "bounce");
    if (!WISH.test(text) || ELSEWHERE.test(text) && !EMAIL.test(text)) continue;
    const bare = isBareUnsubscribe(text);
    add(wish, bare ? hasEmails ? "email_opt_out" : "do_not_contact" : fieldOf(text));
  }
  return wish;
}

function add(wish: Wish, field: string): void {
  if (field === "do_not_contact") {
    wish.phone = stronger(wish.phone, "person");
    wish.email = "person";
  } else if (field === "email_opt_out") wish.email = stronger(wish.email, "unsubscribe");
  else wish.phone = stronger(wish.phone, field === "dnc" ? "dnc" : "texts");
}
