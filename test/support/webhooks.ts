// Signatures and events as the providers document them.
import { Buffer } from "node:buffer";
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";

export const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
export const PUBLIC_KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");
export const ACCOUNT = "AC" + "0123456789abcdef".repeat(2);
export const TOKEN = "test-auth-token-of-twilio";
export const SECRET = "test-secret-of-a-webhook";

export const SETTINGS = {
  SENDGRID_WEBHOOK_PUBLIC_KEY: PUBLIC_KEY,
  SENDGRID_INBOUND_SECRET: SECRET,
  TWILIO_ACCOUNT_SID: ACCOUNT,
  TWILIO_AUTH_TOKEN: TOKEN,
  VAPI_WEBHOOK_SECRET: SECRET,
  CALCOM_WEBHOOK_SECRET: SECRET,
  STRIPE_WEBHOOK_SECRET: SECRET,
};

export const unix = (at: Date) => Math.floor(at.getTime() / 1000);

export function sendgridHeaders(body: string | Uint8Array, at: Date): Record<string, string> {
  const timestamp = String(unix(at));
  const signed = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]);
  return {
    "x-twilio-email-event-webhook-signature": sign("sha256", signed, privateKey).toString("base64"),
    "x-twilio-email-event-webhook-timestamp": timestamp,
  };
}

/** As documented: the URL, then every field's name and value, sorted by name. */
export function twilioSignature(url: string, form: Record<string, string> = {}): string {
  const data = Object.keys(form).sort().reduce((text, name) => text + name + form[name], url);
  return createHmac("sha1", TOKEN).update(data).digest("base64");
}

export const bodyHash = (body: string) => createHash("sha256").update(body).digest("hex");

export const hmacHex = (secret: string, ...parts: string[]) =>
  createHmac("sha256", secret).update(parts.join("")).digest("hex");

export function stripeSignature(body: string, at: Date): string {
  return `t=${unix(at)},v1=${hmacHex(SECRET, `${unix(at)}.`, body)}`;
}

export const sid = (kind: string, n: number) => kind + n.toString(16).padStart(32, "0");

export interface Part {
  name: string;
  value: string | Uint8Array;
  filename?: string;
}

export function multipart(parts: Part[], boundary = "xYzZY") {
  const chunks = parts.flatMap(({ name, value, filename }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (filename ? `; filename="${filename}"\r\nContent-Type: application/octet-stream` : "") +
        "\r\n\r\n",
    ),
    Buffer.from(value),
    Buffer.from("\r\n"),
  ]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** A mail as the inbound parse webhook posts it. */
export function mail(given: { from: string; text: string; id?: string; headers?: string }) {
  const headers = `Received: by mx.sendgrid.net\nFrom: A Person <${given.from}>\n` +
    `Message-ID: <${given.id ?? "m1"}@mail.example.com>\nSubject: Re: Your house\n` +
    `${given.headers ?? ""}`;
  return [
    { name: "headers", value: headers },
    { name: "dkim", value: "{@example.com : pass}" },
    { name: "to", value: "reply@in.example.org" },
    { name: "from", value: `A Person <${given.from}>` },
    { name: "subject", value: "Re: Your house" },
    { name: "text", value: given.text },
    { name: "envelope", value: JSON.stringify({ to: ["reply@in.example.org"], from: given.from }) },
    { name: "charsets", value: JSON.stringify({ to: "UTF-8", text: "utf-8", from: "UTF-8" }) },
    { name: "SPF", value: "pass" },
  ];
}
