/**
 * Every code that a row can get: the one list, from which `npm run docs:codes` writes docs/intake_codes.md. Codes that
 * SQL finds (sql/18_normalise, sql/25_intake) are here, too; a test compares both.
 */

export interface CodeEntry {
  /** What was found, and what was done with it. */
  meaning: string;
  /** What a person can do; null where nothing is needed. */
  fix: string | null;
}

const codes = <Code extends string>(list: Record<Code, CodeEntry>) => list;

/** The row was read; something in it was repaired or left out. */
export const WARNINGS = codes({
  padding: {
    meaning: "Blanks around a value were removed.",
    fix: null,
  },
  short_row: {
    meaning:
      "The row has fewer values than the header has columns, because empty cells at its end were left out.",
    fix:
      "None, unless values stand in the wrong columns: then a line break inside a value has cut the row.",
  },
  empty_rows: {
    meaning: "Rows without any value were skipped; they are not counted as received.",
    fix: null,
  },
  title_lines: {
    meaning: "Lines above the header, such as the title of a report, were skipped.",
    fix: null,
  },
  footer_lines: {
    meaning: "Lines such as totals, sources and page numbers were skipped.",
    fix: null,
  },
  zip_leading_zero: {
    meaning: "A ZIP code with four digits got back the zero that a spreadsheet had removed.",
    fix: null,
  },
  zip_plus4: {
    meaning: "The four digits after the ZIP code were taken off; they are kept as an attribute.",
    fix: null,
  },
  zip_incomplete: {
    meaning: "A ZIP code has too few digits, and no zero can explain it: it was left out.",
    fix: "Correct the ZIP code in the list.",
  },
  zip_healed: {
    meaning:
      "A ZIP code was written another way (`1234`, `89101 1234`, `NV 89101`) and was brought into its form.",
    fix: null,
  },
  number_artifact: {
    meaning: "Decimals that a spreadsheet had added (`123.00`) were removed.",
    fix: null,
  },
  excel_text: {
    meaning: 'A value wrapped for Excel (`="01234"`) was unwrapped.',
    fix: null,
  },
  scientific_notation: {
    meaning: "A number is written as `2.03E+09`. Its digits are lost, so it was left out.",
    fix:
      "Format the column as text in the spreadsheet, and export it again; or upload the workbook itself.",
  },
  split_street: {
    meaning: "House number, direction, street and suffix were joined from their columns.",
    fix: null,
  },
  full_address_split: {
    meaning: "An address in one column was split into street, city, state and ZIP code.",
    fix: null,
  },
  address_not_split: {
    meaning:
      "An address in one column could not be split with certainty, and is used as a street line.",
    fix: "Give city, state and ZIP code columns of their own, or separate them with commas.",
  },
  address_unclear: {
    meaning: "The street line has no single meaning, so it identifies no lead.",
    fix: "Correct the address in the list. The row is kept if something else identifies it.",
  },
  place_taken_out_of_street: {
    meaning: "City, state or ZIP code at the end of the street line were taken out of it.",
    fix: null,
  },
  unit_taken_out_of_street: {
    meaning: "A unit (`Apt 4`) at the end of the street line was taken out of it.",
    fix: null,
  },
  box_dropped: {
    meaning: "A post-office box beside a street was left out: it is not where the property is.",
    fix: null,
  },
  parcel_id_not_apn: {
    meaning:
      "A value of the column `Parcel ID` does not look like a parcel number; it is kept as an attribute.",
    fix: "If it is one, map the column to `apn`.",
  },
  filler_apn: {
    meaning:
      "A value in place of a parcel number (a word, repeated or counting digits, a date or a rounded number of a " +
      "spreadsheet) identifies nothing; it was left out.",
    fix:
      "Where a spreadsheet has damaged the numbers, export the list again with that column as text.",
  },
  filler_mak: {
    meaning:
      "A value in place of a Melissa address key (a word, repeated, counting or rounded digits) was left out.",
    fix: null,
  },
  filler_phone: {
    meaning:
      "A phone that nobody has (a word, 555-1212, repeated or counting digits, an area code that does not exist) " +
      "was left out.",
    fix: null,
  },
  filler_email: {
    meaning: "An invented e-mail address (a word, `none@…`, `test@…`) was left out.",
    fix: null,
  },
  fips_leading_zero: {
    meaning: "A county code with four digits got back its leading zero.",
    fix: null,
  },
  fips_invalid: {
    meaning: "A county code does not have five digits; it is kept as an attribute.",
    fix: "Correct it, or give the name of the county.",
  },
  multiple_values: {
    meaning: "A cell has several phones or e-mail addresses; each one was read.",
    fix: null,
  },
  contact_marked_unusable: {
    meaning: "A number that its cell marks as a fax was left out.",
    fix: null,
  },
  phone_refused: {
    meaning:
      "The list marks a phone as do-not-call, opted out, wrong, or a litigator's. It is kept, and suppressed: the gate " +
      "refuses it.",
    fix: null,
  },
  email_refused: {
    meaning:
      "The list marks an e-mail address as unsubscribed, bounced, complained of or wrong. It is kept, and suppressed: " +
      "the gate refuses it.",
    fix: null,
  },
  person_refused: {
    meaning:
      "The list marks a person as not to be contacted. The lead opts out, and its phones and e-mails are suppressed.",
    fix: null,
  },
  refusal_unreadable: {
    meaning: "A mark of an opt-out is neither yes nor no; it counts as a yes.",
    fix:
      "If it is none, correct the list; a refusal that is stored already is lifted only by a consent.",
  },
  refusal_not_mapped: {
    meaning:
      "A column looks like a refusal and is not mapped, and the row has a value in it: whoever it marks can be " +
      "contacted. The notes of the upload name the column.",
    fix:
      "Map it: `sluice source map KEY set 'Column=do_not_contact'` (or `email_opt_out`, `sms_opt_out`, `dnc`, or " +
      "`attribute` if it is no refusal), and read the upload again.",
  },
  email_typo: {
    meaning:
      "The domain of an e-mail address looks mistyped (`gmial.com`, `.con`). It was kept as it is.",
    fix: "Correct it in the list.",
  },
  consent_in_future: {
    meaning: "The time of a consent has not come yet, so there is no consent.",
    fix: "Correct the date in the list.",
  },
  city_state_zip_split: {
    meaning: "City, state and ZIP code in one column were split.",
    fix: null,
  },
  contact_in_attribute: {
    meaning:
      "A phone or e-mail address stands in a column that is not mapped. It is kept masked, and nobody is contacted.",
    fix: "If it is a contact of the owner, map the column to `phone_1` or `email_1`.",
  },
  contacts_over_five: {
    meaning:
      "A row has more than five phones or five e-mail addresses; the first five of each were kept.",
    fix: "Put the best ones first.",
  },
  phone_unusable: {
    meaning: "A value in a phone column is no US phone number; it was left out.",
    fix: "Correct it in the list.",
  },
  email_unusable: {
    meaning: "A value in an e-mail column is no e-mail address; it was left out.",
    fix: "Correct it in the list.",
  },
  shared_key: {
    meaning:
      "A MAK or parcel number has more than five places or owners in this list, or a parcel number is as short as a counter (`12`) in a county where parcels are not numbered like this. It is not used as a key: its rows are matched by what is left.",
    fix:
      "Check the column: fillers such as `SEE DEED`, counters and rounded numbers are not parcel numbers.",
  },
  shared_contact: {
    meaning:
      "A phone or e-mail has more than five owners in this list, so it unites only rows with equal names. One with more than 50 owners is nobody's: it is kept, and never contacted.",
    fix: "Check the column: it may have the number of the list's seller.",
  },
  consent_not_explicit: {
    meaning: "A consent is neither yes nor no; it was taken as none, and is kept as an attribute.",
    fix: "Write yes or no.",
  },
  consented_at_unreadable: {
    meaning:
      "The time of a consent cannot be read, so there is no consent; it is kept as an attribute.",
    fix: "Write a date as `2026-01-31`, or a time with its offset as `2026-01-31T09:30:00-08:00`.",
  },
  lead_score_invalid: {
    meaning: "A score is not a number from 0 to 100; it is kept as an attribute.",
    fix: "Correct it in the list.",
  },
  attributes_truncated: {
    meaning: "A row has more than 200 attributes or 16 KiB of them; the rest was left out.",
    fix: "Map columns that nobody needs to nothing: `sluice source map KEY set 'Column='`.",
  },
  windows_1252: {
    meaning: "The row is not UTF-8 and was read as Windows-1252.",
    fix: "None, unless accents look wrong: then save the file as CSV UTF-8.",
  },
});
export type WarningCode = keyof typeof WARNINGS;

