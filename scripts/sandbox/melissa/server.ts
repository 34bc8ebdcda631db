// Melissa's Global Phone v4, Global Email v4, Personator v3 and Property v4 with what is known of them: one envelope,
// values as strings, at most 100 records, and refusals as codes in TransmissionResults of a 200. Each record is charged,
// again and again.
import type { Context } from "../context.ts";
import { parseJson, type ProviderHandler } from "../http.ts";
import type { Answer, Incoming } from "../types.ts";

type Fields = Record<string, unknown>;

/** Codes of an e-mail by its local part. */
const MAILS: Record<string, string> = {
  valid: "ES01,ES21",
  invalid: "ES02,EE04",
  catchall: "ES01,ES07",
  unknown: "ES03",
  role: "ES01,ES08",
  trap: "ES01,ES36",
  novel: "ES01,ES99",
};
/** Codes of a phone by its last digits. */
const PHONES: Record<string, string> = {
  "96": "PE04",
  "97": "PE01",
  "98": "PS01,PS08",
  "99": "PS02,PS09",
};

/** Codes of an address by its house number. */
const ADDRESSES: Record<string, string> = { "404": "AE10", "22": "AS02", "33": "AS01,AC10" };
const PRODUCTS: Record<string, "phone" | "email" | "address" | "property"> = {
  "/v4/WEB/GlobalPhone/doGlobalPhone": "phone",
  "/v4/WEB/GlobalEmail/doGlobalEmail": "email",
  "/v3/WEB/ContactVerify/doContactVerify": "address",
  "/v4/WEB/LookupProperty": "property",
};

/** Ten digits, the same for each spelling of a street in a ZIP: words that lists abbreviate do not count. */
function keyOf(line: string, zip: string): string {
  const words = line.toUpperCase().split(/[^A-Z0-9]+/);
  const text = `${words.filter((word) => !/^(ST|STREET|UNIT|APT)$/.test(word)).join(" ")} ${zip}`;
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 899_999_981;
  return `8${String(sum).padStart(9, "1").slice(0, 8)}7`;
}

interface Resident {
  name: string;
  phone?: string;
  email?: string;
  codes?: string;
}

export class Melissa implements ProviderHandler {
  #context: Context;
  credits = 100_000;
  /** Charged records by phone or address. */
  readonly charged = new Map<string, number>();
  /** By MAK, by FIPS and APN with a space between them, or by street, in upper case; groups as in an answer. */
  readonly properties = new Map<string, Record<string, Fields>>();
  /** Who lives at a street, in upper case: what Append adds, and codes in place of those that fit the name. */
  readonly residents = new Map<string, Resident>();
  /** Bodies of the requests, without their keys. */
  readonly asked: Fields[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    const product = PRODUCTS[request.path];
    if (product === undefined) return { status: 404, body: "<h1>Not found</h1>" };
    const body = request.method === "POST" ? parseJson(request) : null;
    if (!body) return refusal("GE07");
    const { CustomerID, CustomerId, ...rest } = body as Fields;
    const key = product === "property" ? CustomerId : CustomerID;
    this.asked.push(rest);
    if (!key) return refusal("GE04");
    if (key !== this.#context.secrets.melissa.licenseKey) return refusal("GE05");
    const records = rest.Records;
    if (!Array.isArray(records) || records.length === 0) return refusal("GE07");
    if (product === "address" && !/Check/.test(String(rest.Actions))) return refusal("GE23");
    if (records.length > 100) return refusal("GE03");
    if (this.credits < records.length) return refusal("GE14");
    this.credits -= records.length;
    const express = /:Express/.test(String(rest.Options));
    const answers = (records as Fields[]).map((record) =>
      product === "phone"
        ? this.#phone(record)
        : product === "email"
        ? this.#email(record, express)
        : product === "property"
        ? this.#property(record, String(rest.Columns))
        : /Append/.test(String(rest.Actions))
        ? this.#appended(record)
        : this.#address(record)
    );
    return {
      status: 200,
      body: {
        Version: "6.1.0",
        TransmissionReference: rest.TransmissionReference ?? "",
        TransmissionResults: "",
        // Not in the order of the request.
        Records: answers.reverse(),
      },
    };
  }

  refuse(status: number): Answer {
    return status === 402 ? refusal("GE14") : { status, body: "" };
  }

  #charge(value: string) {
    this.charged.set(value, (this.charged.get(value) ?? 0) + 1);
  }

