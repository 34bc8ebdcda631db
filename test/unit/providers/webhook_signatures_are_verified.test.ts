import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyCalcom } from "../../../edge-functions/_shared/providers/calcom/verify.ts";
import { verifySendgrid } from "../../../edge-functions/_shared/providers/sendgrid/verify.ts";
import { verifyStripe } from "../../../edge-functions/_shared/providers/stripe/verify.ts";
import { verifyTwilio } from "../../../edge-functions/_shared/providers/twilio/verify.ts";
import { verifyVapi } from "../../../edge-functions/_shared/providers/vapi/verify.ts";
import {
  basicPassword,
  verifySecret,
} from "../../../edge-functions/_shared/providers/verification.ts";
import {
  ACCOUNT,
  bodyHash,
  hmacHex,
  PUBLIC_KEY,
  SECRET,
  sendgridHeaders,
  sid,
  stripeSignature,
  TOKEN,
  twilioSignature,
  unix,
} from "../../support/webhooks.ts";

const now = new Date("2026-11-23T18:00:00Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const bytes = (text: string) => new TextEncoder().encode(text);

/** Every byte of the body in turn, each turned into another one. */
const flips = (length: number) =>
  fc.record({ at: fc.nat({ max: length - 1 }), by: fc.integer({ min: 1, max: 255 }) });
function flipped(body: Uint8Array, { at, by }: { at: number; by: number }): Uint8Array {
  const copy = Uint8Array.from(body);
  copy[at] = copy[at]! ^ by;
  return copy;
}

describe("SendGrid events", () => {
  const body = bytes(
    '[{"event":"delivered","email":"ann@example.com","timestamp":1763920800}]\r\n',
  );
  const verify = (
    given: { body?: Uint8Array; headers?: Record<string, string>; now?: Date } = {},
  ) =>
    verifySendgrid({
      publicKey: PUBLIC_KEY,
      headers: new Headers(given.headers ?? sendgridHeaders(body, now)),
      body: given.body ?? body,
      now: given.now ?? now,
      windowSeconds: 3600,
    });

  test("are valid for the exact bytes", () => expect(verify()).toBe("ok"));

  test("are invalid with any byte flipped", () => {
    fc.assert(fc.property(flips(body.byteLength), (flip) => {
      expect(verify({ body: flipped(body, flip) })).toBe("bad_signature");
    }));
  });

  test("distinguish bytes that are not valid UTF-8", () => {
    const one = Uint8Array.from([0x5b, 0xff, 0x5d]);
    const headers = sendgridHeaders(one, now);
    expect(verify({ body: one, headers })).toBe("ok");
    expect(verify({ body: Uint8Array.from([0x5b, 0xfe, 0x5d]), headers })).toBe("bad_signature");
  });

  test("are signed together with their timestamp", () => {
    const headers = sendgridHeaders(body, now);
    const timestamp = "x-twilio-email-event-webhook-timestamp";
    expect(verify({ headers: { ...headers, [timestamp]: String(unix(now) + 1) } }))
      .toBe("bad_signature");
    expect(verify({ headers: { ...headers, [timestamp]: `0${unix(now)}` } })).toBe("bad_signature");
  });

  test("accept one base64 spelling only", () => {
    const headers = sendgridHeaders(body, now);
    const name = "x-twilio-email-event-webhook-signature";
    const signature = headers[name]!;
    for (
      const other of [`${signature}!`, `${signature.slice(0, 4)} ${signature.slice(4)}`, "AAAA"]
    ) {
      expect(verify({ headers: { ...headers, [name]: other } }), other).toBe("bad_signature");
    }
  });

  test("are valid as long as SendGrid retries, and no longer", () => {
    expect(verify({ now: later(3600) })).toBe("ok");
    expect(verify({ now: later(3601) })).toBe("outside_window");
    expect(verify({ now: later(-300) })).toBe("ok");
    expect(verify({ now: later(-301) })).toBe("outside_window");
  });

  test("need both headers", () => expect(verify({ headers: {} })).toBe("missing_signature"));
});

describe("Twilio", () => {
  const form = {
    MessageSid: sid("SM", 1),
    AccountSid: ACCOUNT,
    From: "+12135550101",
    To: "+12135550199",
    Body: "Yes, call me: 5+5% & é 🏠",
  };
  const url = "https://sluice.example.com/functions/v1/webhooks/a/twilio/sms?message_id=1";
  const encoded = new URLSearchParams(form).toString();
  const verify = (given: {
    body?: string;
    signature?: string | null;
    urls?: string[];
    json?: boolean;
  } = {}) => {
    const body = given.body ?? encoded;
    const signature = given.signature === undefined ? twilioSignature(url, form) : given.signature;
    return verifyTwilio({
      authToken: TOKEN,
      headers: new Headers(signature === null ? {} : { "x-twilio-signature": signature }),
      urls: given.urls ?? [url],
      body: bytes(body),
      form: given.json ? null : new URLSearchParams(body),
    });
  };

  test("signs URL and fields", () => expect(verify()).toBe("ok"));

  test("is invalid with any byte flipped that changes a field", () => {
    const body = bytes(encoded);
    const fields = (text: string) => JSON.stringify([...new URLSearchParams(text)].sort());
    fc.assert(fc.property(flips(body.byteLength), (flip) => {
      const other = Buffer.from(flipped(body, flip)).toString("latin1");
      // %2b and %2B are the same.
      if (fields(other) === fields(encoded)) return;
      expect(verify({ body: other })).toBe("bad_signature");
    }));
  });

  test("is valid for the URL that Twilio requested, behind any proxy", () => {
    const inner = "http://127.0.0.1:9999/webhooks/a/twilio/sms?message_id=1";
    expect(verify({ urls: [inner, url] })).toBe("ok");
    expect(verify({ urls: [inner] })).toBe("bad_signature");
    expect(verify({ urls: [url.replace("message_id=1", "message_id=2")] })).toBe("bad_signature");
    expect(verify({ urls: [url.replace("example.com/", "example.com:443/")] })).toBe("ok");
  });

  test("signs other bodies by their hash in the URL", () => {
    const body = '{"MessageSid":"SM1"}';
    const hashed = `${url}&bodySHA256=${bodyHash(body)}`;
    const signature = twilioSignature(hashed);
    expect(verify({ body, json: true, urls: [hashed], signature })).toBe("ok");
    expect(verify({ body: `${body} `, json: true, urls: [hashed], signature })).toBe(
      "bad_signature",
    );
    // Without the hash nothing protects the body.
    expect(verify({ body, json: true, signature: twilioSignature(url) })).toBe("bad_signature");
  });

  test("needs its header", () => expect(verify({ signature: null })).toBe("missing_signature"));
});

describe("Vapi", () => {
  const body = '{"message":{"type":"status-update","status":"ended","call":{"id":"c1"}}}';
  const verify = (headers: Record<string, string>, given = body) =>
    verifyVapi({ secret: SECRET, headers: new Headers(headers), body: bytes(given), now });

  test("sends the secret in its header or as a bearer token", () => {
    expect(verify({ "x-vapi-secret": SECRET })).toBe("ok");
    expect(verify({ authorization: `Bearer ${SECRET}` })).toBe("ok");
    expect(verify({ "x-vapi-secret": `${SECRET}x` })).toBe("bad_signature");
    expect(verify({ authorization: "Bearer x" })).toBe("bad_signature");
    expect(verify({})).toBe("missing_signature");
  });

  test("signs the body, with or without a timestamp", () => {
    expect(verify({ "x-vapi-signature": hmacHex(SECRET, body) })).toBe("ok");
    expect(verify({ "x-signature": `sha256=${hmacHex(SECRET, body)}` })).toBe("ok");
    const stamped = (at: Date) => ({
      "x-signature": hmacHex(SECRET, `${unix(at)}.`, body),
      "x-timestamp": String(unix(at)),
    });
    expect(verify(stamped(now))).toBe("ok");
    expect(verify(stamped(later(-301)))).toBe("outside_window");
    expect(verify({ ...stamped(now), "x-timestamp": String(unix(now) - 1) })).toBe("bad_signature");
  });

  test("is invalid with any byte flipped", () => {
    const raw = bytes(body);
    fc.assert(fc.property(flips(raw.byteLength), (flip) => {
      expect(verifyVapi({
        secret: SECRET,
        headers: new Headers({ "x-vapi-signature": hmacHex(SECRET, body) }),
        body: flipped(raw, flip),
        now,
      })).toBe("bad_signature");
    }));
  });

  test("falls back to the secret only without a signature", () => {
    expect(verify({ "x-vapi-signature": "00", "x-vapi-secret": SECRET })).toBe("bad_signature");
  });
});

describe("Cal.com", () => {
  const body = bytes('{"triggerEvent":"BOOKING_CREATED","payload":{"uid":"u1"}}');
  const signature = hmacHex(SECRET, Buffer.from(body).toString());
  const verify = (given: string | null, over: Uint8Array = body) =>
    verifyCalcom({
      secret: SECRET,
      headers: new Headers(given === null ? {} : { "x-cal-signature-256": given }),
      body: over,
    });

  test("signs the body", () => expect(verify(signature)).toBe("ok"));
  test("needs its header, in hex", () => {
    expect(verify(null)).toBe("missing_signature");
    expect(verify("no-secret-provided")).toBe("bad_signature");
    expect(verify(Buffer.from(signature, "hex").toString("base64"))).toBe("bad_signature");
  });
  test("is invalid with any byte flipped", () => {
    fc.assert(fc.property(flips(body.byteLength), (flip) => {
      expect(verify(signature, flipped(body, flip))).toBe("bad_signature");
    }));
  });
});

describe("Stripe", () => {
  const body = '{"id":"evt_1","object":"event","type":"invoice.paid"}';
  const verify = (signature: string | null, over: Uint8Array = bytes(body)) =>
    verifyStripe({
      secret: SECRET,
      headers: new Headers(signature === null ? {} : { "stripe-signature": signature }),
      body: over,
      now,
    });

  test("signs timestamp and body", async () => {
    expect(await verify(stripeSignature(body, now))).toBe("ok");
    expect(await verify(null)).toBe("missing_signature");
    expect(await verify(stripeSignature(body, later(-301)))).toBe("outside_window");
    expect(await verify(stripeSignature(`${body} `, now))).toBe("bad_signature");
  });
  test("is invalid with any byte flipped", async () => {
    const raw = bytes(body);
    await fc.assert(fc.asyncProperty(flips(raw.byteLength), async (flip) => {
      expect(await verify(stripeSignature(body, now), flipped(raw, flip))).toBe("bad_signature");
    }));
  });
});

describe("a shared secret", () => {
  test("is valid only when complete", () => {
    expect(verifySecret(SECRET, SECRET)).toBe("ok");
    for (const other of ["", SECRET.slice(1), `${SECRET} `, SECRET.toUpperCase()]) {
      expect(verifySecret(SECRET, other), other).toBe("bad_signature");
    }
    expect(verifySecret(SECRET, null)).toBe("missing_signature");
  });
  test("is the password of basic authentication, including colons", () => {
    const basic = (text: string) =>
      new Headers({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    expect(basicPassword(basic("sendgrid:a:b"))).toBe("a:b");
    expect(basicPassword(basic("nothing"))).toBe(null);
    expect(basicPassword(new Headers())).toBe(null);
  });
});
