// Providers that can be steps of the waterfall of skip traces. A provider without keys is skipped.
import { batchdata, skipTrace } from "../batchdata/data.ts";
import { appendContacts, personRecord } from "../melissa/append.ts";
import { melissa } from "../melissa/data.ts";
import type { Tracer } from "../trace.ts";

// deno-lint-ignore no-explicit-any
export type AnyTracer = Tracer<any, any>;

export const TRACERS: readonly AnyTracer[] = [
  { provider: batchdata, endpoint: skipTrace },
  {
    provider: melissa,
    endpoint: appendContacts,
    needsStep: true,
    knows: (question) => personRecord(question) !== null,
  },
];
