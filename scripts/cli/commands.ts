// The command table. A command's file is loaded only when the command runs, so that an upload does
// not load the database client. To add a command, add its file and one entry here.
import type { CliCommand } from "./command.ts";

export interface TableEntry {
  /** The first word of the command line, and the operands as the overview shows them. */
  usage: string;
  summary: string;
  load(): Promise<{ default: CliCommand[] }>;
}

const uploads: TableEntry[] = [
  {
    usage: "upload FILE|-",
    summary: "send a CSV file as a signed upload and wait for its result",
    load: () => import("./commands/upload.ts"),
  },
  {
    usage: "status UPLOAD_ID",
    summary: "show the state of an upload",
    load: () => import("./commands/status.ts"),
  },
  {
    usage: "rejects UPLOAD_ID",
    summary: "show the rows that could not become leads",
    load: () => import("./commands/rejects.ts"),
  },
  {
    usage: "undo UPLOAD_ID",
    summary: "undo an upload",
    load: () => import("./commands/undo.ts"),
  },
  {
    usage: "replay [day DATE]",
    summary: "retry failed parts and rejected rows, or process a day again",
    load: () => import("./commands/replay.ts"),
  },
];

/** Operator commands: they need the database. */
const operator: TableEntry[] = [
  {
    usage: "org list|show|create|set|delete",
    summary: "the orgs of the project, and their settings",
    load: () => import("./commands/org.ts"),
  },
  {
    usage: "member list|add|role|remove",
    summary: "the members of an org, and their roles",
    load: () => import("./commands/member.ts"),
  },
  {
    usage: "pack list|on|off",
    summary: "what serves another trade, switched on for an org",
    load: () => import("./commands/pack.ts"),
  },
  {
    usage: "universe list|save|plan|confirm|runs|cells|...",
    summary: "which businesses an org looks for, and the runs that do (pack prospects)",
    load: () => import("./commands/universe.ts"),
  },
  {
    usage: "prospects list|import|pairs|same|different",
    summary: "businesses that were found (pack prospects)",
    load: () => import("./commands/prospects.ts"),
  },
  {
    usage: "campaign list|create|start|pause|resume|finish",
    summary: "the campaigns of an org",
    load: () => import("./commands/campaign.ts"),
  },
  {
    usage: "feed status|preview|now|pause",
    summary: "what was fed, what would be; feed now, or pause all",
    load: () => import("./commands/feed.ts"),
  },
  {
    usage: "retention show|run",
    summary: "how long raw data is kept, and delete what is past it",
    load: () => import("./commands/retention.ts"),
  },
  {
    usage: "backfill addresses|scores",
    summary: "work out address keys or scores again",
    load: () => import("./commands/backfill.ts"),
  },
  {
    usage: "backup key|create|verify|drill|restore",
    summary: "encrypted backups, and proof that they can be restored",
    load: () => import("./commands/backup.ts"),
  },
  {
    usage: "dead-letters list|causes|show|replay|discard",
    summary: "work that failed for good: what, why, do it again or close it",
    load: () => import("./commands/dead_letters.ts"),
  },
  {
    usage: "source map|list|add|secret|off|on",
    summary: "sources with their secrets, and their column maps",
    load: () => import("./commands/source.ts"),
  },
  {
    usage: "pull list|show|add|run|release|drop|off|on",
    summary: "fetch lists by schedule, and decide about those that are held",
    load: () => import("./commands/pull.ts"),
  },
  {
    usage: "conflicts list|answer|rule|rules",
    summary: "list and answer rows whose keys contradict leads",
    load: () => import("./commands/conflicts.ts"),
  },
  {
    usage: "candidates list|answer|find",
    summary: "list and answer pairs of leads that may be one",
    load: () => import("./commands/candidates.ts"),
  },
  {
    usage: "leads merge|undo-merge|split|undo-split",
    summary: "merge two leads, or split one that is two",
    load: () => import("./commands/leads.ts"),
  },
  {
    usage: "why LEAD_ID",
    summary: "explain why a person was or was not contacted",
    load: () => import("./commands/why.ts"),
  },
  {
    usage: "funnel",
    summary: "show what each step of the funnel lost, took and cost",
    load: () => import("./commands/funnel.ts"),
  },
  {
    usage: "follow ID",
    summary: "show what happened from upload to booking, with correlation ids",
    load: () => import("./commands/follow.ts"),
  },
  {
    usage: "person find|show|export|erase",
    summary: "answer a person's request: what is on record, a copy of it, its erasure",
    load: () => import("./commands/person.ts"),
  },
  {
    usage: "dnc load FILE|-",
    summary: "load a do-not-call list",
    load: () => import("./commands/dnc.ts"),
  },
  {
    usage: "suppressions add|import|export",
    summary: "never contact a value again; import or export the list",
    load: () => import("./commands/suppressions.ts"),
  },
  {
    usage: "match LEFT [RIGHT]",
    summary: "find the records of lists that are one person, business or property",
    load: () => import("./commands/match.ts"),
  },
  {
    usage: "template put|list|show",
    summary: "save, list or show message templates",
    load: () => import("./commands/template.ts"),
  },
  {
    usage: "sequence publish|show|export|move",
    summary: "publish sequences that were drawn in n8n, show where leads are, move them",
    load: () => import("./commands/sequence.ts"),
  },
  {
    usage: "provider check|budget|reconcile",
    summary: "check a data provider's answers, show and set what calls may cost",
    load: () => import("./commands/provider.ts"),
  },
  {
    usage: "enrich KIND|list|status|confirm|pause|resume|cancel",
    summary: "ask data providers about many leads, after a forecast of the cost",
    load: () => import("./commands/enrich.ts"),
  },
  {
    usage: "trace steps [PROVIDER]",
    summary: "show and set whom skip traces ask, at which price",
    load: () => import("./commands/trace.ts"),
  },
  {
    usage: "usage",
    summary: "show calls to data providers, what the cache saved, and the cost per lead",
    load: () => import("./commands/usage.ts"),
  },
  {
    usage: "score check|put|try|activate|learn|explain|...",
    summary: "save, try and activate the rules of the score, and learn one",
    load: () => import("./commands/score.ts"),
  },
  {
    usage: "key create|list|rotate|revoke",
    summary: "make, list, rotate and revoke API keys of machines",
    load: () => import("./commands/key.ts"),
  },
  {
    usage: "keys status|rotate",
    summary: "count what each data key encrypts, and rotate keys",
    load: () => import("./commands/keys.ts"),
  },
  {
    usage: "website check|audit|list|show|report|share|revoke|forget",
    summary: "audit websites, say what needs work, make reports and share them",
    load: () => import("./commands/website.ts"),
  },
  {
    usage: "audit head|verify",
    summary: "check that nobody changed the audit log, and print its head to keep elsewhere",
    load: () => import("./commands/audit.ts"),
  },
  {
    usage: "schedule pause|resume",
    summary: "pause the jobs of the database for an upgrade, and resume them",
    load: () => import("./commands/schedule.ts"),
  },
  {
    usage: "doctor --hosted",
    summary: "check a deployed project and say what to do",
    load: () => import("./commands/doctor.ts"),
  },
];

export const COMMANDS: TableEntry[] = [...uploads, ...operator];

export const nameOf = (entry: TableEntry): string => entry.usage.split(" ")[0]!;
