import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanText, cut, parseCleanJson } from "../../../edge-functions/_shared/platform/text.ts";
import { isStorable } from "../../../edge-functions/_shared/platform/http/text.ts";
import { findEndpoint } from "../../../edge-functions/_shared/providers/registry/endpoints.ts";
import { sid } from "../../support/webhooks.ts";

const Text = fc.string({ unit: "binary" }).chain((text) =>
  fc.array(fc.constantFrom("\0", "\ud800", "\udc00", "😀", "a")).map((odd) => text + odd.join(""))
);

test("a clean text has neither NUL nor half a pair, and a storable one is unchanged", () => {
  fc.assert(fc.property(Text, (text) => {
    expect(isStorable(cleanText(text))).toBe(true);
    expect(cleanText(cleanText(text))).toBe(cleanText(text));
    if (isStorable(text)) expect(cleanText(text)).toBe(text);
  }));
});

test("cutting never makes half a pair", () => {
  fc.assert(fc.property(Text, fc.nat(20), (text, most) => {
    const short = cut(cleanText(text), most);
    expect(isStorable(short)).toBe(true);
    expect(short.length).toBeLessThanOrEqual(most);
    expect(cleanText(text).startsWith(short)).toBe(true);
  }));
});

test("parsed JSON is clean at any depth, in names and values", () => {
  fc.assert(fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
    const parsed = parseCleanJson(
      JSON.stringify({ "__proto__x\0": value, "\ud800": ["\0STOP\0"] }),
    );
    expect(isStorable(parsed)).toBe(true);
  }));
  expect(parseCleanJson('{"a\\u0000": ["STOP\\u0000", "\\ud83d\\ude00"]}')).toEqual({
    a: ["STOP", "😀"],
  });
});

const sms = (body: string) =>
  findEndpoint("twilio", "sms")!.read({
    ...{ provider: "twilio", kind: "sms", params: {}, receivedAt: new Date() },
    contentType: "application/x-www-form-urlencoded",
    body: new TextEncoder().encode(
      new URLSearchParams({ MessageSid: sid("SM", 1), From: "+12135550101", Body: body })
        .toString(),
    ),
  });

test("STOP with a NUL is a STOP, and a long text is cut between characters", () => {
  expect(sms("STOP\0")).toMatchObject([{ text: "STOP" }]);
  const [long] = sms("a".repeat(9_999) + "😀");
  expect(long).toMatchObject({ text: "a".repeat(9_999) });
});
