// The providers' signatures, made as they make them.
import { createHash, createHmac, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

export interface SendgridKeys {
  privateKey: string;
  /** As SendGrid shows it: base64 of the DER key, without a PEM frame. */
  publicKey: string;
}

export function makeSendgridKeys(): SendgridKeys {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
}

/** ECDSA over timestamp and raw body, DER in base64. */
export function signSendgrid(privateKey: string, timestamp: string, body: string | Buffer): string {
  const data = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]);
  return sign("sha256", data, createPrivateKey(privateKey)).toString("base64");
}

/** HMAC-SHA1 of the URL and the sorted form fields, in base64. */
export function signTwilioForm(authToken: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const text = names.reduce(
    (data, name) => data + [...new Set(form.getAll(name))].sort().map((v) => name + v).join(""),
    url,
  );
  return createHmac("sha1", authToken).update(text).digest("base64");
}

/** A JSON body is signed through its hash, which stands in the URL. */
export function signTwilioJson(authToken: string, url: string, body: string) {
  const hash = createHash("sha256").update(body).digest("hex");
  const signed = `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
  return {
    url: signed,
    signature: createHmac("sha1", authToken).update(signed).digest("base64"),
  };
}

export const hmacHex = (secret: string, text: string) =>
  createHmac("sha256", secret).update(text).digest("hex");
