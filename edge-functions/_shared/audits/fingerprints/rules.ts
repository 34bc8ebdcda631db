// All fingerprints that Sluice ships.
import { type Fingerprints, readFingerprints } from "./engine.ts";
import { MARKETING } from "./marketing.ts";
import { PLATFORMS } from "./platforms.ts";
import { SITE_BUILDERS } from "./site_builders.ts";

export const FINGERPRINTS: Fingerprints = { ...SITE_BUILDERS, ...MARKETING, ...PLATFORMS };
export const FINGERPRINT_RULES = readFingerprints(FINGERPRINTS);
