import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  constantTimeEqual,
  fromBase64,
  fromHex,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from "../../../edge-functions/_shared/platform/crypto/bytes.ts";
import {
  byteLengthOf,
  hmacSha256,
  Sha256,
  sha256,
  sha256Hex,
} from "../../../edge-functions/_shared/platform/crypto/digest.ts";

describe("bytes", () => {
  test("survive hex and base64 unchanged, also as a view into a larger buffer", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 2 }), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      const inner = bytes.subarray(1, -1);
      expect(fromHex(toHex(inner))).toEqual(new Uint8Array(inner));
      expect(toBase64Url(inner)).toMatch(/^[A-Za-z0-9_-]*$/);
    }));
  });

  test("are not read from invalid hex or non-canonical base64", () => {
    expect(fromHex("0aFF")).toEqual(new Uint8Array([10, 255]));
    for (const bad of ["0", "zz", "0a ", "0x0a"]) expect(() => fromHex(bad)).toThrow(TypeError);
    expect(fromBase64("YQ==")).toEqual(new Uint8Array([97]));
    for (const bad of ["YQ", "YR==", "Y Q==", "-_==", "%"]) {
      expect(() => fromBase64(bad)).toThrow(TypeError);
    }
  });

  test("compare equal in constant time exactly when they are equal", () => {
    fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(constantTimeEqual(a, a.slice())).toBe(true);
      expect(constantTimeEqual(a, b)).toBe(toHex(a) === toHex(b));
    }));
    expect(constantTimeEqual("token", utf8("token"))).toBe(true);
    expect(constantTimeEqual("token", "tokem")).toBe(false);
    expect(constantTimeEqual("token", "token ")).toBe(false);
  });
});

describe("digests", () => {
  test("do not depend on how the bytes are split into chunks", () => {
    fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => {
      const whole = new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
      const expected = createHash("sha256").update(whole).digest("hex");
      const stream = new Sha256();
      for (const chunk of chunks) stream.update(chunk);
      expect(stream.bytes).toBe(whole.length);
      expect(byteLengthOf(chunks)).toBe(whole.length);
      expect(toHex(stream.digest())).toBe(expected);
      expect(sha256Hex(chunks)).toBe(expected);
      expect(toHex(sha256(whole))).toBe(expected);
      expect(toHex(hmacSha256(utf8("key"), "a", chunks)))
        .toBe(createHmac("sha256", "key").update("a").update(whole).digest("hex"));
    }));
    expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
