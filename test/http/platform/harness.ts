// All functions, reached at their own ports: what a client sends arrives unchanged.
import { readFileSync } from "node:fs";
import {
  deriveSecret,
  signRequest,
} from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { GENERIC_PURPOSE } from "../../../edge-functions/_shared/providers/generic/verify.ts";
import type { StackOptions } from "../../../scripts/dev/stack.ts";
import { startWebhooks, type WebhookWorld } from "../inbound/harness.ts";

export const FUNCTIONS = [
  ...["csv-upload", "worker", "outreach", "webhooks", "consent", "unsubscribe", "leads", "api"],
  "metrics",
] as const;
export type FunctionName = typeof FUNCTIONS[number];

export interface AllWorld extends WebhookWorld {
  ports: Record<FunctionName, number>;
  /** Of the source `call-desk`. */
  secret: string;
  /** For its deliveries to `generic`. */
  webhookSecret: string;
  /** Peak of the memory that the function's process has occupied, in MiB. */
  peak(name: FunctionName): number;
  signed(body: Uint8Array, secret?: string): Record<string, string>;
}

export async function startAll(options: StackOptions = {}): Promise<AllWorld> {
  const world = await startWebhooks({ functions: [...FUNCTIONS], ...options });
  const [rotated] = await world.sql<{ secret: string }[]>`
    select public.rotate_source_secret(id) as secret from public.sources where key = 'call-desk'`;
  const { secret } = rotated!;
  const ports = {} as AllWorld["ports"];
  for (const name of FUNCTIONS) ports[name] = (await world.stack.processes.get(name)!.port())!;
  return {
    ...world,
    ports,
    secret,
    webhookSecret: deriveSecret(secret, GENERIC_PURPOSE),
    peak(name) {
      const status = readFileSync(`/proc/${world.stack.processes.get(name)!.pid}/status`, "utf8");
      return Math.round(Number(/^VmHWM:\s+([0-9]+) kB/m.exec(status)![1]) / 1024);
    },
    signed: (body, by = secret) =>
      signRequest({
        secrets: [by],
        id: crypto.randomUUID(),
        timestamp: Math.floor(Date.now() / 1000),
        body,
      }),
  };
}
