// Providers that can be steps of the waterfall of skip traces. A provider without keys is skipped.
import { batchdata, skipTrace } from "../batchdata/data.ts";
import type { Tracer } from "../trace.ts";

// deno-lint-ignore no-explicit-any
export type AnyTracer = Tracer<any, any>;

export const TRACERS: readonly AnyTracer[] = [{ provider: batchdata, endpoint: skipTrace }];
