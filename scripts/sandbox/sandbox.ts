// The providers as local servers: the real SDKs run against them, and they send signed webhooks.
import type { Context } from "./context.ts";
import { Faults } from "./faults.ts";
import { type Limit, type ProviderServer, serveProvider } from "./http.ts";
import { type DeliverResult, Outbox } from "./outbox.ts";
import { makeRandom } from "./random.ts";
import { PROVIDERS } from "./providers.ts";
import { environment, makeHandlers, makeSecrets } from "./registry.ts";
import { eventBatch } from "./sendgrid/events.ts";
import { serviceNumber } from "./twilio/events.ts";
import type {
  Delivery,
  Fault,
  FaultHandle,
  Persona,
  Provider,
  Received,
  WebhookFaults,
} from "./types.ts";
import type { Listing } from "./listings.ts";

export interface SandboxOptions {
  /** `…/functions/v1/webhooks/ORG_ID`; may be set later. Without it, no webhooks are sent. */
  webhooksUrl?: string;
  /** The sandbox's clock: times of accepted requests and of events (default: real time). */
  now?: () => Date;
  /** Time of webhook signatures (default: real time). */
  signingTime?: () => Date;
  seed?: number;
  /** Behaviour of people (default: they receive messages and do not react). */
  persona?: Persona;
  vapiAuth?: "secret" | "hmac";
  limits?: Partial<Record<Provider, Limit>>;
  webhookFaults?: WebhookFaults;
  /** Maximum events in one POST by SendGrid. */
  batchSize?: number;
  /** Webhooks sent at the same time; 1 keeps their order. */
  concurrency?: number;
  maxAttempts?: number;
  /** Interval in milliseconds at which due webhooks are delivered automatically. */
  deliverEvery?: number;
  ports?: Partial<Record<Provider, number>>;
}

