import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseSignatureHeaders,
  signRequest,
  verifySignature,
} from "../../../edge-functions/_shared/platform/crypto/signature.ts";

const SECONDS = 1_800_000_000;
const NOW = new Date(SECONDS * 1000);

const secret = fc.uint8Array({ minLength: 24, maxLength: 64 });
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const body = fc.uint8Array({ minLength: 1, maxLength: 300 });

function sign(key: Uint8Array, messageId: string, timestamp: number, bytes: Uint8Array) {
  const headers = signRequest({ secrets: [key], id: messageId, timestamp, body: bytes });
  const parsed = parseSignatureHeaders(new Headers(headers));
  if (!parsed.ok) throw new Error(parsed.malformed);
  return parsed;
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

describe("a signature", () => {
  test("is valid for the signed request however its body is split, and for no flipped bit of it", () => {
    fc.assert(
      fc.property(secret, id, body, fc.nat(), fc.nat(), (key, messageId, bytes, at, cut) => {
        const headers = sign(key, messageId, SECONDS, bytes);
        const check = (chunks: Uint8Array[]) =>
          verifySignature({ ...headers, secrets: [key], body: chunks, now: NOW });
        const border = cut % bytes.length;
        expect(check([bytes.subarray(0, border), bytes.subarray(border)])).toBe("ok");
        const bad = flip(bytes, at % (bytes.length * 8));
        expect(check([bad.subarray(0, border), bad.subarray(border)])).toBe("bad_signature");
      }),
    );
  });

  test("is refused for any flipped bit of the id, in form or in verification", () => {
    fc.assert(fc.property(secret, id, body, fc.nat(), (key, messageId, bytes, at) => {
      const headers = sign(key, messageId, SECONDS, bytes);
      const raw = flip(new TextEncoder().encode(messageId), at % (messageId.length * 8));
      const changed = String.fromCharCode(...raw);
      expect(changed).not.toBe(messageId);
      const verdict = verifySignature({
        ...headers,
        id: changed,
        secrets: [key],
        body: bytes,
        now: NOW,
      });
      expect(verdict).toBe("bad_signature");
    }));
  });

  test("is refused for any flipped bit of the timestamp, even inside the window", () => {
    fc.assert(fc.property(secret, id, body, fc.nat(39), (key, messageId, bytes, bit) => {
      const headers = sign(key, messageId, SECONDS, bytes);
      // Flips a bit of the number; the clock follows, so that only the signature can refuse.
      const timestamp = Number(BigInt(SECONDS) ^ (1n << BigInt(bit)));
      const verdict = verifySignature({
        ...headers,
        timestamp,
        secrets: [key],
        body: bytes,
        now: new Date(timestamp * 1000),
      });
      expect(verdict).toBe("bad_signature");
    }));
  });

  test("is refused for any flipped bit of itself or of the secret", () => {
    fc.assert(fc.property(secret, id, body, fc.nat(), (key, messageId, bytes, at) => {
      const headers = sign(key, messageId, SECONDS, bytes);
      const text = new TextEncoder().encode(headers.signatures[0]!);
      const bent = String.fromCharCode(...flip(text, at % (text.length * 8)));
      const check = (signatures: string[], used: Uint8Array) =>
        verifySignature({ ...headers, signatures, secrets: [used], body: bytes, now: NOW });
      expect(check([bent], key)).toBe("bad_signature");
      expect(check([bent, headers.signatures[0]!], key)).toBe("ok");
      expect(check(headers.signatures, flip(key, at % (key.length * 8)))).toBe("bad_signature");
    }));
  });

  test("does not allow moving the boundary between id, timestamp and body", () => {
    fc.assert(fc.property(secret, id, body, (key, messageId, bytes) => {
      const tail = new Uint8Array([...new TextEncoder().encode(`${SECONDS}.`), ...bytes]);
      const headers = sign(key, messageId, SECONDS, tail);
      // The same signed text, read as an id that ends in ".SECONDS", has no acceptable form.
      const moved = new Headers({
        "webhook-id": `${messageId}.${SECONDS}`,
        "webhook-timestamp": String(SECONDS),
        "webhook-signature": `v1,${headers.signatures[0]}`,
      });
      expect(parseSignatureHeaders(moved).ok).toBe(false);
      expect(verifySignature({ ...headers, secrets: [key], body: tail, now: NOW })).toBe("ok");
    }));
  });
});
