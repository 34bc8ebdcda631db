// Melissa's Global Phone v4 and Global Email v4 with what is known of them: one envelope, values as strings, at most 100
// records, and refusals as codes in TransmissionResults of a 200. Each record is charged, again and again.
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

export class Melissa implements ProviderHandler {
  #context: Context;
  credits = 100_000;
  /** Charged records by phone or address. */
  readonly charged = new Map<string, number>();
  /** Bodies of the requests, without their keys. */
  readonly asked: Fields[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    const phone = request.path === "/v4/WEB/GlobalPhone/doGlobalPhone";
    if (!phone && request.path !== "/v4/WEB/GlobalEmail/doGlobalEmail") {
      return { status: 404, body: "<h1>Not found</h1>" };
    }
    const body = request.method === "POST" ? parseJson(request) : null;
    if (!body) return refusal("GE07");
    const { CustomerID: key, ...rest } = body as Fields;
    this.asked.push(rest);
    if (!key) return refusal("GE04");
    if (key !== this.#context.secrets.melissa.licenseKey) return refusal("GE05");
    const records = rest.Records;
    if (!Array.isArray(records) || records.length === 0) return refusal("GE07");
    if (records.length > 100) return refusal("GE03");
    if (this.credits < records.length) return refusal("GE14");
    this.credits -= records.length;
    const express = /:Express/.test(String(rest.Options));
    const answers = (records as Fields[]).map((record) =>
      phone ? this.#phone(record) : this.#email(record, express)
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
