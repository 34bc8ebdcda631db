// ZeroBounce: does a mailbox exist?
import type { z } from "zod";
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import { classifyZerobounce } from "./classify.ts";
import { validationCostUsd } from "./cost.ts";
import { zerobounceLimits } from "./limits.ts";
import { codesOf, type VerificationCodes } from "./mapping.ts";
import { Credits, Validation } from "./schemas.ts";
import { type ZerobounceSettings, zerobounceSettings } from "./settings.ts";

const DAY = 86_400;

const url = ({ base, key }: ZerobounceSettings, path: string, query: Record<string, string> = {}) =>
  `${base}/v2/${path}?${new URLSearchParams({ api_key: key, ...query })}`;

const validation = (email: string, settings: ZerobounceSettings) => ({
  url: url(settings, "validate", { email, ip_address: "" }),
});

export const validateEmail: DataEndpoint<
  ZerobounceSettings,
  string,
  z.infer<typeof Validation>,
  VerificationCodes
> = {
  name: "validate",
  normalise: (email) => email.trim().toLowerCase(),
  request: (email, settings) => validation(email.trim().toLowerCase(), settings),
  schema: Validation,
  map: codesOf,
  costUsd: validationCostUsd,
  // What could not be checked today may be tomorrow.
  keepSeconds: (outcome, mapped) =>
    outcome === "ok" && mapped && !mapped.codes.includes("unknown") ? 90 * DAY : DAY,
};

const credits: DataEndpoint<ZerobounceSettings, null, z.infer<typeof Credits>, number> = {
  name: "getcredits",
  normalise: () => "",
  request: (_, settings) => ({ url: url(settings, "getcredits") }),
  schema: Credits,
  map: (answer) => Number(answer.Credits),
  costUsd: () => 0,
  keepSeconds: () => 0,
};

/** Addresses that the live host answers without charge. */
const magic = (address: string) => ({
  title: `validate ${address}`,
  endpoint: "validate",
  request: (settings: ZerobounceSettings) => validation(address, settings),
  expect: "ok" as const,
});

export const zerobounce: DataProvider<ZerobounceSettings> = {
  name: "zerobounce",
  docs: {
    url: "https://www.zerobounce.net/docs/email-validation-api-quickstart",
    read: "2026-11-27, from a copy",
  },
  timeoutMs: 30_000,
  atOnce: 20,
  limits: () => zerobounceLimits,
  settings: zerobounceSettings,
  classify: classifyZerobounce,
  endpoints: { validate: validateEmail, getcredits: credits },
  tour: [
    {
      title: "credits left",
      endpoint: "getcredits",
      request: (settings) => ({ url: url(settings, "getcredits") }),
      expect: "ok",
    },
    ...["valid", "invalid", "catch_all", "spamtrap", "abuse", "donotmail", "unknown"]
      .map((name) => magic(`${name}@example.com`)),
  ],
};
