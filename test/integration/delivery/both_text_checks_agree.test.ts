// The check before sending is made twice, in TypeScript for the senders and in SQL for other callers:
// both report the same missing parts for any text.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { missingIn } from "../../../edge-functions/_shared/delivery/check_rendered.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 1);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const ADDRESS = `1 Main St "B" & O'Neil, Phoenix` as const;
const URL = "https://sluice.example.com/u?u=abc&x=1";
const PIECES = [
  ...[ADDRESS, ADDRESS.replaceAll(" ", "  "), ADDRESS.toUpperCase()],
  ADDRESS.replace("&", "&amp;").replaceAll('"', "&quot;").replace("'", "&#39;"),
  ADDRESS.replaceAll('"', "&#34;"),
  ADDRESS.replaceAll(" ", "&nbsp;"),
  ...[URL, URL.replaceAll("&", "&amp;"), `<a href="${URL}">out</a>`, "https://sluice.example.com/"],
  ...["Acme Realty", "acme\nrealty", "Acme", "<b>Acme</b> Realty"],
  ...["Reply STOP to end", "reply stop", "STOP", "STOP to opt out", "stop 2 end", "text STOP"],
  ...[
    "Nonstop STOP",
    "Say stop to calls",
    "do not call",
    "opt-out",
    "opt out",
    "take me off the list",
  ],
  ...[
    "{{",
    "}}",
    "{% x %}",
    "<!--",
    "-->",
    "<style>",
    "</style>",
    "<head>",
    "</head>",
    "<p>",
    "</p>",
  ],
  ...["<!-- a -->", "<!-- b -->", "<STYLE>a</STYLE>", "<head>b</head>"],
  ...[" ", "\n", ". ", "! ", "Hello", "x".repeat(45)],
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((all) => all.join(" "));
const cases = fc.record({
  channel: fc.constantFrom("email" as const, "sms" as const, "voice_ai" as const),
  purpose: fc.constantFrom("marketing", "transactional", "spam"),
  subject: fc.option(fc.constantFrom("Hi", " ", "{{ x }}"), { nil: null }),
  text: fc.option(text, { nil: null }),
  html: fc.option(text, { nil: null }),
  sender: fc.record({
    name: fc.constantFrom("Acme Realty", " ", null),
    postal_address: fc.constantFrom(ADDRESS, "", null),
    unsubscribe_url: fc.constantFrom(URL, "ftp://x", null),
  }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

async function bySql(batch: Case[]): Promise<string[][]> {
  const rows = await sql<{ missing: string[] }[]>`
    select private.check_rendered(c.channel, c.purpose, c.subject, c.text, c.html, c.sender) as missing
    from jsonb_array_elements(${sql.json(batch)}) with ordinality as e (x, n)
    cross join lateral jsonb_to_record(e.x)
      as c (channel text, purpose text, subject text, text text, html text, sender jsonb)
    order by e.n`;
  return rows.map(({ missing }) => missing);
}
const byCode = (batch: Case[]) =>
  batch.map((one) => missingIn(one.channel, one.purpose, one, one.sender));

test("both checks report the same missing parts", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(cases, { minLength: 50, maxLength: 50 }),
      async (batch) => {
        expect(byCode(batch)).toEqual(await bySql(batch));
      },
    ),
    { numRuns: 60 },
  );
});

test("both checks pass a complete text", async () => {
  const sender = { name: "Acme Realty", postal_address: ADDRESS, unsubscribe_url: URL } as const;
  const html = `<p>${ADDRESS.replace("&", "&amp;")}</p><a href="${URL}">out</a>`;
  const purpose = "marketing";
  const batch: Case[] = [
    { channel: "email", purpose, subject: "Hi", text: `${ADDRESS}\n${URL}`, html, sender },
    { channel: "sms", purpose, subject: null, text: "Acme Realty. Reply STOP", html: null, sender },
    {
      channel: "voice_ai",
      purpose,
      subject: null,
      text: "Acme Realty. Opt out?",
      html: null,
      sender,
    },
  ];
  expect([byCode(batch), await bySql(batch)]).toEqual([[[], [], []], [[], [], []]]);
});
