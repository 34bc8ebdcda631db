// Which data providers can say whether a number was given to somebody else.
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import { reassignedNumber, twilioLookup } from "../twilio/data.ts";
import type { RegisterAnswer, RegisterQuestion } from "../types.ts";

export interface NumberRegister {
  // deno-lint-ignore no-explicit-any
  provider: DataProvider<any>;
  // deno-lint-ignore no-explicit-any
  endpoint: DataEndpoint<any, RegisterQuestion, any, RegisterAnswer>;
}

export const NUMBER_REGISTERS: ReadonlyMap<string, NumberRegister> = new Map([
  ["twilio", { provider: twilioLookup, endpoint: reassignedNumber }],
]);
