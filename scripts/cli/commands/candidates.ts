// Pairs of leads that may be one: a person says whether they are.
import {
  type Answer,
  answer,
  type AnswerInput,
  find,
  list,
  type State,
  STATES,
} from "../candidates.ts";
import { type CommandLine, defineCommand, integer, leadId, text } from "../command.ts";
import { addDatabaseOptions } from "../database.ts";
import { readOrg, withOrg } from "../org_command.ts";
import { UsageError } from "../errors.ts";

const ANSWERS: Answer[] = ["same", "different", "skip"];

function probability(option: string, value: string | boolean | undefined): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new UsageError(`${option} must be from 0 to 1`);
  return number;
}

function candidateId(value: string): string {
  if (!/^\d+$/.test(value)) throw new UsageError(`invalid number of a pair: ${value}`);
  return value;
}

export default [
  defineCommand({
    name: "candidates list",
    description:
      "Lists pairs of leads that may be one, side by side, with the probability and why. Open " +
      "pairs come in the order in which answers are most useful: the most uncertain first.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--state <STATE>", `${STATES.join(", ")} (default open)`)
          .option("--lead <LEAD_ID>", "only pairs of this lead")
          .option("--limit <N>", "at most so many (default 20)"),
      ),
    read(line) {
      const state = text(line.options.state) ?? "open";
      if (!(STATES as readonly string[]).includes(state)) {
        throw new UsageError(`--state must be one of ${STATES.join(", ")}`);
      }
      const lead = text(line.options.lead);
      return {
        ...readOrg(line),
        state: state as State,
        lead: lead === null ? null : leadId(lead),
        limit: integer("--limit", line.options.limit, 20, 1, 1000),
      };
    },
    run: (input, io) => withOrg(input, (sql, org) => list(sql, org, input, io)),
  }),
  defineCommand({
    name: "candidates answer",
    description:
      "Answers pairs by their numbers, or all open ones that meet conditions. Same merges the leads. " +
      "Different holds for ever: no upload unites them, and the pair is never listed again.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("[ID...]", "numbers of pairs, from candidates list")
          .option("--org <ORG>", "id or name of the org (required)")
          .option("--same", "the two leads are one: merge them")
          .option("--different", "they are not")
          .option("--skip", "list the pair after the others")
          .option("--like <ID>", "several: all open pairs with the same reasons as this one")
          .option("--min-probability <P>", "several: all open pairs from this probability on")
          .option("--max-probability <P>", "several: all open pairs up to this probability")
          .option("--dry-run", "several: only count them"),
      ),
    read: readAnswer,
    run: (input, io) => withOrg(input, (sql, org) => answer(sql, org, input, io)),
  }),
  defineCommand({
    name: "candidates find",
    description:
      "Compares new and changed leads with the others now. The worker does so after each upload and every night.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--all", "queue all leads of the org first"),
      ),
    read: (line) => ({ ...readOrg(line), all: line.options.all === true }),
    run: (input, io) => withOrg(input, (sql, org) => find(sql, org, input, io)),
  }),
];

function readAnswer(line: CommandLine): AnswerInput {
  const { options, operands } = line;
  const chosen = ANSWERS.filter((name) => options[name] === true);
  if (chosen.length !== 1) throw new UsageError("give one answer: --same, --different or --skip");
  const like = text(options.like);
  const conditions = {
    like: like === null ? null : candidateId(like),
    from: probability("--min-probability", options.minProbability),
    to: probability("--max-probability", options.maxProbability),
  };
  const hasCondition = Object.values(conditions).some((value) => value !== null);
  if ((operands.length > 0) === hasCondition) {
    throw new UsageError(
      "name pairs by their numbers, or by --like, --min-probability or --max-probability",
    );
  }
  const dryRun = options.dryRun === true;
  if (dryRun && operands.length > 0) throw new UsageError("--dry-run is for several by conditions");
  return {
    ...readOrg(line),
    ids: operands.map(candidateId),
    answer: chosen[0]!,
    ...conditions,
    dryRun,
  };
}
