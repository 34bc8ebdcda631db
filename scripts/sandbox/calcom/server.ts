// Cal.com's v2 bookings, and its webhooks for created, rescheduled and cancelled bookings.
import type { Context } from "../context.ts";
import { header, parseJson, type ProviderHandler } from "../http.ts";
import { randomId } from "../random.ts";
import { hmacHex } from "../sign.ts";
import type { Answer, Booking, Incoming, Reaction, Touch } from "../types.ts";

type Json = Record<string, unknown>;

const trigger = {
  created: "BOOKING_CREATED",
  moved: "BOOKING_RESCHEDULED",
  cancelled: "BOOKING_CANCELLED",
};

export class Calcom implements ProviderHandler {
  #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    if (header(request, "authorization") !== `Bearer ${this.#context.secrets.calcom.apiKey}`) {
      return this.#problem(401, "UnauthorizedException", "Your api key is not valid", request.path);
    }
    const { method, path } = request;
    if (path === "/v2/bookings" && method === "POST") return this.#create(request);
    if (path === "/v2/bookings" && method === "GET") {
      const status = request.query.get("status");
      const email = request.query.get("attendeeEmail")?.toLowerCase();
      const found = this.#context.received.bookings.filter((booking) =>
        (!email || booking.attendee.email === email) &&
        (!status ||
          status.split(",").some((wanted) =>
            wanted === "cancelled" ? booking.status === "cancelled" : booking.status === "accepted"
          ))
      );
      const body = found.map((booking) => show(booking));
      return { status: 200, body: { status: "success", data: body } };
    }
    const match = /^\/v2\/bookings\/([^/]+)(?:\/(reschedule|cancel))?$/.exec(path);
    if (!match) return this.#problem(404, "NotFoundException", `Cannot ${method} ${path}`, path);
    const booking = this.#context.received.bookings.find(({ uid }) => uid === match[1]);
    if (!booking) {
      return this.#problem(
        404,
        "NotFoundException",
        `Booking with uid=${match[1]} was not found`,
        path,
      );
    }
    if (method === "GET" && !match[2]) {
      return { status: 200, body: { status: "success", data: show(booking) } };
    }
    const body = parseJson(request) ?? {};
    if (booking.status === "cancelled") {
      return this.#problem(400, "BadRequestException", "Booking is cancelled already", path);
    }
    if (method === "POST" && match[2] === "cancel") {
      this.cancel(booking, String(body.cancellationReason ?? ""), this.#context.now().getTime());
      return { status: 200, body: { status: "success", data: show(booking) } };
    }
    const start = new Date(String(body.start ?? ""));
    if (method === "POST" && match[2] === "reschedule" && !Number.isNaN(start.getTime())) {
      const moved = this.move(booking, start, this.#context.now().getTime());
      return { status: 201, body: { status: "success", data: show(moved) } };
    }
    return this.#problem(
      400,
      "BadRequestException",
      "start must be a valid ISO 8601 date string",
      path,
    );
  }

  refuse(status: number, retryAfter: number | undefined): Answer {
    const words: Record<number, string> = {
      401: "UnauthorizedException",
      429: "ThrottlerException",
      503: "ServiceUnavailableException",
    };
    const code = words[status] ?? "InternalServerErrorException";
    const message = status === 429 ? "Too Many Requests" : code;
    const answer = this.#problem(status, code, message, "/v2");
    if (retryAfter !== undefined) answer.headers = { "retry-after": String(retryAfter) };
    return answer;
  }

  #problem(status: number, code: string, message: string, path: string): Answer {
    const timestamp = this.#context.now().toISOString();
    const error = { code, message, details: { message, error: code, statusCode: status } };
    return { status, body: { status: "error", timestamp, path, error } };
  }

  #create(request: Incoming): Answer {
    const body = parseJson(request) ?? {};
    const attendee = (body.attendee ?? {}) as Json;
    const start = new Date(String(body.start ?? ""));
    const fail = (message: string) =>
      this.#problem(400, "BadRequestException", message, request.path);
    if (Number.isNaN(start.getTime())) return fail("start must be a valid ISO 8601 date string");
    if (!attendee.name) return fail("attendee.name should not be empty");
    if (!attendee.email && !attendee.phoneNumber) return fail("attendee.email must be an email");
    if (!attendee.timeZone) return fail("attendee.timeZone must be a valid IANA time-zone");
    if (!body.eventTypeId && !body.eventTypeSlug) {
      return fail("Either eventTypeId or eventTypeSlug + username or teamSlug must be provided");
    }
    const booking = this.make({
      start,
      name: String(attendee.name),
      email: String(attendee.email ?? ""),
      phoneNumber: attendee.phoneNumber ? String(attendee.phoneNumber) : null,
      timeZone: String(attendee.timeZone),
      eventTypeId: Number(body.eventTypeId ?? 1),
      metadata: (body.metadata ?? {}) as Record<string, string>,
      due: this.#context.now().getTime(),
    });
    return { status: 201, body: { status: "success", data: show(booking) } };
  }

  /** A person's action on the booking page, after a touch. */
  act(reaction: Reaction, touch: Touch, due: number): void {
    const mail = "email" in reaction && reaction.email
      ? reaction.email
      : touch.channel === "email"
      ? touch.to
      : "";
    const phone = touch.channel === "email" ? null : touch.to;
    const own = () =>
      this.#context.received.bookings.findLast((booking) =>
        booking.status === "accepted" &&
        (phone ? booking.attendee.phoneNumber === phone : booking.attendee.email === touch.to)
      );
    if (reaction.kind === "book") {
      const args = Object.fromEntries(
        Object.entries(touch.args).map(([name, value]) => [name, String(value)]),
      );
      this.make({
        ...{ start: reaction.start, name: reaction.name ?? "Sandbox Person", email: mail, due },
        ...{ phoneNumber: phone, timeZone: "America/Los_Angeles", eventTypeId: 1 },
        metadata: reaction.metadata ?? args,
      });
      return;
    }
    const booking = own();
    if (booking && reaction.kind === "rebook") this.move(booking, reaction.start, due);
    if (booking && reaction.kind === "cancel_booking") {
      this.cancel(booking, reaction.reason ?? "", due);
    }
  }

  make(wish: {
    start: Date;
    name: string;
    email: string;
    phoneNumber: string | null;
    timeZone: string;
    eventTypeId: number;
    metadata: Record<string, string>;
    due: number;
  }): Booking {
    const { bookings } = this.#context.received;
    const { name, phoneNumber, timeZone, eventTypeId, metadata } = wish;
    const booking: Booking = {
      ...{ id: bookings.length + 1, uid: randomId(this.#context.random, 22) },
      ...{ at: new Date(wish.due), status: "accepted", start: wish.start, minutes: 30 },
      ...{ eventTypeId, metadata, rescheduledFrom: null },
      attendee: { name, email: wish.email.toLowerCase(), phoneNumber, timeZone },
    };
    bookings.push(booking);
    this.#announce("created", booking, wish.due, {});
    return booking;
  }

  move(booking: Booking, start: Date, due: number): Booking {
    const { bookings } = this.#context.received;
    const uid = randomId(this.#context.random, 22);
    const moved: Booking = {
      ...booking,
      ...{ id: bookings.length + 1, uid, start, at: new Date(due), rescheduledFrom: booking.uid },
    };
    booking.status = "cancelled";
    bookings.push(moved);
    this.#announce("moved", moved, due, {
      rescheduleId: booking.id,
      rescheduleUid: booking.uid,
      rescheduleStartTime: booking.start.toISOString(),
      rescheduleEndTime: end(booking).toISOString(),
    });
    return moved;
  }

  cancel(booking: Booking, reason: string, due: number): void {
    booking.status = "cancelled";
    this.#announce("cancelled", booking, due, { cancellationReason: reason });
  }

  #announce(what: keyof typeof trigger, booking: Booking, due: number, more: Json): void {
    const { name, email, phoneNumber, timeZone } = booking.attendee;
    const language = { locale: "en" };
    const body = JSON.stringify({
      triggerEvent: trigger[what],
      createdAt: new Date(due).toISOString(),
      payload: {
        ...{ type: "viewing", title: `Call with ${name}`, description: "", additionalNotes: "" },
        startTime: booking.start.toISOString(),
        endTime: end(booking).toISOString(),
        organizer: {
          ...{ id: 1, name: "Broker", email: "broker@example.com", username: "broker" },
          ...{ timeZone: "America/Los_Angeles", language, timeFormat: "h:mma" },
        },
        responses: {
          name: { label: "your_name", value: name },
          email: { label: "email_address", value: email },
          ...(phoneNumber
            ? { attendeePhoneNumber: { label: "phone_number", value: phoneNumber } }
            : {}),
        },
        userFieldsResponses: {},
        attendees: [{ email, name, timeZone, language, ...(phoneNumber ? { phoneNumber } : {}) }],
        ...{ location: "integrations:daily", uid: booking.uid, bookingId: booking.id },
        ...{ eventTypeId: booking.eventTypeId, eventTitle: "Viewing", length: booking.minutes },
        ...{ requiresConfirmation: false, price: 0, currency: "usd" },
        metadata: booking.metadata,
        status: what === "cancelled" ? "CANCELLED" : "ACCEPTED",
        ...more,
      },
    });
    this.#context.outbox.add(due, "calcom", trigger[what], () => {
      const base = this.#context.webhooksUrl();
      return base && {
            url: `${base}/calcom`,
            headers: {
              "content-type": "application/json",
              "x-cal-signature-256": hmacHex(this.#context.secrets.calcom.webhookSecret, body),
            },
            body,
          } || null;
    });
  }
}

const end = (booking: Booking) => new Date(booking.start.getTime() + booking.minutes * 60_000);

const show = (booking: Booking) => ({
  ...{ id: booking.id, uid: booking.uid, title: `Call with ${booking.attendee.name}` },
  ...{ description: "", status: booking.status, duration: booking.minutes },
  hosts: [{ id: 1, name: "Broker", email: "broker@example.com", timeZone: "America/Los_Angeles" }],
  start: booking.start.toISOString(),
  end: end(booking).toISOString(),
  eventTypeId: booking.eventTypeId,
  eventType: { id: booking.eventTypeId, slug: "viewing" },
  ...{ location: "integrations:daily", absentHost: false },
  createdAt: booking.at.toISOString(),
  updatedAt: booking.at.toISOString(),
  metadata: booking.metadata,
  attendees: [{ ...booking.attendee, language: "en", absent: false }],
  ...(booking.rescheduledFrom ? { rescheduledFromUid: booking.rescheduledFrom } : {}),
});
