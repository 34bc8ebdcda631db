import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { separateLabels } from "../../../scripts/dev/diff.ts";
import { compareSchemas, describeDifference, readSchema } from "../../../scripts/dev/dump.ts";
import { pendingMigrations, StaleDatabase } from "../../../scripts/dev/history.ts";
import { buildMigrations } from "../../../scripts/dev/build_migrations.ts";
import { migrationFiles, type Tree } from "../../../scripts/dev/migrations.ts";
import {
  compareTables,
  dataStatements,
  describeChange,
  type Table,
} from "../../../scripts/dev/reference_data.ts";
import {
  addRelease,
  isReleased,
  releaseProblems,
  releases,
  sha256,
} from "../../../scripts/dev/releases.ts";

let folder: string;
let tree: Tree;
const migration = (name: string) => join(tree.supabase, "migrations", name);
const platform = "20261121000000_platform.sql";
const leads = "20261121020000_leads.sql";
const later = "20270101000000_later.sql";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-releases-"));
  tree = { sql: join(folder, "sql"), supabase: join(folder, "supabase") };
  for (const domain of ["00_platform", "20_leads"]) {
    mkdirSync(join(tree.sql, domain), { recursive: true });
    writeFileSync(join(tree.sql, domain, "01_x.sql"), `select '${domain}';\n`);
  }
  buildMigrations(tree);
});
afterEach(() => rmSync(folder, { recursive: true }));

const freeze = () => addRelease("1.0.0", "2026-11-27", tree);
const problems = (version = "1.0.0") =>
  releaseProblems(releases(tree), migrationFiles(tree), version);

describe("the marker", () => {
  test("has version, date and digests, and a digest of them that sha256sum would print", () => {
    const release = freeze();
    expect(release).toMatchObject({ version: "1.0.0", date: "2026-11-27" });
    expect(Object.keys(release.migrations)).toEqual([platform, leads]);
    const lines = [platform, leads]
      .map((name) => `${sha256(readFileSync(migration(name), "utf8"))}  ${name}\n`);
    expect(release.digest).toBe(sha256(lines.join("")));
    expect(releases(tree)).toEqual([release]);
    expect(problems()).toEqual([]);
  });

  test("a later release adds the migrations that are new", () => {
    freeze();
    writeFileSync(migration(later), "select 2;\n");
    expect(Object.keys(addRelease("1.1.0", "2027-01-02", tree).migrations)).toEqual([later]);
    expect(releases(tree).map(({ version }) => version)).toEqual(["1.0.0", "1.1.0"]);
    expect(problems("1.1.0")).toEqual([]);
  });

  test.each([
    ["1.0.0", "is not newer than 1.0.0"],
    ["0.9.0", "is not newer than 1.0.0"],
    ["1.1", "a version is X.Y.Z"],
    ["1.1.0", "No migration is unreleased"],
  ])("a second release %s is refused: %s", (version, message) => {
    freeze();
    expect(() => addRelease(version, "2027-01-02", tree)).toThrow(message);
  });

  test("the first release is refused while the migrations differ from sql/", () => {
    writeFileSync(join(tree.sql, "20_leads", "02_y.sql"), "select 2;\n");
    expect(freeze).toThrow("db:build");
    expect(isReleased(tree)).toBe(false);
  });

  test("db:build works before the first release and is refused after it", () => {
    writeFileSync(join(tree.sql, "20_leads", "02_y.sql"), "select 2;\n");
    expect(buildMigrations(tree)).toEqual([leads]);
    freeze();
    expect(() => buildMigrations(tree)).toThrow("frozen");
  });
});

describe("a released migration that is not what it was is named", () => {
  beforeEach(freeze);

  test("changed", () => {
    writeFileSync(migration(leads), "select 2;\n");
    expect(problems()).toEqual([`${leads} was released with 1.0.0 and has changed since.`]);
  });

  test("missing", () => {
    rmSync(migration(leads));
    expect(problems()).toEqual([`${leads} was released with 1.0.0 and is missing.`]);
  });

  test("renamed", () => {
    renameSync(migration(leads), migration(later));
    expect(problems()).toEqual([`${leads} was released with 1.0.0 and is now named ${later}.`]);
  });

  test("preceded by a new one", () => {
    const early = "20261121010000_early.sql";
    writeFileSync(migration(early), "select 2;\n");
    expect(problems()).toEqual([expect.stringMatching(`^${early} sorts before ${leads}`)]);
    renameSync(migration(early), migration(later));
    expect(problems()).toEqual([]);
  });

  test("sharing its version with a new one", () => {
    const twins = ["20261121020000_aaa.sql", "20261121020000_zzz.sql"];
    for (const name of twins) writeFileSync(migration(name), "select 2;\n");
    expect(problems()).toEqual(
      twins.map((name) => expect.stringMatching(`^${name} has the same version as ${leads}`)),
    );
  });

  test("followed by two new ones of one version", () => {
    const twin = "20270101000000_other.sql";
    for (const name of [later, twin]) writeFileSync(migration(name), "select 2;\n");
    expect(problems()).toEqual([
      expect.stringMatching(`^${twin} has the same version as ${later}`),
    ]);
  });

  test.each([
    "20270101000000_A-b.sql",
    "2027010100000_short.sql",
    "20270101000000.sql",
    "later.sql",
  ])("followed by one with the invalid name %s", (name) => {
    writeFileSync(migration(name), "select 2;\n");
    expect(problems()).toEqual([`${name} is not named YYYYMMDDHHMMSS_lower_case_name.sql.`]);
  });

  test("described by a marker that was edited", () => {
    const path = join(tree.supabase, "released.json");
    writeFileSync(migration(leads), "select 2;\n");
    const [release] = releases(tree);
    const edited = readFileSync(path, "utf8")
      .replace(release?.migrations[leads] ?? "", sha256("select 2;\n"));
    writeFileSync(path, edited);
    expect(problems()).toEqual([expect.stringMatching("the digest of 1.0.0")]);
  });

  test("of another version than package.json", () => {
    expect(problems("1.2.0")).toEqual([expect.stringMatching("package.json has version 1.2.0")]);
  });
});