/** The record could not be read as a row of the file. */
export const READER_REJECTS = codes({
  too_few_fields: {
    meaning:
      "The row has fewer values than the header has columns, and what identifies the lead is incomplete.",
    fix: "Look for a line break inside a value that has no quotes.",
  },
  too_many_fields: {
    meaning: "The row has more values than the header has columns.",
    fix: "Put quotes around a value that contains the delimiter.",
  },
  unclosed_quote: {
    meaning: "A value starts with a quote that is not closed.",
    fix: "Close it, or double quotes that belong to the value.",
  },
  text_after_quote: {
    meaning: "There is text between a closing quote and the next delimiter.",
    fix: "Double quotes that belong to the value.",
  },
  field_too_long: {
    meaning: "A value is longer than 64 KiB.",
    fix: "Look for a quote that is not closed.",
  },
  record_too_long: {
    meaning: "The row is longer than 1 MiB.",
    fix: "Look for a quote that is not closed.",
  },
  nul_byte: {
    meaning: "The row contains a NUL character.",
    fix: "Export the list again.",
  },
  invalid_text: {
    meaning: "The row is not valid UTF-16.",
    fix: "Save the file as CSV UTF-8.",
  },
  malformed_record: {
    meaning: "The quotes of the row can be read in two ways.",
    fix: "Double quotes that belong to a value.",
  },
  empty_row: {
    meaning: "All values of the row are empty.",
    fix: null,
  },
});
export type RejectCode = keyof typeof READER_REJECTS;

/** The row was read, but cannot become a lead. */
export const ROW_REJECTS = codes({
  no_identity: {
    meaning: "The row has nothing that identifies a lead; its detail says what is missing.",
    fix:
      "Correct the row, map the column (`sluice source map`), or set `default_state`, `default_city` or " +
      "`default_county` on the source. Then `sluice replay`.",
  },
});
