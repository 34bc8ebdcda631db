// The proxy through which the browser of an audit reaches the network: every request, also after redirects and of parts of
// a page, goes to an address that findPlace allows, or nowhere.
import { createServer, type IncomingMessage, request as requestHttp } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { findPlace, type Network } from "./network.ts";

export interface Proxy {
  port: number;
  /** Hosts that were refused. */
  refused: Set<string>;
  close(): void;
}

/** Bytes of one audit, to the browser: a page that streams without end is cut off. */
const MOST_BYTES = 100_000_000;

export async function openProxy(network: Network): Promise<Proxy> {
  const refused = new Set<string>();
  const sockets = new Set<Socket>();
  let left = MOST_BYTES;
  const meter = (chunk: Buffer, end: () => void) => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    try {
      const url = new URL(request.url ?? "");
      if (url.protocol !== "http:") throw new Error("no http");
      const place = await findPlace(
        network,
        url.hostname,
        Number(url.port || 80),
      );
      const { "proxy-connection": _, ...headers } = request.headers;
      const onward = requestHttp({
        host: place.address,
        port: place.port,
        method: request.method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host },
        agent: false,
      }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on("data", (chunk) => meter(chunk, () => answer.destroy()));
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      response.on("close", () => onward.destroy());
      request.pipe(onward);
    } catch {
      refused.add(request.url ?? "");
      response.writeHead(502).end();
    }
  });
  server.on("connect", async (request: IncomingMessage, client: Socket) => {
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
    client.on("error", () => client.destroy());
    try {
      const url = new URL(`https://${request.url}`);
      const place = await findPlace(
        network,
        url.hostname,
        Number(url.port || 443),
      );
      const onward = connect(place.port, place.address);
      sockets.add(onward);
      onward.on("close", () => (sockets.delete(onward), client.destroy()));
      client.on("close", () => onward.destroy());
      onward.on("error", () => client.destroy());
      onward.on("connect", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        onward.on("data", (chunk) => meter(chunk, () => onward.destroy()));
        onward.pipe(client);
        client.pipe(onward);
      });
    } catch {
      refused.add(request.url ?? "");
      client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    refused,
    close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
