import { describe, expect, test } from "vitest";
import { collect, extract, textFiles } from "../../../scripts/build/strings/collect.ts";
import { main } from "../../../scripts/build/strings.ts";
import { oneLine } from "../../../scripts/build/strings/types.ts";
import { suspicionsOf } from "../../../scripts/build/strings/suspicious.ts";

const listed = (file: string, source: string) =>
  extract(file, source).map(({ kind, line, text }) => `${kind} ${line} ${oneLine(text)}`);

function output(...args: string[]): { code: number; text: string } {
  let text = "";
  const code = main(args, (piece) => text += piece);
  return { code, text };
}

describe("SQL", () => {
  test("lists messages, comments on objects, and messages in function bodies", () => {
    const source = [
      "-- Why it is here,",
      "-- in two lines.",
      "comment on table x is 'One row a lead''s phone.';",
      "create function f() returns void language plpgsql as $$",
      "begin",
      "  raise exception 'lead % not found', p_id using errcode = 'SL405', hint = E'Try it\\' again.';",
      "end $$;",
      "select 'code', 'select 1 from x', \"a column name\";",
    ].join("\n");
    expect(listed("sql/a.sql", source)).toEqual([
      "string 3 One row a lead's phone.",
      "string 6 lead % not found",
      "string 6 Try it' again.",
      "comment 1 Why it is here, in two lines.",
    ]);
  });

  test("names the descriptions of pgTAP as tests", () => {
    expect(listed("test/sql/a.sql", "select ok(true, 'the phone is valid');"))
      .toEqual(["test 1 the phone is valid"]);
  });
});

describe("TypeScript", () => {
  test("lists literals, templates and comments, but no SQL, types, imports or identifiers", () => {
    const source = [
      'import x from "some where";',
      "// A reason.",
      'type T = "a type name";',
      "const a = sql`select a from b where c = ${f('an inner text')}`;",
      "throw new Error(`cannot read ${path}: ${why}`);",
      'const b = "identifier", c = "two words";',
      "const d = `",
      "  plain template`;",
    ].join("\n");
    expect(listed("scripts/a.ts", source)).toEqual([
      "string 4 an inner text",
      "string 5 cannot read ${path}: ${why}",
      "string 6 two words",
      "string 7 plain template",
      "comment 2 A reason.",
    ]);
  });

  test("lists only titles and comments of tests", () => {
    const source = [
      'describe("a group here", () => {',
      '  test.each(["not this"])("each claim holds", () => expect("some text").toBe("x"));',
      "});",
    ].join("\n");
    expect(listed("test/unit/a.test.ts", source))
      .toEqual(["test 1 a group here", "test 2 each claim holds"]);
  });
});

test("lists values of JSON, and strings inside of code in JSON", () => {
  const source = '{\n "name": "Send a message",\n "jsCode": "// why\\nreturn \'no lead found\'",' +
    '\n "list": ["two words", "one"]\n}';
  expect(listed("n8n-workflows/a.json", source)).toEqual([
    "string 2 Send a message",
    "string 3 no lead found",
    "comment 3 why",
    "string 4 two words",
  ]);
});

test("lists what a page shows, without scripts and comments", () => {
  const source =
    "<!-- not this one -->\n<script>var a = 'nor this';</script>\n<p>\n  Read me.</p>\n" +
    '<img alt="A red house" class="no text">';
  expect(listed("pages/a.html", source)).toEqual(["string 4 Read me.", "string 5 A red house"]);
});

test("lists paragraphs of Markdown as one text, without code blocks", () => {
  const source = "# A title\n\nOne\ntwo three.\n\n```\nsome code\n```\n- an item\n  goes further\n";
  expect(listed("docs/a.md", source))
    .toEqual(["doc 1 # A title", "doc 3 One two three.", "doc 9 - an item goes further"]);
});

test.each([
  "The body is no JSON.",
  "a record that is none",
  "Nobody reads it.",
  "The database is away.",
  "Whoever asks gets an answer.",
  "Done. What is due is claimed.",
  "This is not yours to steer.",
  "The access token does not hold.",
  "a hundred letters make one notice",
  "commands of the desk",
])("flags %j", (text) => {
  expect(suspicionsOf(text)).not.toEqual([]);
});

test.each([
  "The request body is not valid JSON.",
  "The lead is no longer active.",
  "What is due today?",
  "It sends right away.",
  "12 dead letters",
  "lower-case letters and digits",
  "the street has a letter",
  "webhook-id was already used with different content.",
])("accepts %j", (text) => {
  expect(suspicionsOf(text)).toEqual([]);
});

test("finds texts in every part of the repository", () => {
  const files = textFiles();
  for (
    const part of ["sql/", "edge-functions/", "scripts/cli/", "pages/", "n8n-workflows/", "docs/"]
  ) {
    const own = files.filter((file) => file.startsWith(part));
    expect(collect(own.slice(0, 40)).length, part).toBeGreaterThan(0);
  }
});

test("the command filters by path and expression, and prints file and line", () => {
  const { code, text } = output("--grep", "^Lists the texts", "scripts/build/");
  expect(code).toBe(0);
  expect(text).toBe("");
  expect(output("--grep", "May we contact", "pages").text)
    .toMatch(/^pages\/consent\/index\.html:\d+: May we contact you\?$/m);
});

test("--suspicious succeeds where no phrase is suspicious", () => {
  expect(output("--suspicious", "pages/consent/nothing")).toEqual({ code: 0, text: "" });
});
