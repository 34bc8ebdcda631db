// The opt-out classifier against a list of replies, and against random ways of writing the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

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

const replies = readFileSync(
  join(import.meta.dirname, "..", "..", "fixtures", "gate", "opt_out_phrases.txt"),
  "utf8",
).split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
  const [wanted = "", body = ""] = line.split("\t");
  return { wanted: wanted === "yes", body: body.replaceAll("\\n", "\n") };
});

async function areOptOuts(bodies: string[]): Promise<boolean[]> {
  const rows = await sql<{ is_opt_out: boolean }[]>`
    select private.is_opt_out(body) from unnest(${bodies}::text[]) with ordinality u (body, n) order by n`;
  return rows.map((row) => row.is_opt_out);
}

test("at least 100 opt-out phrases are recognised, and 60 other phrases are not", async () => {
  const answers = await areOptOuts(replies.map(({ body }) => body));
  expect(replies.filter(({ wanted }, n) => wanted !== answers[n])).toEqual([]);
  expect(replies.filter(({ wanted }) => wanted).length).toBeGreaterThanOrEqual(100);
  expect(replies.filter(({ wanted }) => !wanted).length).toBeGreaterThanOrEqual(60);
});

const keyword = fc.constantFrom(
  ..."STOP,STOPALL,UNSUBSCRIBE,CANCEL,END,QUIT,REVOKE,OPTOUT,opt out,opt-out,stop all,remove me"
    .split(","),
);
const casing = fc.func(fc.boolean());
const around = fc.constantFrom(
  "",
  " ",
  "!",
  "!!!",
  ".",
  "\n",
  " 🛑",
  " 🙏",
  " please",
  " PLEASE!",
  " now",
);
const before = fc.constantFrom("", " ", "please ", "Pls ", "ok ", "🛑 ", '"', "Hi, ", "hello. ");

test("a keyword is recognised in any case, with courtesy, punctuation and emoji", async () => {
  const written = fc.tuple(before, keyword, casing, around).map(([a, word, upper, b]) =>
    a + [...word].map((c, n) => upper([n]) ? c.toUpperCase() : c.toLowerCase()).join("") + b
  );
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 10, maxLength: 50 }), async (bodies) => {
      const answers = await areOptOuts(bodies);
      expect(bodies.filter((_, n) => !answers[n])).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

const verb = fc.constantFrom(
  "texting",
  "calling",
  "messaging",
  "contacting",
  "emailing",
  "bothering",
  "spamming",
);
const plain = fc.constantFrom("text", "call", "message", "contact", "email", "bother");
const who = fc.constantFrom("me", "us", "my phone", "this number");
const sentence = fc.oneof(
  fc.tuple(verb, who).map(([v, w]) => `stop ${v} ${w}`),
  fc.tuple(verb, who).map(([v, w]) => `quit ${v} ${w}`),
  fc.tuple(fc.constantFrom("do not", "don't", "dont", "Don’t", "DO NOT"), plain, who)
    .map(([n, v, w]) => `${n} ${v} ${w}`),
  fc.tuple(fc.constantFrom("take", "remove"), fc.constantFrom("me", "my number")).map(([v, w]) =>
    `${v} ${w} off your list`
  ),
  fc.constantFrom("texts", "messages", "calls", "emails").map((thing) => `no more ${thing}`),
  fc.constantFrom("texts", "messages", "calls").map((thing) => `I don't want any more ${thing}`),
);

test("a sentence that asks to stop is recognised among other sentences", async () => {
  const chat = fc.constantFrom(
    "",
    "Hi. ",
    "Who is this? ",
    "I sold it last year. ",
    "No thanks, ",
    "Please ",
  );
  const after = fc.constantFrom("", ".", "!", " please", " anymore", ". Thanks", "!! I mean it");
  const written = fc.tuple(chat, sentence, after).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 10, maxLength: 50 }), async (bodies) => {
      const answers = await areOptOuts(bodies);
      expect(bodies.filter((_, n) => !answers[n])).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test("talk about houses is not an opt-out, and no text causes an error", async () => {
  const word = fc.constantFrom(
    ..."the house is on Main Street with three bedrooms and a big yard".split(" "),
    ..."we saw it yesterday my wife likes kitchen price offer tour agent thanks when where".split(
      " ",
    ),
  );
  const talk = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));
  const noise = fc.string({ unit: "binary", maxLength: 80 }).map((text) =>
    text.replaceAll("\0", "").replace(/\p{Cs}/gu, "")
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(talk, { minLength: 10, maxLength: 50 }),
      fc.array(noise, { maxLength: 20 }),
      async (bodies, anything) => {
        const answers = await areOptOuts(bodies);
        expect(bodies.filter((_, n) => answers[n])).toEqual([]);
        expect((await areOptOuts(anything)).length).toBe(anything.length);
      },
    ),
    { numRuns: 20 },
  );
});
