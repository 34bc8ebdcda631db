// The client against the function itself, in Deno, over a database of its own.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stack, startStack } from "../../../scripts/dev/stack.ts";
import { csvRows, outcome, pathWithCurl, startClient } from "./harness.ts";

let stack: Stack;
let sql: postgres.Sql;
let dir: string;
let env: Record<string, string>;
let heard: (event: string) => void = () => {};

beforeAll(async () => {
  stack = await startStack({
    functions: ["csv-upload"],
    worker: false,
    log: (line) => {
      const event = /"event":"(accepted|duplicate)"/.exec(line)?.[1];
      if (event) heard(event);
    },
  });
  sql = postgres(stack.adminUrl, { max: 1 });
  dir = await mkdtemp(join(tmpdir(), "sluice-cli-"));
  const [org] = await sql`insert into public.orgs (name) values ('Harbor Homes') returning id`;
  const [source] = await sql`
    insert into public.sources (org_id, key, name, parts_per_minute)
    values (${org!.id}, 'county-list', 'County list', 100000) returning id`;
  const [row] = await sql`select public.rotate_source_secret(${source!.id}) as secret`;
  env = {
    SLUICE_URL: stack.functionsUrl,
    SLUICE_SOURCE: "county-list",
    SLUICE_SECRET: row!.secret as string,
  };
});
afterAll(async () => {
  await sql?.end();
  await stack?.stop();
  if (dir) await rm(dir, { recursive: true });
});

async function storedContent(uploadId: string): Promise<string> {
  const chunks = await sql`
    select private.read_part_chunk(p.id, c.seq) as body
    from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
    where p.upload_id = ${uploadId} order by p.part, c.seq`;
  return Buffer.concat(chunks.map((chunk) => chunk.body as Buffer)).toString();
}

async function writeList(name: string, rows: number): Promise<{ file: string; content: string }> {
  const file = join(dir, name);
  const content = [...csvRows(rows)].join("").replaceAll("Main", name);
  await writeFile(file, content);
  return { file, content };
}

const run = (...args: string[]) => outcome(startClient([...args, "--json"], env));

describe("the client and the function", () => {
  test("agree on signature, parts and content, byte for byte", async () => {
    const { file, content } = await writeList("whole.csv", 2_000);
    const { code, out, err } = await run("upload", file, "--part-size", "32KiB", "--no-wait");
    expect(err).not.toContain("sluice:");
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result.parts_sent).toBeGreaterThan(2);
    expect(await storedContent(result.upload_id)).toBe(content);
    const [upload] = await sql`
      select filename, parts_expected, state from public.uploads where id = ${result.upload_id}`;
    expect(upload).toEqual({
      filename: "whole.csv",
      parts_expected: result.parts,
      state: "processing",
    });
    const status = JSON.parse((await run("status", result.upload_id)).out);
    expect(status).toMatchObject({ ok: true, source: "county-list", parts_expected: result.parts });
  });

  test("resumes after kill -9 without sending an accepted part again", async () => {
    const { file, content } = await writeList("killed.csv", 20_000);
    const args = ["upload", file, "--part-size", "16KiB", "--no-wait"];
    const child = startClient(args, env);
    const events: string[] = [];
    heard = (event) => {
      events.push(event);
      if (events.length === 3) child.kill("SIGKILL");
    };
    expect((await outcome(child)).signal).toBe("SIGKILL");
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result.parts_skipped).toBeGreaterThanOrEqual(2);
    const accepted = () => events.filter((event) => event === "accepted").length;
    // The log of the function arrives through a pipe, after its response.
    await expect.poll(accepted, { timeout: 60_000 }).toBe(result.parts);
    // The part in flight at the kill may have been accepted while the client asked for the status.
    const again = events.filter((event) => event === "duplicate").length;
    expect(again).toBeLessThanOrEqual(1);
    expect(await storedContent(result.upload_id)).toBe(content);
  });

  test("finds the upload again instead of repeating it", async () => {
    const { file } = await writeList("again.csv", 300);
    const first = JSON.parse((await run("upload", file, "--no-wait")).out);
    const second = JSON.parse((await run("upload", file, "--no-wait")).out);
    expect(second).toMatchObject({ upload_id: first.upload_id, duplicate: true, parts_sent: 0 });
    const other = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
    const named = await run("upload", file, "--no-wait", "--upload", other);
    expect(JSON.parse(named.out)).toMatchObject({ upload_id: first.upload_id, duplicate: true });
    const dry = JSON.parse((await run("upload", file, "--no-wait", "--dry-run")).out);
    expect(dry).toMatchObject({ duplicate: false, parts_sent: 1 });
  });

  test("agree on compressed bodies", async () => {
    const { file, content } = await writeList("gzip.csv", 500);
    await writeFile(`${file}.gz`, gzipSync(content));
    const { code, out } = await run("upload", `${file}.gz`, "--gzip", "--no-wait");
    expect(code).toBe(0);
    const { upload_id } = JSON.parse(out);
    const [part] = await sql`
      select content_encoding, bytes::int, encode(sha256, 'hex') as sha256
      from public.upload_parts where upload_id = ${upload_id}`;
    expect(part!.content_encoding).toBe("gzip");
    expect(part!.bytes).toBeLessThan(content.length / 2);
    const plain = JSON.parse((await run("upload", file, "--no-gzip", "--no-wait")).out);
    expect(plain).toMatchObject({ upload_id, duplicate: true });
  });

  test("agree on refusals: a wrong secret, undo before the end, an unknown upload", async () => {
    const { file } = await writeList("refused.csv", 10);
    const wrong = { ...env, SLUICE_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}` };
    const refused = await outcome(startClient(["upload", file], wrong));
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/sluice: 401 Unauthorized[^]*correlation id [0-9a-f-]{36}/);
    const { upload_id } = JSON.parse((await run("upload", file, "--no-wait")).out);
    expect(JSON.parse((await run("undo", upload_id, "--yes")).out)).toMatchObject({
      ok: false,
      status: 409,
    });
    const unknown = await run("status", "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b60");
    expect(JSON.parse(unknown.out)).toMatchObject({ ok: false, status: 404, code: "not_found" });
    expect(JSON.parse((await run("replay")).out)).toMatchObject({ ok: true, replayed: 0 });
    expect((await outcome(startClient(["rejects", upload_id], env))).out).toMatch(/^line,reason/);
  });

  test("accepts the requests of the curl and openssl script of docs/intake.md", async () => {
    const page = await readFile(new URL("../../../docs/intake.md", import.meta.url), "utf8");
    const script = /```sh\n([^]*?)```/.exec(page)![1]!;
    const { file, content } = await writeList("curl.csv", 20);
    const { stdout } = await promisify(execFile)("sh", ["-eu", "-c", script], {
      env: { ...process.env, ...env, FILE: file, PATH: await pathWithCurl(dir) },
    });
    const upload = /"upload_id": *"([^"]*)"/.exec(stdout)![1]!;
    expect(await storedContent(upload)).toBe(content);
    expect(stdout).toContain('"state":');
  });
});
