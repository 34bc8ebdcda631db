// Rows whose keys contradict the leads that they point to: a person says whose they are.
import { type CommandLine, defineCommand, isUuid, leadId, text } from "../command.ts";
import { REASONS } from "../conflict_text.ts";
import {
  type Answer,
  answer,
  type AnswerInput,
  list,
  type Place,
  rule,
  type RuleInput,
  rules,
} from "../conflicts.ts";
import { addDatabaseOptions } from "../database.ts";
import { readOrg, withOrg } from "../org_command.ts";
import { UsageError } from "../errors.ts";

const ANSWERS: Answer[] = ["own", "dismiss", "same"];

const placeOf = ({ options }: CommandLine): Place => ({
  street: text(options.building),
  city: text(options.city),
  state: text(options.state),
  zip: text(options.zip),
});

function uploadOf({ options }: CommandLine): string | null {
  const upload = text(options.upload);
  if (upload !== null && !isUuid(upload)) throw new UsageError(`invalid upload id: ${upload}`);
  return upload?.toLowerCase() ?? null;
}

export default [
  defineCommand({
    name: "conflicts list",
    description:
      "Lists open conflicts: each row beside the leads that its keys point to, and why it is a conflict.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--upload <UPLOAD_ID>", "only those of an upload"),
      ),
    read: (line) => ({ ...readOrg(line), upload: uploadOf(line) }),
    run: (input, io) => withOrg(input, (sql, org) => list(sql, org, input, io)),
  }),
  defineCommand({
    name: "conflicts answer",
    description:
      "Answers one conflict (by its number), or all of an upload, with a reason or at a building. The " +
      "answer holds for later uploads of the same rows.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("[ID]", "number of the conflict, from conflicts list")
          .option("--org <ORG>", "id or name of the org (required)")
          .option("--lead <LEAD_ID>", "the row belongs to this lead")
          .option("--own", "the row is a lead of its own")
          .option("--dismiss", "leave the row out")
          .option("--same", "several: each row belongs to its lead, where it points to one only")
          .option("--upload <UPLOAD_ID>", "several: all of an upload")
          .option("--reason <REASON>", `several: ${REASONS.join(", ")}`)
          .option("--building <ADDRESS>", "several: all units of an address")
          .option("--city <CITY>", "city of the building")
          .option("--state <XX>", "state of the building")
          .option("--zip <ZIP>", "ZIP of the building")
          .option("--dry-run", "several: only count them"),
      ),
    read: readAnswer,
    run: (input, io) => withOrg(input, (sql, org) => answer(sql, org, input, io)),
  }),
  defineCommand({
    name: "conflicts rule",
    description:
      "All conflicting rows of a building are leads of their own, from now on and in open conflicts. " +
      "Or removes such a rule; the leads that it made stay.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--building <ADDRESS>", "address of the building; its unit does not count")
          .option("--city <CITY>", "city of the building")
          .option("--state <XX>", "state of the building")
          .option("--zip <ZIP>", "ZIP of the building")
          .option("--county <FIPS>", "only rows in this county")
          .option("--note <TEXT>", "stored with the rule")
          .option("--dry-run", "only count the open conflicts that it answers")
          .option("--remove <NUMBER>", "remove the rule with this number"),
      ),
    read: readRule,
    run: (input, io) => withOrg(input, (sql, org) => rule(sql, org, input, io)),
  }),
  defineCommand({
    name: "conflicts rules",
    description: "Lists the rules.",
    configure: (command) =>
      void addDatabaseOptions(command.option("--org <ORG>", "id or name of the org (required)")),
    read: readOrg,
    run: (input, io) => withOrg(input, (sql, org) => rules(sql, org, input, io)),
  }),
];

function readAnswer(line: CommandLine): AnswerInput {
  const { options, operands } = line;
  const lead = text(options.lead);
  const chosen = ANSWERS.filter((name) => options[name] === true);
  const id = operands[0] ?? null;
  if (id !== null && !/^\d+$/.test(id)) throw new UsageError(`invalid number of a conflict: ${id}`);
  if (chosen.length + (lead === null ? 0 : 1) !== 1) {
    throw new UsageError("give one answer: --lead LEAD_ID, --own, --dismiss or --same");
  }
  const several = {
    upload: uploadOf(line),
    reason: text(options.reason),
    place: placeOf(line),
    dryRun: options.dryRun === true,
  };
  const hasCondition = [several.upload, several.reason, several.place.street].some(Boolean);
  if ((id !== null) === hasCondition) {
    throw new UsageError("name one conflict, or several by --upload, --reason or --building");
  }
  if (id !== null ? chosen[0] === "same" || several.dryRun : lead !== null) {
    throw new UsageError("--lead answers one conflict; --same and --dry-run are for several");
  }
  if (several.reason !== null && !REASONS.includes(several.reason)) {
    throw new UsageError(`--reason must be one of ${REASONS.join(", ")}`);
  }
  return {
    ...readOrg(line),
    id,
    lead: lead === null ? null : leadId(lead),
    answer: chosen[0] ?? "same",
    ...several,
  };
}

function readRule(line: CommandLine): RuleInput {
  const remove = text(line.options.remove);
  const place = placeOf(line);
  if (remove !== null && !/^\d+$/.test(remove)) {
    throw new UsageError(`invalid number of a rule: ${remove}`);
  }
  if ((remove !== null) === (place.street !== null)) {
    throw new UsageError("give --building ADDRESS, or --remove NUMBER");
  }
  const county = text(line.options.county);
  if (county !== null && !/^\d{5}$/.test(county)) {
    throw new UsageError("--county must be the five digits of a county");
  }
  const note = text(line.options.note);
  return { ...readOrg(line), remove, place, county, note, dryRun: line.options.dryRun === true };
}
