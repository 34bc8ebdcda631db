// Answers of Lookup v2. Only the packages that were asked for are filled.
import { z } from "zod";

const other = z.unknown().optional();
const errorCode = z.union([z.number(), z.string()]).nullish();

export const LineType = z.strictObject({
  type: z.string().nullish(),
  carrier_name: z.string().nullish(),
  mobile_country_code: z.string().nullish(),
  mobile_network_code: z.string().nullish(),
  error_code: errorCode,
});

export const Reassigned = z.strictObject({
  is_number_reassigned: z.enum(["yes", "no", "no_data_available"]),
  last_verified_date: z.string().nullish(),
  error_code: errorCode,
});

const number = {
  calling_country_code: z.string().nullish(),
  country_code: z.string().nullish(),
  phone_number: z.string(),
  national_format: z.string().nullish(),
  valid: z.boolean(),
  validation_errors: z.array(z.string()).nullish(),
  url: z.string().nullish(),
  ...{ caller_name: other, sim_swap: other, call_forwarding: other, line_status: other },
  ...{ identity_match: other, sms_pumping_risk: other, phone_number_quality_score: other },
  pre_fill: other,
};

export const LineTypeAnswer = z.strictObject({
  ...number,
  line_type_intelligence: LineType.nullish(),
  reassigned_number: other,
});

export const ReassignedAnswer = z.strictObject({
  ...number,
  line_type_intelligence: other,
  reassigned_number: Reassigned,
});
