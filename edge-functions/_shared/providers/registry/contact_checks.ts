// Which data providers can say whether a contact works, the preferred one first. To add one: an endpoint that answers with
// result codes, their meaning in sql/20_leads/08_verification_codes.sql, and a line here.
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import { validateEmail, zerobounce } from "../zerobounce/data.ts";

export interface ContactCheck {
  // deno-lint-ignore no-explicit-any
  provider: DataProvider<any>;
  // deno-lint-ignore no-explicit-any
  endpoint: DataEndpoint<any, string, any, { codes: string[] }>;
}

const byName = (...checks: ContactCheck[]): ReadonlyMap<string, ContactCheck> =>
  new Map(checks.map((check) => [check.provider.name, check]));

export const CONTACT_CHECKS = {
  email: byName({ provider: zerobounce, endpoint: validateEmail }),
  phone: byName(),
} as const;
