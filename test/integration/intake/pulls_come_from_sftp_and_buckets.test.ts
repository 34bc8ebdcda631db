// Files by SFTP and from an S3-compatible bucket, plain, zipped and as workbooks, through the worker process.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bucket, startBucket } from "../../../scripts/sandbox/bucket/server.ts";
import { type OpenData, startOpenData } from "../../../scripts/sandbox/opendata/server.ts";
import { type SftpServer, startSftp } from "../../../scripts/sandbox/sftp/server.ts";
import {
  eventually,
  HEADER,
  houses,
  type Source,
  startWorld,
  type World,
} from "../../http/intake/harness.ts";
import { packageOf, textRow, zipOf } from "../../support/workbook.ts";
import { pullsOf } from "./support.ts";

let world: World;
let bucket: Bucket;
let sftp: SftpServer;
let data: OpenData;
let pulls: ReturnType<typeof pullsOf>;
beforeAll(async () => {
  [bucket, sftp, data] = await Promise.all([startBucket(), startSftp(), startOpenData()]);
  world = await startWorld({ worker: true, env: { WORKER_PULL_SECONDS: "1" } });
  pulls = pullsOf(world);
});
afterAll(async () => {
  await world?.stop();
  await Promise.all([bucket?.stop(), sftp?.stop(), data?.stop()]);
});
beforeEach(() => {
  for (const { files } of [bucket, sftp, data]) files.clear();
  Object.assign(sftp, { attempts: [], breakAfter: null });
});

const csv = (count: number) => Buffer.from(HEADER + houses(1, count));
const put = (path: string, bytes: Uint8Array, modified = 1_000_000) => {
  bucket.files.set(path, { bytes, modified: new Date(modified * 1000) });
  sftp.files.set(`/${path}`, { bytes, modified });
};

async function addPull(
  kind: "s3" | "sftp",
  path: string,
  { token, ...more }: Record<string, string> = {},
): Promise<Source> {
  const [url, options, secret] = kind === "s3"
    ? [
      bucket.url,
      { access_key_id: bucket.accessKeyId, region: bucket.region, bucket: bucket.name },
      bucket.secret,
    ]
    : [sftp.url, { user: sftp.user, host_key: sftp.hostKey }, sftp.password];
  const source = await pulls.addPull(kind, `${url}/${path}`, {
    options: world.sql.json({ ...options, ...more }),
  });
  await world.sql`select public.set_pull_token(${source.id}, ${token ?? secret})`;
  return source;
}

describe.each(["s3", "sftp"] as const)("%s", (kind) => {
  test("the newest file that matches is fetched, plain, gzip or zipped", async () => {
    put("out/list 1.csv", csv(30), 1_000_000);
    put("out/list 2.zip", zipOf({ "a/list.csv": csv(20), "readme.txt": "" }), 2_000_000);
    put("out/list 0.csv.gz", gzipSync(csv(10)), 500_000);
    put("out/other.csv", csv(5), 3_000_000);
    const source = await addPull(kind, "out/list%20*", { entry: "list.csv" });
    expect(await pulls.pulled(source)).toMatchObject({ state: "completed", rows: 20 });
    expect(await pulls.leadsOf(source)).toBe(20);
    expect((await pulls.pulled(source)).state).toBe("unchanged");

    const plain = await addPull(kind, "out/list%200.csv.gz");
    expect(await pulls.pulled(plain)).toMatchObject({ state: "completed", rows: 10 });
  });

  test("a file that is not there fails the run, and the secret is stored encrypted", async () => {
    put("out/list.csv", csv(3));
    const source = await addPull(kind, "out/none*.csv");
    expect((await pulls.pulled(source)).error).toContain("none*.csv");
    const other = await addPull(kind, "out/none.csv");
    expect((await pulls.pulled(other)).error).toMatch(/404|No such file/);
    const [stored] = await world.sql<{ token_cipher: Uint8Array }[]>`
      select token_cipher from public.pulls where source_id = ${source.id}`;
    expect(Buffer.from(stored!.token_cipher).toString("latin1")).not.toContain("an example");
  });
});

