import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

/** Errors of the whole request come with status 200, in TransmissionResults. Elsewhere the same letters mean other things. */
const TRANSMISSION: Record<string, Verdict> = {};
const say = (codes: string, verdict: Omit<Verdict, "code">) => {
  for (const code of codes.split(" ")) TRANSMISSION[code] = { ...verdict, code };
};
say("GE04 GE05 GE06 GE09 GE10 GE11", {
  outcome: "auth",
  processed: "no",
  retryAfterSeconds: HOUR,
});
say("GE14", { outcome: "out_of_credit", processed: "no", retryAfterSeconds: HOUR });
// The product or the address of the caller is not enabled, or the account is locked.
say("GE08 GE12 GE13 GE16 GE20 GE21 GE22 GE24 GE27 GE29", {
  outcome: "blocked",
  processed: "no",
  retryAfterSeconds: HOUR,
});
say("GE03 GE07 GE23", { outcome: "bad_request", processed: "no" });
say("SE01", { outcome: "retry_after", processed: "maybe" });

/** A property that nobody knows is a record without its parcel and without its address. */
const knowsNone = (records: readonly unknown[]): boolean =>
  records.every((record) =>
    ["Parcel", "PropertyAddress"].every((name) =>
      Object.values((record as Record<string, unknown> | null)?.[name] ?? {})
        .every((value) => value === null || String(value).trim() === "")
    )
  );

const codesOfRecords = (records: unknown[]): string =>
  records.map((record) => String((record as { Results?: unknown } | null)?.Results ?? "").trim())
    .filter((results) => results !== "").join(",");

export function classifyMelissa(
  { status, header, body }: RawAnswer,
  endpoint?: string,
): Verdict {
  const wait = retryAfter(header, new Date());
  const answer = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const codes = String(answer.TransmissionResults ?? "").split(",").map((code) => code.trim());
  if (status === 200) {
    const failed = codes.find((code) => Object.hasOwn(TRANSMISSION, code));
    if (failed !== undefined) return TRANSMISSION[failed]!;
    const unknown = codes.find((code) => /^(GE|SE)\d\d$/.test(code));
    if (unknown !== undefined) {
      return { outcome: "retry_after", processed: "maybe", code: unknown };
    }
    if (endpoint === "property" && Array.isArray(answer.Records) && knowsNone(answer.Records)) {
      const code = codesOfRecords(answer.Records);
      return { outcome: "empty", processed: "yes", ...(code === "" ? {} : { code }) };
    }
    return Array.isArray(answer.Records)
      ? { outcome: "ok", processed: "yes" }
      : { outcome: "retry_after", processed: "maybe", code: "no_records" };
  }
  if (status === 401) return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR };
  if (status === 403) return { outcome: "blocked", processed: "no", retryAfterSeconds: HOUR };
  if (status === 429) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 60 };
  }
  return status >= 400 && status < 500
    ? { outcome: "bad_request", processed: "no", code: `http_${status}` }
    : {
      outcome: "retry_after",
      processed: "maybe",
      code: `http_${status}`,
      ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    };
}
