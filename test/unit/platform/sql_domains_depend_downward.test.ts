import { expect, it } from "vitest";
import { sqlFiles } from "../../../scripts/dev/migrations.ts";

// A domain may use the objects of domains with a lower number, and its own. Everything is written with its schema,
// except in functions whose search_path is "pg_temp, private": there the bare name of a private table counts, too.

interface Source {
  name: string;
  text: string;
}

const create = new RegExp(
  [
    /\bcreate\s+(?:or\s+replace\s+)?(?:unlogged\s+|materialized\s+|recursive\s+)?/,
    /(?:table|view|function|procedure|type|sequence|aggregate|domain)\s+(?:if\s+not\s+exists\s+)?/,
    /((?:public|private|pgboss)\.\w+)/,
  ].map((part) => part.source).join(""),
  "gi",
);

const domainOf = (file: string) => file.split("/").at(-2) ?? "";
const numberOf = (domain: string) => Number.parseInt(domain, 10);

/** The statements alone: comments may mention whatever they like. */
function statements(text: string): string {
  return text
    .replace(/--[^\n]*/g, "")
    .replace(/\bcomment\s+on\s[^;']*?\sis\s+e?(?:'(?:[^']|'')*'\s*)+;/gi, "");
}

function findViolations(files: Source[]) {
  const sources = files.map((file) => ({ name: file.name, text: statements(file.text) }));
  const home = new Map<string, string>();
  const twice: string[] = [];
  for (const { name, text } of sources) {
    for (const match of text.matchAll(create)) {
      const object = (match[1] ?? "").toLowerCase();
      const first = home.get(object);
      // A file may have several forms of one function.
      if (first !== undefined && first !== name) twice.push(`${object} in ${first} and ${name}`);
      else home.set(object, name);
    }
  }
  const upward = new Set<string>();
  let references = 0;
  for (const { name, text } of sources) {
    const names = [...text.matchAll(/\b(?:public|private|pgboss)\.\w+/gi)].map((match) =>
      match[0].toLowerCase()
    );
    if (/set\s+search_path\s*=\s*pg_temp\s*,\s*private/i.test(text)) {
      for (const word of new Set(text.match(/(?<![.\w])\w+_\w+(?!\w)/g))) {
        names.push(`private.${word.toLowerCase()}`);
      }
    }
    for (const object of names) {
      const used = home.get(object);
      if (used === undefined || used === name) continue;
      references++;
      if (numberOf(domainOf(used)) > numberOf(domainOf(name))) {
        upward.add(`${name} uses ${object} of ${used}`);
      }
    }
  }
  return { objects: home.size, references, twice, upward: [...upward].sort() };
}

it("every object that SQL refers to belongs to the same or a lower domain, and is created once", () => {
  const found = findViolations(sqlFiles());
  expect(found.upward).toEqual([]);
  expect(found.twice).toEqual([]);
  expect(found.objects).toBeGreaterThan(300);
  expect(found.references).toBeGreaterThan(700);
});

it("every domain has a number of its own", () => {
  const domains = [...new Set(sqlFiles().map((file) => domainOf(file.name)))];
  expect(domains.length).toBeGreaterThan(10);
  expect(new Set(domains.map(numberOf)).size).toBe(domains.length);
});

it("an upward reference and a second definition are found, but not in comments", () => {
  const low = {
    name: "sql/10_low/01_low.sql",
    text: `create table public.lows (id int); -- public.highs is not a reference here
create function private.count_lows() returns bigint language sql set search_path = '' as $$
  select count(*) from public.lows, public.highs
$$;
comment on function private.count_lows() is 'Not a reference: '
  'public.higher; it''s a comment.';`,
  };
  const bare = {
    name: "sql/10_low/02_bare.sql",
    text:
      `create function private.fill_shape() returns void language sql set search_path = pg_temp, private as $$
  insert into high_shape values (1)
$$;`,
  };
  const high = {
    name: "sql/20_high/01_high.sql",
    text: `create table public.highs (id int references public.lows);
create view public.higher as select * from public.lows;
create unlogged table private.high_shape (n int);
create or replace function private.count_lows() returns bigint language sql as $$ select 0 $$;`,
  };
  expect(findViolations([low, bare, high])).toEqual({
    objects: 6,
    references: 5,
    twice: ["private.count_lows in sql/10_low/01_low.sql and sql/20_high/01_high.sql"],
    upward: [
      "sql/10_low/01_low.sql uses public.highs of sql/20_high/01_high.sql",
      "sql/10_low/02_bare.sql uses private.high_shape of sql/20_high/01_high.sql",
    ],
  });
});
