import { Buffer } from "node:buffer";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import {
  decodeSecret,
  deriveSecret,
  generateSecret,
  parseSignatureHeaders,
  signRequest,
  TOLERANCE_SECONDS,
  verifySignature,
} from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { toBase64, utf8 } from "../../../edge-functions/_shared/platform/crypto/bytes.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_" + toBase64(new Uint8Array(32).fill(7));
const NOW = new Date("2026-11-21T08:00:00.999Z");
const SECONDS = Math.floor(NOW.getTime() / 1000);
const BODY = utf8("address,city\n1 Main St,Springfield\n");

function signed(over: { secrets?: string[]; timestamp?: number; body?: Uint8Array } = {}) {
  const headers = signRequest({
    secrets: over.secrets ?? [SECRET],
    id: "msg_1",
    timestamp: over.timestamp ?? SECONDS,
    body: over.body ?? BODY,
  });
  const parsed = parseSignatureHeaders(new Headers(headers));
  if (!parsed.ok) throw new Error(parsed.malformed);
  return parsed;
}

function headersWith(over: Record<string, string | null>): Headers {
  const headers = new Headers(
    signRequest({ secrets: [SECRET], id: "msg_1", timestamp: SECONDS, body: BODY }),
  );
  for (const [name, value] of Object.entries(over)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}

describe("verifySignature", () => {
  test("accepts a request signed by signRequest, and reproduces the published example's signature", () => {
    expect(verifySignature({ ...signed(), secrets: [SECRET], body: BODY, now: NOW })).toBe("ok");
    const example = signRequest({
      secrets: [SECRET],
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1614265330,
      body: utf8('{"test": 2432232314}'),
    });
    expect(example["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test("gives the same verdict for a body in one piece and in chunks", () => {
    const chunks = [BODY.subarray(0, 3), BODY.subarray(3, 3), BODY.subarray(3)];
    expect(verifySignature({ ...signed(), secrets: [SECRET], body: chunks, now: NOW })).toBe("ok");
    const reordered = [chunks[2]!, chunks[0]!];
    expect(verifySignature({ ...signed(), secrets: [SECRET], body: reordered, now: NOW }))
      .toBe("bad_signature");
  });

  test("accepts the current and the previous secret, and refuses a retired one", () => {
    const verdict = (signedWith: string, secrets: string[]) =>
      verifySignature({ ...signed({ secrets: [signedWith] }), secrets, body: BODY, now: NOW });
    expect(verdict(SECRET, [SECRET, OTHER])).toBe("ok");
    expect(verdict(OTHER, [SECRET, OTHER])).toBe("ok");
    expect(verdict(OTHER, [SECRET])).toBe("bad_signature");
  });

  test("accepts a list of signatures when any one of them matches", () => {
    const both = signed({ secrets: [OTHER, SECRET] });
    expect(both.signatures).toHaveLength(2);
    expect(verifySignature({ ...both, secrets: [SECRET], body: BODY, now: NOW })).toBe("ok");
    expect(verifySignature({ ...both, secrets: [OTHER], body: BODY, now: NOW })).toBe("ok");
    const retired = { ...both, signatures: both.signatures.slice(0, 1) };
    expect(verifySignature({ ...retired, secrets: [SECRET], body: BODY, now: NOW }))
      .toBe("bad_signature");
  });

  test("refuses everything when the source has no secret", () => {
    const zero = signRequest({
      secrets: [new Uint8Array(24)],
      id: "msg_1",
      timestamp: SECONDS,
      body: BODY,
    });
    const parsed = parseSignatureHeaders(new Headers(zero));
    if (!parsed.ok) throw new Error(parsed.malformed);
    // Signed with the same key that replaces a missing one.
    expect(verifySignature({ ...parsed, secrets: [], body: BODY, now: NOW })).toBe("bad_signature");
    expect(verifySignature({ ...parsed, secrets: [new Uint8Array(24)], body: BODY, now: NOW }))
      .toBe("ok");
  });

  test("enforces the window of 300 seconds both ways, inclusive", () => {
    const verdict = (offset: number) =>
      verifySignature({
        ...signed({ timestamp: SECONDS + offset }),
        secrets: [SECRET],
        body: BODY,
        now: NOW,
      });
    expect(TOLERANCE_SECONDS).toBe(300);
    expect(verdict(-300)).toBe("ok");
    expect(verdict(300)).toBe("ok");
    expect(verdict(-301)).toBe("outside_window");
    expect(verdict(301)).toBe("outside_window");
  });

  test("refuses a second spelling of the right signature", () => {
    const good = signed().signatures[0]!;
    const spareBits = good.replace(/.=$/, (tail) => {
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      return alphabet[alphabet.indexOf(tail[0]!) ^ 1] + "=";
    });
    expect(Buffer.from(spareBits, "base64")).toEqual(Buffer.from(good, "base64"));
    expect(
      verifySignature({
        ...signed(),
        signatures: [spareBits],
        secrets: [SECRET],
        body: BODY,
        now: NOW,
      }),
    ).toBe("bad_signature");
  });

  test("verifies 32 MiB in chunks for under 300 ms of CPU", () => {
    const chunk = new Uint8Array(1 << 20).fill(0x61);
    const body = Array.from({ length: 32 }, () => chunk);
    const headers = signRequest({ secrets: [SECRET], id: "big", timestamp: SECONDS, body });
    const parsed = parseSignatureHeaders(new Headers(headers));
    if (!parsed.ok) throw new Error(parsed.malformed);
    const before = process.cpuUsage();
    expect(verifySignature({ ...parsed, secrets: [SECRET], body, now: NOW })).toBe("ok");
    const spent = process.cpuUsage(before);
    expect((spent.user + spent.system) / 1000).toBeLessThan(300);
  });
});

describe("parseSignatureHeaders", () => {
  test("names every missing header", () => {
    expect(parseSignatureHeaders(new Headers())).toEqual({
      ok: false,
      malformed: "missing header: webhook-id, webhook-timestamp, webhook-signature",
    });
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      expect(parseSignatureHeaders(headersWith({ [name]: null })))
        .toEqual({ ok: false, malformed: `missing header: ${name}` });
      expect(parseSignatureHeaders(headersWith({ [name]: "" })).ok).toBe(false);
    }
  });

  test("accepts any visible ASCII id without dot and comma, and no other", () => {
    for (
      const id of ["msg_1", "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a", "a:b/c=~!", "x".repeat(255)]
    ) {
      expect(parseSignatureHeaders(headersWith({ "webhook-id": id }))).toMatchObject({ id });
    }
    for (const id of ["a.b", "a, b", "a b", "é", "x".repeat(256)]) {
      expect(parseSignatureHeaders(headersWith({ "webhook-id": id })).ok, id).toBe(false);
    }
  });

  test("accepts a timestamp of plain digits only", () => {
    expect(parseSignatureHeaders(headersWith({ "webhook-timestamp": "1614265330" })))
      .toMatchObject({ timestamp: 1614265330 });
    for (
      const text of ["01614265330", "1614265330.5", "-5", "1e9", "0x10", "NaN", "9".repeat(13)]
    ) {
      expect(parseSignatureHeaders(headersWith({ "webhook-timestamp": text })).ok, text).toBe(
        false,
      );
    }
  });

  test("ignores other versions, and refuses a list without v1", () => {
    expect(parseSignatureHeaders(headersWith({ "webhook-signature": "v1a,AAAA v1,BBBB" })))
      .toMatchObject({ ok: true, signatures: ["BBBB"] });
    for (const text of ["v1a,AAAA", "v1", "v1,", "AAAA", "v1,AA,BB", "v1,A\u00e9"]) {
      expect(parseSignatureHeaders(headersWith({ "webhook-signature": text })).ok, text).toBe(
        false,
      );
    }
  });

  test("accepts 16 signatures and refuses a list of 17 or of more than 4096 characters", () => {
    const list = (count: number, length: number) =>
      headersWith({ "webhook-signature": Array(count).fill("v1," + "A".repeat(length)).join(" ") });
    expect(parseSignatureHeaders(list(16, 44)).ok).toBe(true);
    expect(parseSignatureHeaders(list(17, 44)).ok).toBe(false);
    expect(parseSignatureHeaders(list(2, 4000)).ok).toBe(false);
  });
});

describe("a secret derived for a purpose", () => {
  test("is the one that the database derives, and differs for each purpose and secret", () => {
    const secret = "whsec_" + toBase64(new Uint8Array(32).fill(9));
    expect(deriveSecret(secret, "sluice webhooks/generic"))
      .toBe("whsec_tyAli8HMvyia6C4jQjLw2yu9Y1acl6PcWsf3m3OkXWk=");
    const others = [[secret, "sluice webhooks"], [OTHER, "sluice webhooks/generic"]] as const;
    const all = others.map(([of, purpose]) => deriveSecret(of, purpose));
    expect(new Set([...all, secret, deriveSecret(secret, "sluice webhooks/generic")]).size).toBe(4);
  });
});

describe("the official standardwebhooks package", () => {
  test("verifies requests signed by signRequest", () => {
    const secret = generateSecret();
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signRequest({ secrets: [OTHER, secret], id: "msg_2", timestamp, body: BODY });
    const official = new Webhook(secret);
    const text = new TextDecoder().decode(BODY);
    expect(() => official.verify(text, headers, { jsonParse: false })).not.toThrow();
    expect(() => official.verify(text + " ", headers, { jsonParse: false })).toThrow();
  });

  test("signs requests that verifySignature accepts", () => {
    const text = "name\nJosé\n";
    const parsed = parseSignatureHeaders(
      new Headers({
        "webhook-id": "msg_3",
        "webhook-timestamp": String(SECONDS),
        "webhook-signature": new Webhook(SECRET).sign("msg_3", NOW, text),
      }),
    );
    if (!parsed.ok) throw new Error(parsed.malformed);
    const verdict = (body: string) =>
      verifySignature({ ...parsed, secrets: [SECRET], body: utf8(body), now: NOW });
    expect(verdict(text)).toBe("ok");
    expect(verdict("name\nJose\n")).toBe("bad_signature");
  });
});

describe("secrets", () => {
  test("are read with and without their prefix", () => {
    expect(decodeSecret(SECRET)).toEqual(decodeSecret(SECRET.slice("whsec_".length)));
    expect(decodeSecret(generateSecret())).toHaveLength(32);
  });

  test("that are too short, too long or not base64 are refused without being shown", () => {
    for (
      const secret of ["whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", "whsec_" + "A".repeat(120)]
    ) {
      expect(() => decodeSecret(secret)).toThrow(TypeError);
      expect(() => decodeSecret(secret)).not.toThrow(secret.slice(6) || 'whsec_"');
    }
  });

  test("refuse to sign an id or time that could not be verified", () => {
    const sign = (id: string, timestamp: number) =>
      signRequest({ secrets: [SECRET], id, timestamp, body: BODY });
    expect(() => sign("ok", SECONDS)).not.toThrow();
    expect(() => sign("a.b", SECONDS)).toThrow("webhook-id");
    expect(() => sign("ok", SECONDS + 0.5)).toThrow("seconds");
    expect(() => signRequest({ secrets: [], id: "ok", timestamp: SECONDS, body: BODY }))
      .toThrow("no secret");
  });
});
