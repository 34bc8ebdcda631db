// Providers that can be steps of the waterfall of skip traces. One without keys is no step.
import { batchdata, skipTrace } from "../batchdata/data.ts";
import type { Tracer } from "../trace.ts";

// deno-lint-ignore no-explicit-any
export type AnyTracer = Tracer<any, any>;

export const TRACERS: readonly AnyTracer[] = [{ provider: batchdata, endpoint: skipTrace }];
