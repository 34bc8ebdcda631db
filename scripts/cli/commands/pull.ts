// Scheduled pulls: what is fetched from where and when, and what is held for a person.
import { type CommandLine, defineCommand, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  type Database,
  readDatabase,
  type Sql,
  withDatabase,
} from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import { addSourceOrg, findSource } from "../source_map/store.ts";
import type { Io } from "../io.ts";

const KINDS = ["file", "socrata", "arcgis", "s3", "sftp"];
/** Options of the command, with their names among the options of a pull. */
const DETAILS = {
  where: "where",
  since: "since_field",
  entry: "entry",
  sheet: "sheet",
  user: "user",
  hostKey: "host_key",
  accessKey: "access_key_id",
  region: "region",
  bucket: "bucket",
} as const;
/** Those that only some kinds have. */
const ONLY: Record<string, readonly string[]> = {
  where: ["socrata", "arcgis"],
  since: ["socrata", "arcgis"],
  entry: ["file", "s3", "sftp"],
  sheet: ["file", "s3", "sftp"],
  user: ["sftp"],
  hostKey: ["sftp"],
  accessKey: ["s3"],
  region: ["s3"],
  bucket: ["s3"],
};
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

interface Keyed {
  key: string;
  org: string | null;
  database: Database;
}

const keyed = (line: CommandLine): Keyed => ({
  key: line.operands[0]!,
  org: text(line.options.org),
  database: readDatabase(line),
});

function readAdd(line: CommandLine) {
  const { options } = line;
  const kind = text(options.kind) ?? "file";
  if (!KINDS.includes(kind)) throw new UsageError(`--kind is one of ${KINDS.join(", ")}`);
  const [url, terms] = [text(options.from), text(options.terms)];
  if (!url || !terms) throw new UsageError("--from URL and --terms TEXT are required");
  const times = (text(options.at) ?? "05:00").split(",").map((one) => one.trim());
  const wrong = times.find((one) => !TIME.test(one));
  if (wrong !== undefined) throw new UsageError(`--at: ${wrong} is not a time like 05:30`);
  const token = text(options.tokenEnv);
  if (token !== null && !line.env[token]) {
    throw new UsageError(`environment variable ${token} must contain the token`);
  }
  const details: Record<string, string> = {};
  for (const [option, name] of Object.entries(DETAILS)) {
    const value = text(options[option]);
    if (value === null) continue;
    if (!ONLY[option]!.includes(kind)) {
      throw new UsageError(`${flagOf(option)} is for ${ONLY[option]!.join(", ")}, not ${kind}`);
    }
    details[name] = value;
  }
  if (
    kind === "sftp" && (!details.user || !/^SHA256:[A-Za-z0-9+/]{43}$/.test(details.host_key ?? ""))
  ) {
    throw new UsageError("--user NAME and --host-key SHA256:… of the server are required");
  }
  if (kind === "s3" && !details.access_key_id) throw new UsageError("--access-key ID is required");
  return {
    ...keyed(line),
    ...{ kind, url, terms, times, details },
    zone: text(options.zone),
    token: token === null ? null : line.env[token]!,
  };
}

const flagOf = (option: string) =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function add(input: ReturnType<typeof readAdd>, io: Io): Promise<number> {
  await withDatabase(input.database, (sql) =>
    sql.begin(async (tx) => {
      const source = await findSource(tx as unknown as Sql, input.key, input.org);
      await tx`
        insert into public.pulls (org_id, source_id, kind, url, options, at_times, time_zone, terms)
        select ${source.org_id}, ${source.id}, ${input.kind}, ${input.url}, ${
        tx.json(input.details)
      },
          ${input.times}::time[], coalesce(${input.zone}, o.time_zone), ${input.terms}
        from public.orgs o where o.id = ${source.org_id}
        on conflict (source_id) do update set kind = excluded.kind, url = excluded.url, options = excluded.options,
          at_times = excluded.at_times, time_zone = excluded.time_zone, terms = excluded.terms, active = true`;
      if (input.token !== null) {
        await tx`select public.set_pull_token(${source.id}, ${input.token})`;
      }
    }));
  print(io, input.database.json, `${input.key} is fetched at ${input.times.join(", ")}`, {
    ...{ ok: true, command: "pull add", source: input.key, kind: input.kind, at: input.times },
  });
  return EXIT.ok;
}

