import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { costUsd, variablesOf } from "../settings.ts";

/** Each product has a host of its own. */
const HOSTS = {
  phone: "https://globalphone.melissadata.net",
  email: "https://globalemail.melissadata.net",
  personator: "https://personator.melissadata.net",
  property: "https://property.melissadata.net",
} as const;

const Account = z.object({
  /** The licence key, which requests call CustomerID. */
  MELISSA_LICENSE_KEY: z.string().min(1).optional(),
  /** For the sandbox: one host for all products. */
  MELISSA_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** No price was seen: the budget assumes these. */
  MELISSA_PHONE_COST_USD: costUsd(0.02),
  MELISSA_EMAIL_COST_USD: costUsd(0.02),
  MELISSA_ADDRESS_COST_USD: costUsd(0.05),
  MELISSA_PROPERTY_COST_USD: costUsd(0.2),
  MELISSA_TRACE_COST_USD: costUsd(0.15),
});

export interface MelissaSettings {
  key: string;
  hosts: Readonly<Record<keyof typeof HOSTS, string>>;
  phoneCostUsd: number;
  emailCostUsd: number;
  addressCostUsd: number;
  propertyCostUsd: number;
  traceCostUsd: number;
}

export function melissaSettings(
  account: string,
  given: Variables = process.env,
): MelissaSettings | null {
  const read = readSettings(Account, variablesOf(account, ["MELISSA_LICENSE_KEY"], given));
  if (read.MELISSA_LICENSE_KEY === undefined) return null;
  const base = read.MELISSA_BASE_URL?.replace(/\/+$/, "");
  return {
    key: read.MELISSA_LICENSE_KEY,
    hosts: base === undefined
      ? HOSTS
      : { phone: base, email: base, personator: base, property: base },
    phoneCostUsd: read.MELISSA_PHONE_COST_USD,
    emailCostUsd: read.MELISSA_EMAIL_COST_USD,
    addressCostUsd: read.MELISSA_ADDRESS_COST_USD,
    propertyCostUsd: read.MELISSA_PROPERTY_COST_USD,
    traceCostUsd: read.MELISSA_TRACE_COST_USD,
  };
}
