// Which secret signs a request to csv-upload. Uploads are signed with the source's secret. Other requests have little or
// no body that could name them, so their key does: a signature of one opens nothing else.
import { deriveSecret, type Secret } from "../platform/crypto/signature.ts";

/** `path` is that of the function: `/csv-upload/…`. */
export const requestSecret = (secret: Secret, method: string, path: string): string =>
  deriveSecret(secret, `sluice ${method} ${path}`);
