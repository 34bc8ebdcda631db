// NeverBounce: does a mailbox exist?
import type { z } from "zod";
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import { classifyNeverbounce } from "./classify.ts";
import { checkCostUsd } from "./cost.ts";
import { neverbounceLimits } from "./limits.ts";
import { codesOf } from "./mapping.ts";
import { Check } from "./schemas.ts";
import { type NeverbounceSettings, neverbounceSettings } from "./settings.ts";

const DAY = 86_400;

const url = ({ base, key }: NeverbounceSettings, query: Record<string, string>) =>
  `${base}/v4.2/single/check?${new URLSearchParams({
    key,
    address_info: "0",
    credits_info: "0",
    ...query,
  })}`;

const spelling = (email: string) => email.trim().toLowerCase();

export const checkEmail: DataEndpoint<
  NeverbounceSettings,
  string,
  z.infer<typeof Check>,
  { codes: string[] }
> = {
  name: "single_check",
  normalise: spelling,
  request: (email, settings) => ({
    url: url(settings, { email: spelling(email), timeout: "20" }),
  }),
  schema: Check,
  map: codesOf,
  costUsd: checkCostUsd,
  // What could not be checked today may be tomorrow.
  keepSeconds: (outcome, mapped) =>
    outcome === "ok" && mapped && !mapped.codes.includes("unknown") ? 90 * DAY : DAY,
};

export const neverbounce: DataProvider<NeverbounceSettings> = {
  name: "neverbounce",
  docs: {
    url: "https://developers.neverbounce.com/reference/single-check",
    read: "2026-11-27, from a copy",
  },
  timeoutMs: 30_000,
  atOnce: 10,
  limits: () => neverbounceLimits,
  settings: neverbounceSettings,
  classify: classifyNeverbounce,
  endpoints: { single_check: checkEmail },
  // Every check of an address is charged, so that the tour asks about none.
  tour: [{
    title: "a check without an address",
    endpoint: "single_check",
    request: (settings) => ({ url: url(settings, {}) }),
    expect: "bad_request",
  }],
};
