// Signatures of webhooks with a form or a JSON body.
import { createHash, createHmac } from "node:crypto";

/** HMAC-SHA1 of the URL and the sorted form fields, in base64. */
export function signTwilioForm(authToken: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const text = names.reduce(
    (data, name) => data + [...new Set(form.getAll(name))].sort().map((v) => name + v).join(""),
    url,
  );
  return createHmac("sha1", authToken).update(text).digest("base64");
}

/** A JSON body is signed through its hash in the URL. */
export function signTwilioJson(authToken: string, url: string, body: string) {
  const hash = createHash("sha256").update(body).digest("hex");
  const signed = `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
  return {
    url: signed,
    signature: createHmac("sha1", authToken).update(signed).digest("base64"),
  };
}
