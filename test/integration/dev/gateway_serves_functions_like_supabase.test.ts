import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../scripts/dev/database.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { type Stack, startStack } from "../../../scripts/dev/stack.ts";
import { isAlive } from "../../../scripts/dev/state.ts";

const folder = join(root, "test", "fixtures", "functions", "echo");
const files = { entrypoint: join(folder, "index.ts"), denoConfig: join(folder, "deno.json") };
const configs = [
  { name: "echo", verifyJwt: false, ...files },
  { name: "guarded", verifyJwt: true, ...files },
];

let stack: Stack;
let base: string;
beforeAll(async () => {
  stack = await startStack({ configs });
  base = stack.functionsUrl;
});
afterAll(() => stack?.stop());

async function seen(path: string, init?: RequestInit) {
  const response = await fetch(`${base}${path}`, init);
  expect(response.status).toBe(200);
  return await response.json() as {
    url: string;
    headers: Record<string, string>;
    environment: string[];
    pid: number;
  };
}

describe("a request reaches the function as on Supabase", () => {
  test("the path keeps the function's name, the query stays as it is", async () => {
    const { url } = await seen("/echo/seen/a%20b?x=1&y=%2F");
    expect(url).toBe("/echo/seen/a%20b?x=1&y=%2F");
  });

  test("proxy headers name the client and the scheme", async () => {
    const { headers } = await seen("/echo/seen/", { headers: { "webhook-id": "msg_1" } });
    expect(headers).toMatchObject({
      "webhook-id": "msg_1",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
    });
  });

  test("HTML of a GET becomes plain text", async () => {
    const typeOf = async (method: string) =>
      (await fetch(`${base}/echo/page`, { method })).headers.get("content-type");
    expect(await typeOf("GET")).toBe("text/plain; charset=UTF-8");
    expect(await typeOf("POST")).toBe("text/html; charset=UTF-8");
  });

  test("the environment has the variables of the platform", async () => {
    const { environment } = await seen("/echo/seen/");
    expect(environment.sort()).toEqual([
      "SB_JWT_SECRET",
      "SUPABASE_ANON_KEY",
      "SUPABASE_DB_URL",
      "SUPABASE_PUBLISHABLE_KEYS",
      "SUPABASE_SECRET_KEYS",
      "SUPABASE_SERVICE_ROLE_KEY",
      "SUPABASE_URL",
    ]);
  });

  test("an unknown function is 404", async () => {
    expect((await fetch(`${base}/nobody/x`)).status).toBe(404);
  });
});

describe("bodies stream", () => {
  test("the first chunk is returned before the second is sent", async () => {
    const sent = new TransformStream<Uint8Array, Uint8Array>();
    const writer = sent.writable.getWriter();
    void writer.write(new TextEncoder().encode("one"));
    const response = await fetch(`${base}/echo/echo`, {
      method: "POST",
      body: sent.readable,
      duplex: "half",
    } as RequestInit);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one");
    await writer.write(new TextEncoder().encode("two"));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("two");
    await writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  test("32 MiB of arbitrary bytes are returned unchanged", async () => {
    const bytes = new Uint8Array(32 * 2 ** 20);
    for (let i = 0; i < bytes.length; i += 7) bytes[i] = i & 255;
    const response = await fetch(`${base}/echo/echo`, { method: "POST", body: bytes });
    expect(response.headers.get("x-echo")).toBe("yes");
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
  });

  test("a response sent before the body was read arrives", async () => {
    const body = new Uint8Array(8 * 2 ** 20);
    const response = await fetch(`${base}/echo/refuse`, { method: "POST", body });
    expect(response.status).toBe(413);
    expect(await response.text()).toBe("too large");
  });
});

describe("verify_jwt", () => {
  const guarded = (authorization?: string) =>
    fetch(`${base}/guarded/seen/`, { headers: authorization ? { authorization } : {} });

  test("a JWT of the stack is accepted", async () => {
    expect((await guarded(`Bearer ${stack.anonKey}`)).status).toBe(200);
    expect((await guarded(`Bearer ${await stack.signJwt({ sub: "x" })}`)).status).toBe(200);
  });

  test("a missing, a foreign and an expired JWT are refused", async () => {
    const foreign = await new SignJWT({ role: "anon" }).setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h").sign(new TextEncoder().encode("another secret of 32 bytes or so"));
    expect((await guarded()).status).toBe(401);
    expect((await guarded("Basic abc")).status).toBe(401);
    expect((await guarded(`Bearer ${foreign}`)).status).toBe(401);
    expect((await guarded(`Bearer ${stack.anonKey.slice(0, -2)}`)).status).toBe(401);
  });

  test("a function with verify_jwt = false needs none", async () => {
    expect((await fetch(`${base}/echo/seen/`)).status).toBe(200);
  });
});

describe("processes", () => {
  test("a function that dies is restarted for the next request", async () => {
    const before = (await seen("/echo/seen/")).pid;
    expect((await fetch(`${base}/echo/die`)).status).toBe(502);
    expect((await seen("/echo/seen/")).pid).not.toBe(before);
    expect(stack.processes.get("echo")?.restarts).toBe(1);
  });

  test("a function can connect to loopback only", async () => {
    expect(await (await fetch(`${base}/echo/outside`)).text()).toBe("NotCapable");
  });

  test("two stacks have separate databases, gateways and processes", async () => {
    const other = await startStack({ configs });
    try {
      expect(other.databaseUrl).not.toBe(stack.databaseUrl);
      expect(other.functionsUrl).not.toBe(stack.functionsUrl);
      expect(other.processes.get("echo")?.pid).not.toBe(stack.processes.get("echo")?.pid);
    } finally {
      await other.stop();
    }
    expect(await fetch(`${other.functionsUrl}/echo/seen/`).catch(() => null)).toBe(null);
    expect((await fetch(`${base}/echo/seen/`)).status).toBe(200);
  });

  test("functions end with a parent that is killed", async () => {
    const script = `
      import { startStack } from ${JSON.stringify(join(root, "scripts/dev/stack.ts"))};
      const stack = await startStack({ configs: ${JSON.stringify(configs)} });
      console.log(JSON.stringify([...stack.processes.values()].map((process) => process.pid)));`;
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), "line");
    const pids = JSON.parse(line) as number[];
    expect(pids.every(isAlive)).toBe(true);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await expect.poll(() => pids.some(isAlive), { timeout: 60_000 }).toBe(false);
  });
});

describe("net.http_post", () => {
  async function post(url: string) {
    const sql = connect(stack.databaseUrl);
    try {
      const [row] = await sql<{ id: string }[]>`
        select net.http_post(${url}, '{"a":1}'::jsonb, '{"q":"a b"}') as id`;
      const answer = () =>
        sql`select status_code, content, error_msg from net._http_response where id = ${
          row?.id ?? 0
        }`;
      await expect.poll(answer, { timeout: 60_000 }).toHaveLength(1);
      return (await answer())[0];
    } finally {
      await sql.end();
    }
  }

  test("reaches a function and stores its response", async () => {
    expect(await post(`${base}/echo/echo`)).toMatchObject({
      status_code: 200,
      content: '{"a": 1}',
    });
  });

  test("refuses any host but loopback", async () => {
    expect(await post("http://192.0.2.1/")).toMatchObject({
      status_code: null,
      error_msg: "the local stack sends to loopback only",
    });
  });
});
