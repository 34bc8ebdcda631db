// What every route of the auth shim needs.
import type { Sql } from "postgres";
import type { Keys } from "../caller.ts";
import type { Mailbox } from "./mailbox.ts";

export interface AuthOptions {
  /** Seconds that an access token holds (config.toml: jwt_expiry). */
  jwtSeconds: number;
  /** Where a link leads that names no page of its own. */
  siteUrl: string;
  /** Seconds between two mails to one address. */
  mailSeconds: number;
  /** Requests in five minutes from one address to each of sign-in, refresh, verification and mail. */
  requests: number;
  minimumPasswordLength: number;
}

export interface Context extends AuthOptions {
  sql: Sql;
  keys: Keys;
  issuer: string;
  origin: string;
  signingKey: Record<string, unknown> & { kid: string };
  now: () => Date;
  mailbox: Mailbox;
}