  #phone({ RecordID, PhoneNumber }: Fields) {
    const number = String(PhoneNumber);
    this.#charge(number);
    return {
      RecordID,
      Results: PHONES[number.slice(-2)] ?? "PS01,PS07",
      PhoneNumber: number.replace(/^\+1/, ""),
      InternationalPhoneNumber: number,
      ...{
        Carrier: "Sandbox Wireless",
        CallerID: "",
        Locality: "Los Angeles",
        TimeZoneCode: "PST",
      },
      DST: "Y",
    };
  }

  /** By the house number: 404 does not exist, 22 is a building, 33 another street; the others have a key. */
  #address(record: Fields) {
    const { RecordID, FullName, AddressLine1, City, State, PostalCode } = record;
    const line = String(AddressLine1);
    this.#charge(line);
    const house = line.split(" ")[0]!;
    const known = house !== "404";
    return {
      RecordID,
      Results: (ADDRESSES[house] ?? "AS01") + (FullName ? ",NS05,NS06,VR01" : ""),
      ...{ NameFull: FullName ?? "", AddressLine1: line.toUpperCase(), City, State, PostalCode },
      MelissaAddressKey: known ? keyOf(line, String(PostalCode)) : "",
      MelissaAddressKeyBase: "",
    };
  }

  /** The name of the question is repeated, whoever was found: codes alone tell the person from their relatives. */
  #appended(record: Fields) {
    const checked = this.#address(record);
    const found = this.residents.get(String(record.AddressLine1).toUpperCase());
    const [asked, known] = [record.FullName, found?.name].map((name) =>
      String(name ?? "").toUpperCase().split(" ")
    );
    const same = asked!.join(" ") === known!.join(" ");
    const family = found !== undefined && asked!.at(-1) === known!.at(-1);
    const codes = found?.codes ?? [
      ...(found === undefined ? ["VS00"] : same ? ["VR01"] : family ? ["VS12"] : []),
      ...(found?.phone ? ["DA30", "PS01", "PS07", ...(same ? ["VR02"] : [])] : []),
      ...(found?.email ? ["DA40", "ES01", ...(same ? ["VR03"] : [])] : []),
    ].join(",");
    return {
      ...checked,
      Results: [String(checked.Results).split(",")[0], "NS05", "NS06", codes].filter(Boolean)
        .join(","),
      PhoneNumber: same || family ? found?.phone ?? "" : "",
      EmailAddress: same || family ? found?.email ?? "" : "",
    };
  }

  /** Groups that are not asked for, or have nothing, are empty; so is all of a property that nobody knows. */
  #property({ RecordID, MAK, FIPS, APN, AddressLine1 }: Fields, columns: string) {
    const asked = String(MAK ?? (FIPS && APN ? `${FIPS} ${APN}` : AddressLine1));
    this.#charge(asked);
    const found = this.properties.get(asked.toUpperCase());
    const groups = ["Parcel", "PropertyAddress", "PrimaryOwner", "CurrentDeed", "SaleInfo"];
    return {
      RecordID,
      Results: found ? "YS02,YS07,YC01" : "YE01",
      ...Object.fromEntries([...groups, "EstimatedValue"].map((group) => [
        group,
        columns.split(",").includes(`Grp${group}`) ? found?.[group] ?? {} : {},
      ])),
    };
  }

  #email({ RecordID, Email }: Fields, express: boolean) {
    const email = String(Email);
    this.#charge(email);
    const codes = MAILS[email.split("@")[0]!.replace(/[+.-].*$/, "")] ?? "ES01";
    return {
      RecordID,
      // Nobody asks the mail server.
      Results: express ? codes.split(",")[0] : codes,
      EmailAddress: email,
      ...{ DeliverabilityConfidenceScore: express ? "" : "90", DomainAgeEstimated: "1200" },
      DateChecked: this.#context.now().toISOString(),
    };
  }
}

const refusal = (code: string): Answer => ({
  status: 200,
  body: { Version: "6.1.0", TransmissionReference: "", TransmissionResults: code, Records: [] },
});
