// Which data providers the gateway knows. To add one: a folder with settings, schemas, mapping, cost, limits, classify
// and data, and a line here.
import type { DataProvider } from "../gateway/types.ts";
import { batchdata } from "../batchdata/data.ts";
import { melissa } from "../melissa/data.ts";
import { neverbounce } from "../neverbounce/data.ts";
import { zerobounce } from "../zerobounce/data.ts";

// deno-lint-ignore no-explicit-any
export const DATA_PROVIDERS: ReadonlyMap<string, DataProvider<any>> = new Map(
  // deno-lint-ignore no-explicit-any
  [batchdata, melissa, neverbounce, zerobounce].map((provider: DataProvider<any>) => [
    provider.name,
    provider,
  ]),
);
