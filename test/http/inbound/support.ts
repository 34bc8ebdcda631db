// An org that writes and texts, people who answer in every way that a provider passes on, the webhooks and unsubscribe
// functions, and a worker that only reads what arrives.
import { randomUUID } from "node:crypto";
import { signTwilioForm } from "../../../scripts/sandbox/twilio/sign.ts";
import {
  hmacHex,
  multipart,
  type Part,
  PUBLIC_KEY,
  sendgridHeaders,
  sid,
} from "../../support/webhooks.ts";
import { after, type Channel, type SendWorld, startSendWorld } from "../delivery/harness.ts";
import { type Answer, call, eventually } from "../intake/harness.ts";

export interface Person {
  leadId: string;
  phone: string;
  email: string;
}

export interface ReplyWorld {
  send: SendWorld;
  /** A lead whose first step on the channel is due. */
  person(channel?: Channel): Promise<Person>;
  /** Sends what is due, at this minute; returns the answer of the outreach function. */
  dispatch(minutes: number): Promise<Record<string, unknown>>;
  /** A text or its status, as Twilio posts it. */
  twilio(kind: "sms" | "status", form: Record<string, string>, query?: string): Promise<Answer>;
  /** A mail, as Inbound Parse posts it. */
  mail(parts: Part[]): Promise<Answer>;
  events(list: Record<string, unknown>[]): Promise<Answer>;
  booking(payload: Record<string, unknown>): Promise<Answer>;
  /** The report at the end of a call to the person. */
  report(person: Person, report: Record<string, unknown>): Promise<Answer>;
  /** Until the worker has read everything. */
  read(): Promise<void>;
  /** Why the gate refuses the person on the channel; empty where it allows. */
  refusals(person: Person, channel: Channel, minutes?: number): Promise<string[]>;
  status(person: Person): Promise<string>;
  stop(): Promise<void>;
}

export async function startReplyWorld(
  options: { worker?: boolean; functions?: string[]; log?: (line: string) => void } = {},
): Promise<ReplyWorld> {
  const send = await startSendWorld({
    functions: ["outreach", "webhooks", "unsubscribe", ...options.functions ?? []],
    env: { SENDGRID_WEBHOOK_PUBLIC_KEY: PUBLIC_KEY },
    ...(options.log ? { log: options.log } : {}),
  });
  const { sql, sandbox, stack, org } = send;
  if (options.worker ?? true) send.startWorker(after(1), { WORKER_DISPATCH: "off" });
  const base = `${stack.functionsUrl}/webhooks/${org.id}`;
  const post = (path: string, body: BodyInit, headers: Record<string, string>) =>
    call(`${base}/${path}`, { method: "POST", body, headers });
  let texts = 0;
  const world: ReplyWorld = {
    send,
    async person(channel = "sms") {
      const [leadId] = await send.addLeads(channel, 1);
      const values = await sql<{ kind: "phone" | "email"; value: string }[]>`
        select kind::text, private.decrypt_value(value_cipher, private.org_key(org_id, key_id)) as value
        from public.contact_points where lead_id = ${leadId!}`;
      const of = (kind: string) => values.find((row) => row.kind === kind)!.value;
      return { leadId: leadId!, phone: of("phone"), email: of("email") };
    },
    dispatch: async (minutes) =>
      (await send.ask("POST", "/dispatch", { as_of: after(minutes).toISOString() })).json,
    twilio(kind, form, query = "") {
      const { accountSid, authToken, number } = sandbox.twilio;
      const fields = new URLSearchParams({
        ...{ AccountSid: accountSid, MessageSid: sid("SM", ++texts), To: number, NumMedia: "0" },
        ...form,
      });
      const signature = signTwilioForm(authToken, `${base}/twilio/${kind}${query}`, fields);
      return post(`twilio/${kind}${query}`, fields.toString(), {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": signature,
      });
    },
    mail(parts) {
      const { contentType, body } = multipart(parts);
      return post(`sendgrid/inbound/${sandbox.sendgrid.inboundSecret}`, new Uint8Array(body), {
        "content-type": contentType,
      });
    },
    events(list) {
      const body = JSON.stringify(list);
      return post("sendgrid/events", body, {
        "content-type": "application/json",
        // Signed at the time of the functions.
        ...sendgridHeaders(body, after(1)),
      });
    },
    booking(payload) {
      const body = JSON.stringify({
        ...{ triggerEvent: "BOOKING_CREATED", createdAt: after(1).toISOString() },
        payload: {
          ...{ uid: randomUUID(), metadata: {} },
          ...{ startTime: "2026-11-25T18:00:00Z", endTime: "2026-11-25T18:30:00Z" },
          ...payload,
        },
      });
      return post("calcom", body, {
        "content-type": "application/json",
        "x-cal-signature-256": hmacHex(sandbox.env.CALCOM_WEBHOOK_SECRET!, body),
      });
    },
    report({ phone }, report) {
      const body = JSON.stringify({
        message: {
          ...{ type: "end-of-call-report", timestamp: after(1).getTime(), cost: 0.1 },
          ...{ startedAt: after(0).toISOString(), endedAt: after(1).toISOString() },
          call: { id: randomUUID(), type: "outboundPhoneCall", customer: { number: phone } },
          ...report,
        },
      });
      return post("vapi", body, {
        "content-type": "application/json",
        "x-vapi-secret": sandbox.env.VAPI_WEBHOOK_SECRET!,
      });
    },
    async read() {
      await eventually("the worker to read everything", async () => {
        const rows = await sql`select from public.webhook_inbox where state = 'received' limit 1`;
        return rows.length === 0 ? true : null;
      });
    },
    async refusals({ leadId }, channel, minutes = 2) {
      const kind = channel === "email" ? "email" : "phone";
      const [row] = await sql<{ rules: string[] }[]>`
        select array(select distinct r ->> 'rule' from jsonb_array_elements(g -> 'reasons') r order by 1) as rules
        from public.contact_points c
        cross join lateral public.gate_preview(c.lead_id, c.id, ${channel}, 'marketing', ${
        after(minutes)
      },
          '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true,
            "from_authenticated": true, "daily_volume_to_gmail": 1}') g
        where c.lead_id = ${leadId} and c.kind = ${kind}::public.contact_kind order by c.id limit 1`;
      return row!.rules;
    },
    async status({ leadId }) {
      const [row] =
        await sql`select campaign_status::text as s from public.leads where id = ${leadId}`;
      return row!.s;
    },
    stop: () => send.stop(),
  };
  return world;
}

/** The fields of Inbound Parse; `headers` are added to the usual ones. */
export function mailOf(
  given: { from: string; subject?: string; text?: string; html?: string; headers?: string },
): Part[] {
  const { from, subject = "Re: Your house", text, html, headers = "" } = given;
  return [
    {
      name: "headers",
      value: `From: A Person <${from}>\nMessage-ID: <${randomUUID()}@mail.example.com>\n` +
        `Subject: ${subject}\n${headers}`,
    },
    ...[{ name: "to", value: "reply@in.example.org" }, { name: "from", value: `A <${from}>` }],
    { name: "subject", value: subject },
    ...(text === undefined ? [] : [{ name: "text", value: text }]),
    ...(html === undefined ? [] : [{ name: "html", value: html }]),
    { name: "envelope", value: JSON.stringify({ to: ["reply@in.example.org"], from }) },
    { name: "charsets", value: JSON.stringify({ to: "UTF-8", text: "utf-8", html: "utf-8" }) },
  ];
}
