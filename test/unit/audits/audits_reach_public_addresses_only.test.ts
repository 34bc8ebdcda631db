import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getPage } from "../../../scripts/audits/get_page.ts";
import { findPlace, type Network, readNetwork } from "../../../scripts/audits/network.ts";
import { openProxy, type Proxy } from "../../../scripts/audits/proxy.ts";

const network = (addresses: string[], loopback = false): Network => ({
  ...{ loopback, lab: null },
  resolve: () => Promise.resolve(addresses),
});

let inside: Server;
let port: number;
let asked = 0;
beforeAll(async () => {
  inside = createServer((question, response) => {
    asked++;
    if (question.url === "/away") {
      response.writeHead(302, { location: "http://10.0.0.1/" }).end();
    } else response.end("secret");
  });
  await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => inside?.close());

describe("a place", () => {
  test.each([
    ["example.net", 443, ["10.0.0.1"]],
    ["example.net", 443, ["93.184.216.34", "169.254.169.254"]],
    ["example.net", 443, []],
    ["127.0.0.1", 80, []],
    ["[::1]", 80, []],
    ["169.254.169.254", 80, []],
    ["example.net", 22, ["93.184.216.34"]],
  ])("%s:%i with the addresses %j is refused", async (host, at, addresses) => {
    await expect(findPlace(network(addresses), host, at)).rejects.toThrow();
  });

  test("of a public address is taken", async () => {
    expect(
      await findPlace(
        network(["2606:2800:220::1", "93.184.216.34"]),
        "example.net",
        443,
      ),
    )
      .toEqual({ address: "93.184.216.34", port: 443 });
  });

  test("on this machine is taken with the switch of development machines only, and so is the lab", async () => {
    const lab = { SLUICE_AUDIT_LAB: "1001,1002" };
    expect(readNetwork(lab)).toMatchObject({ loopback: false, lab: null });
    const open = readNetwork({ ...lab, SLUICE_LOOPBACK_URLS: "allow" });
    expect(await findPlace(open, "a.example.com", 443)).toEqual({
      address: "127.0.0.1",
      port: 1002,
    });
    expect(await findPlace(open, "127.0.0.1", 5)).toEqual({
      address: "127.0.0.1",
      port: 5,
    });
    await expect(
      findPlace(
        { ...open, resolve: () => Promise.resolve(["10.1.1.1"]) },
        "shop.test",
        443,
      ),
    )
      .rejects.toThrow("not public");
  });
});

test("a redirect inwards is not followed", async () => {
  const options = { network: network(["10.0.0.1"], true) };
  expect((await getPage(`http://127.0.0.1:${port}/`, options)).body).toBe(
    "secret",
  );
  await expect(getPage(`http://127.0.0.1:${port}/away`, options)).rejects
    .toThrow("not public");
});

describe("the browser's proxy", () => {
  let shut: Proxy;
  let open: Proxy;
  beforeAll(async () => {
    shut = await openProxy(network(["127.0.0.1"]));
    open = await openProxy(network([], true));
  });
  afterAll(() => [shut, open].forEach((one) => one?.close()));

  const status = (proxy: Proxy, method: string, path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const question = request({
        host: "127.0.0.1",
        port: proxy.port,
        method,
        path,
      });
      question.on(
        "response",
        (answer) => (answer.resume(), resolve(answer.statusCode)),
      );
      question.on(
        "connect",
        (answer, socket) => (socket.destroy(), resolve(answer.statusCode)),
      );
      question.on("error", reject);
      question.end();
    });

  test.each([["GET", "http://"], ["CONNECT", ""]])(
    "%s goes out only where it may",
    async (method, scheme) => {
      const before = asked;
      for (
        const host of [
          `127.0.0.1:${port}`,
          `inside.example.net:${port}`,
          "rebound.example.net:80",
        ]
      ) {
        expect(await status(shut, method, `${scheme}${host}${scheme && "/"}`))
          .toBe(502);
      }
      expect(asked).toBe(before);
      expect(
        await status(
          open,
          method,
          `${scheme}127.0.0.1:${port}${scheme && "/"}`,
        ),
      ).toBe(200);
    },
  );
});
