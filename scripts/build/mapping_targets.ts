// What is made from the list of mapping targets: docs/mapping_targets.md, and the rows of the database.
import { type Target, TARGETS } from "../../edge-functions/_shared/intake/csv/targets.ts";
import { listItem } from "./markdown.ts";

const targets = Object.entries(TARGETS as Record<string, Target>);

export function mappingTargetsDocument(): string {
  const list = (numbered: boolean) =>
    targets.filter(([, { most }]) => numbered === (most !== undefined))
      .map(([name, { meaning }]) => listItem(`\`${name}\`: ${meaning}`));
  return [
    "# Mapping targets",
    "",
    "Made from `edge-functions/_shared/intake/csv/targets.ts` by `npm run docs:codes`. [Mapping](mapping.md) explains how",
    "columns find their target.",
    "",
    "## Fields",
    "",
    ...list(false),
    "",
    "## Contacts",
    "",
    `N counts from 1 to ${Math.max(...targets.map(([, { most }]) => most ?? 0))}.`,
    "",
    ...list(true),
    "",
    "## Others",
    "",
    listItem(
      "`attribute`: no field. The value is kept with the lead under its header; contact values in it are masked.",
    ),
    listItem("`ignored` (in SQL: null): the column is not kept with the lead."),
    "",
  ].join("\n");
}

export function mappingTargetsSql(): string {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const rows = targets.map(([name, { meaning, most }]) =>
    `  (${quote(name)}, ${quote(meaning)}, ${most ?? "null"})`
  );
  return [
    "-- Made from edge-functions/_shared/intake/csv/targets.ts by `npm run docs:codes`.",
    "insert into public.mapping_targets (target, meaning, most) values",
    `${rows.join(",\n")}`,
    "on conflict (target) do update set meaning = excluded.meaning, most = excluded.most;",
    "",
  ].join("\n");
}