describe("the history of a database", () => {
  const file = {
    name: leads,
    text: "-- A; b\ncreate table a (b text default ';');\n\nselect 1;\n",
  };
  const next = { name: later, text: "select 2;\n" };
  const row = (statements: string[] | null, version = "20261121020000") => [
    { version, name: "leads", statements },
  ];

  test.each([
    ["the file as a whole, as our builder notes it", [file.text]],
    ["its statements, as supabase db push notes them", [
      "-- A; b\ncreate table a (b text default ';')",
      "select 1",
    ]],
    ["nothing, as supabase migration repair notes it", null],
  ])("known: %s", (_, statements) => {
    expect(pendingMigrations(row(statements), [file, next])).toEqual([next]);
  });

  test("another text of a migration", () => {
    expect(() => pendingMigrations(row(["select 3"]), [file])).toThrow(StaleDatabase);
    expect(() => pendingMigrations(row(["select 3"]), [file])).toThrow(`earlier text of ${leads}`);
  });

  test("a migration that this checkout lacks", () => {
    expect(() => pendingMigrations(row(null, "20280101000000"), [file]))
      .toThrow("the migration 20280101000000_leads, and this checkout does not");
  });
});

describe("schemas are compared by object", () => {
  const object = (name: string, type: string, body: string) =>
    `--\n-- Name: ${name}; Type: ${type}; Schema: public; Owner: -\n--\n\n${body}\n\n\n`;
  const schema = (...columns: string[]) =>
    readSchema(
      object("a", "TABLE", `CREATE TABLE public.a (\n    ${columns.join(",\n    ")}\n);`) +
        object("t", "TYPE", "CREATE TYPE public.t AS (\n\tx integer\n);"),
    );

  test("without the order of a table's columns", () => {
    expect(compareSchemas(schema("b text", "c text"), schema("c text", "b text"))).toEqual([]);
  });

  test("with the first line that differs", () => {
    const found = compareSchemas(schema("b text", "c text"), schema("b text", "c text NOT NULL"));
    expect(found.map(describeDifference)).toEqual([
      "TABLE public.a:\n  only in the migrations: c text\n  only in sql/: c text NOT NULL",
    ]);
    expect(compareSchemas(new Map(), schema("b text")).map(describeDifference))
      .toEqual(["TABLE public.a: only in sql/", "TYPE public.t: only in sql/"]);
  });
});

describe("rows are compared by key", () => {
  const table = (name: string, parents: string[], ...rows: Record<string, string | null>[]) => {
    const made: Table = {
      ...{ name, columns: ["id", "title"], key: ["id"], parents },
      rows: new Map(rows.map((row) => [JSON.stringify([row.id]), row])),
    };
    return new Map([[name, made]]);
  };

  test("and written as idempotent statements, parents first and removals last", () => {
    const from = new Map([
      ...table("public.child", ["public.parent"], { id: "gone", title: null }),
      ...table("public.parent", [], { id: "1", title: "one" }, { id: "2", title: "two" }),
    ]);
    const to = new Map([
      ...table("public.child", ["public.parent"], { id: "new", title: "it's" }),
      ...table("public.parent", [], { id: "1", title: "uno" }, { id: "2", title: "two" }),
    ]);
    const changes = compareTables(from, to);
    expect(dataStatements(changes)).toEqual([
      "insert into public.parent (id, title) values\n  ('1', 'uno')\n" +
      "on conflict (id) do update set title = excluded.title;",
      "insert into public.child (id, title) values\n  ('new', 'it''s')\n" +
      "on conflict (id) do update set title = excluded.title;",
      "delete from public.child where (id) in (\n  ('gone'));",
    ]);
    expect(changes.map(describeChange)).toEqual([
      "public.child (2 rows differ): id 'new': only in sql/",
      "public.parent (1 row differs): id '1': title is 'one' in the migrations and 'uno' in sql/",
    ]);
    expect(compareTables(to, to)).toEqual([]);
  });

  test("a queue goes with its jobs", () => {
    const queues = compareTables(table("pgboss.queue", [], { id: "1", name: "old" }), new Map());
    expect(dataStatements(queues)).toEqual(["select pgboss.delete_queue('old');"]);
  });
});

test("new enum labels are separated from what uses them", () => {
  const label = `ALTER TYPE "public"."s" ADD VALUE 'x' BEFORE 'y';`;
  const check = `ALTER TABLE "public"."a" ADD CONSTRAINT "c" CHECK (s <> 'x');`;
  expect(separateLabels(`${label}\n\n${check}`)).toEqual({ labels: label, others: check });
});
