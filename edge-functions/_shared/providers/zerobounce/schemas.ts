// Answers of https://www.zerobounce.net/docs/email-validation-api-quickstart, v2.
import { z } from "zod";

/** Numbers and booleans arrive as strings; fields without a value as null or "". */
const text = z.string().nullish();

export const Validation = z.strictObject({
  address: z.string(),
  status: z.string().min(1),
  sub_status: text,
  account: text,
  domain: text,
  did_you_mean: text,
  domain_age_days: text,
  active_in_days: text,
  free_email: z.union([z.boolean(), z.string()]).nullish(),
  mx_found: z.union([z.boolean(), z.string()]).nullish(),
  mx_record: text,
  smtp_provider: text,
  firstname: text,
  lastname: text,
  gender: text,
  country: text,
  region: text,
  city: text,
  zipcode: text,
  processed_at: text,
});

export const Credits = z.strictObject({ Credits: z.union([z.string(), z.number()]) });
