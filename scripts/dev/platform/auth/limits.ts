// Rate limits, by kind of request and address, and between two mails to one person.
import { AuthError } from "./errors.ts";

const WINDOW = 5 * 60 * 1000;

export class Limits {
  readonly #requests = new Map<string, number[]>();
  readonly #mails = new Map<string, number>();

  /** Counts a request; 429 when the address has made too many of its kind. */
  request(kind: string, address: string, limit: number, now: Date): void {
    const key = `${kind} ${address}`;
    const recent = (this.#requests.get(key) ?? []).filter((at) => at > now.getTime() - WINDOW);
    if (recent.length >= limit) {
      throw new AuthError(429, "over_request_rate_limit", "Request rate limit reached");
    }
    this.#requests.set(key, [...recent, now.getTime()]);
  }

  mail(email: string, seconds: number, now: Date): void {
    const last = this.#mails.get(email) ?? -Infinity;
    const left = Math.ceil((last + seconds * 1000 - now.getTime()) / 1000);
    if (left > 0) {
      const message = `For security purposes, you can only request this after ${left} seconds.`;
      throw new AuthError(429, "over_email_send_rate_limit", message);
    }
    this.#mails.set(email, now.getTime());
  }
}
