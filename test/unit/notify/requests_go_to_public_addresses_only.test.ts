// What a subscriber's URL may be, and where a request to it can go.
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type PostOptions,
  postPublic,
  type PublicPost,
} from "../../../edge-functions/_shared/platform/http/post_public.ts";
import {
  type Target,
  UnsafeUrl,
} from "../../../edge-functions/_shared/platform/http/public_target.ts";
import { isPublicAddress } from "../../../edge-functions/_shared/platform/http/public_address.ts";
import { urlProblem } from "../../../edge-functions/_shared/platform/settings.ts";
import { root } from "../../../scripts/dev/paths.ts";

const pem = (name: string) => readFileSync(join(root, "test/fixtures/tls", name), "utf8");

describe("addresses", () => {
  test.each([
    ...["8.8.8.8", "1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.0", "100.63.255.255"],
    ...["100.128.0.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255"],
    ...["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001:81b::200e", "2001:200::1"],
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

  test.each([
    ...["0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200"],
    ...["100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "169.254.170.2"],
    ...["172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1"],
    ...["198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1"],
    ...["240.0.0.1", "255.255.255.255", "168.63.129.16"],
    ...[
      "::",
      "::1",
      "::ffff:127.0.0.1",
      "::ffff:169.254.169.254",
      "::ffff:7f00:1",
      "::ffff:8.8.8.8",
    ],
    ...["::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1"],
    ...["2001::1", "2001:2::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1"],
    ...[
      "fc00::1",
      "fd00:ec2::254",
      "fd20:ce::254",
      "fe80::1",
      "fe80::1%eth0",
      "fec0::1",
      "ff02::1",
    ],
    // No address at all, or in a spelling that no resolver uses.
    ...["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "256.1.1.1", "8.8.8"],
    ...["8.8.8.8.8", ":::1", "2606::4700::1", "2606:4700", "12345::1", "2606:4700::1::"],
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

describe("URLs", () => {
  test.each([
    ...["https://n8n.example.com/webhook/x", "https://example.com", "https://example.com?a=b"],
    ...[
      "https://example.com:443/",
      "https://a.b-c.example.co:8443/x?y=z",
      "https://xn--bcher-kva.example/",
    ],
    "https://hooks.example.xn--p1ai/a%20b",
  ])("%s is fine", (url) => expect(urlProblem(url)).toBeNull());

  test.each([
    ...["http://example.com/", "ftp://example.com/", "HTTPS://example.com/", "//example.com/", ""],
    // User names and look-alikes of them.
    ...[
      "https://user:pass@example.com/",
      "https://example.com@127.0.0.1/",
      "https://example.com\\@127.0.0.1/",
    ],
    ...[
      "https://example.com#@127.0.0.1/",
      "https://example.com/a b",
      "https://example.com/\n",
      "https://example.com/\\x",
    ],
    // Addresses in any spelling.
    ...["https://127.0.0.1/", "https://8.8.8.8/", "https://2130706433/", "https://0x7f000001/"],
    ...["https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://127.0.0.0x1/"],
    ...["https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://169.254.169.254/latest/"],
    ...["https://127.0.0.1./", "https://①②⑦.⓪.⓪.①/", "https://１２７.0.0.1/"],
    // Names.
    ...[
      "https://localhost/",
      "https://example.com./",
      "https://example.com.:443/",
      "https://.example.com/",
    ],
    ...[
      "https://metadata.google.internal/",
      "https://printer.local/",
      "https://a.localhost/",
      "https://db/",
    ],
    ...[
      "https://nas.home.arpa/",
      "https://wiki.corp/",
      "https://router.lan/",
      "https://bücher.example/",
    ],
    ...[
      "https://exam\u00adple.com/",
      "https://example。com/",
      "https://a_b.example.com/",
      "https://-a.example.com/",
    ],
    `https://${"a".repeat(64)}.example.com/`,
    `https://${"abcdefgh.".repeat(30)}example.com/`,
    `https://example.com/${"a".repeat(2000)}`,
    // Ports.
    ...[
      "https://example.com:22/",
      "https://example.com:80/",
      "https://example.com:6379/",
      "https://example.com:0/",
    ],
    ...[
      "https://example.com:/",
      "https://example.com:0443/",
      "https://example.com:443:443/",
      "https://example.com:99999/",
    ],
    // Loopback without the switch.
    ...["http://127.0.0.1:5678/x", "http://localhost/", "http://[::1]:5678/"],
  ])("%s is refused", (url) => expect(urlProblem(url)).toMatch(/must be|private network|longer/));

  test("http on this machine needs the switch, which allows nothing else", () => {
    for (const url of ["http://127.0.0.1:5678/x", "http://localhost/", "http://[::1]:5678/"]) {
      expect(urlProblem(url, true)).toBeNull();
    }
    for (
      const url of [
        ...["http://127.0.0.2/", "http://127.0.0.1.example.com/", "http://10.0.0.1/"],
        ...["http://localhost@10.0.0.1/", "https://127.0.0.1/", "http://example.com/"],
      ]
    ) expect(urlProblem(url, true)).not.toBeNull();
  });
});

describe("requests", () => {
  let https: Server, http: Server;
  let answer: (path: string) => { status: number; headers?: Record<string, string>; raw?: string };
  const seen: { path: string; host: string; body: string }[] = [];
  beforeAll(async () => {
    https = createHttps({ cert: pem("cert.pem"), key: pem("key.pem") }, (request, response) => {
      let body = "";
      request.on("data", (chunk) => body += chunk).on("end", () => {
        seen.push({ path: request.url!, host: request.headers.host!, body });
        const { status, headers, raw } = answer(request.url!);
        if (raw !== undefined) response.socket!.end(raw);
        else if (status > 0) response.writeHead(status, headers).end("x".repeat(100_000));
      });
    });
    http = createHttp((_, response) => void response.writeHead(204).end());
    for (const server of [https, http]) {
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    }
  });
  afterAll(() => void [https, http].map((server) => server.close()));

  const PUBLIC = "93.184.215.14";
  const targets: Target[] = [];
  /** As open() does, with the test's authority, and to this machine in place of the public address. */
  const connect = (target: Target) => {
    targets.push(target);
    return connectTls({
      host: "127.0.0.1",
      port: (https.address() as AddressInfo).port,
      servername: target.name!,
      ca: [pem("ca.pem")],
    });
  };
  const request = (url: string, options: PostOptions = {}, more: Partial<PublicPost> = {}) => {
    seen.length = targets.length = 0;
    const body = new TextEncoder().encode('{"a":"ü"}');
    const post = { url, headers: { "x-a": "b" }, body, timeoutMs: 5000, ...more };
    return postPublic(post, { resolve: () => Promise.resolve([PUBLIC]), connect, ...options });
  };

  test("go to the address that was checked, with the name in certificate and host", async () => {
    answer = () => ({ status: 202 });
    expect(await request("https://hook.example.com/in?x=1")).toBe(202);
    expect(targets).toEqual([{ address: PUBLIC, port: 443, name: "hook.example.com" }]);
    expect(seen).toEqual([{ path: "/in?x=1", host: "hook.example.com", body: '{"a":"ü"}' }]);
  });

  test("carry nothing to a server with another name in its certificate", async () => {
    answer = () => ({ status: 200 });
    await expect(request("https://other.example.com/")).rejects.toThrow(/altname/i);
    expect(seen).toEqual([]);
  });

  test.each([
    ["169.254.169.254"],
    ["::1"],
    [PUBLIC, "10.0.0.7"],
    ["2606:4700:4700::1111", "::ffff:127.0.0.1"],
    [],
  ])("are not made when a name has the addresses %s %s", async (...addresses) => {
    const refused = request("https://hook.example.com/", {
      resolve: () => Promise.resolve(addresses),
    });
    await expect(refused).rejects.toThrow(UnsafeUrl);
    expect(targets).toEqual([]);
  });

  test("do not ask again for a name that has been checked", async () => {
    const answers = [[PUBLIC], ["127.0.0.1"], ["169.254.169.254"]];
    let asked = 0;
    const resolve = () => Promise.resolve(answers[asked++]!);
    answer = () => ({ status: 200 });
    expect(await request("https://hook.example.com/", { resolve })).toBe(200);
    expect(asked).toBe(1);
    expect(targets).toEqual([{ address: PUBLIC, port: 443, name: "hook.example.com" }]);
    await expect(request("https://hook.example.com/", { resolve })).rejects.toThrow(UnsafeUrl);
    expect(targets).toEqual([]);
  });

  test("do not follow redirects", async () => {
    answer = () => ({
      status: 307,
      headers: { location: "http://169.254.169.254/latest/meta-data/" },
    });
    expect(await request("https://hook.example.com/")).toBe(307);
    expect(targets).toHaveLength(1);
    expect(seen).toHaveLength(1);
  });

  test("end at their time limit, whether resolving or answering takes too long", async () => {
    answer = () => ({ status: 0 });
    await expect(request("https://hook.example.com/", {}, { timeoutMs: 100 })).rejects.toThrow(
      "timed out",
    );
    const never = () => new Promise<string[]>(() => {});
    await expect(request("https://hook.example.com/", { resolve: never }, { timeoutMs: 100 }))
      .rejects.toThrow("timed out");
  });

  test("read no more than the head of a response", async () => {
    answer = () => ({ status: 1, raw: "x".repeat(50_000) });
    await expect(request("https://hook.example.com/")).rejects.toThrow("not HTTP");
    answer = () => ({
      status: 1,
      raw: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n",
    });
    expect(await request("https://hook.example.com/")).toBe(201);
    answer = () => ({ status: 1, raw: "" });
    await expect(request("https://hook.example.com/")).rejects.toThrow("without a response");
  });

  test("carry no header with a line break", async () => {
    const headers = { "x-a": "b\r\nhost: elsewhere" };
    await expect(request("https://hook.example.com/", {}, { headers })).rejects.toThrow(
      "line break",
    );
    expect(seen).toEqual([]);
  });

  test("reach this machine only with the switch", async () => {
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
    const post = { url, headers: {}, body: new Uint8Array(), timeoutMs: 5000 };
    expect(await postPublic(post, { loopback: true })).toBe(204);
    await expect(postPublic(post)).rejects.toThrow(UnsafeUrl);
  });
});
