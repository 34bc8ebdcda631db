import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  delayMs,
  isRetryable,
  MAX_ATTEMPTS,
  parseRetryAfter,
} from "../../../scripts/cli/backoff.ts";
import { uploadIdFor } from "../../../scripts/cli/identity.ts";
import { contentDisposition, partWebhookId } from "../../../scripts/cli/api.ts";
import { formatSize, parseSize, plural } from "../../../scripts/cli/size.ts";
import { sha256 } from "../../../edge-functions/_shared/platform/crypto/digest.ts";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";

describe("back-off", () => {
  test("is spread over the doubled time and never exceeds 30 s", () => {
    const delay = (attempt: number, random: number) =>
      delayMs({ attempt, retryAfterSeconds: null, random });
    expect([1, 2, 3, 4].map((attempt) => delay(attempt, 0.999_999))).toEqual([
      500,
      1000,
      2000,
      4000,
    ]);
    expect(delay(4, 0)).toBe(0);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      expect(delay(attempt, 0.999)).toBeLessThanOrEqual(30_000);
    }
  });

  test("is never shorter than Retry-After", () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.nat(120),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, retryAfterSeconds, random) => {
        const delay = delayMs({ attempt, retryAfterSeconds, random });
        expect(delay).toBeGreaterThanOrEqual(retryAfterSeconds * 1000);
        expect(delay).toBeLessThanOrEqual(retryAfterSeconds * 1000 + 1000);
      },
    ));
  });

  test("reads Retry-After in seconds and as a date, and ignores anything else", () => {
    const now = new Date("2026-11-21T08:00:00Z");
    expect(parseRetryAfter("17", now)).toBe(17);
    expect(parseRetryAfter("Sat, 21 Nov 2026 08:01:30 GMT", now)).toBe(90);
    expect(parseRetryAfter("Sat, 21 Nov 2026 07:00:00 GMT", now)).toBe(0);
    expect(parseRetryAfter("soon", now)).toBeNull();
    expect(parseRetryAfter(null, now)).toBeNull();
  });

  test("applies to transient failures, not to refusals", () => {
    expect([408, 425, 429, 500, 502, 503, 504].every(isRetryable)).toBe(true);
    expect([400, 401, 403, 404, 409, 413, 415, 422, 501].some(isRetryable)).toBe(false);
  });
});

describe("the id of an upload", () => {
  const base = {
    source: "county-list",
    digest: sha256("content"),
    partBytes: 8 << 20,
    dryRun: false,
    generation: 1,
  };

  test("is a UUID of version 8, and the same each time", () => {
    expect(uploadIdFor(base))
      .toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uploadIdFor({ ...base })).toBe(uploadIdFor(base));
  });

  test("differs by source, content, part size, dry run and generation", () => {
    const names = [
      base,
      { ...base, source: "other" },
      { ...base, digest: sha256("contenT") },
      { ...base, partBytes: 1 << 20 },
      { ...base, dryRun: true },
      { ...base, generation: 2 },
    ].map(uploadIdFor);
    expect(new Set(names).size).toBe(names.length);
  });

  test("makes a webhook-id with part and content that can be signed", () => {
    fc.assert(fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 100_000 }), (bytes, part) => {
      const id = partWebhookId(uploadIdFor(base), part, sha256(bytes));
      const sign = () =>
        signRequest({ secrets: [new Uint8Array(32)], id, timestamp: 1_800_000_000, body: bytes });
      expect(sign).not.toThrow();
      expect(id).not.toBe(partWebhookId(uploadIdFor(base), part + 1, sha256(bytes)));
    }));
  });
});

describe("sizes", () => {
  test("are parsed with their unit and formatted for people", () => {
    expect(["8MiB", "8 m", "1KiB", "500kB", "1048576", "1.5K", "7b"].map(parseSize))
      .toEqual([8 << 20, 8 << 20, 1024, 500_000, 1048576, 1536, 7]);
    expect(["", "MiB", "-1", "1GB", "8MiBs", "1e3"].map(parseSize).every((n) => n === null)).toBe(
      true,
    );
    expect([0, 999, 1500, 2_340_000, 5_670_000_000].map(formatSize))
      .toEqual(["0 B", "999 B", "1.5 kB", "2.3 MB", "5.67 GB"]);
    expect([plural(1, "part"), plural(1234, "part")]).toEqual(["1 part", "1,234 parts"]);
  });
});

test("a file name with any characters survives in a header", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => {
    const value = contentDisposition(name);
    expect(() => new Headers({ "content-disposition": value })).not.toThrow();
    expect(value).toMatch(/^attachment; filename\*=UTF-8''[A-Za-z0-9!%._~-]*$/);
    expect(decodeURIComponent(value.split("''")[1]!)).toBe(name);
  }));
});
