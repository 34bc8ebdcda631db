// Checks of the answer's headers and cookies.
import type { Measuring } from "./measuring.ts";

export type Headers = Record<string, string>;

export interface Cookie {
  name: string;
  secure: boolean;
  httpOnly: boolean;
  sameSite: boolean;
}

export function readCookie(line: string): Cookie {
  const [pair = "", ...attributes] = line.split(";");
  const names = attributes.map((one) => one.split("=")[0]!.trim().toLowerCase());
  return {
    name: pair.split("=")[0]!.trim(),
    secure: names.includes("secure"),
    httpOnly: names.includes("httponly"),
    sameSite: names.includes("samesite"),
  };
}

const LEAST_HSTS_SECONDS = 15_552_000;

export function checkHeaders(
  to: Measuring,
  headers: Headers,
  cookies: readonly Cookie[],
  https: boolean,
): void {
  if (https) {
    const age = /max-age\s*=\s*"?(\d+)/i.exec(headers["strict-transport-security"] ?? "")?.[1];
    to.set("headers.hsts", Number(age ?? 0) >= LEAST_HSTS_SECONDS);
    const open = cookies.filter(({ secure }) => !secure).map(({ name }) => name);
    to.set("headers.insecure_cookies", open.length, open);
  }
  const policy = headers["content-security-policy"] ?? "";
  to.set("headers.csp", policy !== "");
  to.set("headers.nosniff", /nosniff/i.test(headers["x-content-type-options"] ?? ""));
  to.set(
    "headers.framing",
    /frame-ancestors/i.test(policy) || /deny|sameorigin/i.test(headers["x-frame-options"] ?? ""),
  );
  to.set("headers.referrer_policy", headers["referrer-policy"] !== undefined);
  const told = ["server", "x-powered-by", "x-aspnet-version"].map((name) => headers[name] ?? "")
    .filter((value) => /\d+\.\d+/.test(value));
  to.set("headers.versions", told.length, told);
  to.set("page.compressed", /\b(?:gzip|br|zstd|deflate)\b/.test(headers["content-encoding"] ?? ""));
  to.set(
    "page.cached",
    /max-age\s*=\s*[1-9]/.test(headers["cache-control"] ?? "") || headers.etag !== undefined ||
      headers["last-modified"] !== undefined,
  );
}
