/**
 * Every target that a column can be mapped to: the one list. `npm run docs:codes` writes it to docs/mapping_targets.md
 * and to sql/20_leads/11_mapping_targets_data.sql, with which the database checks the column maps of sources.
 */

export interface Target {
  meaning: string;
  /** Set where N in the name counts from 1 to this. */
  most?: number;
}

const MOST_CONTACTS = 30;

export const TARGETS = {
  mak: { meaning: "Melissa address key of the property, 10 digits." },
  fips: { meaning: "County of the property as its FIPS code, five digits." },
  county: { meaning: "County of the property by name." },
  apn: { meaning: "Parcel number (APN) that the county's assessor gave the property." },
  street: { meaning: "Street line of the property: house number and street, perhaps with a unit." },
  unit: { meaning: "Unit of the property, such as `Apt 4`." },
  city: { meaning: "City of the property." },
  state: { meaning: "State of the property, by code or name." },
  zip: { meaning: "ZIP code of the property." },
  zip_plus4: { meaning: "The four digits after the ZIP code, or all nine." },
  address_full: {
    meaning: "Whole address of the property in one value; it is split where that is certain.",
  },
  house_number: { meaning: "House number, where the street line is in several columns." },
  house_fraction: { meaning: "Fraction or letter of the house number: `1/2`, `A`." },
  pre_dir: { meaning: "Direction before the street name, such as `N`." },
  street_name: { meaning: "Street name without number, direction and suffix." },
  suffix: { meaning: "Suffix of the street, such as `St`." },
  post_dir: { meaning: "Direction after the street name." },
  owner_1_first: { meaning: "First name of the owner." },
  owner_1_last: { meaning: "Last name of the owner." },
  owner_2_first: { meaning: "First name of the second owner." },
  owner_2_last: { meaning: "Last name of the second owner." },
  owner_2_full: {
    meaning:
      "Name of the second owner in one value; it fills the second owner's first and last name.",
  },
  owner_full: { meaning: "Name of the owner, or of several, or of a company, in one value." },
  mail_street: { meaning: "Street line of the address to which the owner's mail goes." },
  mail_unit: { meaning: "Unit of the mailing address." },
  mail_city: { meaning: "City of the mailing address." },
  mail_state: { meaning: "State of the mailing address." },
  mail_zip: { meaning: "ZIP code of the mailing address." },
  mail_address_full: { meaning: "Whole mailing address in one value." },
  city_state_zip: { meaning: "City, state and ZIP code of the property in one value." },
  mail_city_state_zip: { meaning: "City, state and ZIP code of the mailing address in one value." },
  do_not_contact: {
    meaning:
      "Mark of the list that the person is not contacted at all: the lead opts out, also with later contacts.",
  },
  email_opt_out: {
    meaning: "Mark of the list that the e-mails of the row are unsubscribed: yes, no or a date.",
  },
  email_bounced: { meaning: "Mark of the list that the e-mails of the row bounce." },
  email_status: {
    meaning:
      "State of the e-mails of the row: `unsubscribed`, `bounced`, `complained`, `No` and the like are refused. " +
      "Also kept as an attribute.",
  },
  sms_opt_out: {
    meaning: "Mark of the list that the phones of the row get no texts and no automated calls.",
  },
  sms_status: { meaning: "State of texts to the row, as `email_status`." },
  contact_status: {
    meaning:
      "Status, labels or tags of the person: `do not contact`, `opted out`, `DNC` and the like are refused. Also " +
      "kept as an attribute.",
  },
  dnc: { meaning: "Mark of the list that all phones of the row are on a do-not-call list." },
  litigator: { meaning: "Mark of the list that the owner sues callers: no phone is called." },
  result_codes: {
    meaning: "Result codes of a verification service; several columns are added up.",
  },
  consent: { meaning: "Whether the owner consented: an explicit yes or no." },
  consented_at: {
    meaning: "When the owner consented. Without a readable time there is no consent.",
  },
  consent_method: { meaning: "How the owner consented." },
  lead_score: { meaning: "Score of the lead, from 0 to 100." },
  phone_N: { meaning: "A phone of the owner; a cell may have several.", most: MOST_CONTACTS },
  phone_N_type: {
    meaning: "Kind of that phone: mobile, landline, work, VoIP.",
    most: MOST_CONTACTS,
  },
  phone_N_dnc: {
    meaning: "Mark of the list that this phone is on a do-not-call list: the gate refuses it.",
    most: MOST_CONTACTS,
  },
  phone_N_litigator: {
    meaning: "Mark of the list that this phone is a litigator's: the gate refuses it for ever.",
    most: MOST_CONTACTS,
  },
  phone_N_codes: { meaning: "Result codes of that phone.", most: MOST_CONTACTS },
  email_N: { meaning: "An e-mail address of the owner.", most: MOST_CONTACTS },
  email_N_opt_out: {
    meaning: "Mark of the list that this e-mail address is unsubscribed: the gate refuses it.",
    most: MOST_CONTACTS,
  },
  email_N_status: { meaning: "State of that address, as `email_status`.", most: MOST_CONTACTS },
  email_N_codes: { meaning: "Result codes of that e-mail address.", most: MOST_CONTACTS },
} satisfies Record<string, Target>;

/** No field: kept with the lead under its header, contact values in it masked. */
export const ATTRIBUTE = "attribute";

/** The names without numbers. */
export const SINGLE_TARGETS: readonly string[] = Object.keys(TARGETS)
  .filter((name) => !name.includes("_N"));

const all: ReadonlySet<string> = new Set(
  Object.entries(TARGETS as Record<string, Target>).flatMap(([name, { most }]) =>
    most ? Array.from({ length: most }, (_, k) => name.replace("_N", `_${k + 1}`)) : [name]
  ),
);

/** True for a field of the product: a target other than `attribute`. */
export function isCanonical(name: string): boolean {
  return all.has(name);
}
