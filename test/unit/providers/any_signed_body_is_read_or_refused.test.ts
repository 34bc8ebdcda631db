// Whatever a provider signs is read, or refused as malformed: any other error would be answered with a 5xx and repeated.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedPayload } from "../../../edge-functions/_shared/providers/events.ts";
import { ENDPOINTS } from "../../../edge-functions/_shared/providers/registry/endpoints.ts";
import { multipart } from "../../support/webhooks.ts";

/** Values that JSON can contain, and that code which expects text or numbers may not. */
const Odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    1e300,
    "",
    " ",
    "\0",
    "\ud800",
    "a@example.com",
    "+12135550101",
  ),
  fc.constantFrom("2026-11-27T12:00:00Z", "9999999", 1_790_000_000, "x".repeat(5000)),
  fc.constantFrom({}, [], { toString: 1, valueOf: 1 }, [[{ toString: null }]], { length: 1e9 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const VALID: Record<string, unknown[]> = {
  "sendgrid/events": [[{
    ...{ event: "bounce", timestamp: 1_790_000_000, sg_message_id: "a.b", email: "a@example.com" },
    ...{ type: "blocked", reason: "x", attempt: "1", url: "https://example.com", useragent: "x" },
  }]],
  "vapi/vapi": [{
    message: {
      ...{
        type: "end-of-call-report",
        endedReason: "x",
        cost: 1,
        startedAt: "2026-11-27T12:00:00Z",
      },
      ...{
        call: {
          id: "c",
          type: "x",
          metadata: { message_id: "x" },
          assistantOverrides: { metadata: {} },
        },
      },
      ...{ customer: { number: "+12135550101" }, endedAt: "2026-11-27T12:00:00Z" },
      artifact: { transcript: "x", messages: [{ role: "user", message: "x" }] },
    },
  }, {
    message: {
      type: "status-update",
      status: "ringing",
      timestamp: 1,
      call: { id: "c", name: "x" },
    },
  }],
  "calcom/calcom": [{
    ...{ triggerEvent: "BOOKING_RESCHEDULED", createdAt: "2026-11-27T12:00:00Z" },
    payload: {
      ...{ uid: "u", rescheduleUid: "v", startTime: "2026-11-27T12:00:00Z", endTime: "x" },
      ...{ attendees: [{ email: "a@example.com", phoneNumber: "+12135550101" }] },
      ...{
        metadata: { lead_id: "x", message_id: "x" },
        responses: { email: { value: "x" }, phone: "x" },
      },
    },
  }],
  "stripe/stripe": [{ id: "evt_1", type: "x", created: 1_790_000_000 }],
  "generic/generic": ["contact.opted_out", "contact.replied", "booking.moved", "x"].map((type) => ({
    ...{ type, timestamp: 1 },
    data: {
      channel: "sms",
      phone: "+12135550101",
      from: "+12135550101",
      text: "x",
      words: "x",
      uid: "u",
    },
  })),
  "twilio/sms": [{ MessageSid: `SM${"0".repeat(32)}`, From: "+12135550101", Body: "x" }],
  "twilio/status": [{
    MessageSid: `SM${"0".repeat(32)}`,
    MessageStatus: "failed",
    ErrorCode: "30006",
  }],
  "twilio/voice": [{
    CallSid: `CA${"0".repeat(32)}`,
    CallStatus: "ringing",
    Direction: "inbound",
    From: "x",
  }],
  "sendgrid/inbound": [{
    ...{
      headers: "From: a@example.com\nMessage-ID: <x@y>",
      from: "a@example.com",
      text: "x",
      html: "<p>x",
    },
    ...{
      envelope: '{"from":"a@example.com"}',
      charsets: '{"text":"utf-8"}',
      subject: "x",
      email: "x",
    },
  }],
};

/** All paths to a value inside of a document. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  const inner = value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]))
    : [];
  return [path, ...inner];
}

function replaced(value: unknown, [name, ...rest]: string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, by);
  return copy;
}

const Json = (documents: unknown[]) =>
  fc.constantFrom(...documents).chain((document) =>
    fc.array(fc.tuple(fc.constantFrom(...pathsOf(document)), Odd), { maxLength: 3 }).map((
      changes,
    ) =>
      changes.reduce<unknown>((found, [path, by]) => {
        try {
          return replaced(found, path, by);
        } catch {
          return found;
        }
      }, document)
    )
  );

const bytes = (text: string) => new TextEncoder().encode(text);

describe.each([...ENDPOINTS])("%s", (name, endpoint) => {
  test("reads a delivery or refuses it", () => {
    const [provider, kind] = name.split("/") as [string, string];
    const read = (contentType: string, body: Uint8Array) => {
      const delivery = {
        ...{ provider, kind, contentType, body, params: { source: "s", webhook_id: "w" } },
        receivedAt: new Date("2026-11-27T12:00:00Z"),
      };
      const events = endpoint.read(delivery);
      endpoint.reduce?.(delivery);
      return events.length;
    };
    let found = 0;
    fc.assert(
      fc.property(
        Json(VALID[name]!),
        fc.boolean(),
        fc.uint8Array({ maxLength: 40 }),
        (json, form, raw) => {
          const fields = Object.entries(Object(json)).map(([field, value]) => [
            field,
            typeof value === "string" ? value : JSON.stringify(value),
          ]) as [string, string][];
          const parts = multipart(fields.map(([name, value]) => ({ name, value })));
          const attempts: [string, Uint8Array][] = form && kind !== "events"
            ? [
              ["application/x-www-form-urlencoded", bytes(new URLSearchParams(fields).toString())],
              [parts.contentType, new Uint8Array(parts.body)],
            ]
            : [["application/json", bytes(JSON.stringify(json))], ["application/json", raw]];
          for (const [contentType, body] of attempts) {
            try {
              found += read(contentType, body);
            } catch (error) {
              if (!(error instanceof MalformedPayload)) throw error;
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
    // Most are close enough to the documented form to be read.
    expect(found).toBeGreaterThan(100);
  });
});
