import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { send } from "../../../edge-functions/_shared/providers/gateway/call.ts";

it("an answer that is larger than any documented one is not read to its end", async () => {
  const MOST = 64 * 1024 * 1024;
  let written = 0;
  const closed = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.on("close", () => closed.resolve());
    const chunk = Buffer.alloc(64 * 1024, "1");
    const more = () => {
      while (written < MOST && !response.destroyed) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await send({ url: `http://127.0.0.1:${port}/` });
    expect(answer).toMatchObject({ status: 200, body: null });
    await closed.promise;
    expect(written).toBeLessThan(MOST);
  } finally {
    server.close();
  }
});

it("an answer in several pieces is read whole, with characters that lie across them", async () => {
  const server = createServer((_, response) => {
    const body = Buffer.from('{"name": "Zoë"}');
    response.write(body.subarray(0, 12), () => response.end(body.subarray(12)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await send({ url: `http://127.0.0.1:${port}/` });
    expect(answer.body).toEqual({ name: "Zoë" });
  } finally {
    server.close();
  }
});
