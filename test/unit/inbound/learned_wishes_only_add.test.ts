// The learned reader adds wishes where the rules read nothing, and changes nothing else.
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { isAutomaticText } from "../../../edge-functions/_shared/inbound/automatic_texts.ts";
import { readReply } from "../../../edge-functions/_shared/inbound/reader/read_reply.ts";
import type { Reading } from "../../../edge-functions/_shared/inbound/reader/reading.ts";
import type { Channel } from "../../../edge-functions/_shared/providers/types.ts";
import { labelledExamples } from "../../../scripts/build/reader_model/examples.ts";
import { labelledReplies } from "../../support/labelled_replies.ts";

const LEARNED = "../../../edge-functions/_shared/inbound/reader/learned/learned_wish.ts";
const CHANNELS: Channel[] = ["sms", "email", "voice_ai"];
const adds = (text: string, channel: Channel) => {
  const { by, request, possible } = readReply(text, channel);
  return by === "learned" || request === "opt_out" || possible;
};
const added = (texts: string[], channels = CHANNELS) =>
  texts.filter((text) => channels.some((channel) => adds(text, channel)));

describe("whatever the rules read stays", () => {
  let byRules: (text: string, channel: Channel) => Reading;
  beforeAll(async () => {
    vi.resetModules();
    vi.doMock(LEARNED, () => ({ learnedReading: () => ({}) }));
    byRules = (await import("../../../edge-functions/_shared/inbound/reader/read_reply.ts"))
      .readReply;
    vi.doUnmock(LEARNED);
  });
  afterEach(() => vi.resetModules());

  test("for every labelled text", () => {
    const texts = new Set([
      ...labelledReplies("labelled.tsv").map(({ text }) => text),
      ...labelledReplies("held_back.tsv").map(({ text }) => text),
      ...labelledExamples().map(({ text }) => text),
    ]);
    let open = 0;
    for (const text of texts) {
      const [rules, both] = [byRules(text, "sms"), readReply(text, "sms")];
      const nothing = rules.request === "none" && !rules.wrong_contact && !rules.unread;
      if (nothing) open++;
      const { request, by, ends, keeps, scope, possible } = both;
      const may = nothing ? { request, by, ends, keeps, scope, possible } : {};
      expect({ ...rules, ...may }, text).toEqual(both);
      if (nothing) expect(["none", "opt_out"]).toContain(request);
    }
    expect(texts.size).toBeGreaterThan(6000);
    expect(open).toBeGreaterThan(1000);
  }, 180_000);
});

describe("a wish in words that no rule names", () => {
  const wish = "I would take it kindly if my phone heard nothing more from you folks";
  test("is added, with the channel that it came on and its automated twin", () => {
    expect(readReply(wish, "sms")).toMatchObject({
      ...{ request: "opt_out", by: "learned", keyword: false, never: false, wrong_contact: false },
    });
    expect(readReply(wish, "sms").ends).toEqual(expect.arrayContaining(["sms", "voice_ai"]));
    expect(readReply(wish, "email").ends).toContain("email");
  });
  test("is not added to a text in a language that the reader does not read", () => {
    expect(readReply("Fadlan ha ila soo xiriirin mar dambe", "sms")).toMatchObject({
      ...{ request: "none", by: "rules", unread: true, possible: false },
    });
  });
});

test("interested people stay", () => {
  expect(added([
    ...["yes call me", "sounds good", "Yes please call me tomorrow", "call me after 5", "text me"],
    ...["sure, what's your offer?", "how much would you pay?", "yes I'm interested", "ok thanks"],
    ...["Can you come by on Tuesday?", "send me the offer by email", "Sounds great, thank you!"],
    ...["I might sell next spring", "let's talk", "What is my house worth?", "yes", "Y", "sure"],
    ...["Call my cell instead, it's easier to reach me there", "I never got your offer, resend it"],
    ...["Don't forget to call me", "please don't hesitate to call", "sorry I missed your call"],
  ])).toEqual([]);
});

test("refusals that end nothing stay refusals", () => {
  expect(added(["no thanks", "not interested", "No thank you, we are not selling", "who is this?"]))
    .toEqual([]);
});

test("tapbacks, quoted footers and empty texts add nothing", () => {
  expect(added([
    ...[
      "Liked “Hi Ann, are you selling 12 Elm St? Reply STOP to opt out.”",
      "",
      " \n ",
      "👍",
      "...",
    ],
    'Disliked "Do you want to sell?"',
    "Sounds good\n\nOn Mon, Nov 23, 2026 at 9:12 AM Jo <jo@example.com> wrote:\n> stop these now",
    "Thursday works\n\n> If you do not want to hear from us, unsubscribe here",
    // A mail of which every line is marked is read; a quote below words is not.
    "Thanks!\n\n> leave me be, all of you",
    "Thank you!\n\n-- \nAnn Ames\nUnsubscribe from our newsletter",
  ])).toEqual([]);
});

test("our own messages add nothing", () => {
  expect(added([
    "Hi Ann, this is Jo at Org A. Are you thinking of selling 12 Elm St? Reply STOP to opt out.",
    "Org A: for help, write to your broker. Reply STOP to end messages.",
    "Are you the owner of 12 Elm St? Text STOP to unsubscribe.",
  ], ["sms", "email"])).toEqual([]);
});

test("START and HELP are what they are", () => {
  const requests = (texts: string[]) => texts.map((text) => readReply(text, "sms").request);
  expect(requests(["START", "unstop", "Start please"])).toEqual(["opt_in", "opt_in", "opt_in"]);
  expect(requests(["HELP", "info"])).toEqual(["help", "help"]);
  expect(added(["YES", "resubscribe me please", "put me back on the list", "yes start again"]))
    .toEqual([]);
});

test("automatic texts add nothing", () => {
  const texts = [
    "I'm driving with Do Not Disturb turned on. I'll see your message when I get where I'm going.",
  ];
  expect(texts.filter((text) => !isAutomaticText(text))).toEqual([]);
  expect(added(texts, ["sms"])).toEqual([]);
});
