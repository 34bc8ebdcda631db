// The address of the request that is being answered, for the audit log. Kept beside the call chain, because every
// transaction needs it and nothing else does.
import { AsyncLocalStorage } from "node:async_hooks";

const addresses = new AsyncLocalStorage<string | null>();

/** Runs `work` as part of a request from `address`: an IP address, or unknown. */
export const withAddress = <T>(address: string | null, work: () => T): T =>
  // The address becomes part of a statement. An IPv6 zone says nothing about the client.
  addresses.run(/^[0-9a-f.:]+/i.exec(address ?? "")?.[0] ?? null, work);

/** Empty where no request is being answered, or its address is unknown. */
export const requestAddress = (): string => addresses.getStore() ?? "";
