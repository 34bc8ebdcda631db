/**
 * Layouts that are recognised by a few columns that only they have, as data: to add one, add an entry. Columns that an
 * entry does not name are read by their everyday names (`synonyms.ts`); `attributes` are those that would be misread.
 */
import type { Canonical } from "./types.ts";

export interface Layout {
  name: string;
  /** The layout is recognised where all of these are present. */
  signature: readonly string[];
  fields: Readonly<Record<string, Canonical>>;
  attributes?: readonly string[];
}

export const LAYOUTS: readonly Layout[] = [
  {
    name: "esri_parcels",
    signature: ["PARCELID", "OWNERNME1", "SITEADRESS"],
    fields: {
      ...{ PARCELID: "apn", LOWPARCELID: "apn", SITEADRESS: "street", CNTYNAME: "county" },
      ...{ OWNERNME1: "owner_full", PSTLADRESS: "mail_street", PSTLCITY: "mail_city" },
      ...{ PSTLSTATE: "mail_state", PSTLZIP5: "mail_zip", SITECITY: "city", SITESTATE: "state" },
      ...{ SITEZIP5: "zip", UNIT: "unit" },
    },
    attributes: ["OWNERNME2", "PSTLZIP4", "USEDSCRP", "CVTTXDSCRP"],
  },
  {
    name: "florida_nal",
    signature: ["PARCEL_ID", "OWN_NAME", "OWN_ADDR1", "PHY_ADDR1"],
    fields: {
      ...{ PARCEL_ID: "apn", OWN_NAME: "owner_full", OWN_ADDR1: "mail_street" },
      ...{ OWN_ADDR2: "mail_unit" },
      ...{ OWN_CITY: "mail_city", OWN_STATE: "mail_state", OWN_ZIPCD: "mail_zip" },
      ...{ PHY_ADDR1: "street", PHY_ADDR2: "unit", PHY_CITY: "city", PHY_ZIPCD: "zip" },
    },
    // CO_NO is the state's own number of the county, not its FIPS code.
    attributes: ["CO_NO", "OWN_STATE_DOM", "FIDU_NAME", "FIDU_ADDR1", "ALT_KEY"],
  },
  {
    name: "texas_appraisal_district",
    signature: ["prop_id", "situs_num", "situs_street"],
    fields: {
      ...{ geo_id: "apn", situs_num: "house_number", situs_street_prefx: "pre_dir" },
      ...{ situs_street: "street_name", situs_street_sufix: "suffix", situs_unit: "unit" },
      ...{ situs_street_suffix: "suffix", situs_street_prefix: "pre_dir", situs_city: "city" },
      ...{ situs_zip: "zip", situs_state: "state", py_owner_name: "owner_full" },
      ...{ owner_name: "owner_full", file_as_name: "owner_full", py_addr_line1: "mail_street" },
      ...{ addr_line1: "mail_street", py_addr_city: "mail_city", py_addr_state: "mail_state" },
      ...{ py_addr_zip: "mail_zip", addr_city: "mail_city", addr_state: "mail_state" },
      ...{ addr_zip: "mail_zip", zip: "mail_zip" },
    },
    attributes: ["prop_id", "py_addr_line2", "py_addr_line3", "addr_line2", "addr_line3"],
  },
  {
    name: "harris_county",
    signature: ["acct", "site_addr_1", "str_num", "str"],
    fields: {
      ...{ acct: "apn", mailto: "owner_full", mail_addr_1: "mail_street", mail_city: "mail_city" },
      ...{ mail_state: "mail_state", mail_zip: "mail_zip", site_addr_1: "street" },
      ...{ site_addr_2: "city", site_addr_3: "zip", str_unit: "unit" },
    },
    attributes: [
      "str_num",
      "str",
      "str_pfx",
      "str_sfx",
      "str_sfx_dir",
      "str_num_sfx",
      "mail_addr_2",
    ],
  },
  {
    name: "los_angeles_assessor",
    signature: ["AIN", "SitusHouseNo", "SitusStreet"],
    fields: {
      ...{ AIN: "apn", SitusHouseNo: "house_number", SitusFraction: "house_fraction" },
      ...{ SitusDirection: "pre_dir" },
      ...{ SitusStreet: "street_name", SitusUnit: "unit", SitusCity: "city", SitusZIP: "zip" },
      ...{ SitusZIP5: "zip", PropertyLocation: "address_full" },
    },
    attributes: ["TaxRateArea", "TaxRateCity"],
  },
  {
    name: "google_contacts",
    signature: ["E-mail 1 - Value", "Phone 1 - Value"],
    fields: {
      ...{ "First Name": "owner_1_first", "Last Name": "owner_1_last" },
      ...{ "Given Name": "owner_1_first", "Family Name": "owner_1_last" },
      ...{
        Name: "owner_full",
        "Organization Name": "owner_full",
        "Organization 1 - Name": "owner_full",
      },
      ...{
        "Address 1 - Street": "street",
        "Address 1 - City": "city",
        "Address 1 - Region": "state",
      },
      ...{ "Address 1 - Postal Code": "zip", "Address 1 - Formatted": "address_full" },
      ...{ "Address 1 - Extended Address": "unit" },
    },
    attributes: ["Address 1 - Type", "Address 1 - Label", "Address 1 - Country", "E-mail 1 - Type"],
  },
  {
    name: "mailchimp",
    signature: ["Email Address", "LEID", "EUID"],
    fields: { UNSUB_TIME: "email_opt_out", CLEAN_TIME: "email_bounced", TAGS: "contact_status" },
    attributes: [
      ...["UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER"],
      ...["CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID", "OPTIN_IP", "CONFIRM_IP", "REGION"],
    ],
  },
  {
    name: "salesforce",
    signature: ["HasOptedOutOfEmail"],
    fields: {
      ...{ HasOptedOutOfEmail: "email_opt_out", DoNotCall: "dnc", IsEmailBounced: "email_bounced" },
      ...{ EmailBouncedDate: "email_bounced", HasOptedOutSolicit: "do_not_contact" },
    },
    attributes: ["HasOptedOutOfFax", "EmailBouncedReason"],
  },
  {
    name: "hubspot",
    signature: ["Unsubscribed from all email"],
    fields: {
      ...{ "Unsubscribed from all email": "email_opt_out" },
      ...{ "Marketing contact status": "email_status", "Invalid email address": "email_bounced" },
      ...{ "Email hard bounce reason": "email_bounced" },
    },
  },
  {
    name: "propertyradar",
    signature: ["RadarID", "APN"],
    fields: {
      ...{ "ZIP Five": "zip", "Mail ZIP Five": "mail_zip", "Primary Name": "owner_full" },
      ...{ "Primary First": "owner_1_first", "Primary Last": "owner_1_last" },
      ...{ "Primary First Name": "owner_1_first", "Primary Last Name": "owner_1_last" },
      ...{ "Secondary First": "owner_2_first", "Secondary Last": "owner_2_last" },
    },
  },
];
