// sluice pull against a real database, and what the worker's fetchers make of --where and --since.
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetchArcgis } from "../../../edge-functions/_shared/intake/pull/arcgis.ts";
import { fetchSocrata } from "../../../edge-functions/_shared/intake/pull/socrata.ts";
import type { PullSource } from "../../../edge-functions/_shared/intake/pull/types.ts";
import { EXIT } from "../../../scripts/cli/errors.ts";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type OpenData, parcel, startOpenData } from "../../../scripts/sandbox/opendata/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let data: OpenData;
let key: string;
let source: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  data = await startOpenData();
  await sql`delete from vault.secrets where name = 'sluice_loopback_urls'`;
  await sql`select vault.create_secret('allow', 'sluice_loopback_urls')`;
});
afterAll(async () => {
  await data?.stop();
  await sql?.end();
  await database?.drop();
  await server?.release();
});
let made = 0;
beforeEach(async () => {
  data.requests = [];
  key = `county-${++made}`;
  const [row] = await sql<{ id: string }[]>`
    with org as (insert into public.orgs (name) values ('Acme') returning id)
    insert into public.sources (org_id, key, name) select id, ${key}, 'County' from org returning id`;
  source = row!.id;
});

async function sluice(...args: string[]) {
  let out = "", err = "";
  const sink = (take: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  const io = {
    stdin: Readable.from([]),
    stdout: sink((text) => out += text),
    stderr: sink((text) => err += text),
    env: { DATABASE_URL: database.adminUrl, TOKEN: "quillmarker" },
    now: () => new Date(),
    sleep: () => Promise.resolve(),
  } as unknown as Io;
  return { code: await main(["pull", ...args], io), out, err };
}
async function json(...args: string[]) {
  const { code, out } = await sluice(...args, "--json");
  return { code, answer: JSON.parse(out.trimEnd().split("\n").at(-1)!) };
}
const URL_OF = () => `${data.url}/resource/parc-els1`;
const add = (...more: string[]) =>
  sluice("add", key, "--kind", "socrata", "--from", URL_OF(), "--terms", "public record", ...more);
const runs = async () =>
  [
    ...await sql`select state from public.pull_runs where source_id = ${source} order by due_at`,
  ].map(({ state }) => state);

test("a pull is added, shown, changed and listed; its token is never printed", async () => {
  const { code, out } = await add(
    "--at",
    "05:00,17:30",
    "--token-env",
    "TOKEN",
    "--where",
    "A = 1",
  );
  expect([code, out]).toEqual([EXIT.ok, `${key} is fetched at 05:00, 17:30\n`]);
  const shown = await sluice("show", key);
  expect(shown.out).toContain(`${key} (socrata): ${URL_OF()}`);
  expect(shown.out).toContain("token: stored");
  expect(shown.out).toContain("where: A = 1");
  expect(shown.out).toContain("held when it loses more than 20 % of its rows");
  const { answer } = await json("show", key);
  expect(answer).toMatchObject({
    ...{ ok: true, command: "pull show" },
    pull: { source: key, kind: "socrata", has_token: true, options: { where: "A = 1" }, runs: [] },
  });
  expect(JSON.stringify(answer) + shown.out).not.toContain("quillmarker");

  expect((await add("--at", "06:15", "--since", ":updated_at")).code).toBe(EXIT.ok);
  const { answer: listed } = await json("list");
  expect(listed.pulls).toContainEqual(expect.objectContaining({ source: key, state: null }));
  expect((await sluice("list")).out).toContain(`${key} (socrata)`);
  expect((await sluice("list")).out).toContain("never run");
  const changed = (await json("show", key)).answer.pull;
  expect(changed).toMatchObject({ options: { since_field: ":updated_at" }, has_token: true });
  expect(changed.at).toContain("06:15:00");
});

test("a run is started once, held, dropped and released", async () => {
  await add();
  const { code, answer } = await json("run", key);
  expect(code).toBe(EXIT.ok);
  expect(answer).toEqual({
    ...{
      ok: true,
      command: "pull run",
      source: key,
      result: expect.stringMatching(/^run [0-9a-f-]+$/),
    },
  });
  const again = await sluice("run", key);
  expect([again.code, again.err]).toEqual([
    EXIT.failed,
    "sluice: the pull runs already, or is held (SL211)\n",
  ]);
  const early = await json("release", key);
  expect(early).toEqual({
    code: EXIT.failed,
    answer: expect.objectContaining({ ok: false, error: "no run of the pull is held (SL212)" }),
  });
  const hold = (id: string) =>
    sql`update public.pull_runs set state = 'held', error = '12 rows, after 16 in the last good run'
      where source_id = ${id} and state = 'due'`;
  await hold(source);
  expect((await sluice("list")).out).toContain("held, 0 rows: 12 rows, after 16");
  expect((await sluice("show", key)).out).toContain("held, 0 rows, 0 of 0 parts new: 12 rows");
  expect((await sluice("drop", key)).out).toBe(`${key}: dropped\n`);
  expect(await runs()).toEqual(["dropped"]);

  await sluice("run", key);
  await hold(source);
  expect((await json("release", key)).answer).toMatchObject({ ok: true, result: "unchanged" });
  expect(await runs()).toEqual(["dropped", "unchanged"]);
});

test("a pull is switched off and on", async () => {
  await add();
  expect((await sluice("off", key)).out).toBe(`${key}: off\n`);
  expect((await sluice("list")).out).toContain(`${key} (socrata, off)`);
  expect((await json("on", key)).answer).toMatchObject({ ok: true, result: "on" });
  expect((await sluice("list")).out).toContain(`${key} (socrata)`);
});

describe("errors say what to do", () => {
  test.each<[string, string[], string]>([
    ["without a URL", ["--terms", "x"], "--from URL and --terms TEXT are required"],
    ["without terms", ["--from", "https://example.com/a.csv"], "--from URL and --terms TEXT"],
    ["a kind", ["--kind", "ftp", "--from", "x", "--terms", "x"], "--kind is one of file, socrata"],
    ["a time", ["--from", "x", "--terms", "x", "--at", "5 am"], "--at: 5 am is not a time like"],
    [
      "a token",
      ["--from", "x", "--terms", "x", "--token-env", "NONE"],
      "variable NONE must contain",
    ],
    [
      "a sheet",
      ["--kind", "arcgis", "--from", "x", "--terms", "x", "--sheet", "A"],
      "--sheet is for",
    ],
    ["a filter", ["--from", "x", "--terms", "x", "--where", "A"], "--where is for socrata, arcgis"],
    [
      "SFTP",
      ["--kind", "sftp", "--from", "x", "--terms", "x", "--user", "u"],
      "--host-key SHA256:",
    ],
    ["S3", ["--kind", "s3", "--from", "x", "--terms", "x"], "--access-key ID is required"],
  ])("%s", async (_, args, problem) => {
    const { code, err } = await sluice("add", key, ...args);
    expect(err).toContain(problem);
    expect([code, err.includes("Try: sluice help pull")]).toEqual([EXIT.usage, true]);
    expect((await sluice("show", key)).err).toContain("the source has no pull");
  });

  test("of the database, too", async () => {
    const from = (url: string) => sluice("add", key, "--from", url, "--terms", "x");
    expect(await from("https://10.0.0.1/a.csv")).toMatchObject({
      code: EXIT.failed,
      err: expect.stringContaining("the URL must be https://, a public host name"),
    });
    expect(await sluice("run", "nowhere")).toMatchObject({
      code: EXIT.failed,
      err: "sluice: source nowhere not found\n",
    });
    expect((await sluice("run", key)).err).toContain("pull not found (SL210)");
    expect((await sluice("off", key)).err).toContain("the source has no pull");
    expect((await from("https://example.com/a.csv")).code).toBe(EXIT.ok);
  });
});

test("options of a bucket, an SFTP server and packed files are stored", async () => {
  const options = async () => (await json("show", key)).answer.pull.options;
  const common = ["--terms", "contract", "--token-env", "TOKEN"];
  const s3 = ["--kind", "s3", "--from", "https://s3.example.com/lists/a*.csv", ...common];
  await sluice(
    "add",
    key,
    ...s3,
    "--access-key",
    "AK",
    "--region",
    "us-west-2",
    "--bucket",
    "lists",
  );
  expect(await options()).toEqual({ access_key_id: "AK", region: "us-west-2", bucket: "lists" });
  const hostKey = `SHA256:${"A".repeat(43)}`;
  const sftp = ["--kind", "sftp", "--from", "sftp://files.example.com/out/a*.zip", ...common];
  const { err } = await sluice(
    "add",
    key,
    ...sftp,
    "--user",
    "u",
    "--host-key",
    hostKey,
    "--entry",
    "*.csv",
  );
  expect(err).toBe("");
  expect(await options()).toEqual({ user: "u", host_key: hostKey, entry: "*.csv" });
  await sluice(
    "add",
    key,
    "--from",
    "https://example.com/a.xlsx",
    "--terms",
    "x",
    "--sheet",
    "Sold",
  );
  expect(await options()).toEqual({ sheet: "Sold" });
  // The token was for another server.
  expect((await json("show", key)).answer.pull.has_token).toBe(false);
});

describe("filters reach the server", () => {
  const tools = { loopback: true, pause: () => Promise.resolve() };
  /** What the server was asked for by a run of the pull as it is stored. */
  async function asked(): Promise<URLSearchParams> {
    await sluice("run", key);
    const kinds = ["socrata", "arcgis"];
    const [{ run }] = await sql`select private.claim_pull_run(${kinds}) as run` as unknown as [
      { run: PullSource & { run_id: string } },
    ];
    const fetch = run.kind === "socrata" ? fetchSocrata : fetchArcgis;
    data.requests = [];
    await Array.fromAsync(fetch(run, {}, tools));
    await sql`select private.finish_pull_run(${run.run_id})`;
    const page = data.requests.find(({ path }) => path.includes("?") && /where/i.test(path))!;
    return new URL(page?.path ?? "/", data.url).searchParams;
  }

  test("of Socrata: --where always, --since from the second run on, an hour before the first", async () => {
    data.rows = [parcel(1)];
    await add("--where", "county = 'Maricopa'", "--since", ":updated_at");
    expect((await asked()).get("$where")).toBe("(county = 'Maricopa')");
    const [{ since }] = await sql`
      select to_char((started_at - interval '1 hour') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') as since
      from public.pull_runs where source_id = ${source}` as unknown as [{ since: string }];
    expect((await asked()).get("$where"))
      .toBe(`(county = 'Maricopa') AND (:updated_at >= '${since}')`);
  });

  test("of ArcGIS: in its own language, with the object id", async () => {
    data.rows = [parcel(1)];
    const url = `${data.url}/arcgis/rest/services/Parcels/FeatureServer/0`;
    const args = [
      "--terms",
      "x",
      "--where",
      "COUNTY = 'Maricopa' OR 1 = 1",
      "--since",
      "EDIT_DATE",
    ];
    await sluice("add", key, "--kind", "arcgis", "--from", url, ...args);
    expect((await asked()).get("where")).toBe("(COUNTY = 'Maricopa' OR 1 = 1) AND (OBJECTID > -1)");
    const [{ cursor }] = await sql`
      select replace(cursor_value, 'T', ' ') as cursor from public.pulls
      where source_id = ${source}` as unknown as [{ cursor: string }];
    expect((await asked()).get("where")).toBe(
      `(COUNTY = 'Maricopa' OR 1 = 1) AND (EDIT_DATE >= TIMESTAMP '${cursor}') AND (OBJECTID > -1)`,
    );
  });
});
