// /realtime/v1/websocket: private channels that the database sends to, as Supabase Realtime serves them. Who may join
// is decided by the policies of realtime.messages. Anything else is refused; protocol.ts has the list.
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { callerOf, type Claims, InvalidToken, type Keys, verifyToken } from "../caller.ts";
import { realtimeDatabase } from "./database.ts";
import { GRAMMAR, type Message, NotUnderstood, notUnderstoodIn, parse, write } from "./protocol.ts";

export interface RealtimeOptions {
  adminUrl: string;
  origin: string;
  keys: Keys;
  now: () => Date;
}

interface Channel {
  joinRef: string | null;
  expiry: ReturnType<typeof setTimeout>;
}

/** The longest time that a timer takes; a token that lasts longer is looked at again. */
const LONGEST_MS = 3_600_000;

export function createRealtime({ adminUrl, origin, keys, now }: RealtimeOptions) {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  /** The channels of each connection, by topic. */
  const connections = new Map<WebSocket, Map<string, Channel>>();
  const database = realtimeDatabase(adminUrl, broadcast, hangUp);

  function broadcast(
    { id, topic, event, payload }: { id: string; topic: string; event: string; payload: unknown },
  ) {
    for (const [socket, channels] of connections) {
      if (!channels.has(`realtime:${topic}`)) continue;
      socket.send(write({
        ...{ joinRef: null, ref: null, topic: `realtime:${topic}`, event: "broadcast" },
        payload: { type: "broadcast", event, payload, meta: { id } },
      }));
    }
  }

  function hangUp(): void {
    for (const socket of connections.keys()) socket.terminate();
  }

  function refuse(socket: Duplex, status: number): void {
    socket.end(
      `HTTP/1.1 ${status} ${
        STATUS_CODES[status]
      }\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  }

  function open(socket: WebSocket): void {
    const channels = new Map<string, Channel>();
    connections.set(socket, channels);
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const { expiry } of channels.values()) clearTimeout(expiry);
      connections.delete(socket);
    });
    // One after another, so that a new token does not overtake the join.
    let before = Promise.resolve();
    socket.on("message", (data, isBinary) => {
      before = before.then(() => receive(isBinary ? null : String(data)))
        .catch(() => socket.close(1011));
    });

    const reply = (
      { joinRef, ref, topic }: Message,
      status: "ok" | "error",
      response: Record<string, unknown>,
    ) =>
      socket.send(
        write({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } }),
      );

    function leave(topic: string, reason?: string): void {
      const channel = channels.get(topic);
      if (!channel) return;
      clearTimeout(channel.expiry);
      channels.delete(topic);
      const { joinRef } = channel;
      if (reason !== undefined) {
        const payload = {
          extension: "system",
          status: "error",
          message: reason,
          channel: topic.slice(9),
        };
        socket.send(write({ joinRef, ref: null, topic, event: "system", payload }));
      }
      socket.send(write({ joinRef, ref: null, topic, event: "phx_close", payload: {} }));
    }

    function expireAt(topic: string, claims: Claims): ReturnType<typeof setTimeout> {
      const left = Number(claims.exp) * 1000 - now().getTime();
      if (left <= 0) leave(topic, "Token has expired");
      return setTimeout(() => {
        const channel = channels.get(topic);
        if (channel) channel.expiry = expireAt(topic, claims);
      }, Math.min(Math.max(left, 0), LONGEST_MS));
    }

    /** The claims of a token that lets its owner read the topic, or why not. */
    async function admitted(topic: string, token: unknown): Promise<Claims | string> {
      try {
        const claims = await verifyToken(keys, String(token), now());
        if (await database.mayRead(claims, topic.slice("realtime:".length))) return claims;
        return `Unauthorized: You do not have permissions to read from this Channel topic: ${
          topic.slice(9)
        }`;
      } catch (error) {
        if (error instanceof InvalidToken) return `InvalidJWTToken: ${error.message}`;
        throw error;
      }
    }

    async function receive(text: string | null): Promise<void> {
      let message: Message;
      try {
        if (text === null) throw new NotUnderstood("a binary message");
        message = parse(text);
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error;
        return socket.close(1003, `LOCAL501: ${error.message}`);
      }
      const { topic, event, payload } = message;
      const refused = !GRAMMAR.events.includes(event)
        ? `the event "${event}"`
        : event === "phx_join"
        ? notUnderstoodIn(message)
        : null;
      if (refused !== null) return reply(message, "error", { reason: `LOCAL501: ${refused}` });
      if (event === "heartbeat") return reply(message, "ok", {});
      if (event === "phx_leave") {
        reply(message, "ok", {});
        return leave(topic);
      }
      const known = channels.get(topic);
      if (event === "access_token" && !known) return;
      const claims = await admitted(topic, payload.access_token);
      if (event === "access_token") {
        if (typeof claims === "string") return leave(topic, claims);
        if (known) clearTimeout(known.expiry);
        if (known) known.expiry = expireAt(topic, claims);
        return;
      }
      if (typeof claims === "string") return reply(message, "error", { reason: claims });
      await database.listen();
      // A second join of a topic takes the place of the first.
      leave(topic);
      channels.set(topic, { joinRef: message.joinRef, expiry: expireAt(topic, claims) });
      reply(message, "ok", { postgres_changes: [] });
    }
  }

  return {
    /** Answers a request to change to WebSocket. */
    async upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
      socket.on("error", () => {});
      const url = new URL(incoming.url ?? "/", origin);
      if (url.pathname !== "/realtime/v1/websocket") return refuse(socket, 404);
      if (await callerOf(keys, new Request(url), now()) instanceof Response) {
        return refuse(socket, 401);
      }
      if (url.searchParams.get("vsn") !== GRAMMAR.version) return refuse(socket, 501);
      server.handleUpgrade(incoming, socket, head, open);
    },
    hangUp,
    async close(): Promise<void> {
      hangUp();
      await database.close();
    },
  };
}
