// Runs `sluice match` against a database of its own, and measures what it finds against known truth.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

export type Truth = readonly (readonly [string, string])[];

export function matchCommand() {
  let server: Awaited<ReturnType<typeof openServer>>;
  let database: TestDatabase;
  let sql: ReturnType<typeof connect>;
  let dir: string;

  beforeAll(async () => {
    server = await openServer();
    database = await createTestDatabase(server);
    sql = connect(database.adminUrl, 2);
    dir = await mkdtemp(join(tmpdir(), "sluice-match-"));
  });
  afterAll(async () => {
    await sql?.end();
    await database?.drop();
    await server?.release();
    await rm(dir, { recursive: true });
  });

  async function match(...args: string[]) {
    const result = { out: "", err: "" };
    const sink = (key: "out" | "err") =>
      new Writable({
        write(chunk, _encoding, done) {
          result[key] += chunk;
          done();
        },
      });
    const io: Io = {
      env: { DATABASE_URL: database.adminUrl },
      stdin: Readable.from([]),
      stdout: sink("out"),
      stderr: sink("err"),
      now: () => new Date(),
      sleep: () => Promise.resolve(),
      random: () => 0,
      uuid: () => "",
      fetch: () => Promise.reject(new Error("no network")),
    };
    return { code: await main(["match", ...args], io), ...result };
  }

  const path = (name: string): string => join(dir, name);
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(path(name), content);
    return path(name);
  };
  const rows = async (name: string) =>
    (await readFile(path(name), "utf8")).trimEnd().split("\n").slice(1).map((line) =>
      line.split(",")
    );

  /** What the command finds without answers and with those to the pairs that it asks about. */
  async function measure(name: string, lists: readonly string[], truth: Truth) {
    const files = await Promise.all(lists.map((list, n) => file(`${name}_${n}.csv`, list)));
    const out = ["--out", path("pairs.csv")];
    const isSame = new Set(truth.flatMap(([l, r]) => [`${l} ${r}`, `${r} ${l}`]));
    const score = async () => {
      const found = await rows("pairs.csv");
      const right = found.filter(([l, r]) => isSame.has(`${l} ${r}`)).length;
      return {
        precision: right / found.length,
        recall: right / truth.length,
        f1: 2 * right / (found.length + truth.length),
      };
    };
    const run = async (...more: string[]) => {
      const done = await match(...files, ...out, ...more, "--json");
      if (done.code !== 0) throw new Error(done.err);
      return JSON.parse(done.out) as { records: number; candidates: number };
    };
    const { records, candidates } = await run("--min-probability", "1e-300");
    const blocked = (await score()).recall;
    await run("--review", path("review.csv"));
    const before = await score();
    const reviewed = (await rows("review.csv")).map(([l, r]) =>
      `${l},${r},${isSame.has(`${l} ${r}`) ? "same" : "different"}`
    );
    const answers = ["left_id,right_id,answer", ...reviewed, ""].join("\n");
    await run("--answers", await file(`${name}_answers.csv`, answers));
    const after = await score();
    const per = candidates / records;
    const text = (s: typeof before) =>
      `F1 ${s.f1.toFixed(3)} (precision ${s.precision.toFixed(3)}, recall ${s.recall.toFixed(3)})`;
    console.log(
      `${name}: ${records} records, ${truth.length} true pairs, ${
        per.toFixed(1)
      } candidates a record, ` +
        `${(100 * blocked).toFixed(1)} % of true pairs among them; ${text(before)}; ` +
        `after ${reviewed.length} answers ${text(after)}`,
    );
    return { per, blocked, before, after, asked: reviewed.length };
  }

  return { match, file, path, rows, measure, sql: () => sql };
}
