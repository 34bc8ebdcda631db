import { describe, expect, test } from "vitest";
import { unsubscribeLinksOf } from "../../../edge-functions/_shared/delivery/links.ts";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";
import { sendRequest } from "../providers/support.ts";

const TOKEN = "AbC-_123";
const env = (given: Record<string, string> = {}) =>
  readEnv({
    DATABASE_URL: "postgres://localhost/x",
    SUPABASE_URL: "https://p.example.com",
    ...given,
  });
const email = (over = {}) => sendRequest({ unsubscribe_token: TOKEN, ...over });
const FUNCTION = `https://p.example.com/functions/v1/unsubscribe?u=${TOKEN}`;

describe("the unsubscribe links of an e-mail", () => {
  test("lead people to the page and mail programs to the function", () => {
    for (const url of ["https://pages.example.com/a", "https://pages.example.com/a/"]) {
      expect(unsubscribeLinksOf(email(), env({ SLUICE_PAGES_URL: url }))).toEqual({
        link: `https://pages.example.com/a/unsubscribe/index.html#${TOKEN}`,
        oneClick: FUNCTION,
      });
    }
  });

  test("are both the function's where no page is hosted", () => {
    for (const SLUICE_PAGES_URL of [undefined, ""]) {
      const given: Record<string, string> = SLUICE_PAGES_URL === undefined
        ? {}
        : { SLUICE_PAGES_URL };
      expect(unsubscribeLinksOf(email(), env(given))).toEqual({
        link: FUNCTION,
        oneClick: FUNCTION,
      });
    }
  });

  test("are missing without a public URL, even if the page is hosted, and for other channels", () => {
    const pages = { SLUICE_PAGES_URL: "https://pages.example.com" };
    expect(unsubscribeLinksOf(email(), env({ ...pages, SUPABASE_URL: "" }))).toBeNull();
    expect(unsubscribeLinksOf(email({ unsubscribe_token: null }), env(pages))).toBeNull();
    expect(unsubscribeLinksOf(email({ channel: "sms" }), env(pages))).toBeNull();
  });

  test("need an http or https address", () => {
    expect(() => env({ SLUICE_PAGES_URL: "pages.example.com" })).toThrow(/SLUICE_PAGES_URL/);
    expect(() => env({ SLUICE_PAGES_URL: "javascript:alert(1)" })).toThrow(/SLUICE_PAGES_URL/);
  });
});
