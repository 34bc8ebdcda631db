// Which data providers can say whether a contact works, the preferred one first. To add one: an endpoint that answers with
// result codes, their meaning in sql/20_leads/08_verification_codes.sql, and a line here.
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import * as melissa from "../melissa/data.ts";
import { checkEmail, neverbounce } from "../neverbounce/data.ts";
import { lineType, twilioLookup } from "../twilio/data.ts";
import type { ContactCodes } from "../types.ts";
import { validateEmail, zerobounce } from "../zerobounce/data.ts";

export interface ContactCheck {
  // deno-lint-ignore no-explicit-any
  provider: DataProvider<any>;
  // deno-lint-ignore no-explicit-any
  endpoint: DataEndpoint<any, string, any, ContactCodes>;
}

export const CONTACT_CHECKS: Record<"email" | "phone", ReadonlyMap<string, ContactCheck>> = {
  email: new Map([
    ["zerobounce", { provider: zerobounce, endpoint: validateEmail }],
    ["neverbounce", { provider: neverbounce, endpoint: checkEmail }],
    ["melissa", { provider: melissa.melissa, endpoint: melissa.checkEmail }],
    ["melissa_express", { provider: melissa.melissa, endpoint: melissa.checkEmailExpress }],
  ]),
  phone: new Map([
    ["melissa", { provider: melissa.melissa, endpoint: melissa.checkPhone }],
    ["melissa_express", { provider: melissa.melissa, endpoint: melissa.checkPhoneExpress }],
    ["twilio", { provider: twilioLookup, endpoint: lineType }],
  ]),
};
