// Which data providers the gateway knows. To add one: a folder with settings, schemas, mapping, cost, limits, classify
// and data, and a line here.
import type { DataProvider } from "../gateway/types.ts";
import { attom } from "../attom/data.ts";
import { batchdata } from "../batchdata/data.ts";
import { google } from "../google/data.ts";
import { melissa } from "../melissa/data.ts";
import { neverbounce } from "../neverbounce/data.ts";
import { twilioLookup } from "../twilio/data.ts";
import { yelp } from "../yelp/data.ts";
import { zerobounce } from "../zerobounce/data.ts";

// deno-lint-ignore no-explicit-any
type AnyProvider = DataProvider<any>;

const ALL: readonly AnyProvider[] = [
  ...[attom, batchdata, google, melissa, neverbounce, twilioLookup, yelp, zerobounce],
];
export const DATA_PROVIDERS: ReadonlyMap<string, AnyProvider> = new Map(
  ALL.map((provider) => [provider.name, provider]),
);

/** Providers that are off, and why. Nothing is asked of them, whatever is configured. */
export const OFF_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["datatree", "its documentation needs a login, so nobody has confirmed its API"],
  [
    "zillow",
    "the sources of this kind are unofficial, promise no schema, and its terms forbid them",
  ],
]);