export interface Sandbox {
  sendgrid: { url: string; apiKey: string; webhookPublicKey: string; inboundSecret: string };
  twilio: { url: string; accountSid: string; authToken: string; number: string };
  vapi: { url: string; apiKey: string; webhookSecret: string };
  calcom: { url: string; apiKey: string; webhookSecret: string };
  openai: { url: string; apiKey: string };
  /** properties by street; charged: billed calls by path and street. */
  attom: {
    url: string;
    apiKey: string;
    readonly properties: Map<string, Record<string, unknown>>;
    readonly charged: ReadonlyMap<string, number>;
  };
  /** places by address, up to the first comma; asked: the addresses. */
  google: {
    url: string;
    apiKey: string;
    readonly places: Map<
      string,
      { type?: string; partial?: boolean; lat?: number; lng?: number }[]
    >;
    readonly asked: readonly string[];
    /** Local businesses; searches: bodies; read: ids of places that were read. */
    readonly listings: Listing[];
    readonly searches: readonly unknown[];
    readonly read: readonly string[];
  };
  /** listings: local businesses; searches: queries. */
  yelp: {
    url: string;
    apiKey: string;
    readonly listings: Listing[];
    readonly searches: readonly URLSearchParams[];
  };
  /** people: who is found at a street; credits: what is left; charged: matched properties by street. */
  batchdata: {
    url: string;
    apiKey: string;
    credits: number;
    readonly people: Map<string, Record<string, unknown>[]>;
    readonly charged: ReadonlyMap<string, number>;
    /** Bodies of the requests. */
    readonly asked: readonly Record<string, unknown>[];
  };
  /** credits: what is left; charged: validations by address. */
  zerobounce: {
    url: string;
    apiKey: string;
    credits: number;
    readonly charged: ReadonlyMap<string, number>;
  };
  /** credits: what is left; charged: checks by address. */
  neverbounce: {
    url: string;
    apiKey: string;
    credits: number;
    readonly charged: ReadonlyMap<string, number>;
  };
  /** credits: what is left; charged: records by what was asked; asked: bodies of the requests. */
  melissa: {
    url: string;
    licenseKey: string;
    credits: number;
    readonly charged: ReadonlyMap<string, number>;
    readonly asked: readonly Record<string, unknown>[];
    readonly properties: Map<string, Record<string, Record<string, unknown>>>;
    readonly residents: Map<
      string,
      { name: string; phone?: string; email?: string; codes?: string }
    >;
  };
  /** Environment of functions and worker. */
  env: Record<string, string>;
  received: Received;
  /** Sent webhooks with the status of the response (0: none). */
  deliveries: Delivery[];
  setWebhooksUrl(url: string | null): void;
  setPersona(persona: Persona): void;
  fault(fault: Fault): FaultHandle;
  clearFaults(): void;
  /** Replaces the faults of webhooks. */
  webhookFaults(faults: WebhookFaults): void;
  /** Sends the webhooks that are due now, or by `until`. */
  deliver(until?: Date): Promise<DeliverResult>;
  /** Sends all webhooks, due or not. */
  drain(): Promise<DeliverResult>;
  /** The number of waiting webhooks. */
  waiting(): number;
  /** A person writes an unsolicited SMS or e-mail. */
  write(mail: {
    channel: "sms" | "email";
    from: string;
    to?: string;
    text: string;
    subject?: string;
    at?: Date;
  }): void;
  /** A person books a time, as on Cal.com's page. */
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
  /** Adds an address to one of SendGrid's lists, as by another system. */
  suppress(
    list: "unsubscribes" | "bounces" | "blocks" | "spam_reports" | "invalid_emails",
    email: string,
    at?: Date,
  ): void;
  /** Whether Twilio itself has recorded an opt-out of this number. */
  blocks(number: string): boolean;
  stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const random = makeRandom(options.seed ?? 1);
  const secrets = makeSecrets(random);
  const now = options.now ?? (() => new Date());
  const signingTime = options.signingTime ?? (() => new Date());
  const received: Received = {
    ...{ emails: [], messages: [], calls: [], bookings: [] },
    requests: Object.fromEntries(PROVIDERS.map((name) => [name, 0])) as Received["requests"],
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
    book: (reaction, touch, due) => handlers.calcom.act(reaction, touch, due),
  };
  const handlers = makeHandlers(context);
  const { sendgrid, twilio, calcom } = handlers;
  const servers = {} as Record<Provider, ProviderServer>;
  for (const provider of PROVIDERS) {
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
    attom: {
      url: servers.attom.url,
      ...secrets.attom,
      properties: handlers.attom.properties,
      charged: handlers.attom.charged,
    },
    google: {
      url: servers.google.url,
      ...secrets.google,
      places: handlers.google.places,
      asked: handlers.google.asked,
      listings: handlers.google.local.listings,
      searches: handlers.google.local.searches,
      read: handlers.google.local.read,
    },
    yelp: {
      url: servers.yelp.url,
      ...secrets.yelp,
      listings: handlers.yelp.listings,
      searches: handlers.yelp.searches,
    },
    batchdata: {
      url: servers.batchdata.url,
      ...secrets.batchdata,
      get credits() {
        return handlers.batchdata.credits;
      },
      set credits(left) {
        handlers.batchdata.credits = left;
      },
      people: handlers.batchdata.people,
      charged: handlers.batchdata.charged,
      asked: handlers.batchdata.asked,
    },
    zerobounce: {
      url: servers.zerobounce.url,
      ...secrets.zerobounce,
      get credits() {
        return handlers.zerobounce.credits;
      },
      set credits(left: number) {
        handlers.zerobounce.credits = left;
      },
      charged: handlers.zerobounce.charged,
    },
    neverbounce: {
      url: servers.neverbounce.url,
      ...secrets.neverbounce,
      get credits() {
        return handlers.neverbounce.credits;
      },
      set credits(left: number) {
        handlers.neverbounce.credits = left;
      },
      charged: handlers.neverbounce.charged,
    },
    melissa: {
      url: servers.melissa.url,
      ...secrets.melissa,
      get credits() {
        return handlers.melissa.credits;
      },
      set credits(left: number) {
        handlers.melissa.credits = left;
      },
      charged: handlers.melissa.charged,
      properties: handlers.melissa.properties,
      residents: handlers.melissa.residents,
      asked: handlers.melissa.asked,
    },
    env: environment(secrets, servers),
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
      else sendgrid.events.inbound({ from, to: to ?? "broker@example.com", subject, text, due });
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
