// Signatures of the Event Webhook.
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

export interface SendgridKeys {
  privateKey: string;
  /** As SendGrid displays it: base64 of the DER key, without a PEM frame. */
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
