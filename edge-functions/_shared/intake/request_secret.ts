// Which secret signs a request to csv-upload. A request has little or no body that could name it, and the query is not
// part of what is signed, so the key names them: a signature opens one request and nothing else.
import { deriveSecret, type Secret } from "../platform/crypto/signature.ts";

/** `path` is that of the function: `/csv-upload/…`. */
export const requestSecret = (secret: Secret, method: string, path: string): string =>
  deriveSecret(secret, `sluice ${method} ${path}`);

/** For an upload: with its query, by name, in one spelling whatever a proxy makes of it. */
export function uploadSecret(secret: Secret, query: URLSearchParams): string {
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return requestSecret(secret, "POST", `/csv-upload?${sorted}`);
}
