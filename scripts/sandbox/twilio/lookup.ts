// Twilio's answers about numbers: Lookup v2, and Consent Management in bulk.
import { problem } from "./events.ts";
import { e164 } from "./numbers.ts";
import type { Answer, Incoming } from "../types.ts";

/** Line types by the last digits of a number, so that test data can choose them. */
function lineType(
  number: string,
): { type: string | null; carrier: string | null; error: number | null } {
  if (/^\+1500555/.test(number)) return { type: null, carrier: null, error: 60600 };
  if (number.endsWith("98")) return { type: "landline", carrier: "Sandbox Landline", error: null };
  if (number.endsWith("99")) return { type: "nonFixedVoip", carrier: "Sandbox Voip", error: null };
  return { type: "mobile", carrier: "Sandbox Wireless", error: null };
}

/** Answers of the register of reassigned numbers by the last digits, in the same way. */
function reassigned(number: string, since: string) {
  const answer: Record<string, string> = { "96": "no_data_available", "97": "yes" };
  const error = number.endsWith("95") || /^\+1500555/.test(number) ? "60610" : null;
  return {
    last_verified_date: since.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"),
    is_number_reassigned: error ? null : answer[number.slice(-2)] ?? "no",
    error_code: error,
  };
}

export function lookUp(number: string, request: Incoming, requestId: string): Answer {
  const digits = number.replace(/[^\d+]/g, "");
  const valid = e164.test(digits);
  const wanted = (request.query.get("Fields") ?? "").split(",");
  const { type, carrier, error } = lineType(digits);
  const since = request.query.get("LastVerifiedDate") ?? "";
  if (wanted.includes("reassigned_number") && !/^\d{8}$/.test(since)) {
    return problem(400, 20001, "LastVerifiedDate is required, in the format YYYYMMDD");
  }
  return {
    status: 200,
    headers: { "twilio-request-id": requestId },
    body: {
      calling_country_code: valid ? "1" : null,
      country_code: valid ? "US" : null,
      phone_number: digits,
      national_format: valid ? digits.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3") : null,
      valid,
      validation_errors: valid ? [] : ["INVALID_LENGTH"],
      line_type_intelligence: wanted.includes("line_type_intelligence") && valid
        ? {
          ...{ error_code: error, carrier_name: carrier, type },
          mobile_country_code: type === "mobile" ? "311" : null,
          mobile_network_code: type === "mobile" ? "480" : null,
        }
        : null,
      ...{ caller_name: null, sim_swap: null, call_forwarding: null, line_status: null },
      ...{ identity_match: null, sms_pumping_risk: null },
      reassigned_number: wanted.includes("reassigned_number") && valid
        ? reassigned(digits, since)
        : null,
      url: `https://lookups.twilio.com/v2/PhoneNumbers/${digits}`,
    },
  };
}

const sources = new Set(["website", "offline", "opt-in-message", "opt-out-message", "others"]);

function readItem(text: string): Record<string, string | undefined> {
  try {
    const item = JSON.parse(text);
    return typeof item === "object" && item !== null ? item : {};
  } catch {
    return {};
  }
}

/** Consent Management: an accepted opt-out has the same effect as a STOP. */
export function takeConsents(request: Incoming, blocked: Set<string>): Answer {
  const given = new URLSearchParams(request.body.toString("utf8")).getAll("Items");
  if (given.length === 0 || given.length > 25) {
    return problem(400, 20001, "Items must be a list of 1 to 25 objects");
  }
  const items = given.map((text) => {
    const item = readItem(text);
    const faults = [
      /^[0-9a-f]{32}$/i.test(item.correlation_id ?? "") ? "" : "INVALID_CORRELATION_ID",
      e164.test(item.contact_id ?? "") ? "" : "INVALID_CONTACT_ID",
      /^(MG[0-9a-f]{32}|\+[1-9]\d{7,14})$/.test(item.sender_id ?? "") ? "" : "INVALID_SENDER_ID",
      ["opt-in", "opt-out"].includes(item.status ?? "") ? "" : "INVALID_STATUS",
      sources.has(item.source ?? "") ? "" : "INVALID_SOURCE",
    ].filter(Boolean);
    if (faults.length === 0) {
      if (item.status === "opt-out") blocked.add(item.contact_id!);
      else blocked.delete(item.contact_id!);
    }
    return {
      correlation_id: item.correlation_id ?? null,
      error_code: faults.length === 0 ? 0 : 30646,
      error_messages: faults,
    };
  });
  return { status: 201, body: { items } };
}
