import { describe, expect, test } from "vitest";
import { firstRelease } from "../../../scripts/dev/migrations.ts";
import { readTap } from "../../../scripts/test/pgtap.ts";

const failures = (stdout: string, status = 0, stderr = "") =>
  readTap("a.sql", stdout, stderr, status).filter(({ ok }) => !ok);

describe("the pgTAP runner accepts a file only when it kept its plan", () => {
  test("a plan that was kept passes, each test by its name", () => {
    expect(readTap("a.sql", "1..2\nok 1 - one\nok 2 - two\n", "", 0)).toEqual([
      { name: "a.sql: one", ok: true },
      { name: "a.sql: two", ok: true },
    ]);
  });

  test("a plan at the end is valid", () => {
    expect(failures("ok 1 - one\n1..1\n")).toEqual([]);
  });

  test("a failed test is shown with its diagnosis", () => {
    const [failure] = failures("1..1\nnot ok 1 - one\n# have: 1\n# want: 2\n");
    expect(failure).toEqual({ name: "a.sql: one", ok: false, detail: "# have: 1\n# want: 2\n" });
  });

  test.each([
    ["fewer tests than planned", "1..2\nok 1 - one\n", 0, "planned 2 tests, ran 1"],
    ["more tests than planned", "1..1\nok 1 - one\nok 2 - two\n", 0, "planned 1 tests, ran 2"],
    ["no plan", "ok 1 - one\n", 0, "the plan is missing"],
    ["no test", "1..0\n", 0, "the file has no tests"],
    ["an error of psql", "1..1\nok 1 - one\n", 3, "ERROR: boom"],
  ])("%s fails", (_, stdout, status, detail) => {
    expect(failures(stdout, status, "ERROR: boom")).toEqual([
      { name: "a.sql", ok: false, detail },
    ]);
  });
});

describe("the first release's migrations", () => {
  test("one for each folder, in order, with versions that are times of day", () => {
    const files = ["00_a/01_x", "00_a/02_y", "35_b/01_z", "99_c/01_w"]
      .map((name) => ({ name: `${name}.sql`, text: `select '${name}';` }));
    const built = firstRelease(files);
    expect(built.map(({ name }) => name)).toEqual([
      "20261121000000_a.sql",
      "20261121030500_b.sql",
      "20261121090900_c.sql",
    ]);
    expect(built[0]?.text).toMatch(/00_a\/01_x';[^]*00_a\/02_y';/);
  });

  test("a folder without a number is refused", () => {
    expect(() => firstRelease([{ name: "misc/01_x.sql", text: "" }])).toThrow("NN_domain");
  });
});
