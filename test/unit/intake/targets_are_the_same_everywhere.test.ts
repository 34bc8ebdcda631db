import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isCanonical,
  mapRow,
  resolveMapping,
  TARGETS,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import {
  mappingTargetsDocument,
  mappingTargetsSql,
} from "../../../scripts/build/mapping_targets.ts";
import { root } from "../../../scripts/dev/paths.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const example = (name: string) => name.replace("_N", "_1");

test("the page and the rows of the database are made from the list", () => {
  expect(read("docs/mapping_targets.md")).toBe(mappingTargetsDocument());
  expect(read("sql/20_leads/11_mapping_targets_data.sql")).toBe(mappingTargetsSql());
});

test.each(Object.keys(TARGETS))("%s takes the column from the attributes", (name) => {
  const target = example(name);
  expect(isCanonical(target)).toBe(true);
  // A type or codes describe the contact beside them.
  const of = /^(phone|email)_1_/.exec(target)?.[1];
  const headers = ["Their header", "Address", ...(of ? ["Contact"] : [])];
  const sourceMap = { "Their header": target, ...(of ? { Contact: `${of}_1` } : {}) };
  const mapping = resolveMapping(headers, { sourceMap });
  expect(mapping.unusable).toBeNull();
  expect(mapping.columns[0]).toMatchObject({ canonical: target, how: "source_map" });
  const contact = of === "phone" ? "702-555-0100" : "a@example.com";
  const row = mapRow(["12345", "1 Oak St", contact], mapping, { line: 2 });
  expect(row.reject_code).toBeNull();
});

describe("a wrong target", () => {
  test.each(["phone", "phone_0", "phone_31", "Street", "owner", ""])(
    "%j refuses the file",
    (to) => {
      expect(resolveMapping(["A", "Address"], { sourceMap: { A: to } }).unusable).toBe(
        `The column map of the source maps "A" to "${to}", which is not a target.`,
      );
      expect(resolveMapping(["A", "Address"], { sourceMap: { A: "phone_1" } }).unusable).toBeNull();
    },
  );

  test("of a column that the file does not have is noted", () => {
    const mapping = resolveMapping(["Address"], { sourceMap: { A: "nothing" } });
    expect(mapping.unusable).toBeNull();
    expect(mapping.notes).toEqual([
      'The column map of the source names "A", which this file does not have.',
    ]);
  });

  test("of a preset that does not exist refuses the file", () => {
    expect(resolveMapping(["Address"], { preset: "no_such_vendor" }).unusable).toBe(
      'The source names the preset "no_such_vendor", which does not exist: choose another, or none.',
    );
  });
});

test("no text is both refused here and accepted there: names are the only targets", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const listed = Object.keys(TARGETS).some((name) =>
      new RegExp(`^${name.replace("_N", "_(?:[1-9]|[12]\\d|30)")}$`).test(text)
    );
    expect(isCanonical(text)).toBe(listed);
  }));
});
