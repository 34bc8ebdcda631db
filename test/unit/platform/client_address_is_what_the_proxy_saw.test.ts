import { expect, test } from "vitest";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";
import { clientAddress } from "../../../edge-functions/_shared/platform/http/client_address.ts";

const DATABASE_URL = "postgresql://localhost/x";
const address = (env: Record<string, string>, headers: Record<string, string>) =>
  clientAddress(
    { env: readEnv({ DATABASE_URL, ...env }) },
    new Request("https://example.com", { headers }),
  );
const HOSTED = { SUPABASE_URL: "https://abc.supabase.co" };

test("only the part of x-forwarded-for that our own proxies added counts", () => {
  const forged = { "x-forwarded-for": "198.51.100.1, 203.0.113.7, 10.0.0.1" };
  expect(address({}, forged)).toBe("10.0.0.1");
  expect(address({ TRUSTED_PROXIES: "2" }, forged)).toBe("203.0.113.7");
  expect(address({ TRUSTED_PROXIES: "4" }, forged)).toBeNull();
  expect(address({}, { "x-forwarded-for": "2001:db8::1" })).toBe("2001:db8::1");
  expect(address({}, { "x-forwarded-for": "not an address" })).toBeNull();
  expect(address({}, {})).toBeNull();
});

test("a hosted project uses the address that Cloudflare saw, and no other", () => {
  const both = { "cf-connecting-ip": "203.0.113.7", "x-forwarded-for": "198.51.100.1" };
  expect(address(HOSTED, both)).toBe("203.0.113.7");
  expect(address(HOSTED, { "x-forwarded-for": "198.51.100.1" })).toBeNull();
  // In other deployments any client could send Cloudflare's header.
  expect(address({}, both)).toBe("198.51.100.1");
  expect(address({ SUPABASE_URL: "https://abc.supabase.co.example.com" }, both)).toBe(
    "198.51.100.1",
  );
});

test("another header can be named", () => {
  const headers = { "x-real-ip": "203.0.113.8", "x-forwarded-for": "198.51.100.1" };
  expect(address({ ...HOSTED, CLIENT_ADDRESS_HEADER: "x-real-ip" }, headers)).toBe("203.0.113.8");
  expect(() => address({ CLIENT_ADDRESS_HEADER: "x-client" }, headers)).toThrow("environment");
});
