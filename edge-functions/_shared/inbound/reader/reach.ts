// How far a wish reaches. docs/consent.md names the source of each reach.
import type { Channel } from "../../providers/types.ts";
import {
  ABOUT_OTHERS,
  ANOTHER,
  EMAIL_LIST,
  ENGLISH_ASKS,
  ENGLISH_NAMES,
  THIS_ONE,
} from "./english/words.ts";
import { OTHER_NAMES } from "./languages/names.ts";
import type { Reading } from "./reading.ts";

export interface Found {
  /** The words of each wish. */
  wishes: string[];
  /** The sentence of each wish: "text is fine … actually do not text either" ends texts, too. */
  at: number[];
  /** The sentences without them. */
  rest: string[];
  keyword: boolean;
}

const EVERYTHING: Channel[] = ["email", "sms", "voice_ai", "voice_manual"];
/** A text is a call (47 CFR 64.1200(a)(9)): who ends texts ends automated calls, who ends calls ends texts. */
const ENDED_WITH = {
  text: ["sms", "voice_ai"],
  call: ["sms", "voice_ai", "voice_manual"],
  email: ["email"],
} as const;
const ASKED_FOR = { text: "sms", call: "voice_manual", email: "email" } as const;
type Medium = keyof typeof ENDED_WITH;
const MEDIA: Medium[] = ["text", "call", "email"];

type Reach = Pick<Reading, "ends" | "keeps" | "scope" | "never">;

export function reachOf(found: Found, channel: Channel): Reach {
  const asked = MEDIA.filter((medium) => {
    const last = found.rest.findLastIndex((rest) => ENGLISH_ASKS[medium].test(rest));
    return last >= 0 &&
      !found.wishes.some((wish, n) =>
        (found.at[n] ?? 0) > last && names(wish, medium) && !ABOUT_OTHERS.test(wish)
      );
  });
  // "Do not call my wife, call me" wishes for a call.
  const wishes = found.wishes.filter((wish) =>
    !(ABOUT_OTHERS.test(wish) && asked.length > 0 &&
      (asked.some((medium) => names(wish, medium)) || !/^(?:stop|quit|cease)(?!\S)/.test(wish)) &&
      (asked.some((medium) => names(wish, medium)) || PERSON.test(wish) ||
        /(?<!\S)(?:do )?not contact my/.test(wish)))
  );
  const keeps = asked.map((medium) => ASKED_FOR[medium]);
  const moved = asked.find((medium) => wantsAnother(found, medium));
  if (moved !== undefined) {
    return {
      ends: EVERYTHING.filter((one) => (ENDED_WITH[moved] as readonly Channel[]).includes(one)),
      keeps,
      scope: "contact",
      never: false,
    };
  }
  if (wishes.length === 0) return { ends: [], keeps: [], scope: "contact", never: false };
  const isAll = wishes.some((wish) => /(?<!\S)(?:stop ?all|stopall)(?!\S)/.test(wish));
  const everything = !found.keyword &&
      wishes.some((wish) =>
        (ENGLISH_NAMES.everything.test(wish.replace(BE_CALLED, "")) ||
          OTHER_NAMES.everything.test(wish)) &&
        !isAboutEmailList(wish, channel)
      ) || isEveryMedium(found) || isBothered(wishes);
  // "Take me off your list, but you may e-mail me" leaves a way.
  const never = everything && keeps.length === 0;
  const named = MEDIA.filter((medium) => wishes.some((wish) => names(wish, medium)));
  const ended = new Set<Channel>(
    isAll || everything
      ? EVERYTHING
      : named.length > 0
      ? named.flatMap((medium) => ENDED_WITH[medium])
      : ENDED_WITH[mediumOf(channel)],
  );
  // "Take me off your mailing list", in a text, is about the texts that it answers, too.
  if (wishes.some((wish) => ANY_LIST.test(wish) && !EMAILED.test(wish))) {
    for (const one of ENDED_WITH[mediumOf(channel)]) ended.add(one);
  }
  for (const kept of keeps) ended.delete(kept);
  return {
    ends: EVERYTHING.filter((one) => ended.has(one)),
    keeps,
    // A lead that stays in work must not be reached on another phone by what was ended.
    scope: everything || (keeps.length > 0 && ended.size > 0) || (named.includes("email"))
      ? "person"
      : "contact",
    never,
  };
}

const ANY_LIST = /(?<!\S)(?:mailing list|mailings?|subscription)(?!\S)/;
const EMAILED = /(?<!\S)emails?(?:ing)?(?!\S)/;

/** "Do not call this number, call my cell": that phone ends, and no other. */
const wantsAnother = ({ wishes, rest }: Found, medium: Medium): boolean =>
  wishes.some((wish) => names(wish, medium) && THIS_ONE.test(wish)) &&
  rest.some((words) => ENGLISH_ASKS[medium].test(words) && ANOTHER.test(words));

const names = (wish: string, medium: Medium): boolean =>
  ENGLISH_NAMES[medium].test(wish) || OTHER_NAMES[medium].test(wish);

/** "No calls, no texts, nothing", "no calls, none of it" name no e-mail and mean it. */
const isEveryMedium = ({ wishes, rest }: Found): boolean => {
  const named = MEDIA.filter((medium) => wishes.some((wish) => names(wish, medium))).length;
  const words = [...wishes, ...rest].join(" , ");
  return named === MEDIA.length || (named === 2 && ANYTHING.test(words)) ||
    (named === 1 && ALL_OF_IT.test(words));
};
const ANYTHING =
  /(?<!\S)(?:nothing(?! personal| against| wrong)|anything|ever|letters?|writ(?:e|ing)|period|(?:any|none) of (?:it|this|that))(?!\S)/;
const ALL_OF_IT = /(?<!\S)(?:any|none) of (?:it|this|that)(?!\S)/;

/** "Stop bothering my family" names no channel and means each. */
const isBothered = (wishes: string[]): boolean =>
  wishes.some((wish) => BOTHERED.test(wish)) &&
  !wishes.some((wish) => MEDIA.some((medium) => names(wish, medium)));
const BOTHERED =
  /(?<!\S)(?:stop|quit|cease) (?:bothering|harassing|pestering|hounding|badgering|stalking)(?!\S)/;

/** "I do not want to be called" is about calls; "let me be" about everything. */
const BE_CALLED = /(?<!\S)be (?=called|texted|messaged|emailed|mailed|phoned)/g;

/** A third person, whom one does not ask to be spared on another channel. */
const PERSON =
  /(?<!\S)(?:my|our|the) (?:wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|tenants?)(?!\S)/;

function isAboutEmailList(wish: string, channel: Channel): boolean {
  return (EMAIL_LIST.test(wish) || (channel === "email" && /unsubscribe/.test(wish))) &&
    !/(?<!\S)(?:contact|call|text|phone|number)(?!\S)/.test(wish);
}

function mediumOf(channel: Channel): Medium {
  return channel === "sms" ? "text" : channel === "email" ? "email" : "call";
}
