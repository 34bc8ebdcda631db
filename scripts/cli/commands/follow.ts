// From upload to booking: what is on record about an id, with the correlation ids that logs and traces have.
import { defineCommand, integer, print } from "../command.ts";
import { addDatabaseOptions, readDatabase, type Sql, withDatabase } from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";

interface Row {
  at: Date | null;
  kind: string;
  id: string;
  correlation_id: string | null;
  detail: Record<string, unknown>;
}

export default [defineCommand({
  name: "follow",
  description:
    "Shows what happened from upload to booking: of the lead with an id, or of the lead of a message, a booking or a run; " +
    "or of the upload with an id or a correlation id, with some of its leads. Each line has the correlation id under " +
    "which logs, database sessions and traces have it. Ids and states only, nothing about the person.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<ID>").option("--leads <N>", "leads of an upload to list (default 20)"),
    ),
  read(line) {
    const id = line.operands[0]!.toLowerCase();
    if (!/^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/.test(id)) {
      throw new UsageError("ID must be a UUID, or the trace id of a traceparent");
    }
    return {
      id,
      leads: integer("--leads", line.options.leads, 20, 0, 10_000),
      database: readDatabase(line),
    };
  },
  async run({ id, leads, database }, io) {
    const { found, rows } = await withDatabase(database, (sql) => follow(sql, id, leads));
    const lines = rows.map(({ at, kind, id, correlation_id, detail }) =>
      [
        at?.toISOString() ?? "-".padEnd(24),
        correlation_id ?? "-".padEnd(36),
        kind.padEnd(13),
        id,
        ...Object.entries(detail).map(([name, value]) => `${name}=${value}`),
      ].join("  ")
    );
    print(io, database.json, lines.join("\n"), { ok: true, command: "follow", ...found, rows });
    return EXIT.ok;
  },
})];

async function follow(sql: Sql, id: string, leads: number) {
  const [found] = await sql<
    { org_id: string; upload_id: string | null; lead_id: string | null }[]
  >`select * from private.find_followed(${id}) limit 1`;
  if (!found || (found.upload_id === null && found.lead_id === null)) {
    throw new ClientError(`nothing with the id ${id} found`);
  }
  const rows = found.upload_id
    ? await sql<Row[]>`
      select * from private.follow_upload(${found.org_id}, ${found.upload_id}, ${leads})`
    : await sql<Row[]>`select * from private.follow_lead(${found.org_id}, ${found.lead_id})`;
  return { found, rows };
}
