// Pairs of fictional addresses by kind, and every suffix of USPS Publication 28 with each of its spellings. Prints how
// many pairs of each kind are right.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { root } from "../../../scripts/dev/paths.ts";
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

interface Pair {
  a: string;
  b: string;
  same: string;
  kind: string;
}

const pairs: Pair[] = parse(
  readFileSync(join(root, "test/fixtures/addresses/pairs.csv"), "utf8"),
  { columns: true },
);

test("each pair of lines is one address or two, as labelled", async () => {
  const judged = await sql<(Pair & { agree: boolean })[]>`
    select i.*, coalesce(x.addr_hash = y.addr_hash, false) as agree
    from jsonb_to_recordset(${sql.json(pairs as never)}) as i (a text, b text, same text, kind text)
    cross join lateral private.parse_address(i.a, null, null, null, null) x
    cross join lateral private.parse_address(i.b, null, null, null, null) y`;
  const kinds = new Map<string, { right: number; of: number }>();
  for (const { kind, same, agree } of judged) {
    const label = `${kind}, ${same === "1" ? "same" : "different"}`;
    const count = kinds.get(label) ?? { right: 0, of: 0 };
    count.of++;
    if (agree === (same === "1")) count.right++;
    kinds.set(label, count);
  }
  for (const [label, { right, of }] of [...kinds].sort()) {
    console.log(`${label}: ${right} of ${of}`);
  }
  expect(judged.filter(({ same, agree }) => agree !== (same === "1"))).toEqual([]);
});

test("the same holds where the place has columns of its own", async () => {
  // "street, city, ST 12345": only lines with one comma before the city.
  const split = pairs.flatMap((pair) => {
    const [a, b] = [pair.a, pair.b].map((line) =>
      /^([^,]+), ([^,]+), ([A-Z]{2}) ([0-9]{5})$/.exec(line)
    );
    return a && b ? [{ a: a.slice(1), b: b.slice(1), same: pair.same === "1" }] : [];
  });
  expect(split.length).toBeGreaterThan(500);
  const wrong = await sql`
    select i.a, i.b from jsonb_to_recordset(${
    sql.json(split)
  }) as i (a text[], b text[], same boolean)
    cross join lateral private.parse_address(i.a[1], null, i.a[2], i.a[3], i.a[4]) x
    cross join lateral private.parse_address(i.b[1], null, i.b[2], i.b[3], i.b[4]) y
    where coalesce(x.addr_hash = y.addr_hash, false) <> i.same`;
  expect(wrong).toEqual([]);
});

test("every spelling of a suffix agrees with its abbreviation, and with no other", async () => {
  const wrong = await sql`
    with suffixes as (
      select s.key as spelling, s.value as standard,
        (private.parse_address('12 Tamarind ' || s.key, null, 'Akron', 'OH', '44301')).addr_hash as hash
      from jsonb_each_text(private.street_types()) s
    )
    select x.spelling, y.spelling as other from suffixes x join suffixes y on x.spelling <= y.spelling
    where coalesce(x.hash = y.hash, false) <> (x.standard = y.standard)`;
  expect(wrong).toEqual([]);
  const [count] = await sql`
    select count(*)::integer as spellings, count(distinct value)::integer as suffixes
    from jsonb_each_text(private.street_types())`;
  expect(count?.suffixes).toBeGreaterThanOrEqual(200);
  expect(count?.spellings).toBeGreaterThanOrEqual(540);
});
