// systemd units and nginx files of deploy/, each by its own program; nginx runs once in front of a server of the test.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../scripts/dev/paths.ts";
import { freePort } from "../../../scripts/dev/state.ts";

const deploy = join(root, "deploy");
const PATH = `${process.env.PATH}:/usr/sbin`;
let folder: string;
let nginx: ChildProcess | undefined;
let server: Server | undefined;

function run(program: string, args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, PATH, SYSTEMD_COLORS: "0" },
  });
  if (error) {
    throw new Error(`${program} is not installed (apt-get install nginx-light systemd): ${error}`);
  }
  return { status, output: stdout + stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-deploy-"));
  mkdirSync(join(folder, "temporary"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const made = run("openssl", [
    ...[
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      "/CN=api.example.com",
    ],
    ...["-keyout", key, "-out", certificate],
  ]);
  expect(made.status).toBe(0);
});
afterAll(async () => {
  if (nginx && nginx.exitCode === null) {
    const ended = once(nginx, "exit");
    nginx.kill("SIGTERM");
    await ended;
  }
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The unit as it would be on a machine, with this checkout's place and Node. */
function unit(name: string, change = (text: string) => text): string {
  const path = join(folder, name);
  const text = readFileSync(join(deploy, "systemd", name), "utf8")
    .replaceAll("/usr/bin/node", process.execPath).replaceAll("/opt/sluice", root);
  writeFileSync(path, change(text));
  return path;
}

test.each(["sluice-worker.service", "sluice-n8n.service"])("systemd accepts %s", (name) => {
  expect(run("systemd-analyze", ["verify", "--man=no", unit(name)])).toEqual({
    status: 0,
    output: "",
  });
});

test("systemd reports a setting that does not exist", () => {
  const wrong = unit("sluice-worker.service", (text) => text.replace("Restart=", "Restarts="));
  expect(run("systemd-analyze", ["verify", "--man=no", wrong]).output).toContain("Restarts");
});

test.each(["sluice-worker.service", "sluice-n8n.service"])("%s exposes little", (name) => {
  const args = ["security", "--offline=true", "--threshold=25", "--no-pager", unit(name)];
  const { status, output } = run("systemd-analyze", args);
  expect(output).toMatch(/Overall exposure level/);
  expect(status, output).toBe(0);
});

test("the worker's command is the same in both files, and loads every module", () => {
  const compose = parse(readFileSync(join(deploy, "compose.yaml"), "utf8"), { merge: true }) as {
    services: { worker: { command: string[] } };
  };
  const given = compose.services.worker.command.map((word) => word.replaceAll("/sluice", root));
  const text = readFileSync(unit("sluice-worker.service"), "utf8").replaceAll(/\\\n\s*/g, "");
  const [program, ...words] = /^ExecStart=(.*)$/m.exec(text)![1]!.split(/\s+/);
  expect(words).toEqual(given);
  const { status, stderr } = spawnSync(program!, words, {
    encoding: "utf8",
    cwd: root,
    env: { PATH: "/usr/bin:/bin", HOME: folder, DENO_DIR: join(folder, "deno"), NO_COLOR: "1" },
  });
  expect(stderr).toContain("Invalid environment: ");
  expect(status).toBe(1);
});

/** nginx' main file around one of ours. */
function around(name: string, text: string): string {
  const path = join(folder, `${name}.nginx`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${join(folder, "temporary", kind)};`);
  writeFileSync(join(folder, `${name}.conf`), text);
  writeFileSync(
    path,
    `daemon off; pid ${join(folder, `${name}.pid`)}; error_log stderr warn;
events {}
http { access_log off; ${temporary.join(" ")} include ${join(folder, `${name}.conf`)}; }\n`,
  );
  return path;
}

const proxy = (http: number, https: number, gateway: number, n8n: number) =>
  readFileSync(join(deploy, "proxy", "nginx.conf"), "utf8")
    .replaceAll("listen 80 ", `listen 127.0.0.1:${http} `)
    .replaceAll("listen 443 ", `listen 127.0.0.1:${https} `)
    .replaceAll("127.0.0.1:8000", `127.0.0.1:${gateway}`)
    .replaceAll("127.0.0.1:5678", `127.0.0.1:${n8n}`)
    .replaceAll("/var/log/nginx", folder)
    .replaceAll(/\/etc\/letsencrypt\/\S+fullchain\.pem/g, join(folder, "certificate.pem"))
    .replaceAll(/\/etc\/letsencrypt\/\S+privkey\.pem/g, join(folder, "key.pem"));

test("nginx accepts the gateway and the reverse proxy, and refuses a directive that does not exist", async () => {
  const gateway = readFileSync(join(deploy, "gateway", "gateway.conf"), "utf8")
    .replace("listen 8000", `listen 127.0.0.1:${await freePort()}`)
    .replaceAll("/var/log/nginx", folder);
  const example = proxy(await freePort(), await freePort(), 8000, 5678);
  const check = (name: string, text: string) => run("nginx", ["-t", "-c", around(name, text)]);
  for (const [name, text] of [["gateway", gateway], ["proxy", example]] as const) {
    const { status, output } = check(name, text);
    expect(status, output).toBe(0);
    expect(output).not.toMatch(/\[(warn|emerg|alert)\]/);
  }
  expect(check("wrong", gateway.replace("server_tokens", "server_token")).status).not.toBe(0);
});

test("the reverse proxy passes bodies on as they arrive, and only what it should", async () => {
  let seen: { path: string; ip: unknown; hash: Promise<string> } | undefined;
  const started = Promise.withResolvers<void>();
  let requests = 0;
  server = createServer((incoming: IncomingMessage, answer) => {
    requests++;
    const hash = createHash("sha256");
    const done = Promise.withResolvers<string>();
    seen = { path: incoming.url!, ip: incoming.headers["x-real-ip"], hash: done.promise };
    incoming.once("data", () => started.resolve());
    incoming.on("data", (chunk: Buffer) => hash.update(chunk));
    incoming.on("end", () => (done.resolve(hash.digest("hex")), answer.end("ok")));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const https = await freePort();
  const config = around("live", proxy(await freePort(), https, port, port));
  nginx = spawn("nginx", ["-c", config], { env: { ...process.env, PATH }, stdio: "ignore" });
  for (;;) {
    const socket = connect(https, "127.0.0.1");
    const open = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) break;
    if (nginx.exitCode !== null) throw new Error("nginx did not start");
  }

  const send = (host: string, path: string, headers: Record<string, string> = {}) => {
    const outgoing = request({
      ...{ host: "127.0.0.1", port: https, servername: host, rejectUnauthorized: false },
      ...{ method: "POST", path, headers: { host, ...headers } },
    });
    const status = once(outgoing, "response").then(([answer]) => {
      (answer as IncomingMessage).resume();
      return (answer as IncomingMessage).statusCode;
    });
    return { outgoing, status };
  };

  // Bytes of any kind, in two halves: the first one arrives behind the proxy before the second is sent.
  const body = randomBytes(200_000);
  const path = "/functions/v1/webhooks/sendgrid/events?a=%2F&b=1+2";
  const hook = send("api.example.com", path, { "x-real-ip": "192.0.2.1" });
  hook.outgoing.write(body.subarray(0, 100_000));
  await started.promise;
  hook.outgoing.end(body.subarray(100_000));
  expect(await hook.status).toBe(200);
  expect(seen).toMatchObject({ path, ip: "127.0.0.1" });
  expect(await seen!.hash).toBe(createHash("sha256").update(body).digest("hex"));

  const statusOf = async (host: string, at: string, headers?: Record<string, string>) => {
    const { outgoing, status } = send(host, at, headers);
    outgoing.end();
    return await status;
  };
  expect(await statusOf("n8n.example.com", "/webhook/sluice/feed")).toBe(200);
  requests = 0;
  for (const at of ["/functions/v1/worker", "/functions/v1/worker/", "/health/rest", "/"]) {
    expect(await statusOf("api.example.com", at), at).toBe(404);
  }
  for (const at of ["/", "/rest/workflows", "/api/v1/workflows"]) {
    expect(await statusOf("n8n.example.com", at), at).toBe(404);
  }
  const announced = { "content-length": "3000000" };
  const large = send("api.example.com", "/functions/v1/webhooks/x", announced);
  large.outgoing.on("error", () => {});
  large.outgoing.flushHeaders();
  expect(await large.status).toBe(413);
  large.outgoing.destroy();
  expect(requests).toBe(0);
});
