// The learned reader on independent batches that it was not trained on, by kind, beside what the rules of today read.
import { expect, test } from "vitest";
import { verdictOf } from "../../../edge-functions/_shared/inbound/reader/learned/learned_wish.ts";
import { ownWords } from "../../../edge-functions/_shared/inbound/reader/own_words.ts";
import { readReply } from "../../../edge-functions/_shared/inbound/reader/read_reply.ts";
import { ROUNDS } from "../../../scripts/build/reader_model.ts";
import {
  crossValidate,
  crossValidateAuthors,
  type LeftOut,
} from "../../../scripts/build/reader_model/cross_validate.ts";
import { printMeasured } from "../../support/measured.ts";

const FOLDS = 6;

const replies = judged(crossValidate(FOLDS, ROUNDS));
type Reply = (typeof replies)[number];

function judged(leftOut: LeftOut[]) {
  return leftOut.map(judge);
}

function judge({ example, odds }: LeftOut) {
  const rules = readReply(example.text, "sms");
  const isRead = rules.by === "rules" && (rules.request !== "none" || rules.wrong_contact);
  const verdict = rules.unread ? "nothing" : verdictOf(ownWords(example.text), odds);
  return {
    ...example,
    byRules: isRead && rules.request !== "opt_in" && rules.request !== "help",
    learned: verdict === "wish",
    added: !isRead && verdict === "wish",
    possible: !isRead && verdict === "possible",
    /** Nothing automatic is sent: it is a wish, or a person looks first. */
    held: isRead || rules.possible || rules.unread || verdict !== "nothing",
  };
}

function measured(of: Reply[]) {
  const [wishes, others] = [of.filter(({ isWish }) => isWish), of.filter(({ isWish }) => !isWish)];
  const count = (what: "byRules" | "learned" | "added" | "possible" | "held") => ({
    wishes: wishes.filter((reply) => reply[what]).length,
    others: others.filter((reply) => reply[what]).length,
  });
  return {
    ...{ wishes: wishes.length, others: others.length, byRules: count("byRules") },
    ...{
      learned: count("learned"),
      added: count("added"),
      possible: count("possible"),
      held: count("held"),
    },
  };
}

function line(name: string, of: Reply[]): string {
  const { wishes, others, byRules, learned, added, possible, held } = measured(of);
  return `${name}: rules ${byRules.wishes} of ${wishes} wishes and ${byRules.others} of ${others} others; ` +
    `learned alone ${learned.wishes} and ${learned.others}, adds ${added.wishes} and ${added.others}, ` +
    `finds possible ${possible.wishes} and ${possible.others}; honours or holds ${held.wishes} and ${held.others}`;
}

test("on batches that were left out, the learned reader adds at most 0.5 % of the others", () => {
  const kinds = Map.groupBy(replies, ({ kind }) => kind);
  const few: Reply[] = [];
  for (const [kind, ofKind] of kinds) {
    if (ofKind.length < 12) few.push(...ofKind);
    else printMeasured("unit", line(`left out, ${kind}`, ofKind));
  }
  printMeasured("unit", line("left out, other kinds", few));
  printMeasured("unit", line("left out", replies));
  const all = measured(replies);
  expect(all.wishes).toBeGreaterThan(800);
  expect(all.added.others / all.others).toBeLessThanOrEqual(0.005);
  // Alone, the learned reader finds most wishes of wording that it has not seen.
  expect(all.learned.wishes / all.wishes).toBeGreaterThan(0.75);
});

test("of what the learned reader finds likely, at least 9 in 10 are wishes", () => {
  const likely = replies.filter(({ learned, possible }) => learned || possible);
  expect(likely.filter(({ isWish }) => isWish).length / likely.length).toBeGreaterThan(0.9);
});

test("on authors who were left out, the learned reader adds at most 1 % of the others", () => {
  const byAuthor = judged(crossValidateAuthors(ROUNDS));
  printMeasured("unit", line("authors left out", byAuthor));
  const all = measured(byAuthor);
  expect(all.learned.others / all.others).toBeLessThanOrEqual(0.01);
  expect(all.learned.wishes / all.wishes).toBeGreaterThan(0.7);
});
