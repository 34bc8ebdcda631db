// What an org received on a day, processed again from the stored bytes.
import { defineCommand, text } from "./command.ts";
import { addYesOption, confirm, saysYes } from "./confirm.ts";
import { UsageError } from "./errors.ts";
import { addOrgOptions, answer, readOrg } from "./org_command.ts";
import { formatCount, plural } from "./size.ts";
import { findSource } from "./source_map/store.ts";

/** Deliveries of one job of the worker. */
const BATCH = 100;

interface Item {
  kind: "upload" | "delivery";
  id: string;
  name: string;
  received_at: Date;
  items: number;
  answer: "ready" | "failed" | "running" | "not_stored" | "undone" | "dry_run";
}

const WHY: Record<Item["answer"], string> = {
  ready: "is read again",
  failed: "failed: its failed parts are tried again",
  running: "left out: not finished",
  not_stored: "left out: its bytes have expired",
  undone: "left out: undone",
  dry_run: "left out: a dry run",
};

const isReplayed = ({ answer }: Item): boolean => answer === "ready" || answer === "failed";

function previewOf(items: readonly Item[]): string {
  const uploads = items.filter((one) => one.kind === "upload").map((one) =>
    `${one.id}  ${one.name}, ${plural(one.items, "row")}: ${WHY[one.answer]}`
  );
  const deliveries = Map.groupBy(
    items.filter((one) => one.kind === "delivery"),
    (one) => `${one.name}: ${one.answer === "ready" ? "are read again" : WHY[one.answer]}`,
  );
  return [
    ...uploads,
    ...[...deliveries].map(([what, found]) =>
      `${formatCount(found.length)} webhook deliveries of ${what}`
    ),
  ].join("\n");
}

export const replayDay = defineCommand({
  name: "replay day",
  description:
    "Processes again what an org received on a date (in its time zone), from the stored bytes: uploads, as of when they " +
    "came, and deliveries of webhooks, of which events that were applied are not applied again. Nothing newer is " +
    "overwritten, and repeating it changes nothing. Says first what it would do; --preview stops there. The worker does " +
    "the work.",
  configure: (command) =>
    void addYesOption(
      addOrgOptions(command.argument("<DATE>", "such as 2026-11-23"))
        .option("--of <KEY>", "uploads of this source only, no webhooks")
        .option("--preview", "say what would be done, and do nothing"),
    ),
  read: (line) => {
    const day = line.operands[0]!;
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) {
      throw new UsageError(`not a date such as 2026-11-23: ${day}`);
    }
    return {
      ...readOrg(line),
      day,
      source: text(line.options.of),
      preview: line.options.preview === true,
      yes: saysYes(line),
    };
  },
  run: ({ day, source: key, preview, yes, ...input }, io) =>
    answer("replay day", input, io, async (sql, org) => {
      const source = key === null ? null : (await findSource(sql, key, org)).id;
      const items = await sql<Item[]>`
        select kind, id, name, received_at, items::float8 as items, answer
        from private.day_to_replay(${org}, ${day}, ${source})`;
      const wanted = items.filter(isReplayed);
      const object = { day, items };
      if (wanted.length === 0 || preview) {
        return { text: previewOf(items) || `Nothing was received on ${day}.`, object };
      }
      await confirm(`${previewOf(items)}\nThis processes them again.`, yes, io);
      let uploads = 0, deliveries = 0;
      // In the order in which they came. Each is a transaction of its own: after an interruption, the same command does
      // the rest, and what was done twice has the same result.
      for (const { id } of wanted.filter((one) => one.kind === "upload")) {
        const [row] = await sql<{ done: boolean }[]>`
          select private.replay_upload(${org}, ${id}, ${io.now()}) as done`;
        if (row!.done) uploads += 1;
      }
      const ids = wanted.filter((one) => one.kind === "delivery").map((one) => one.id);
      for (let at = 0; at < ids.length; at += BATCH) {
        const [row] = await sql<{ done: number }[]>`
          select private.replay_deliveries(${org}, ${
          ids.slice(at, at + BATCH)
        }::bigint[], ${io.now()}) as done`;
        deliveries += row!.done;
      }
      await sql`
        select private.record_audit(${org}, 'day.replayed', ${day}, ${
        sql.json({ uploads, deliveries })
      })`;
      return {
        text: `${previewOf(items)}\n${plural(uploads, "upload")} and ${
          formatCount(deliveries)
        } webhook deliveries are with the worker`,
        object: { ...object, replayed: { uploads, deliveries } },
      };
    }),
});
