const COMMON = `Options of every command:
  -s, --source KEY    the source the upload belongs to (or SLUICE_SOURCE)
      --url URL       base of the functions (or SLUICE_URL; http://127.0.0.1:54321/functions/v1)
      --secret-env NAME  environment variable with the signing secret whsec_… (SLUICE_SECRET)
      --json          one JSON object on the last line of standard output
  -h, --help          this help
      --version       the version
`;

const DESK = `Options of the commands that work on the database itself:
      --database-env NAME  environment variable with the database's URL (DATABASE_URL)
      --json          one JSON object on the last line of standard output
  -h, --help          this help
`;

const DESK_TOPICS: Record<string, string> = {
  why: `Usage: sluice why LEAD_ID [--channel sms] [--at TIME] [options]

Says why a person was or was not contacted: every decision on record in words, with the law behind
it and the evidence it rests on, and what the answer would be now or at TIME. Stores nothing.

      --channel CHANNEL   email, sms, voice_manual or voice_ai only
      --at TIME           2026-11-21, or 2026-11-21T18:00:00Z (now)
`,
  export: `Usage: sluice export LEAD_ID [--out FILE] [options]

Everything on record about a person as JSON, contacts in plain, for a lawyer or a data request. The
look is logged.

      --out FILE          where it goes, readable by you alone (standard output)
`,
  erase: `Usage: sluice erase LEAD_ID --reason TEXT [options]

Erases the person behind a lead and says what the law makes one keep: suppressions as hashes,
consents, decisions, contacts made.

      --reason TEXT       who asked, and when; kept
`,
  dnc: `Usage: sluice dnc load FILE|- --kind KIND --obtained-at TIME [options]

Loads a do-not-call list, plain or .gz, one number a line; numbers are kept as keyed hashes. A whole
list replaces its predecessor in one transaction; a national file becomes one list per area code.

      --kind KIND         national, state, litigator or internal
      --obtained-at TIME  when the copy was obtained: the 31 days count from here
      --area-code NNN     national: the only area code that the file may hold
      --state XX          state: whose list
      --org ID            internal: whose list
      --list NAME         tells several lists of a kind apart
      --version TEXT      the publisher's name for the copy (the date of --obtained-at)
      --change            a change file: A or D at the end of a line adds or deletes
      --accept-shrink     the list may lose more than a fifth of its numbers
`,
};

const TOPICS: Record<string, string> = {
  upload: `Usage: sluice upload FILE --source KEY [options]
       … | sluice upload - --source KEY [options]

Sends a CSV file (or standard input; plain or gzip) in signed parts cut at record borders, waits
until it is processed, and prints the counts. Run again after an interruption it sends only what
is missing; run again after the end it finds the upload and sends nothing.

      --dry-run           says what would happen and writes no lead
      --part-size SIZE    largest part before compression, 1KiB to 32MiB (4MiB); the first are smaller
      --gzip, --no-gzip   compress on the way (yes, unless the server is this machine)
      --concurrency N     parts under way at a time, 1 to 8 (2)
      --no-wait           end when everything is accepted
      --timeout SECONDS   how long to wait for the end (3600)
      --rejects FILE      where rejected rows go (FILE.rejects.csv)
      --upload ID         name the upload; lets standard input go on after an interruption
`,
  status: `Usage: sluice status UPLOAD_ID --source KEY [options]

Prints state, counts, warnings and what became of each column.
`,
  rejects: `Usage: sluice rejects UPLOAD_ID --source KEY [--rejects FILE] [options]

Prints the rejected rows as CSV, with line and reason, or writes them to FILE.
`,
  undo: `Usage: sluice undo UPLOAD_ID --source KEY [options]

Takes back what the upload created and changed, except leads that a person has edited or that were
contacted since, and says what was kept and why.
`,
  replay: `Usage: sluice replay --source KEY [--upload UPLOAD_ID] [options]

Tries the failed parts and rejected rows of the source (or of one upload) again.
`,
};

const SUPPRESSIONS = `Usage: sluice suppressions import FILE|- --org ORG [options]
       sluice suppressions export --org ORG [--out FILE] [options]

Takes in a list of phones and e-mails never to be contacted: one a line in any spelling, or CSV with
columns value (or hash and kind, as an export has them), channel, reason. Writes the org's own list
as CSV. Works on the database itself.

      --org ORG           id or name of the org
      --reason TEXT       why, for rows that do not say (import)
      --source TEXT       where the list comes from (the name of the file)
      --out FILE          where an export goes, readable by you alone (standard output)
      --plain             export values in plain, where a lead has them; each look is logged
      --database-env NAME  environment variable with the database's URL (DATABASE_URL)
      --json              one JSON object on the last line of standard output
`;

const TEMPLATE = `Usage: sluice template put FILE --org ORG [options]
       sluice template list --org ORG
       sluice template show NAME --org ORG [--version N]

Texts that go out, as files: lines of name, channel (email, sms, voice_ai), purpose, matter and
subject; a line ---; the text in Liquid; for e-mail a line "--- mjml" (or "--- html") and the markup.
put compiles and checks it and saves it as a new version unless nothing changed; show prints the file.

      --org ORG           id or name of the org
      --version N         an older version (show)
      --database-env NAME  environment variable with the database's URL (DATABASE_URL)
      --json          one JSON object on the last line of standard output
`;

const OVERVIEW = `Usage: sluice COMMAND [options]

  upload FILE|-       send a CSV file as a signed upload and wait for its result
  status UPLOAD_ID    where an upload stands
  rejects UPLOAD_ID   the rows that could not become leads
  undo UPLOAD_ID      take an upload back
  replay              try failed parts and rejected rows again
  why LEAD_ID         why a person was or was not contacted, and how it stands
  export LEAD_ID      everything on record about a person
  erase LEAD_ID       erase a person; says what has to be kept
  dnc load FILE       load a do-not-call list
  suppressions import FILE | export   lists of whom never to contact
  template put FILE | list | show NAME   the texts that go out
  help [COMMAND]      this help, or that of a command

`;

const EXITS = `
Exit codes: 0 done (rejected rows are no failure: they are counted and listed), 1 failed or refused,
2 wrong usage or unreadable file, 3 accepted but not finished within --timeout, 130 interrupted.
`;

export function helpText(topic: string | null): string {
  if (topic === "suppressions") return SUPPRESSIONS + EXITS;
  if (topic === "template") return TEMPLATE + EXITS;
  const desk = topic === null || !Object.hasOwn(DESK_TOPICS, topic) ? null : DESK_TOPICS[topic];
  if (desk) return `${desk}\n${DESK}${EXITS}`;
  const text = topic === null ? undefined : TOPICS[topic];
  return (text ? text + "\n" : OVERVIEW) + COMMON + EXITS;
}