interface Listed {
  source: string;
  kind: string;
  active: boolean;
  url: string;
  at: string;
  terms: string;
  state: string | null;
  rows: number | null;
  due_at: string | null;
  error: string | null;
}

async function list(database: Database, io: Io): Promise<number> {
  const pulls = await withDatabase(database, async (sql) => [
    ...await sql<Listed[]>`
      select s.key as source, p.kind, p.active, p.url, p.terms,
        array_to_string(p.at_times, ', ') || ' ' || p.time_zone as at,
        r.state, r.rows::integer as rows, r.due_at::text, r.error
      from public.pulls p join public.sources s on s.id = p.source_id
      left join lateral (select x.* from public.pull_runs x where x.source_id = p.source_id
        order by x.due_at desc limit 1) r on true
      order by s.key`,
  ]);
  const lines = pulls.map((pull) =>
    [
      `${pull.source} (${pull.kind}${pull.active ? "" : ", off"}): ${pull.url}`,
      `  at ${pull.at}; terms: ${pull.terms}`,
      pull.state
        ? `  last run ${pull.due_at}: ${pull.state}, ${pull.rows} rows${
          pull.error ? `: ${pull.error}` : ""
        }`
        : "  never run",
    ].join("\n")
  );
  print(io, database.json, lines.join("\n") || "no pulls", {
    ok: true,
    command: "pull list",
    pulls,
  });
  return EXIT.ok;
}

interface ShownRun {
  due_at: string;
  state: string;
  rows: number;
  parts: number;
  new_parts: number;
  attempts: number;
  upload_id: string | null;
  error: string | null;
}

async function show({ key, org, database }: Keyed, io: Io): Promise<number> {
  const found = await withDatabase(database, async (sql) => {
    const { id } = await findSource(sql, key, org);
    const [pull] = await sql<(Omit<Listed, "state" | "rows" | "due_at" | "error"> & Shown)[]>`
      select s.key as source, p.kind, p.active, p.url, p.terms, p.options, p.most_lost::float8 as most_lost,
        array_to_string(p.at_times, ', ') || ' ' || p.time_zone as at, p.token_cipher is not null as has_token
      from public.pulls p join public.sources s on s.id = p.source_id where p.source_id = ${id}`;
    if (!pull) throw new ClientError("the source has no pull");
    const runs = await sql<ShownRun[]>`
      select r.due_at::text, r.state, r.rows::integer as rows, r.parts, r.new_parts, r.attempts, r.upload_id, r.error
      from public.pull_runs r where r.source_id = ${id} order by r.due_at desc limit 10`;
    return { ...pull, runs: [...runs] };
  });
  const options = Object.entries(found.options).map(([name, value]) => `${name}: ${value}`);
  const lines = [
    `${found.source} (${found.kind}${found.active ? "" : ", off"}): ${found.url}`,
    `  at ${found.at}; terms: ${found.terms}; token: ${found.has_token ? "stored" : "none"}`,
    `  held when it loses more than ${Math.round(found.most_lost * 100)} % of its rows`,
    ...(options.length > 0 ? [`  ${options.join("; ")}`] : []),
    ...found.runs.map((run) =>
      `  ${run.due_at}: ${run.state}, ${run.rows} rows, ${run.new_parts} of ${run.parts} parts new` +
      (run.error ? `: ${run.error}` : "")
    ),
  ];
  print(io, database.json, lines.join("\n"), { ok: true, command: "pull show", pull: found });
  return EXIT.ok;
}