describe("s3", () => {
  test("lists of keys are read to the end; a wrong secret is refused", async () => {
    bucket.pageSize = 2;
    for (let n = 1; n <= 7; n++) put(`in/list-${n}.csv`, csv(n), 1_000_000 + (n === 6 ? 9 : n));
    const source = await addPull("s3", "in/list-*.csv");
    expect(await pulls.pulled(source)).toMatchObject({ state: "completed", rows: 6 });
    bucket.pageSize = 1000;
    const wrong = await addPull("s3", "in/list-1.csv", { token: "another secret" });
    expect(await pulls.pulled(wrong))
      .toMatchObject({ state: "failed", error: "the server answered 403" });
  });
});

describe("sftp", () => {
  test("a private key signs in, too; a wrong password does not", async () => {
    put("list.csv", csv(4));
    const source = await addPull("sftp", "list.csv", { token: sftp.privateKey });
    expect(await pulls.pulled(source)).toMatchObject({ state: "completed", rows: 4 });
    expect(sftp.attempts).toContain("publickey");
    const wrong = await addPull("sftp", "list.csv", { token: "another password" });
    expect(await pulls.pulled(wrong)).toMatchObject({
      state: "failed",
      error: "the server refused the user, password or key",
    });
  });

  test("a server with another key receives no password", async () => {
    put("list.csv", csv(4));
    const source = await addPull("sftp", "list.csv", {
      host_key: `SHA256:${"A".repeat(43)}`,
    });
    expect(await pulls.pulled(source)).toMatchObject({
      state: "failed",
      error: `the server has another key than the pinned one: ${sftp.hostKey}`,
    });
    expect(sftp.attempts).toEqual([]);
    const options = { user: sftp.user, host_key: sftp.hostKey };
    await world.sql`
      update public.pulls set options = ${world.sql.json(options)} where source_id = ${source.id}`;
    expect((await pulls.pulled(source)).state).toBe("completed");
  });

  test("a connection that breaks is made again, and what was stored is not stored again", async () => {
    const rows = 6000;
    const filler = " ".repeat(900);
    const wide = "APN,Property Address,City,State,Zip,Ignored\n" +
      Array.from(
        { length: rows },
        (_, n) => `${n},${n + 1} Sandbox St,Phoenix,AZ,85001,${filler}\n`,
      ).join("");
    put("list.csv", Buffer.from(wide));
    sftp.breakAfter = 5_000_000;
    const source = await addPull("sftp", "list.csv");
    await world.sql`select public.run_pull(${source.id})`;
    const broken = await eventually("the connection to break", async () => {
      const run = await pulls.lastRun(source);
      return run.error === null ? null : run;
    });
    expect(broken).toMatchObject({ state: "running", parts: 1, attempts: 1 });
    await world.sql`update public.pull_runs set lease_until = null where id = ${broken.id}`;
    expect(await pulls.settled(source)).toMatchObject({ state: "completed", rows, parts: 2 });
    expect(await pulls.leadsOf(source)).toBe(rows);
  });
});

test("a workbook and a ZIP file by https become leads; an archive that explodes becomes none", async () => {
  const sheet = (name: string, count: number) => ({
    name,
    rows: (HEADER + houses(1, count)).trimEnd().split("\n")
      .map((line, k) => textRow(k + 1, line.split(","))).join(""),
  });
  const book = zipOf(packageOf({ sheets: [sheet("Sold", 12), sheet("Listed", 7)] }));
  data.files.set("/list.xlsx", book);
  data.files.set("/list.zip", zipOf({ "list.csv": csv(9) }));
  data.files.set("/bomb.zip", zipOf({ "list.csv": Buffer.alloc(65 << 20, "0,0\n") }));
  const add = (path: string, options = {}) =>
    pulls.addPull("file", data.url + path, { options: world.sql.json(options) });
  const unclear = await add("/list.xlsx");
  expect((await pulls.pulled(unclear)).error).toBe(
    "list.xlsx has several sheets with data; choose one with --sheet: Sold, Listed",
  );
  const chosen = await add("/list.xlsx", { sheet: "Listed" });
  expect(await pulls.pulled(chosen)).toMatchObject({ state: "completed", rows: 7 });
  expect(await pulls.leadsOf(chosen)).toBe(7);
  expect(await pulls.pulled(await add("/list.zip"))).toMatchObject({ state: "completed", rows: 9 });
  const bomb = await pulls.pulled(await add("/bomb.zip"));
  expect(bomb).toMatchObject({ state: "failed", parts: 0 });
  expect(bomb.error).toContain("list.csv in bomb.zip unpacks to over 200 times its size");
});
