import { expect, test } from "vitest";
import { readDeliverySettings } from "../../../edge-functions/_shared/delivery/settings.ts";
import { openAccounts } from "../../../edge-functions/_shared/providers/registry/accounts.ts";
import { readAccountSettings as sendgrid } from "../../../edge-functions/_shared/providers/sendgrid/settings.ts";
import { readAccountSettings as twilio } from "../../../edge-functions/_shared/providers/twilio/settings.ts";
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
  expect(sendgrid("default", given).SENDGRID_API_KEY).toBe("SG.default");
  expect(sendgrid("west-2", given).SENDGRID_API_KEY).toBe("SG.west");
  expect(twilio("west-2", given).TWILIO_AUTH_TOKEN).toBeUndefined();
  expect(sendgrid("east", given).SENDGRID_API_KEY).toBeUndefined();
});

test("a provider without keys has no account; with keys the account is opened once", () => {
  const options = { timeoutMs: 1000, now, publicUrl: null };
  const open = openAccounts(options, given);
  expect(open("vapi", "default")).toBeNull();
  expect(open("twilio", "west-2")).toBeNull();
  for (const unknown of ["pigeon", "constructor", "toString", "__proto__"]) {
    expect(open(unknown, "default"), unknown).toBeNull();
  }
  expect(open("twilio", "default")).not.toBeNull();
  expect(open("sendgrid", "west-2")).toBe(open("sendgrid", "west-2"));
  expect(open("sendgrid", "west-2")).not.toBe(open("sendgrid", "default"));
});

test("invalid settings fail with their names and without their values", () => {
  const open = (settings: Record<string, string>) =>
    openAccounts({ timeoutMs: 1000, now, publicUrl: null }, settings);
  expect(() => open({ TWILIO_BASE_URL: "ftp://x" })).toThrow(/TWILIO_BASE_URL/);
  expect(() => readDeliverySettings({ OUTREACH_BATCH: "many" })).toThrow(/OUTREACH_BATCH/);
  expect(() => open({ TWILIO_ACCOUNT_SID: "secret-sid" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("secret-sid") }),
  );
});
