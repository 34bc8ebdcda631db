// Webhooks to be sent: due by the sandbox's clock, delivered on request.
import pLimit from "p-limit";
import { type Random, shuffle } from "./random.ts";
import type { Delivery, Provider, WebhookFaults } from "./types.ts";

export interface Webhook {
  url: string;
  headers: Record<string, string>;
  body: string | FormData;
  method?: string;
}

interface Pending {
  due: number;
  provider: Provider;
  kind: string;
  attempts: number;
  /** Builds the signed request, or simulates a person's action and returns null. */
  make: () => Webhook | null;
  /** Events that are sent in batches (SendGrid). */
  event?: Record<string, unknown>;
}

export interface DeliverResult {
  delivered: number;
  failed: number;
  /** Not due yet, or waiting for another attempt. */
  waiting: number;
}

export interface OutboxOptions {
  now: () => Date;
  random: Random;
  faults: WebhookFaults;
  batchEvents: (events: Record<string, unknown>[]) => Webhook;
  deliveries: Delivery[];
  /** Attempts at a webhook after a response of 429 or 5xx, or no response. */
  maxAttempts: number;
  batchSize: number;
  concurrency: number;
}

export class Outbox {
  #pending: Pending[] = [];
  #options: OutboxOptions;
  #stopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pending.length;
  }

  add(due: number, provider: Provider, kind: string, make: Pending["make"]): void {
    this.#pending.push({ due, provider, kind, attempts: 0, make });
  }

  addEvent(due: number, provider: Provider, event: Record<string, unknown>): void {
    const make = () => this.#options.batchEvents([event]);
    const kind = String(event.event);
    this.#pending.push({ due, provider, kind, attempts: 0, make, event });
  }

  stop(): void {
    this.#stopped = true;
    this.#pending = [];
  }

  /** Delivers webhooks due by `until` (default: the sandbox's current time). */
  async deliver(until: number = this.#options.now().getTime()): Promise<DeliverResult> {
    const result = { delivered: 0, failed: 0, waiting: 0 };
    // A person's action may add webhooks that are due already.
    for (let round = 0; round < 100 && !this.#stopped; round++) {
      const due = this.#pending.filter((item) => item.due <= until);
      if (due.length === 0) break;
      this.#pending = this.#pending.filter((item) => item.due > until);
      const again = await this.#send(due, result);
      this.#pending.push(...again);
      if (again.length > 0) break;
    }
    result.waiting = this.#pending.length;
    return result;
  }

  /** Delivers all webhooks, due or not, with every attempt that the provider would make. */
  async drain(): Promise<DeliverResult> {
    const total = { delivered: 0, failed: 0, waiting: 0 };
    while (this.#pending.length > 0 && !this.#stopped) {
      const { delivered, failed } = await this.deliver(Infinity);
      total.delivered += delivered;
      total.failed += failed;
    }
    return total;
  }

  /** Returns the webhooks to retry. */
  async #send(due: Pending[], result: DeliverResult): Promise<Pending[]> {
    const { random, faults } = this.#options;
    due.sort((a, b) => a.due - b.due);
    if (faults.shuffle) shuffle(random, due);
    const posts = this.#batch(due);
    for (const post of [...posts]) {
      if (faults.duplicate && random() < faults.duplicate) posts.push(post);
      if (faults.retry && random() < faults.retry) posts.push(post);
    }
    if (faults.shuffle) shuffle(random, posts);
    const again: Pending[] = [];
    // A concurrency of 1 keeps their order.
    await pLimit(Math.max(1, this.#options.concurrency)).map(posts, async (post) => {
      if (this.#stopped) return;
      const status = await this.#post(post.items[0].provider, post.kind, post.make);
      if (status === null || (status < 500 && status !== 429 && status !== 0)) {
        result.delivered += post.items.length;
        return;
      }
      for (const item of post.items) {
        if (again.includes(item)) continue;
        if (++item.attempts < this.#options.maxAttempts) again.push(item);
        else result.failed++;
      }
    });
    return again;
  }

  #batch(due: Pending[]) {
    const posts: { items: Pending[]; kind: string; make: Pending["make"] }[] = [];
    let batch: Pending[] = [];
    const close = () => {
      if (batch.length === 0) return;
      const items = batch;
      const events = items.map((item) => item.event!);
      posts.push({ items, kind: "events", make: () => this.#options.batchEvents(events) });
      batch = [];
    };
    for (const item of due) {
      if (item.event) {
        batch.push(item);
        if (batch.length >= this.#options.batchSize) close();
      } else posts.push({ items: [item], kind: item.kind, make: item.make });
    }
    close();
    return posts;
  }

  /** The status; 0 without a response, null without a request. */
  async #post(provider: Provider, kind: string, make: Pending["make"]): Promise<number | null> {
    const webhook = make();
    if (!webhook) return null;
    let status = 0;
    const began = performance.now();
    try {
      const response = await fetch(webhook.url, {
        method: webhook.method ?? "POST",
        headers: webhook.headers,
        body: webhook.body,
        redirect: "manual",
        signal: AbortSignal.timeout(15_000),
      });
      status = response.status;
      await response.arrayBuffer();
    } catch {
      // No response counts as status 0.
    }
    this.#options.deliveries.push({
      ...{ provider, url: webhook.url, status, kind },
      millis: performance.now() - began,
    });
    return status;
  }
}
