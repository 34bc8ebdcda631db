// The labelled replies, with precision and recall by kind. The held-back ones were written before the rules.
import { expect, test } from "vitest";
import {
  labelledReplies,
  type LabelledReply,
  measure,
  measureLine,
} from "../../support/labelled_replies.ts";
import { printMeasured } from "../../support/measured.ts";

const labelled = labelledReplies("labelled.tsv");
const heldBack = labelledReplies("held_back.tsv");

function printByKind(name: string, replies: LabelledReply[]): void {
  const kinds = Map.groupBy(replies, ({ kind }) => kind);
  for (const [kind, ofKind] of kinds) {
    printMeasured("unit", measureLine(`${name}, ${kind}`, measure(ofKind)));
  }
  printMeasured("unit", measureLine(name, measure(replies)));
}

test("there are at least 600 labelled replies, half of them no opt-outs", () => {
  const optOuts = labelled.filter(({ wanted }) => wanted.startsWith("opt-out")).length;
  expect(labelled.length).toBeGreaterThanOrEqual(600);
  expect(optOuts * 2).toBeLessThanOrEqual(labelled.length);
  expect(new Set(labelled.map(({ channel, text }) => `${channel} ${text}`)).size).toBe(
    labelled.length,
  );
  const texts = new Set(labelled.map(({ text }) => text));
  expect(heldBack.filter(({ text }) => texts.has(text)).length).toBeLessThan(heldBack.length / 10);
});

test("of the labelled replies, at least 99 % of opt-outs and at most 1 % of the others count", () => {
  printByKind("labelled", labelled);
  const all = measure(labelled);
  const others = all.messages - all.optOuts;
  expect(all.wrong.slice(0, Math.max(0, all.wrong.length - all.messages * 0.01))).toEqual([]);
  expect(all.found / all.optOuts).toBeGreaterThanOrEqual(0.99);
  expect(all.falseOptOuts / others).toBeLessThanOrEqual(0.01);
});

test("every keyword of the carriers and the FCC counts, in any case, with courtesy and punctuation", () => {
  const keywords = labelled.filter(({ kind }) => kind === "keyword" || kind === "misspelt");
  expect(measure(keywords).wrong).toEqual([]);
  const words = [
    ...["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"],
    ...["OPT-OUT", "STOP ALL"],
  ];
  const written = words.flatMap((
    word,
  ) => [word, word.toLowerCase(), `${word}.`, `${word}!!`, ` ${word} `])
    .flatMap((
      word,
    ) => [word, `${word} please`, `Please ${word}`, `ok ${word}`, `${word}\n`, `"${word}"`]);
  const missed = measure(
    written.map((text) => ({ kind: "keyword", wanted: "opt-out", channel: "sms", text })),
  );
  expect(missed.wrong).toEqual([]);
});

test("of the held-back replies, at least 95 % of opt-outs and at most 4 % of the others count", () => {
  printByKind("held back", heldBack);
  const all = measure(heldBack);
  expect(all.found / all.optOuts).toBeGreaterThanOrEqual(0.95);
  expect(all.falseOptOuts / (all.messages - all.optOuts)).toBeLessThanOrEqual(0.04);
});

test("a keyword counts beside numbers, links and brackets, and 'after this' is no time of day", () => {
  const wanted = (wish: string) => (text: string) => ({
    kind: "x",
    wanted: wish,
    channel: "sms",
    text,
  });
  const wishes = ["STOP 2134", "stop 5x", "Stop (2nd time)", "UNSUBSCRIBE (213) 555-0107"];
  const ends = ["this", "this message", "today", "all that"].map((end) =>
    `Don't text me after ${end}`
  );
  const others = ["after 6", "after this week", "after today's game"].map((end) =>
    `Don't text me ${end}`
  );
  expect(
    measure([
      ...[...wishes, "STOP http://example.com/u", "stop or I sue", ...ends].map(wanted("opt-out")),
      ...[...others, "Stop 4 on the blue line", "unit 12", "(213) 555-0107"].map(wanted("none")),
    ] as LabelledReply[]).wrong,
  ).toEqual([]);
});
