// What opens the leads endpoint: derived from the secret of a source, so that it opens nothing else, and that rotating
// the secret changes it. public.source_leads_access returns the same.
import { deriveSecret, type Secret } from "../../platform/crypto/signature.ts";

/** Signs requests. */
export const leadsSecret = (secret: Secret): string => deriveSecret(secret, "sluice leads");

/** For clients that cannot sign. */
export const leadsKey = (secret: Secret): string =>
  "slk_" + deriveSecret(secret, "sluice leads key").replace(/^whsec_/, "").replace(/=+$/, "")
    .replaceAll("+", "-").replaceAll("/", "_");
