// A function as a Deno process: it answers one request, and calls itself and a closed port with marked URLs first.
import { createFunctionApp } from "../../edge-functions/_shared/platform/http/app.ts";
import { jsonLog } from "../../edge-functions/_shared/platform/json_log.ts";
import { readEnv } from "../../edge-functions/_shared/platform/settings.ts";

const env = readEnv();
const app = createFunctionApp({ env, log: jsonLog("probe") }, "probe");
app.get("/:token", (c) => {
  // What callers hand along and fetch would hand on to providers.
  return c.json({ baggage: c.req.header("baggage") ?? null });
});
app.get("/", async (c) => {
  const url = `${
    new URL(c.req.url).origin
  }/probe/Pathmarker?e=zephyrmarker@example.com&sig=Sigmarker`;
  const answer = await fetch(url, { headers: { authorization: "Bearer Headermarker" } });
  await fetch("http://127.0.0.1:9/Pathmarker?sig=Sigmarker").catch(() => {});
  return c.json(await answer.json());
});

// The types of tests are Node's.
interface Connection {
  write(bytes: Uint8Array): Promise<number>;
  readable: ReadableStream<Uint8Array>;
}
const deno = (globalThis as unknown as {
  Deno: {
    serve(
      options: { port: number; hostname: string; onListen: () => void },
      handler: (request: Request) => Response | Promise<Response>,
    ): { addr: { port: number }; shutdown(): Promise<void> };
    connect(to: { hostname: string; port: number }): Promise<Connection>;
  };
}).Deno;
const server = deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
const ID = "0af7651916cd43dd8448eb211c80319c";
const request =
  `GET /probe HTTP/1.1\r\nhost: 127.0.0.1:${server.addr.port}\r\nconnection: close\r\n` +
  `traceparent: 00-${ID}-b7ad6b7169203331-01\r\nbaggage: person=Baggagemarker\r\n\r\n`;
// Not by fetch, which would begin a trace of its own.
const socket = await deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
await socket.write(new TextEncoder().encode(request));
console.log(JSON.stringify({ answer: await new Response(socket.readable).text() }));
await server.shutdown();
