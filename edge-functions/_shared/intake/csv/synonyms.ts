/**
 * Everyday column names and what they mean. A header matches as a whole, after `normaliseHeader`,
 * so that `MLS Agent Phone` or `Mailing County` are never mistaken for an owner's phone or the situs county.
 */
import type { Canonical } from "./types.ts";

/** Lower-case words with single spaces: `ownerFirstName` → `owner first name`, `Unit #` → `unit number`. */
export function normaliseHeader(header: string): string {
  return header
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/#/g, " number ")
    .replace(/['’]s\b/gi, "s")
    .toLowerCase()
    .replace(/([a-z])(\d)/g, "$1 $2")
    .replace(/(\d)([a-z])/g, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

const words = (list: string) => list.split("|").map((name) => name.trim());

const PLACE: Record<string, string[]> = {
  street: words(
    "address|street address|address 1|address line 1|street|addr|addr 1|addr line 1|street 1" +
      "|address street|street addr|line 1",
  ),
  unit: words(
    "unit|unit number|unit no|unit num|unit label|apt|apt number|apt no|apartment" +
      "|apartment number|suite|suite number|apt unit|unit apt|address 2|address line 2|addr 2" +
      "|addr line 2|street 2|secondary address",
  ),
  city: words("city|city name|citynme|addr city|address city|town|locality|municipality"),
  state: words(
    "state|state code|statenme|state abbreviation|state abbr|addr state|address state|st|province" +
      "|state region|state province|region",
  ),
  zip: words(
    "zip|zip code|zipcode|zip 5|postal code|postalcode|postal|postcode|post code" +
      "|addr postal code|addr zip|address zip|address postal code|zip postal code|zip cd|zipcd|zip code 5|zip five|zip zip 4|zip code zip 4",
  ),
};

const SITUS = words(
  "|property|situs|site|subject|subject property|prop|location|physical|phy|parcel|premise|home",
);
const MAIL = words(
  "mail|mailing|owner mailing|owner mail|owner|tax billing|tax mailing|billing|taxpayer" +
    "|correspondence|owner 1 mailing|recipient|own|pstl|postal|owner contact|tax bill|tax bill mailing",
);
const CITY_STATE_ZIP = words(
  "city st zip|city state zip|city state zip code|city state and zip|csz|city st zip code",
);
const FULL = words(
  "full address|address full|addr full|complete address|one line address|address one line" +
    "|formatted address|full street address|single line address",
);

/** Canonical name → names in order of trust: the first one present is used first. */
const NAMES: Record<Canonical, string[]> = {
  mak: words("mak|melissa address key|melissa mak|mak number|address key"),
  fips: words(
    "fips|fips code|fips cd|county fips|county fips code|fips county code|fips county|situs fips" +
      "|property fips|geo fips|situs county fips|fips cnty code",
  ),
  county: words(
    "county|county name|countynme|cntyname|situs county|property county|site county|prop county",
  ),
  apn: words(
    "apn|apn number|apn formatted|formatted apn|apn unformatted|unformatted apn|parcel number" +
      "|parcel no|parcel num|apn parcel number|parcel apn|assessor parcel number" +
      "|assessors parcel number|assessor parcel no|assessors parcel no|parcelnumb" +
      "|county parcel number|ain|assessor id" +
      "|assessor id number|assessors id|assessor identification number" +
      "|assessors identification number|parcel identification number" +
      "|property identification number|property index number|tax parcel number|tax parcel" +
      "|tax parcel id|parcel tax id|folio|folio number",
  ),
  zip_plus4: words("zip 4|zip plus 4|plus 4|zip code 4|property zip 4|situs zip 4|zip 9"),
  house_number: words(
    "house number|house no|house num|street number|street no|street num|address number" +
      "|addr number|st number|st no|situs house number|property house number|site house number" +
      "|situs street number|property street number",
  ),
  house_fraction: words(
    "house fraction|situs fraction|situs house fraction|house number fraction|street number fraction" +
      "|address fraction|street number suffix|house number suffix|st number suffix|address number suffix",
  ),
  pre_dir: words(
    "pre dir|predir|pre direction|predirection|predirectional|pre directional" +
      "|street pre direction|street pre directional|street predirection|street direction" +
      "|street direction prefix|direction prefix|street dir|situs direction",
  ),
  street_name: words(
    "street name|st name|str name|road name|situs street name|property street name",
  ),
  suffix: words(
    "street suffix|street type|st suffix|st type|suffix|situs street suffix|road type" +
      "|situs suffix|property street suffix",
  ),
  post_dir: words(
    "post dir|postdir|post direction|postdirection|postdirectional|post directional" +
      "|street post direction|street post directional|street direction suffix|direction suffix",
  ),
  owner_1_first: words(
    "owner 1 first name|owner first name|owner 1 first|owner first|owner first name 1" +
      "|first name|firstname|fname|given name|primary name first|contact first name" +
      "|first name 1|1 st owner first name|1 st owners first name|owner 1 firstname|owner firstname|owners first name|first",
  ),
  owner_1_last: words(
    "owner 1 last name|owner last name|owner 1 last|owner last|owner last name 1" +
      "|last name|lastname|lname|surname|family name|primary name last|contact last name" +
      "|last name 1|1 st owner last name|1 st owners last name|owner 1 lastname|owner lastname|owners last name|last",
  ),
  owner_2_first: words(
    "owner 2 first name|owner 2 first|owner first name 2|second owner first name" +
      "|co owner first name|first name 2|2 nd owner first name|2 nd owners first name|owner 2 firstname",
  ),
  owner_2_last: words(
    "owner 2 last name|owner 2 last|owner last name 2|second owner last name" +
      "|co owner last name|last name 2|2 nd owner last name|2 nd owners last name|owner 2 lastname",
  ),
  owner_2_full: words(
    "owner 2 name|owner 2 full name|owner name 2|owner full name 2|owner 2|second owner|second owner name" +
      "|2 nd owner|2 nd owner name|co owner|co owner name|contact 2 name|owner 2 label name|ownername 2|name 2",
  ),
  owner_full: words(
    "owner name|owner full name|owner 1 full name|owner 1 name|owner name 1|owner names" +
      "|owner 1|owner|owners|property owner|property owner name|full name|name full" +
      "|primary name full|contact name|taxpayer name|deeded owner|primary name org|name" +
      "|company name|company|business name|organization|organization name|organisation" +
      "|entity name|site name|contact|contact 1 name|own name|owner 1 label name|owner label name|mailing name|py owner name|owner nm|ownername 1" +
      "|account name|current owner|owner of record|owner name formatted|ownernme 1|grantor owner|owner grantee" +
      "|owner taxpayer|owner s|owner s name|owners name|owner or taxpayer",
  ),
  result_codes: words(
    "results|result codes|result code|melissa results|melissa result codes|melissa codes" +
      "|address results|address result codes|verification codes",
  ),
  consent: words(
    "consent|consent given|has consent|express consent|tcpa consent|marketing consent|opt in" +
      "|optin|opted in",
  ),
  consented_at: words(
    "consented at|consent at|consent date|consent timestamp|consent time|date of consent" +
      "|opt in date|optin date|opt in timestamp|opted in at",
  ),
  consent_method: words("consent method|consent source|opt in method|opt in source|optin source"),
  email_bounced: words(
    "bounced|email bounced|is email bounced|email bounced date|email bounced reason|email hard bounced" +
      "|email hard bounce reason|hs email hard bounce reason|hs email hard bounce reason enum|invalid email address" +
      "|hs email bad address|email bounce date|clean time",
  ),
  email_status: words(
    "email status|email subscription status|subscription status|email marketing status|email marketing consent" +
      "|subscribed|is subscribed|email subscribed|marketing contact status|hs marketable status|mailing status" +
      "|email deliverability|email deliverability status|newsletter status|newsletter|accepts email marketing" +
      "|accepts marketing|subscriber status|member status|marketing status|email opt in|email optin|email opt in status" +
      "|opt in status|email address status|email state|email permission status|email permission",
  ),
  sms_status: words(
    "sms status|sms subscription status|sms marketing status|accepts sms marketing|sms opt in|sms optin|text opt in" +
      "|sms consent|text consent|sms opt in status|sms marketing consent",
  ),
  contact_status: words(
    "contact status|lead status|person status|status|labels|group membership|groups|categories|category|tags|tag" +
      "|contact tags|disposition|lead disposition|call disposition|call result|lead stage|contact type|lists|list name",
  ),
  dnc: words(
    "dnc|do not call|dnc flag|dnc status|on dnc|dnc list|national dnc|federal dnc|state dnc" +
      "|do not call flag|is dnc|dnc indicator|owner dnc|federal do not call|do not call list",
  ),
  litigator: words(
    "litigator|litigators|tcpa litigator|litigator flag|known litigator|is litigator|tcpa litigation" +
      "|litigator status|litigator match|serial litigator",
  ),
  lead_score: words("lead score|leadscore|score"),
};

const known = new Map<string, { canonical: Canonical; rank: number }>();

const ranks = new Map<Canonical, number>();

function teach(canonical: Canonical, names: string[]): void {
  for (const name of names) {
    if (!name || known.has(name)) continue;
    const rank = ranks.get(canonical) ?? 0;
    ranks.set(canonical, rank + 1);
    known.set(name, { canonical, rank });
  }
}

for (const [canonical, names] of Object.entries(NAMES)) teach(canonical, names);
for (const [field, names] of Object.entries(PLACE)) {
  for (const scope of SITUS) teach(field, names.map((name) => `${scope} ${name}`.trim()));
  for (const scope of MAIL) teach(`mail_${field}`, names.map((name) => `${scope} ${name}`));
}
for (const scope of SITUS) {
  teach("city_state_zip", CITY_STATE_ZIP.map((name) => `${scope} ${name}`.trim()));
  teach("address_full", FULL.flatMap((name) => [`${scope} ${name}`.trim()]));
  if (scope) teach("address_full", [`full ${scope} address`, `complete ${scope} address`]);
}
for (const scope of MAIL) {
  teach("mail_city_state_zip", CITY_STATE_ZIP.map((name) => `${scope} ${name}`));
  teach("mail_address_full", [
    ...FULL.map((name) => `${scope} ${name}`),
    `full ${scope} address`,
    `complete ${scope} address`,
  ]);
}

/** The same names as written by systems without blanks: `OWNERNAME`, `propertyzip`. */
const joined = new Map(
  [...known].filter(([name]) => name.includes(" ") && name.length > 6)
    .map(([name, entry]) => [name.replaceAll(" ", ""), entry] as const).reverse(),
);

/** Names that mean a parcel number in some lists and something else in others. */
const WEAK_APN = new Set(
  words(
    "parcel id|parcelid|parcel|pin|map lot|map block lot|map parcel|map block parcel|mbl|mblu|mapblolot|block lot",
  ),
);

/** Names that mean a street address in assessors' lists and an area elsewhere. */
const WEAK_STREET = new Set(
  words("location|property location|prop location|prop loc|parcel location|situs location|situs"),
);

/** Names that mean a mailing street where the values are addresses, and a yes elsewhere. */
const WEAK_MAIL = new Set(words("mailing|mail|owner mailing|mailing location"));

/** Names that mean a phone beside other contacts, and a place or a yes elsewhere. */
const WEAK_PHONE = new Set(words("home|work|business"));

export interface Synonym {
  canonical: Canonical;
  /** 0 is the most trusted name of its canonical field. */
  rank: number;
  /** Usable only where the values confirm it. */
  weak?: boolean;
}

/** Canonical field of a normalised header, other than phones and e-mails. */
export function findSynonym(name: string): Synonym | null {
  // `PSTLZIP5` has become `pstlzip 5`.
  const entry = known.get(name) ?? joined.get(name) ??
    (/^[a-z]+ \d$/.test(name) ? joined.get(name.replace(" ", "")) : undefined);
  if (entry) return entry;
  if (WEAK_APN.has(name)) return { canonical: "apn", rank: 1000, weak: true };
  if (WEAK_STREET.has(name)) return { canonical: "street", rank: 1000, weak: true };
  return WEAK_MAIL.has(name) ? { canonical: "mail_street", rank: 1000, weak: true } : null;
}

const MARKS =
  "dnc|do not call|dnc flag|dnc status|on dnc|opt out|optout|opted out|unsubscribed|dnd|do not contact" +
  "|litigator|litigator flag|tcpa litigator";
const EMAIL_MARKS = "opt out|optout|opted out|unsubscribed|unsubscribe|do not email|status|bounced";
const SCOPE =
  "(?:(?:owner|owner [12]|contact \\d\\d?|contact|primary|main|best|secondary|alternate|alt|other|day" +
  "|daytime|evening|lead|homeowner|person|skip trace|skiptrace|traced) )*";
const PHONE = new RegExp(
  `^(${SCOPE})(phone|phones|telephone|tel|ph|mobile|mobile ?phone|cell|cell ?phone` +
    `|wireless|wireless phone|landline|land line|landline phone|home ?phone|residential phone` +
    `|work ?phone|business ?phone|voip)(?: ?number| (?:no|num))?` +
    `(?: (primary|type|line type|results|result|result codes|result code|codes|${MARKS}))?(?: (\\d\\d?))?` +
    `(?: (?:number|no|num|value))?(?: (type|line type|label|results|result|result codes|result code|codes|${MARKS}))?$`,
);
const EMAIL = new RegExp(
  `^(${SCOPE})(?:email|e mail|emails)(?: ?address| addr)?` +
    `(?: (results|result|result codes|result code|codes|${EMAIL_MARKS}))?(?: (\\d\\d?))?(?: (?:address|addr|value))?` +
    `(?: (results|result|result codes|result code|codes|${EMAIL_MARKS}))?$`,
);

export interface ContactHeader {
  channel: "phone" | "email";
  /** Kind of the column's values. */
  part: "value" | "type" | "codes" | "dnc" | "litigator" | "opt_out" | "status";
  /** Columns of one contact share it. */
  group: string;
  /** The number in the header, 0 without one. */
  number: number;
  /** Kind of line that the header names: mobile, landline, home, work, voip. */
  label: string | null;
  /** True for the bare `phone 2`, `email 1`. */
  plain: boolean;
}

/** `Phone (Mobile)`, `Phone 2 - Home`: the kind of line behind the word. */
const PHONE_KIND = new RegExp(
  `^(${SCOPE})(?:phone|telephone|tel|ph)(?: (?:number|no|num))?( \\d\\d?)? (?:(mobile|cell|wireless|landline|home|work|business)(?: phone)?|residential)(?= |$)`,
);

/** The phone of a column called `Home`, `Work` or `Business`: only where the values confirm it. */
export function findWeakPhone(name: string): ContactHeader | null {
  return WEAK_PHONE.has(name) ? findContact(`${name} phone`) : null;
}

/** Reads `phone1`, `Phone 1 Type`, `Cell 2`, `Phone (Mobile)`, `PhoneResults`, `Email Address` and similar headers. */
export function findContact(header: string): ContactHeader | null {
  const name = header.replace(
    PHONE_KIND,
    (_, scope: string, number = "", kind = "residential") => `${scope}${kind} phone${number}`,
  );
  const email = EMAIL.exec(name);
  if (email) {
    const suffix = email[2] ?? email[4];
    return {
      channel: "email",
      part: !suffix
        ? "value"
        : suffix === "status"
        ? "status"
        : /codes?$|results?$/.test(suffix)
        ? "codes"
        : "opt_out",
      group: `${email[1]}email`,
      number: Number(email[3] ?? 0),
      label: null,
      plain: !email[1],
    };
  }
  const phone = PHONE.exec(name);
  if (!phone) return null;
  const kind = phone[2] as string;
  const suffix = [phone[3], phone[5]].find((word) => word && word !== "primary");
  const label = lineLabel(kind);
  return {
    channel: "phone",
    part: !suffix
      ? "value"
      : /litigator/.test(suffix)
      ? "litigator"
      : /dnc|dnd|do not|opt|unsub/.test(suffix)
      ? "dnc"
      : /type$|label/.test(suffix)
      ? "type"
      : "codes",
    group: `${phone[1]}${label ?? "phone"}`,
    number: Number(phone[4] ?? 0),
    label,
    plain: !phone[1] && !label,
  };
}

function lineLabel(kind: string): string | null {
  if (/mobile|cell|wireless/.test(kind)) return "mobile";
  if (/land/.test(kind)) return "landline";
  if (/home|resid/.test(kind)) return "home";
  if (/work|business/.test(kind)) return "work";
  return kind === "voip" ? "voip" : null;
}

const SENSITIVE = new RegExp(
  "\\b(ssn|social security|passport|drivers? licen[cs]e|national id|date of birth|dob|birth ?date" +
    "|credit card|card number|cvv|bank account|routing number|password|mothers? maiden" +
    // Of a lead that was posted as JSON: kept in the stored submission.
    "|consent evidence)\\b",
);

/** Identity documents and similar data: not needed, so they are not kept at all. */
export function isSensitive(name: string): boolean {
  return SENSITIVE.test(name);
}

/** True for a known header; distinguishes a header row from data. */
export function isKnownHeader(header: string): boolean {
  const name = normaliseHeader(header);
  return findSynonym(name) !== null || findContact(name) !== null;
}
