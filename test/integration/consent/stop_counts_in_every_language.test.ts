// The keyword rule of the database, which stands whatever the reader says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STOP_KEYWORDS } from "../../../edge-functions/_shared/inbound/reader/languages/compiled.ts";
import { LANGUAGES } from "../../../edge-functions/_shared/inbound/reader/languages/registry.ts";
import { readReply } from "../../../edge-functions/_shared/inbound/reader/read_reply.ts";
import { stopKeywordsSql } from "../../../scripts/build/stop_keywords.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { labelledReplies } from "../../support/labelled_replies.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

/** Those that the database, asked alone, reads as an opt-out. */
async function optOutsAmong(bodies: string[]): Promise<Set<string>> {
  const rows = await sql<{ body: string }[]>`
    select body from unnest(${bodies}::text[]) body where private.is_opt_out(body)`;
  return new Set(rows.map(({ body }) => body));
}

test("the keywords of the database are those of the reader", () => {
  const path = join(root, "sql", "35_consent", "02_stop_keywords_data.sql");
  expect(readFileSync(path, "utf8")).toBe(stopKeywordsSql);
});

test("each STOP keyword counts, in the database and for the reader, as written, in capitals and with a stop", async () => {
  const words = LANGUAGES.flatMap(({ stop }) => stop);
  const bodies = [...words, ...STOP_KEYWORDS]
    .flatMap((word) => [word, word.toUpperCase(), `${word}.`, ` ${word}! `]);
  const known = await optOutsAmong(bodies);
  expect(bodies.filter((body) => !known.has(body))).toEqual([]);
  expect(bodies.filter((body) => readReply(body, "sms").request !== "opt_out")).toEqual([]);
});

test("whatever the reader takes for a keyword counts in the database, and no labelled other message", async () => {
  const replies = [...labelledReplies("labelled.tsv"), ...labelledReplies("held_back.tsv")]
    .filter(({ channel }) => channel === "sms");
  const keywords = replies.filter(({ kind }) => kind === "keyword");
  const known = await optOutsAmong(keywords.map(({ text }) => text));
  expect(keywords.filter(({ text }) => !known.has(text)).map(({ text }) => text)).toEqual([]);
  const [bare] = await sql<{ wrong: string[] | null }[]>`
    select array_agg(body) as wrong from unnest(${
    replies.filter(({ wanted }) => !wanted.startsWith("opt-out")).map(({ text }) => text)
  }::text[]) body
    where private.is_stop_keyword(private.normalise_reply(body)) or private.is_stop_in_a_language(body)`;
  expect(bare!.wrong).toBe(null);
});
