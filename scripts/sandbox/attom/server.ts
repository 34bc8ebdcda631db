// ATTOM's Property API with what was seen of it: "no such property" comes as SuccessWithoutResult, with status 200 for
// some addresses and 400 for others; a quota that is used up is a 429; a wrong key a 401. Foreclosures are of version 3,
// whose answers have another form: a property without any has empty lists.
import type { Context } from "../context.ts";
import { header, type ProviderHandler } from "../http.ts";
import type { Answer, Incoming } from "../types.ts";

type Fields = Record<string, unknown>;

export class Attom implements ProviderHandler {
  #context: Context;
  /** Properties by street in upper case; each has identifier, address, avm, mortgage, saleHistory, homeEquity, foreclosure. */
  readonly properties = new Map<string, Fields>();
  /** Answers with status 200, by path and street: these are billed. */
  readonly charged = new Map<string, number>();
  quota = 100_000;

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    if (header(request, "apikey") !== this.#context.secrets.attom.apiKey) {
      return answer(401, 401, "Unauthorized");
    }
    const path = request.path.replace(/^\/(propertyapi\/v1\.0\.0\/)?/, "");
    const parts: Record<string, string> = {
      "attomavm/detail": "avm",
      "property/detailmortgage": "mortgage",
      "saleshistory/detail": "saleHistory",
      "valuation/homeequity": "homeEquity",
      "property/v3/preforeclosuredetails": "foreclosure",
    };
    const part = parts[path];
    if (part === undefined) return answer(404, 404, "Not found");
    const street = (request.query.get("address1") ?? request.query.get("apn") ?? "").toUpperCase();
    if (street === "") return answer(400, 1, "Invalid parameter combination");
    if (this.quota <= 0) return answer(429, 429, "Quota Exceeded");
    const property = this.properties.get(street);
    if (!property) {
      // Odd house numbers are unknown with 400, even ones with 200.
      const status = Number.parseInt(street, 10) % 2 === 0 ? 200 : 400;
      if (status === 200) this.#charge(path, street);
      return answer(status, status === 200 ? 0 : 1, "SuccessWithoutResult");
    }
    this.#charge(path, street);
    const { identifier, address, [part]: found } = property;
    if (part === "foreclosure") return foreclosures(address as Fields, found as Fields | undefined);
    return answer(200, 0, "SuccessWithResult", [{ identifier, address, [part]: found }]);
  }

  refuse(status: number): Answer {
    return status >= 500 ? { status, body: "" } : answer(status, status, "Refused");
  }

  #charge(path: string, street: string) {
    this.quota--;
    const key = `${path} ${street}`;
    this.charged.set(key, (this.charged.get(key) ?? 0) + 1);
  }
}

const answer = (status: number, code: number, msg: string, property: unknown[] = []): Answer => ({
  status,
  body: {
    status: { version: "1.0.0", code, msg, total: property.length, page: 1, pagesize: 10 },
    property,
  },
});

const foreclosures = (address: Fields, found: Fields = {}): Answer => ({
  status: 200,
  body: {
    PreforeclosureDetails: {
      PropertyIdentification: {
        streetAddress: address.line1,
        city: address.locality,
        stateCode: address.countrySubd,
        zip5: address.postal1,
      },
      ...{ Default: [], Auction: [] },
      ...found,
    },
  },
});
