// Sentences of the labelled replies, read by the reader and by the database alone.
import { afterAll, beforeAll, expect, test } from "vitest";
import { wishByGrammar } from "../../../edge-functions/_shared/inbound/reader/english/grammar.ts";
import {
  ENGLISH_EXCEPTIONS,
  ENGLISH_WISHES,
} from "../../../edge-functions/_shared/inbound/reader/english/phrases.ts";
import { readReply } from "../../../edge-functions/_shared/inbound/reader/read_reply.ts";
import { sentencesOf } from "../../../edge-functions/_shared/inbound/reader/words.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { labelledReplies } from "../../support/labelled_replies.ts";
import { printMeasured } from "../../support/measured.ts";

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

const replies = labelledReplies("labelled.tsv").filter(({ channel, kind }) =>
  channel === "sms" && ["sentence", "reach", "no opt-out"].includes(kind)
).filter((_, n) => n % 5 === 0);

test("the phrases mean the same in both", async () => {
  const sentences = [
    ...new Set(replies.flatMap(({ text }) => sentencesOf(text).map(({ words }) => words))),
  ];
  const rows = await sql<{ words: string }[]>`
    select words from unnest(${sentences}::text[]) words
    where regexp_replace(words, private.opt_out_exceptions(), '#', 'g') ~ private.opt_out_phrases()`;
  const found = new Set(rows.map(({ words }) => words));
  const wanted = sentences.filter((words) =>
    words.replace(ENGLISH_EXCEPTIONS, "#").search(ENGLISH_WISHES) >= 0
  );
  expect(wanted.length).toBeGreaterThan(100);
  expect(sentences.filter((words) => found.has(words))).toEqual(wanted);
});

test("the grammar means the same in both", async () => {
  const sentences = [
    ...new Set(replies.flatMap(({ text }) => sentencesOf(text).map(({ words }) => words))),
  ];
  const rows = await sql<{ words: string }[]>`
    select words from unnest(${sentences}::text[]) words
    where private.classes_of(words) ~ private.wish_grammar()`;
  const found = new Set(rows.map(({ words }) => words));
  const wanted = sentences.filter((words) => wishByGrammar(words) !== null);
  expect(wanted.length).toBeGreaterThan(100);
  expect(sentences.filter((words) => found.has(words))).toEqual(wanted);
});

test("of whole replies, the database reads at least 95 in 100 as the reader does", async () => {
  const rows = await sql<{ text: string }[]>`
    select text from unnest(${replies.map(({ text }) => text)}::text[]) text
    where private.is_opt_out(text)`;
  const found = new Set(rows.map(({ text }) => text));
  const other = replies.filter(({ text, channel }) => {
    const { request, wrong_contact } = readReply(text, channel);
    return found.has(text) !== (request === "opt_out" || wrong_contact);
  });
  printMeasured(
    "integration",
    `the database reads ${
      replies.length - other.length
    } of ${replies.length} replies as the reader`,
  );
  expect(other.length).toBeLessThanOrEqual(replies.length * 0.05);
});
