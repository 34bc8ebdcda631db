import { expect, test } from "vitest";
import { readDeliverySettings } from "../../../edge-functions/_shared/delivery/settings.ts";
import { openAccounts } from "../../../edge-functions/_shared/providers/registry/accounts.ts";
import { readAccountSettings as sendgrid } from "../../../edge-functions/_shared/providers/sendgrid/settings.ts";
import { readAccountSettings as twilio } from "../../../edge-functions/_shared/providers/twilio/settings.ts";
import {
  environmentOf,
  type StoredAccounts,
} from "../../../edge-functions/_shared/providers/stored.ts";
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

const options = { timeoutMs: 1000, now, publicUrl: null };
/** Org A stored an account east; west-2 is an account of the environment that belongs to org A. */
const stored: StoredAccounts = (provider, account, orgId) =>
  Promise.resolve(
    orgId === "B"
      ? null
      : account === "west-2"
      ? { settings: null }
      : account === "east" && provider === "sendgrid"
      ? { settings: { SENDGRID_API_KEY: "SG.east" } }
      : account === "east" && provider === "twilio"
      ? { settings: { TWILIO_ACCOUNT_SID: SID } }
      : null,
  );

test("a provider without keys has no account; with keys the account is opened once", async () => {
  const open = openAccounts(options, stored, given);
  expect(await open("vapi", "default", "A")).toBeNull();
  expect(await open("twilio", "west-2", "A")).toBeNull();
  for (const unknown of ["pigeon", "constructor", "toString", "__proto__"]) {
    expect(await open(unknown, "default", "A"), unknown).toBeNull();
  }
  expect(await open("twilio", "default", "A")).not.toBeNull();
  const west = await open("sendgrid", "west-2", "A");
  expect(west).not.toBeNull();
  expect(await open("sendgrid", "west-2", "A")).toBe(west);
  expect(west).not.toBe(await open("sendgrid", "default", "A"));
});

test("an account is opened for its own org only, and takes no key from the project", async () => {
  const open = openAccounts(options, stored, given);
  expect(await open("sendgrid", "east", "A")).not.toBeNull();
  for (const account of ["east", "west-2", "unknown"]) {
    expect(await open("sendgrid", account, "B"), account).toBeNull();
  }
  // Org A stored no token, and the project's is not used.
  expect(await open("twilio", "east", "A")).toBeNull();
  expect(environmentOf({ TWILIO_ACCOUNT_SID: SID }, {
    ...given,
    TWILIO_BASE_URL: "https://api.example.com",
    TWILIO_SEGMENT_COST_USD: "0.01",
  })).toEqual({
    TWILIO_ACCOUNT_SID: SID,
    TWILIO_BASE_URL: "https://api.example.com",
    TWILIO_SEGMENT_COST_USD: "0.01",
  });
});

test("invalid settings fail with their names and without their values", () => {
  const open = (settings: Record<string, string>) => openAccounts(options, stored, settings);
  expect(() => open({ TWILIO_BASE_URL: "ftp://x" })).toThrow(/TWILIO_BASE_URL/);
  expect(() => readDeliverySettings({ OUTREACH_BATCH: "many" })).toThrow(/OUTREACH_BATCH/);
  expect(() => open({ TWILIO_ACCOUNT_SID: "secret-sid" })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("secret-sid") }),
  );
});
