// Which data providers check addresses and know their keys. To add one: an endpoint that answers with result codes, their
// meaning in sql/20_leads/08_verification_codes.sql, and a line here.
import type { AddressCodes, AddressQuestion } from "../address.ts";
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import { melissa } from "../melissa/data.ts";
import { checkAddress } from "../melissa/personator.ts";

export interface AddressCheck {
  // deno-lint-ignore no-explicit-any
  provider: DataProvider<any>;
  // deno-lint-ignore no-explicit-any
  endpoint: DataEndpoint<any, AddressQuestion, any, AddressCodes>;
}

export const ADDRESS_CHECKS: readonly AddressCheck[] = [
  { provider: melissa, endpoint: checkAddress },
];
