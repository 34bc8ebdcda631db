// The providers as local servers: the real SDKs run against them, and signed webhooks come back.
import { Calcom } from "./calcom/server.ts";
import type { Context, Secrets } from "./context.ts";
import { Faults } from "./faults.ts";
import { type Limit, type ProviderHandler, type ProviderServer, serveProvider } from "./http.ts";
import { Openai } from "./openai/server.ts";
import { type DeliverResult, Outbox } from "./outbox.ts";
import { makeRandom, randomHex, randomId } from "./random.ts";
import { Sendgrid } from "./sendgrid/server.ts";
import { eventBatch, SendgridEvents } from "./sendgrid/events.ts";
import { makeSendgridKeys } from "./sign.ts";
import { serviceNumber } from "./twilio/events.ts";
import { Twilio } from "./twilio/server.ts";
import type {
  Delivery,
  Fault,
  FaultHandle,
  Persona,
  Provider,
  Received,
  WebhookFaults,
} from "./types.ts";
import { Vapi } from "./vapi/server.ts";

export interface SandboxOptions {
  /** `…/functions/v1/webhooks/ORG_ID`; may be set later. Without it no webhook is sent. */
  webhooksUrl?: string;
  /** The sandbox's day: times of what is accepted and of events. Real time unless given. */
  now?: () => Date;
  /** When webhooks are signed: real time unless given. */
  signingTime?: () => Date;
  seed?: number;
  /** How people behave: everybody gets the message and does nothing unless given. */
  persona?: Persona;
  vapiAuth?: "secret" | "hmac";
  limits?: Partial<Record<Provider, Limit>>;
  webhookFaults?: WebhookFaults;
  /** Events in one POST of SendGrid's. */
  batchSize?: number;
  /** Webhooks on their way at once: one keeps their order. */
  concurrency?: number;
  maxAttempts?: number;
  /** Delivers by itself what is due, every so many milliseconds. */
  deliverEvery?: number;
  ports?: Partial<Record<Provider, number>>;
}

export interface Sandbox {
  sendgrid: { url: string; apiKey: string; webhookPublicKey: string; inboundSecret: string };
  twilio: { url: string; accountSid: string; authToken: string; number: string };
  vapi: { url: string; apiKey: string; webhookSecret: string };
  calcom: { url: string; apiKey: string; webhookSecret: string };
  openai: { url: string; apiKey: string };
  /** What functions and worker need to know of it. */
  env: Record<string, string>;
  received: Received;
  /** Webhooks that were sent, with what was answered (0: nothing). */
  deliveries: Delivery[];
  setWebhooksUrl(url: string | null): void;
  setPersona(persona: Persona): void;
  fault(fault: Fault): FaultHandle;
  clearFaults(): void;
  /** Replaces what goes wrong with webhooks. */
  webhookFaults(faults: WebhookFaults): void;
  /** Sends the webhooks that are due now, or by `until`. */
  deliver(until?: Date): Promise<DeliverResult>;
  /** Sends every webhook, whenever due. */
  drain(): Promise<DeliverResult>;
  /** How many webhooks wait. */
  waiting(): number;
  /** A person writes an SMS or an e-mail without having been asked. */
  write(mail: {
    channel: "sms" | "email";
    from: string;
    to?: string;
    text: string;
    subject?: string;
    at?: Date;
  }): void;
  /** A person books a time, as at Cal.com's page. */
  book(wish: {
    name: string;
    email?: string;
    phoneNumber?: string;
    start: Date;
    metadata?: Record<string, string>;
    at?: Date;
  }): void;
  /** Twilio posts JSON to this path under the webhooks' URL, signed with bodySHA256. */
  postTwilioJson(path: string, value: unknown): void;
  /** Puts an address on one of SendGrid's lists, as if it had got there elsewhere. */
  suppress(
    list: "unsubscribes" | "bounces" | "blocks" | "spam_reports" | "invalid_emails",
    email: string,
    at?: Date,
  ): void;
  /** Whether Twilio itself keeps this number as opted out. */
  blocks(number: string): boolean;
  stop(): Promise<void>;
}

