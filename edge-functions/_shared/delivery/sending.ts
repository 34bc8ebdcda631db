// Dependencies shared by all sending code.
import type { Deps } from "../platform/deps.ts";
import type { Accounts } from "../providers/registry/accounts.ts";
import type { DeliverySettings } from "./settings.ts";

export interface Sending extends Deps {
  accounts: Accounts;
  settings: DeliverySettings;
  /** Null: the database's own clock. */
  clock: () => Date | null;
  /** Asked before each provider request; messages not requested yet are returned to the queue. */
  shouldStop: () => boolean;
  /** Reports CPU spent, in staged rows; only a batch of the worker has a limit. */
  spend: (rows: number) => void;
}

/** The lease under which a batch of claimed messages is sent. */
export interface Lease {
  orgId: string;
  leaseToken: string;
  /** Null: the database's own clock. */
  asOf: Date | null;
  /** performance.now() when the remaining lease was read. */
  readAt: number;
}
