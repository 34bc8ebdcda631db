// What runs can ask about leads: one entry per row of public.enrichment_kinds. To add a kind, add its row
// (sql/70_enrichment/20_enrichment_runs.sql), write its Enricher and list it here.
import { verifyAddress } from "./address_kind.ts";
import type { Enricher } from "./enricher.ts";
import { geocode, property } from "./property_kinds.ts";
import { trace } from "./trace_kind.ts";
import { verifyEmail, verifyPhone } from "./verify_kinds.ts";

export const KINDS: ReadonlyMap<string, Enricher> = new Map([
  ["geocode", geocode],
  ["property", property],
  ["trace", trace],
  ["verify_address", verifyAddress],
  ["verify_email", verifyEmail],
  ["verify_phone", verifyPhone],
]);
