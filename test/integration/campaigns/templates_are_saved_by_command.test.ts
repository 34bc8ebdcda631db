// sluice template put, list and show against a real database.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let dir: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  await sql`insert into public.orgs (name) values ('Acme Realty')`;
  dir = await mkdtemp(join(tmpdir(), "sluice-templates-"));
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
  await rm(dir, { recursive: true });
});

async function sluice(...args: string[]): Promise<{ code: number; out: string; err: string }> {
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
  return { code: await main(["template", ...args, "--org", "Acme Realty"], io), ...result };
}

async function put(source: string) {
  const file = join(dir, "template.txt");
  await writeFile(file, source);
  return await sluice("put", file);
}

const MAIL = `name: first-touch
channel: email
subject: About {{ property.street | default: 'your property' }}
---
Hi {{ lead.first_name | default: "there" }},

{{ sender.postal_address }}
Unsubscribe: {{ unsubscribe_url }}
--- mjml
<mjml><mj-body><mj-section><mj-column>
<mj-text>Hi {{ lead.first_name | default: "there" }}</mj-text>
<mj-text>{{ sender.postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
</mj-column></mj-section></mj-body></mjml>
`;

test("a file becomes a version, and a new one only when it changed", async () => {
  expect((await put(MAIL)).out).toMatch(/^first-touch version 1 /);
  expect(await put(MAIL)).toMatchObject({
    code: 0,
    out: "first-touch is unchanged since version 1\n",
  });
  expect((await put(MAIL.replace("About", "Your house at"))).out).toMatch(/version 2/);
  expect((await sluice("list")).out).toMatch(/^first-touch {2}version 2 {2}email {2}marketing/);
  const shown = await sluice("show", "first-touch", "--version", "1");
  expect(shown.out).toBe(
    `# version 1\n${MAIL.replace("channel: email\n", "channel: email\npurpose: marketing\n")}`,
  );
  // The output of `show` can be put again.
  expect((await put(shown.out)).out).toMatch(/version 3/);
});

test("MJML is compiled when it is saved, without fetching anything", async () => {
  const [row] = await sql<{ html: string; mjml: string }[]>`
    select html_body as html, mjml from public.templates where name = 'first-touch' and version = 1`;
  expect(row!.html).toMatch(/^<!doctype html>/i);
  expect(row!.html).toContain('href="{{ unsubscribe_url }}"');
  expect(row!.html).toContain('Hi {{ lead.first_name | default: "there" }}');
  expect(row!.html).not.toMatch(/fonts\.googleapis|<script|@import/);
  expect(row!.mjml).toContain("<mj-text>");
});

test.each([
  ["no settings", "just words", 2, /line --- after the settings/],
  ["an unknown setting", "nmae: x\n---\nx", 2, /line 1/],
  ["no text", "name: x\nchannel: sms\n---\n", 2, /the text is missing/],
  ["MJML that does not compile", MAIL.replaceAll("mj-text", "mj-txt"), 1, /MJML.*mj-txt/],
  ["liquid that is none", MAIL.replace("default:", "default: |"), 1, /liquid|filter/],
  ["a filter that nobody knows", MAIL.replace("default:", "shout:"), 1, /shout/],
  ["a name that nobody knows", MAIL.replaceAll("first_name", "shoe_size"), 1, /shoe_size/],
  ["no way out", MAIL.replaceAll("unsubscribe_url", "sender.name"), 1, /unsubscribe/],
  [
    "a text without STOP",
    "name: t\nchannel: sms\n---\nHi {{ lead.first_name | default: 'there' }}, this is {{ sender.name }}",
    1,
    /how to opt out/,
  ],
  ["no such file", null, 2, /cannot read/],
])("a file with %s is refused with the reason", async (_, source, code, words) => {
  const before = await sql`select count(*)::int as n from public.templates`;
  const result = source === null ? await sluice("put", join(dir, "nowhere")) : await put(source);
  expect([result.code, result.err]).toEqual([code, expect.stringMatching(words)]);
  expect(await sql`select count(*)::int as n from public.templates`).toEqual(before);
});

test("an invalid command line is refused", async () => {
  for (
    const args of [[], ["put"], ["list", "x"], ["drop", "x"], [
      "show",
      "first-touch",
      "--version",
      "x",
    ]]
  ) {
    expect((await sluice(...args)).code).toBe(2);
  }
  expect((await sluice("show", "nobody")).err).toMatch(/template nobody not found/);
});
