// Melissa: Global Phone v4, Global Email v4, Personator v3 and Property v4. Of the first two, Express looks into a
// database; Premium also asks the network or the mail server. They are endpoints of their own, since an answer of one
// does not answer a question to the other.
import type { z } from "zod";
import type { CallRequest, DataEndpoint, DataProvider } from "../gateway/types.ts";
import { appendContacts, appendRequest } from "./append.ts";
import { classifyMelissa } from "./classify.ts";
import { emailCostUsd, phoneCostUsd } from "./cost.ts";
import { melissaLimits, MOST_TOGETHER } from "./limits.ts";
import { codesOf } from "./mapping.ts";
import { Checked } from "./schemas.ts";
import { checkAddress, personatorRequest } from "./personator.ts";
import type { PropertySource } from "../property.ts";
import { lookUpProperty, propertyRequest, recordOf } from "./property.ts";
import { type MelissaSettings, melissaSettings } from "./settings.ts";
import { splitRecords } from "./split.ts";

const DAY = 86_400;

type Level = "Express" | "Premium";
type Check = DataEndpoint<
  MelissaSettings,
  string,
  z.infer<typeof Checked>,
  { codes: string[]; level: string }
>;

interface Product {
  name: string;
  host: "phone" | "email";
  path: string;
  options: (level: Level) => string;
  record: (value: string) => Record<string, string>;
  costUsd: (settings: MelissaSettings) => number;
  /** Codes of a check that came to no result. */
  undecided: RegExp;
}

function post(
  { host, path, options, record }: Product,
  level: Level,
  asked: readonly { id: string; question: string }[],
  settings: MelissaSettings,
): CallRequest {
  return {
    url: settings.hosts[host] + path,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      CustomerID: settings.key,
      TransmissionReference: "sluice",
      Options: options(level),
      Records: asked.map(({ id, question }) => ({ RecordID: id, ...record(question) })),
    }),
  };
}

const spelling = (value: string) => value.trim().toLowerCase();

const check = (product: Product, level: Level): Check => ({
  name: level === "Premium" ? product.name : `${product.name}_express`,
  normalise: spelling,
  request: (value, settings) =>
    post(product, level, [{ id: "1", question: spelling(value) }], settings),
  together: {
    most: MOST_TOGETHER,
    request: (asked, settings) =>
      post(
        product,
        level,
        asked.map(({ id, question }) => ({ id, question: spelling(question) })),
        settings,
      ),
    split: splitRecords(level.toLowerCase()),
  },
  schema: Checked,
  map: codesOf,
  costUsd: product.costUsd,
  // What could not be checked today may be tomorrow.
  keepSeconds: (outcome, mapped) =>
    outcome === "ok" && mapped && !mapped.codes.some((code) => product.undecided.test(code))
      ? 90 * DAY
      : DAY,
});

const PHONE: Product = {
  name: "global_phone",
  host: "phone",
  path: "/v4/WEB/GlobalPhone/doGlobalPhone",
  options: (level) => `VerifyPhone:${level},TimeToWait:5`,
  record: (value) => ({ PhoneNumber: value, Country: "US" }),
  costUsd: phoneCostUsd,
  undecided: /^PE04$/,
};
const EMAIL: Product = {
  name: "global_email",
  host: "email",
  path: "/v4/WEB/GlobalEmail/doGlobalEmail",
  options: (level) => `VerifyMailbox:${level},TimeToWait:25,DomainCorrection:off`,
  record: (value) => ({ Email: value }),
  costUsd: emailCostUsd,
  undecided: /^ES03$/,
};

export const checkPhone = check(PHONE, "Premium");
export const checkPhoneExpress = check(PHONE, "Express");
export const checkEmail = check(EMAIL, "Premium");
export const checkEmailExpress = check(EMAIL, "Express");

const EVERY = [checkPhone, checkPhoneExpress, checkEmail, checkEmailExpress];

export const melissa: DataProvider<MelissaSettings> = {
  name: "melissa",
  docs: { url: "https://docs.melissa.com/cloud-api", read: "2026-11-27, from a copy" },
  timeoutMs: 60_000,
  atOnce: 4,
  limits: () => melissaLimits,
  settings: melissaSettings,
  classify: classifyMelissa,
  endpoints: {
    ...Object.fromEntries(EVERY.map((endpoint) => [endpoint.name, endpoint])),
    personator: checkAddress,
    property: lookUpProperty,
    append: appendContacts,
  },
  // A request without records is refused, and asks about nobody.
  tour: [PHONE, EMAIL].map((product) => ({
    title: `${product.name} without records`,
    endpoint: product.name,
    request: (settings: MelissaSettings) => post(product, "Express", [], settings),
    expect: "bad_request" as const,
  })).concat([{
    title: "personator without records",
    endpoint: checkAddress.name,
    request: (settings) => personatorRequest([], settings),
    expect: "bad_request",
  }, {
    title: "property without records",
    endpoint: lookUpProperty.name,
    request: (settings) => propertyRequest([], settings),
    expect: "bad_request",
  }, {
    title: "append without records",
    endpoint: appendContacts.name,
    request: (settings) => appendRequest([], settings),
    expect: "bad_request",
  }]),
};

export const melissaProperty: PropertySource<MelissaSettings> = {
  provider: melissa,
  endpoints: [lookUpProperty],
  knows: (question) => recordOf(question) !== null,
};
