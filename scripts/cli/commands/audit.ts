// The audit log of each org is a hash chain. `verify` finds changes of it; `head` prints what to keep elsewhere, so that
// a chain that was cut off or written again is found, too.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { defineCommand, print, text } from "../command.ts";
import { addDatabaseOptions, findOrg, readDatabase, type Sql, withDatabase } from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";
import { plural } from "../size.ts";

const Head = z.object({
  org_id: z.uuid(),
  seq: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
});
type Head = z.output<typeof Head>;

interface Verified {
  ok: boolean;
  entries: number;
  head: Head;
  fault_count: number;
  faults: { seq: number | null; event_id: number | null; fault: string }[];
}

const orgsOf = async (sql: Sql, org: string | null): Promise<string[]> =>
  org === null
    ? (await sql<{ id: string }[]>`select id from public.orgs order by id`).map(({ id }) => id)
    : [await findOrg(sql, org)];

/** The heads in a file that `audit head` wrote; of several of one org, each is an anchor. */
function readAnchors(file: string): Head[] {
  let lines: string[];
  try {
    lines = readFileSync(file, "utf8").split("\n").filter((line) => line.trim() !== "");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
  const anchors = lines.map((line, index) => {
    try {
      return Head.parse(JSON.parse(line));
    } catch {
      throw new UsageError(`${file}, line ${index + 1}: not a head that audit head printed`);
    }
  });
  if (anchors.length === 0) throw new UsageError(`${file} has no heads`);
  return anchors;
}

const head = defineCommand({
  name: "audit head",
  description:
    "Prints the head of the audit log of each org, one JSON object per line. Keep it where the owner of the database " +
    "cannot write, and give it to `audit verify --anchor` later.",
  configure: (command) =>
    void addDatabaseOptions(command.option("--org <ORG>", "only this org: id or name")),
  read: (line) => ({ org: text(line.options.org), database: readDatabase(line) }),
  async run({ org, database }, io) {
    const heads = await withDatabase(database, async (sql) => {
      const found: Head[] = [];
      for (const id of await orgsOf(sql, org)) {
        const [row] = await sql<{ head: Head }[]>`select public.audit_head(${id}) as head`;
        found.push(row!.head);
      }
      return found;
    });
    const lines = heads.map((found) => JSON.stringify(found)).join("\n");
    print(io, database.json, lines, { ok: true, command: "audit head", heads });
    return EXIT.ok;
  },
});

const verify = defineCommand({
  name: "audit verify",
  description:
    "Checks that nobody changed the audit log of each org: events that were edited, deleted, reordered or added " +
    "without a link. With --anchor, also that the heads in the file are still part of it.",
  configure: (command) =>
    void addDatabaseOptions(
      command.option("--org <ORG>", "only this org: id or name")
        .option("--anchor <FILE>", "heads that `audit head` printed before"),
    ),
  read: (line) => {
    const anchor = text(line.options.anchor);
    return {
      org: text(line.options.org),
      anchors: anchor === null ? [] : readAnchors(anchor),
      database: readDatabase(line),
    };
  },
  async run({ org, anchors, database }, io) {
    const orgs = await withDatabase(database, async (sql) => {
      const found: Verified[] = [];
      const ids = await orgsOf(sql, org);
      for (const id of ids) {
        const own = anchors.filter(({ org_id }) => org_id === id);
        for (const anchor of own.length > 0 ? own : [null]) {
          const [row] = await sql<{ verified: Verified }[]>`
            select public.verify_audit(${id}, ${anchor?.seq ?? null}, ${
            anchor?.hash ?? null
          }) as verified`;
          found.push(row!.verified);
        }
      }
      // An org that is gone took its log along.
      for (const anchor of org === null ? anchors : []) {
        if (ids.includes(anchor.org_id)) continue;
        const fault = "the org of the anchor does not exist any more";
        const faults = [{ seq: anchor.seq, event_id: null, fault }];
        found.push({ ok: false, entries: 0, head: anchor, fault_count: 1, faults });
      }
      return found;
    });
    const ok = orgs.every((found) => found.ok);
    const lines = orgs.flatMap((found) => [
      `${found.head.org_id}: ${
        found.ok
          ? `${plural(found.entries, "event")}, unchanged`
          : plural(found.fault_count, "fault")
      }`,
      ...found.faults.map(({ seq, event_id, fault }) =>
        `  ${seq === null ? "" : `link ${seq}`}${
          event_id === null ? "" : ` event ${event_id}`
        }: ${fault}`
      ),
    ]);
    print(io, database.json, lines.join("\n") || "No orgs.", { ok, command: "audit verify", orgs });
    return ok ? EXIT.ok : EXIT.failed;
  },
});

export default [head, verify];
