import { expect, test } from "vitest";
import type { Env } from "../../../edge-functions/_shared/platform/settings.ts";
import { openProviders } from "../../../edge-functions/_shared/providers/accounts.ts";
import {
  readOutreachSettings,
  settingsOf,
} from "../../../edge-functions/_shared/providers/settings.ts";
import { now } from "./support.ts";

const SID = `AC${"0".repeat(32)}`;
const given = {
  SENDGRID_API_KEY: "SG.default",
  SENDGRID_API_KEY_WEST_2: "SG.west",
  TWILIO_ACCOUNT_SID: SID,
  TWILIO_AUTH_TOKEN: "token",
  VAPI_API_KEY: "",
};

test("an account has its own keys and none of another's", () => {
  expect(settingsOf("default", given).SENDGRID_API_KEY).toBe("SG.default");
  expect(settingsOf("west-2", given).SENDGRID_API_KEY).toBe("SG.west");
  expect(settingsOf("west-2", given).TWILIO_AUTH_TOKEN).toBeUndefined();
  expect(settingsOf("east", given).SENDGRID_API_KEY).toBeUndefined();
});

test("a provider without keys is none; with them it is the same each time", () => {
  const open = openProviders({} as Env, now, (account) => settingsOf(account, given));
  expect(open("vapi", "default")).toBeNull();
  expect(open("twilio", "west-2")).toBeNull();
  expect(open("pigeon", "default")).toBeNull();
  expect(open("twilio", "default")).not.toBeNull();
  expect(open("sendgrid", "west-2")).toBe(open("sendgrid", "west-2"));
  expect(open("sendgrid", "west-2")).not.toBe(open("sendgrid", "default"));
});

test("senseless settings are told, with their names and without their values", () => {
  expect(() => readOutreachSettings({ TWILIO_BASE_URL: "ftp://x", OUTREACH_BATCH: "many" }))
    .toThrow(/TWILIO_BASE_URL/);
  expect(() => readOutreachSettings({ TWILIO_ACCOUNT_SID: "secret-sid" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("secret-sid") }),
  );
});
