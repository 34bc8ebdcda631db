// sluice match against a real database: lists with known truth, answers, and nothing left behind.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { matchCommand } from "./support.ts";

const { match, file, path, rows, sql } = matchCommand();

const PEOPLE = [
  "person,first_name,last_name,address,city,state,zip,phone,dob",
  "p1,Robert,Quill,12 Elm St,Springfield,IL,62701,217-555-0101,1970-02-03",
  "p2,Bob,Quill,12 Elm Street,Springfield,IL,62701,(217) 555-0101,1970-02-03",
  "p3,Mary,Quill,12 Elm St,Springfield,IL,62701,217-555-0101,1972-11-30",
  "p4,Anna,Osterby,900 Lake Dr,Peoria,IL,61602,309-555-0102,1981-05-06",
  "p5,Ana,Osterbye,900 Lake Drive,Peoria,IL,61602,309-555-0102,1981-05-06",
  "p6,John,Tamarind,5 Oak Ct,Peoria,IL,61602,309-555-0103,1955-01-01",
  "p7,Paul,Ferncliff,7 Oak Ct,Peoria,IL,61602,309-555-0104,1966-12-12",
  "p8,,,,,,,,",
].join("\n");

test("records of one list are matched with reasons, by the named id column", async () => {
  const people = await file("people.csv", PEOPLE);
  const done = await match(people, "--id", "person", "--out", path("people_pairs.csv"));
  expect(done).toMatchObject({ code: 0, err: "" });
  const pairs = await rows("people_pairs.csv");
  expect(pairs.map(([l, r]) => `${l} ${r}`).sort()).toEqual(["p1 p2", "p4 p5"]);
  expect(pairs[0]![3]).toContain("same phone");
});

test("a header that names no owner is a name where no other does", async () => {
  const list = await file(
    "contractors.csv",
    "id,Contractor,City\nc1,Brightwater Roofing LLC,Peoria\nc2,BRIGHTWATER ROOFING,Peoria\n" +
      "c3,Copperfield Roofing,Peoria\n",
  );
  await match(list, "--out", path("contractor_pairs.csv"));
  const pairs = await rows("contractor_pairs.csv");
  expect(pairs.map(([l, r]) => `${l} ${r}`)).toEqual(["c1 c2"]);
  expect(pairs[0]![3]).toContain("same name");
});

test("an answer is final for its pair", async () => {
  const people = await file("people.csv", PEOPLE);
  const answers = await file("final.csv", "left_id,right_id,answer\np2,p1,different\np1,p3,same\n");
  await match(
    people,
    "--id",
    "person",
    "--answers",
    answers,
    "--out",
    path("final_pairs.csv"),
  );
  const pairs = (await rows("final_pairs.csv")).map(([l, r]) => `${l} ${r}`);
  expect(pairs).toContain("p1 p3");
  expect(pairs).not.toContain("p1 p2");
});

test("no cell runs as a formula, and its answer is read back", async () => {
  const people = await file("formulas.csv", PEOPLE.replace("p1,", "=1+1,").replace("p2,", "@p2,"));
  const [out, review] = [path("safe_pairs.csv"), path("safe_review.csv")];
  await match(people, "--id", "person", "--out", out, "--review", review);
  for (const written of [out, review]) {
    expect(await readFile(written, "utf8")).not.toMatch(/(^|,)"?[=@]/m);
  }
  const found = (await rows("safe_pairs.csv")).map(([l, r]) => `${l} ${r}`);
  expect(found).toContain("'=1+1 '@p2");
  const answers = await file("safe.csv", "left_id,right_id,answer\n'=1+1,'@p2,different\n");
  await match(people, "--id", "person", "--answers", answers, "--out", out);
  expect((await rows("safe_pairs.csv")).map(([l, r]) => `${l} ${r}`)).toEqual(["p4 p5"]);
});

test("the database keeps nothing of the lists", async () => {
  const people = await file("people.csv", PEOPLE);
  const count = async () =>
    (await sql()`
      select (select count(*) from pg_class where relname like 'match\\_%' and relpersistence = 't') as temporary,
        (select count(*) from private.match_input) + (select count(*) from private.match_records)
          + (select count(*) from private.match_pairs) as kept`)[0];
  await match(people, "--id", "person", "--out", path("kept.csv"));
  expect(await count()).toEqual({ temporary: "0", kept: "0" });
});

test("a wrong column, answer or threshold is refused", async () => {
  const people = await file("people.csv", PEOPLE);
  const bad = await file("bad.csv", "left_id,right_id,answer\np1,p2,maybe\n");
  const out = ["--out", path("refused.csv")];
  expect(await match(people, "--id", "nobody", ...out)).toMatchObject({
    code: 1,
    err: expect.stringContaining("no column nobody"),
  });
  expect(await match(people, "--answers", bad, ...out)).toMatchObject({
    code: 1,
    err: expect.stringContaining("neither same nor different"),
  });
  expect(await match(people, "--min-probability", "2", ...out)).toMatchObject({ code: 2 });
  expect(await match(people)).toMatchObject({ code: 2, err: expect.stringContaining("--out") });
});
