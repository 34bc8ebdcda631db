import { PRESET_NAMES } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { defineCommand, integer, print, text } from "../command.ts";
import { type Database, readDatabase, type Sql, withDatabase } from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { Progress } from "../progress.ts";
import { columnsText } from "../result.ts";
import { sources } from "../sources.ts";
import { type Action, readAction } from "../source_map/action.ts";
import { mapText, without } from "../source_map/entries.ts";
import { offerReruns, type RerunChoice } from "../source_map/rerun.ts";
import {
  addSourceOrg,
  findSource,
  lastUpload,
  type MappedSource,
  saveSource,
} from "../source_map/store.ts";
import { trialText, tryFile } from "../source_map/try_file.ts";

interface MapCommand {
  key: string;
  org: string | null;
  action: Action;
  rerun: RerunChoice;
  timeoutSeconds: number;
  database: Database;
}

export default [
  defineCommand({
    name: "source map",
    description: "Shows which header of the source's lists goes where and by which rule. " +
      "`set HEADER=TARGET…` maps columns (a target, attribute or ignored), `remove HEADER…` forgets them, " +
      "`test FILE` reads the head of a file here, `presets` lists the known exports, `preset NAME|none` " +
      "uses one, `copy OTHER_KEY` takes over the map of another source, `rerun` reads finished uploads " +
      "again. After a change it offers to do so.",
    configure: (command) =>
      void addSourceOrg(
        command.argument("<KEY>", "key of the source")
          .argument("[ACTION]", "show (default), set, remove, test, presets, preset, copy or rerun")
          .argument("[VALUE...]", "what the action needs")
          .option("--rerun", "after a change: read finished uploads again, without asking")
          .option("--no-rerun", "after a change: do not ask")
          .option("--timeout <SECONDS>", "maximum time to wait for each rerun (default 3600)")
          .option("--sheet <NAME>", "test: sheet of a workbook"),
      ),
    read: (line): MapCommand => ({
      key: line.operands[0]!,
      org: text(line.options.org),
      action: readAction(line),
      rerun: typeof line.options.rerun === "boolean" ? line.options.rerun : null,
      timeoutSeconds: integer("--timeout", line.options.timeout, 3600, 1, 604_800),
      database: readDatabase(line),
    }),
    async run(command, io) {
      return await withDatabase(command.database, (sql) => run(sql, command, io));
    },
  }),
  ...sources,
];

async function run(sql: Sql, command: MapCommand, io: Io): Promise<number> {
  const { action, database } = command;
  const source = await findSource(sql, command.key, command.org);
  const answer = (text: string, object: Record<string, unknown>) =>
    print(io, database.json, text, {
      ok: true,
      command: "source map",
      source: source.key,
      ...object,
    });
  switch (action.kind) {
    case "show": {
      const last = await lastUpload(sql, source);
      answer(showText(source, last), {
        preset: source.preset,
        column_map: source.map,
        last_upload: last,
      });
      return EXIT.ok;
    }
    case "presets": {
      const names = PRESET_NAMES;
      answer(
        names.map((name) => `${name}${name === source.preset ? " (set)" : ""}`).join("\n"),
        { presets: names, preset: source.preset },
      );
      return EXIT.ok;
    }
    case "test": {
      const note = new Progress(io).note;
      const trial = await tryFile({ ...action, map: source.map, preset: source.preset, note }, io);
      answer(trialText(trial), { ...trial });
      return trial.unusable === null ? EXIT.ok : EXIT.failed;
    }
    case "rerun":
      return await finish(sql, { ...command, rerun: command.rerun ?? true }, source, null, io);
    default: {
      const next = await changed(sql, source, action);
      return await finish(sql, command, next, await saveSource(sql, next), io);
    }
  }
}

async function changed(
  sql: Sql,
  source: MappedSource,
  action: Extract<Action, { kind: "set" | "remove" | "preset" | "copy" }>,
): Promise<MappedSource> {
  switch (action.kind) {
    case "set":
      return {
        ...source,
        map: { ...without(source.map, Object.keys(action.entries)), ...action.entries },
      };
    case "remove": {
      const missing = action.headers.filter((header) =>
        Object.keys(without(source.map, [header])).length === Object.keys(source.map).length
      );
      if (missing.length > 0) {
        throw new UsageError(`the column map does not have ${missing.join(", ")}`);
      }
      return { ...source, map: without(source.map, action.headers) };
    }
    case "preset":
      return { ...source, preset: action.name };
    case "copy": {
      const other = await findSource(sql, action.from, source.org_id);
      return { ...source, map: other.map, preset: other.preset };
    }
  }
}

/** Says what the map is now, and reads uploads again where that is wanted. */
async function finish(
  sql: Sql,
  { rerun, timeoutSeconds, database }: MapCommand,
  source: MappedSource,
  written: boolean | null,
  io: Io,
): Promise<number> {
  const { lines, ok, ...report } = await offerReruns(sql, source, rerun, timeoutSeconds, io);
  if (written === null && lines.length === 0) {
    lines.push("every finished upload was read with these settings");
  }
  const state = written === null ? [] : [written ? "saved" : "unchanged", settingsText(source)];
  print(io, database.json, [...state, ...lines].join("\n"), {
    ok,
    command: "source map",
    source: source.key,
    changed: written,
    preset: source.preset,
    column_map: source.map,
    ...report,
  });
  return ok ? EXIT.ok : EXIT.failed;
}

function settingsText({ preset, map }: MappedSource): string {
  return `preset: ${preset ?? "as recognised by the headers"}\n${mapText(map)}`;
}

function showText(source: MappedSource, last: Awaited<ReturnType<typeof lastUpload>>): string {
  const lines = [`${source.key} (${source.name})`, settingsText(source)];
  if (!last) {
    lines.push("no upload yet; to see how a file is read: sluice source map KEY test FILE");
  } else {
    lines.push(
      `last upload: ${last.filename ?? last.upload_id} of ${
        last.received_at.toISOString().slice(0, 10)
      }`,
      columnsText(last.mapping),
      ...last.notes.map((note) => `note: ${note}`),
    );
  }
  return lines.join("\n");
}