interface Shown {
  options: Record<string, string | number>;
  most_lost: number;
  has_token: boolean;
}

/** Runs, releases and drops are calls of one function each. */
const control = (
  name: string,
  description: string,
  call: (sql: Sql, id: string) => Promise<string>,
) =>
  defineCommand({
    name: `pull ${name}`,
    description,
    configure: (command) => void addSourceOrg(command.argument("<KEY>", "key of the source")),
    read: keyed,
    async run({ key, org, database }, io) {
      const result = await withDatabase(database, async (sql) =>
        await call(sql, (await findSource(sql, key, org)).id));
      print(io, database.json, `${key}: ${result}`, {
        ...{ ok: true, command: `pull ${name}`, source: key, result },
      });
      return EXIT.ok;
    },
  });

async function decide(sql: Sql, id: string, release: boolean): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select public.decide_pull(${id}, ${release}) as state`;
  return row!.state;
}

async function switchTo(sql: Sql, id: string, active: boolean): Promise<string> {
  const rows = await sql`
    update public.pulls set active = ${active} where source_id = ${id} returning 1`;
  if (rows.length === 0) throw new ClientError("the source has no pull");
  return active ? "on" : "off";
}

export default [
  defineCommand({
    name: "pull list",
    description: "Lists the pulls with their last runs.",
    configure: (command) => void addDatabaseOptions(command),
    read: (line) => ({ database: readDatabase(line) }),
    run: ({ database }, io) => list(database, io),
  }),
  defineCommand({
    name: "pull show",
    description: "Shows a pull with its options and its last ten runs.",
    configure: (command) => void addSourceOrg(command.argument("<KEY>", "key of the source")),
    read: keyed,
    run: show,
  }),
  defineCommand({
    name: "pull add",
    description: "Fetches the list of a source by schedule, or changes how it is fetched.",
    configure: (command) =>
      void addSourceOrg(
        command.argument("<KEY>", "key of the source")
          .option("--kind <KIND>", "file (default), socrata, arcgis, s3 or sftp")
          .option("--from <URL>", "URL of the file, resource or layer (required)")
          .option("--terms <TEXT>", "licence or contract under which the data is used (required)")
          .option("--at <TIMES>", "local times, for example 05:00,17:00 (default 05:00)")
          .option("--zone <ZONE>", "time zone (default: that of the org)")
          .option("--where <FILTER>", "filter in the language of the server")
          .option("--since <FIELD>", "fetch only rows whose FIELD changed since the last run")
          .option("--entry <NAME>", "file in a ZIP file with several; * stands for any characters")
          .option("--sheet <NAME>", "sheet of a workbook (default: the only one with data)")
          .option("--user <NAME>", "sftp: who signs in")
          .option(
            "--host-key <FINGERPRINT>",
            "sftp: key of the server, SHA256:… as OpenSSH shows it",
          )
          .option("--access-key <ID>", "s3: id of the access key")
          .option("--region <REGION>", "s3: where the host name does not say it")
          .option("--bucket <NAME>", "s3: where the path of the URL begins with the bucket")
          .option(
            "--token-env <NAME>",
            "environment variable with the token, secret access key, password or private key",
          ),
      ),
    read: readAdd,
    run: add,
  }),
  control("run", "Runs a pull now; one that failed continues where it was.", async (sql, id) => {
    const [row] = await sql<{ id: string }[]>`select public.run_pull(${id}) as id`;
    return `run ${row!.id}`;
  }),
  control(
    "release",
    "Lets the held run of a pull through: its rows become leads.",
    (sql, id) => decide(sql, id, true),
  ),
  control(
    "drop",
    "Drops the held run of a pull with what it fetched.",
    (sql, id) => decide(sql, id, false),
  ),
  control("off", "Switches a pull off.", (sql, id) => switchTo(sql, id, false)),
  control("on", "Switches a pull on.", (sql, id) => switchTo(sql, id, true)),
];
