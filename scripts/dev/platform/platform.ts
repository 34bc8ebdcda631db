// The local stand-in for what a hosted project has besides the database and the functions: sign-in, the REST interface,
// Storage and Realtime. It is a shim: docs/local_platform.md says what it covers. What it does not know, it answers with 501.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type AuthOptions, createAuth } from "./auth/auth.ts";
import type { Keys } from "./caller.ts";
import { json, preflight, sendResponse, TooLarge, webRequest, withCors } from "./http.ts";
import { createRealtime } from "./realtime/realtime.ts";
import { createRest } from "./rest/rest.ts";
import { createStorage } from "./storage/storage.ts";

export interface PlatformOptions {
  /** The database as superuser: the shim switches to the login that the platform's parts have. */
  adminUrl: string;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  origin: string;
  keys: Keys;
  signingKey: Record<string, unknown> & { kid: string };
  /** The clock of sign-in: tests set it. */
  now?: () => Date;
  auth?: Partial<AuthOptions>;
}

export interface Platform {
  /** Answers the request if it is the platform's; false if it belongs to somebody else. */
  handle(incoming: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Answers a request to change to WebSocket. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Ends all WebSockets. */
  hangUp(): void;
  close(): Promise<void>;
}

type Part = (request: Request, path: string) => Promise<Response>;

export function createPlatform(options: PlatformOptions): Platform {
  const now = options.now ?? (() => new Date());
  const auth = createAuth({ ...options, now });
  const rest = createRest({ ...options, now });
  const storage = createStorage({ ...options, now });
  const realtime = createRealtime({ ...options, now });
  const parts: [string, Part][] = [
    ["/auth/v1", auth.handle],
    ["/rest/v1", rest.handle],
    ["/storage/v1", storage.handle],
    ["/mailbox", auth.mailbox],
  ];
  return {
    async handle(incoming, response) {
      const path = (incoming.url ?? "/").split("?")[0] ?? "/";
      const [prefix, part] =
        parts.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`)) ?? [];
      if (prefix === undefined || !part) return false;
      await sendResponse(
        withCors(await answer(part, incoming, path.slice(prefix.length))),
        response,
      );
      return true;
    },
    upgrade: realtime.upgrade,
    hangUp: realtime.hangUp,
    async close() {
      await realtime.close();
      await auth.close();
      await rest.close();
      await storage.close();
    },
  };

  async function answer(part: Part, incoming: IncomingMessage, path: string): Promise<Response> {
    try {
      const request = await webRequest(incoming, options.origin);
      return request.method === "OPTIONS" ? preflight(request) : await part(request, path);
    } catch (error) {
      if (error instanceof TooLarge) return json(413, { message: "Payload too large" });
      throw error;
    }
  }
}
