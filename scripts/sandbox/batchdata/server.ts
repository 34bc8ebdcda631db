// BatchData's skip trace v3 with what was seen of it: at most 100 properties a call, entries in another order than the
// requests and matched by requestId, null where nothing was found, flagged phones hidden unless the option asks for
// them, refusals also in the body of a 200, and a charge for each matched property, again and again.
import type { Context } from "../context.ts";
import { header, parseJson, type ProviderHandler } from "../http.ts";
import type { Answer, Incoming } from "../types.ts";

type Fields = Record<string, unknown>;

export class Batchdata implements ProviderHandler {
  #context: Context;
  credits = 100_000;
  /** Who is found, by street or parcel in upper case. */
  readonly people = new Map<string, Fields[]>();
  readonly charged = new Map<string, number>();
  readonly asked: Fields[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    if (request.path !== "/api/v3/property/skip-trace" || request.method !== "POST") {
      return failure(404, "Not found");
    }
    const token = header(request, "authorization");
    if (token !== `Bearer ${this.#context.secrets.batchdata.apiKey}`) {
      return failure(401, "Invalid token");
    }
    const body = parseJson(request);
    const requests = body?.requests;
    if (!Array.isArray(requests) || requests.length === 0 || requests.length > 100) {
      return failure(400, "requests must have 1 to 100 entries");
    }
    this.asked.push(body!);
    if (this.credits <= 0) return failure(402, "Insufficient balance");
    const flagged = (body!.options as Fields | undefined)?.includeTCPABlacklistedPhones === true;
    const data = requests.map((one) => this.#entry(one as Fields, flagged)).reverse();
    return {
      status: 200,
      body: {
        status: { code: 200, text: "OK" },
        result: {
          data,
          meta: {
            results: {
              requestCount: requests.length,
              matchCount: data.filter((entry) => entry?.meta.matched).length,
            },
          },
        },
      },
    };
  }

  refuse(status: number): Answer {
    return status >= 500 ? { status, body: "" } : failure(status, "Refused");
  }

  #entry(request: Fields, flagged: boolean) {
    const address = request.propertyAddress as Fields | undefined;
    const key = String(address?.street ?? request.apn ?? "").toUpperCase();
    const people = this.people.get(key);
    if (key.startsWith("NULL")) return null;
    const input = { requestId: request.requestId, propertyAddress: address };
    if (key.startsWith("ERROR")) {
      return { input, persons: [], meta: { matched: false, error: true } };
    }
    if (!people) return { input, persons: [], meta: { matched: false, error: false } };
    this.credits--;
    this.charged.set(key, (this.charged.get(key) ?? 0) + 1);
    return {
      input,
      property: { id: "p1", address: { fullAddress: key } },
      persons: people.slice(0, 3).map((person) => ({
        ...person,
        phones: ((person.phones ?? []) as Fields[]).filter(({ tcpa }) => flagged || tcpa !== true),
      })),
      meta: { matched: true, error: false },
    };
  }
}

const failure = (status: number, text: string): Answer => ({
  status,
  body: { status: { code: status, text, message: text } },
});
