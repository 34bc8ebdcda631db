// The laws of normalising: no text is an error, and normalising a result again does not change it.
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

// Text that Postgres accepts: any Unicode but NUL and lone surrogates.
const anyText = fc.string({ unit: "binary", maxLength: 250 }).map((text) =>
  text.replaceAll("\0", "").replace(/\p{Cs}/gu, "")
);
const words = (list: string, max: number) =>
  fc.array(fc.constantFrom(...list.split(" ")), { maxLength: max }).map((found) => found.join(" "));

// Words that mean different things in different places: the hardest lines.
const LINE_WORDS =
  "N S E W NORTH SOUTH NW NORTHEAST MAIN OAK ST SAINT STREET AVE AVENUE BLVD RD HWY " +
  "HIGHWAY COUNTY CO STATE US ROUTE RR BOX PO P.O. APT # UNIT STE BLDG FL FLOOR REAR FRONT PH LOT NO " +
  "4B 4-B B-4 12 1/2 12-34 1ST FIRST SECOND 35TH 100 A B LA EL DEL MT FT PARK ORCHARD LAKE CHICAGO " +
  "IL 60601 60601-1234 , - ' O'BRIEN ALT JR MLK CT PT KEY I CR FM OLD THE OF ½ é 😀 123 0 007 " +
  "N6W23001 NUMBER LOWER UPPER STATION CENTER 2ND USA TWP BY PASS";
const line = fc.oneof(
  words(LINE_WORDS, 9),
  fc.tuple(fc.nat(99_999), words(LINE_WORDS, 7)).map(([house, rest]) => `${house} ${rest}`),
  anyText,
);
const unit = fc.oneof(
  words("APT # UNIT NO BLDG FL 4 B 4-B 04 FLOOR 2ND FIRST REAR - / A 10 PH 1-11 0 00 LOT", 5),
  anyText,
);
const address = fc.record({
  street: line,
  unit: fc.option(unit),
  city: fc.option(fc.constantFrom("Chicago", "St. Louis", "", "new york", "Chicago, IL")),
  state: fc.option(fc.constantFrom("IL", "Illinois", "CT", "xx")),
  zip: fc.option(fc.constantFrom("60601", "60601-1234", "1234", "abc")),
});

test("a parsed address parses to the same hash, for any text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 1, maxLength: 40 }), async (rows) => {
      const changed = await sql`
        select i.*, a.situs_street, a.situs_unit, b.situs_street as street_again, b.situs_unit as unit_again
        from jsonb_to_recordset(${
        sql.json(rows)
      }) as i (street text, unit text, city text, state text, zip text)
        cross join lateral private.parse_address(i.street, i.unit, i.city, i.state, i.zip) a
        cross join lateral private.parse_address(a.situs_street, a.situs_unit, a.situs_city, a.situs_state,
          a.situs_zip || coalesce('-' || a.situs_zip4, '')) b
        where a.addr_hash is not null and a.addr_hash is distinct from b.addr_hash`;
      expect(changed).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("parsing a street once for many houses changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 1, maxLength: 40 }), async (rows) => {
      const changed = await sql`
        with i as materialized (
          select * from jsonb_to_recordset(${sql.json(rows)})
            as i (street text, unit text, city text, state text, zip text)
        ), known as materialized (
          -- Twice each: what stands once is not worked out ahead.
          select private.known_streets(array_agg(i.street) || array_agg(i.street)) as streets from i
        )
        select i.*, a as with_known, b as alone from i cross join known
        cross join lateral private.parse_address(i.street, i.unit, i.city, i.state, i.zip, true, known.streets) a
        cross join lateral private.parse_address(i.street, i.unit, i.city, i.state, i.zip) b
        where a is distinct from b`;
      expect(changed).toEqual([]);
    }),
    { numRuns: 80 },
  );
});

test("every spelling of a unit, in the line or in its own column, gives one hash", async () => {
  const label = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom("", "A", "B", "K"));
  const street = fc.tuple(
    fc.integer({ min: 1, max: 99_999 }),
    fc.constantFrom("", "N ", "SW "),
    fc.constantFrom("Main", "Oak Hill", "Larkin", "5th", "St James", "La Brea"),
    fc.constantFrom("St", "Ave", "Boulevard", "Ct", "Rd", "Pl"),
  ).map(([house, direction, name, type]) => `${house} ${direction}${name} ${type}`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(street, label), { minLength: 1, maxLength: 20 }),
      async (rows) => {
        const spelled = rows.flatMap(([street, [number, letter]], group) => {
          const plain = `${number}${letter}`;
          const units = ["Apt ", "APARTMENT ", "# ", "#", "Unit ", "Ste. ", "No ", ""].map((w) =>
            w + plain
          );
          if (letter) {
            units.push(`Apt ${number}-${letter}`, `Unit ${number} ${letter.toLowerCase()}`);
          }
          return units.flatMap((unit) => [
            { group, street, unit },
            { group, street: `${street} ${unit}`, unit: null },
            { group, street: `${street}, ${unit}`.toUpperCase(), unit: "" },
          ]);
        });
        const split = await sql`
        select i."group", array_agg(distinct i.street || ' | ' || coalesce(i.unit, '')) as spellings
        from jsonb_to_recordset(${sql.json(spelled)}) as i ("group" integer, street text, unit text)
        cross join lateral private.parse_address(i.street, i.unit, 'Chicago', 'IL', '60601') a
        group by 1
        having count(distinct a.addr_hash) > 1 or bool_or(a.addr_hash is null)`;
        expect(split).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  ["normalise_phone", "+1 310 555 0142 x ( ) - . ext 2135550101 0.00 44 9"],
  ["normalise_email", "a @ b . example.com < > mailto: Ann + ' , ;"],
  ["normalise_apn", "12-34 0 00 .00 E+09 A b / 2029580065"],
  ["normalise_mak", "8008006245 .0 0 1"],
  ["normalise_zip", "90401 1234 - .0 7001 0 501"],
  ["normalise_state", "CA calif. New York D.C. west VIRGINIA"],
  ["normalise_county_name", "St. Saint De Kalb County Parish City of Doña Ana Richmond"],
  ["canonical_unit", "APT # BLDG FL 4 B 4-B 2ND FLOOR - A 10 REAR"],
])("%s changes nothing that it has made", async (name, material) => {
  const glued = fc.array(fc.constantFrom(...material.split(" "), " "), { maxLength: 7 })
    .map((parts) => parts.join(""));
  const text = fc.oneof(glued, words(material, 6), anyText);
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 60 }), async (rows) => {
      const once = sql(`private.${name}`);
      const changed = await sql`
        select raw, made, ${once}(made) as again
        from (select raw, ${once}(raw) as made from jsonb_array_elements_text(${
        sql.json(rows)
      }) raw) made
        where made is not null and made is distinct from ${once}(made)`;
      expect(changed).toEqual([]);
    }),
    { numRuns: 80 },
  );
});
