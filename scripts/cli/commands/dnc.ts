import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type CommandLine, defineCommand, instant, isUuid, print, text } from "../command.ts";
import { addDatabaseOptions, readDatabase, type Sql, withDatabase } from "../database.ts";
import { dncCopyLines } from "../dnc_file.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { plural } from "../size.ts";

const KINDS = ["national", "state", "litigator", "internal"] as const;

interface DncLoad {
  file: string;
  kind: (typeof KINDS)[number];
  areaCode: number | null;
  state: string | null;
  org: string | null;
  list: string;
  version: string;
  obtainedAt: Date;
  change: boolean;
  acceptShrink: boolean;
}

export default [defineCommand({
  name: "dnc load",
  description:
    "Loads a do-not-call list, plain or .gz, with one number per line; numbers are stored as keyed " +
    "hashes. A complete list replaces its predecessor in one transaction; a national file becomes one " +
    "list per area code.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<FILE|->", "list, or - for standard input")
        .option("--kind <KIND>", `${KINDS.join(", ")} (required)`)
        .option(
          "--obtained-at <TIME>",
          "time when the copy was obtained; its 31 days start then (required)",
        )
        .option("--area-code <NNN>", "national: the only area code allowed in the file")
        .option("--state <XX>", "state: state of the list")
        .option("--org <ID>", "internal: org of the list")
        .option("--list <NAME>", "distinguishes several lists of the same kind")
        .option(
          "--version <TEXT>",
          "publisher's name for the copy (default: date of --obtained-at)",
        )
        .option("--change", "change file: A or D at the end of a line adds or deletes")
        .option("--accept-shrink", "allow the list to lose more than a fifth of its numbers"),
    ),
  read: (line) => ({ load: readLoad(line), database: readDatabase(line) }),
  async run({ load, database }, io) {
    const { text, object } = await withDatabase(database, (sql) => loadDnc(sql, load, io));
    print(io, database.json, text, object);
    return EXIT.ok;
  },
})];

function readLoad({ operands, options }: CommandLine): DncLoad {
  const kind = KINDS.find((known) => known === options.kind);
  if (!kind) throw new UsageError(`--kind must be one of ${KINDS.join(", ")}`);
  const area = text(options.areaCode);
  const state = text(options.state);
  const org = text(options.org);
  if (area !== null && (kind !== "national" || !/^[2-9]\d\d$/.test(area))) {
    throw new UsageError("--area-code must have three digits, and requires --kind national");
  }
  if ((kind === "state") !== (state !== null) || (state !== null && !/^[A-Z]{2}$/.test(state))) {
    throw new UsageError("--state XX and --kind state require each other");
  }
  if ((kind === "internal") !== (org !== null) || (org !== null && !isUuid(org))) {
    throw new UsageError("--org ID and --kind internal require each other");
  }
  const obtained = text(options.obtainedAt);
  if (obtained === null) {
    throw new UsageError("--obtained-at is required: when the publisher provided the copy");
  }
  const obtainedAt = instant("--obtained-at", obtained);
  return {
    file: operands[0]!,
    kind,
    areaCode: area === null ? null : Number(area),
    state,
    org,
    list: text(options.list) ?? "",
    version: text(options.version) ?? obtainedAt.toISOString().slice(0, 10),
    obtainedAt,
    change: options.change === true,
    acceptShrink: options.acceptShrink === true,
  };
}

async function loadDnc(sql: Sql, load: DncLoad, io: Io) {
  const counts = { numbers: 0, deletions: 0 };
  const began = performance.now();
  const lists = await sql.begin(async (tx) => {
    await tx`create temp table dnc_input (number bigint not null, gone boolean not null default false, line integer)
      on commit drop`;
    const columns = load.change ? "(number, gone, line)" : "(number)";
    const copy = await tx.unsafe(`copy pg_temp.dnc_input ${columns} from stdin`).writable();
    await pipeline(
      Readable.from(dncCopyLines(await openFile(load.file, io), load.change, counts)),
      copy,
    );
    return await tx`
      select area_code, numbers::float8 as numbers, added::float8 as added, removed::float8 as removed
      from private.load_dnc(${load.kind}, ${load.version}, ${load.obtainedAt}, ${load.file},
        ${load.areaCode}::smallint, ${load.state}, ${load.org}, ${load.list}, ${load.change},
        ${load.acceptShrink}, ${io.now()})`;
  });
  const seconds = (performance.now() - began) / 1000;
  const sum = (key: string) => lists.reduce((total, list) => total + list[key], 0);
  const text = `${load.kind}, obtained ${load.obtainedAt.toISOString()}: ` +
    `${plural(counts.numbers, "line")} into ${plural(lists.length, "list")}, ` +
    `${sum("added")} more, ${sum("removed")} fewer, ${sum("numbers")} numbers now ` +
    `(${seconds.toFixed(1)} s)`;
  const object = { ok: true, command: "dnc load", ...counts, lists: [...lists], seconds };
  return { text, object };
}

async function openFile(path: string, io: Io): Promise<AsyncIterable<Uint8Array>> {
  if (path === "-") return io.stdin;
  try {
    const file = await open(path);
    await file.close();
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message.split(",")[0]}`);
  }
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith(".gz")) return stream;
  const gunzip = createGunzip();
  stream.on("error", (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}
