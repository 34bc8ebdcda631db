// Providers of facts about properties, the first one first, and of positions.
import { attomProperty } from "../attom/data.ts";
import { geocode, google } from "../google/data.ts";
import { melissaProperty } from "../melissa/data.ts";
import type { PropertySource } from "../property.ts";

// deno-lint-ignore no-explicit-any
export const PROPERTY_SOURCES: readonly PropertySource<any>[] = [attomProperty, melissaProperty];

export const GEOCODER = { provider: google, endpoint: geocode };