function makeSecrets(random: () => number): Secrets {
  const keys = makeSendgridKeys();
  return {
    sendgrid: {
      apiKey: `SG.${randomId(random, 22)}.${randomId(random, 43)}`,
      webhookPublicKey: keys.publicKey,
      webhookPrivateKey: keys.privateKey,
      inboundSecret: randomId(random, 32),
    },
    twilio: { accountSid: `AC${randomHex(random, 32)}`, authToken: randomHex(random, 32) },
    vapi: { apiKey: randomId(random, 36), webhookSecret: randomId(random, 32) },
    calcom: { apiKey: `cal_${randomHex(random, 32)}`, webhookSecret: randomId(random, 32) },
    openai: { apiKey: `sk-sandbox-${randomId(random, 32)}` },
  };
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const random = makeRandom(options.seed ?? 1);
  const secrets = makeSecrets(random);
  const now = options.now ?? (() => new Date());
  const signingTime = options.signingTime ?? (() => new Date());
  const received: Received = {
    ...{ emails: [], messages: [], calls: [], bookings: [] },
    requests: { sendgrid: 0, twilio: 0, vapi: 0, calcom: 0, openai: 0 },
  };
  const deliveries: Delivery[] = [];
  const webhookFaults: WebhookFaults = { ...options.webhookFaults };
  const faults = new Faults(makeRandom((options.seed ?? 1) + 1));
  let webhooksUrl = options.webhooksUrl?.replace(/\/+$/, "") ?? null;
  let persona: Persona = options.persona ?? (() => []);

  const outbox = new Outbox({
    ...{ now, random, deliveries, faults: webhookFaults },
    batchEvents: (events) => eventBatch(context, events),
    maxAttempts: options.maxAttempts ?? 5,
    batchSize: options.batchSize ?? 100,
    concurrency: options.concurrency ?? 1,
  });
  const context: Context = {
    ...{ now, signingTime, random, outbox, received, secrets },
    webhooksUrl: () => webhooksUrl,
    persona: () => persona,
    vapiAuth: options.vapiAuth ?? "secret",
    touches: new Map(),
    book: (reaction, touch, due) => calcom.act(reaction, touch, due),
  };
  const sendgrid = new Sendgrid(context);
  const twilio = new Twilio(context);
  const calcom = new Calcom(context);
  const handlers: Record<Provider, ProviderHandler> = {
    ...{ sendgrid, twilio, calcom },
    vapi: new Vapi(context),
    openai: new Openai(context),
  };
  const servers = {} as Record<Provider, ProviderServer>;
  for (const provider of Object.keys(handlers) as Provider[]) {
    servers[provider] = await serveProvider({
      ...{ provider, handler: handlers[provider], faults },
      limit: options.limits?.[provider],
      clock: () => Date.now(),
      port: options.ports?.[provider],
      onRequest: () => received.requests[provider]++,
    });
  }

  let delivering: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = delivering.then(work, work);
    delivering = done;
    return done;
  };
  const deliver = (until?: Date) => inTurn(() => outbox.deliver(until?.getTime()));
  const timer = options.deliverEvery
    ? setInterval(() => outbox.size > 0 && deliver(), options.deliverEvery)
    : null;
  const events = new SendgridEvents(context, sendgrid.suppressions);

  return {
    sendgrid: {
      url: servers.sendgrid.url,
      apiKey: secrets.sendgrid.apiKey,
      webhookPublicKey: secrets.sendgrid.webhookPublicKey,
      inboundSecret: secrets.sendgrid.inboundSecret,
    },
    twilio: { url: servers.twilio.url, ...secrets.twilio, number: serviceNumber },
    vapi: { url: servers.vapi.url, ...secrets.vapi },
    calcom: { url: servers.calcom.url, ...secrets.calcom },
    openai: { url: `${servers.openai.url}/v1`, ...secrets.openai },
    env: {
      SENDGRID_API_KEY: secrets.sendgrid.apiKey,
      SENDGRID_BASE_URL: servers.sendgrid.url,
      SENDGRID_WEBHOOK_PUBLIC_KEY: secrets.sendgrid.webhookPublicKey,
      SENDGRID_INBOUND_SECRET: secrets.sendgrid.inboundSecret,
      TWILIO_ACCOUNT_SID: secrets.twilio.accountSid,
      TWILIO_AUTH_TOKEN: secrets.twilio.authToken,
      TWILIO_BASE_URL: servers.twilio.url,
      VAPI_API_KEY: secrets.vapi.apiKey,
      VAPI_BASE_URL: servers.vapi.url,
      VAPI_WEBHOOK_SECRET: secrets.vapi.webhookSecret,
      CALCOM_API_KEY: secrets.calcom.apiKey,
      CALCOM_BASE_URL: servers.calcom.url,
      CALCOM_WEBHOOK_SECRET: secrets.calcom.webhookSecret,
      OPENAI_API_KEY: secrets.openai.apiKey,
      OPENAI_BASE_URL: `${servers.openai.url}/v1`,
      OPENAI_MODEL: "sandbox",
    },
    ...{ received, deliveries, deliver },
    setWebhooksUrl: (url) => webhooksUrl = url?.replace(/\/+$/, "") ?? null,
    setPersona: (next) => persona = next,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    webhookFaults: (next) => {
      for (const name of ["duplicate", "shuffle", "retry"] as const) delete webhookFaults[name];
      Object.assign(webhookFaults, next);
    },
    drain: () => inTurn(() => outbox.drain()),
    waiting: () => outbox.size,
    write: ({ channel, from, to, text, subject = "", at = now() }) => {
      const due = at.getTime();
      if (channel === "sms") twilio.events.inbound(from, to ?? serviceNumber, text, due);
      else events.inbound({ from, to: to ?? "broker@example.com", subject, text, due });
    },
    book: ({ name, email = "", phoneNumber = null, start, metadata = {}, at = now() }) => {
      const due = at.getTime();
      const place = { timeZone: "America/Los_Angeles", eventTypeId: 1 };
      calcom.make({ name, email, phoneNumber, start, metadata, due, ...place });
    },
    postTwilioJson: (path, value) => {
      outbox.add(
        now().getTime(),
        "twilio",
        "json",
        () =>
          webhooksUrl === null
            ? null
            : twilio.events.json(`${webhooksUrl}/${path.replace(/^\//, "")}`, value),
      );
    },
    suppress: (list, email, at) => sendgrid.suppressions.add(list, email, {}, at),
    blocks: (number) => twilio.events.blocked.has(number),
    stop: async () => {
      if (timer) clearInterval(timer);
      outbox.stop();
      await Promise.all(Object.values(servers).map((server) => server.stop()));
      await delivering.catch(() => {});
    },
  };
}
