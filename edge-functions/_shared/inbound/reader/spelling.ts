// What a misspelt word means. Only words that wishes are made of are corrected, and never words that mean something.

/** Contractions and short forms: left of the colon the words that are meant. */
const MEANT: ReadonlyMap<string, string> = new Map(
  [
    "can not: can't cannot cant",
    "will not: won't wont",
    ...[
      "do",
      "does",
      "did",
      "is",
      "are",
      "was",
      "were",
      "has",
      "have",
      "had",
      "would",
      "could",
      "should",
      "need",
    ]
      .map((verb) => `${verb} not: ${verb}n't ${verb}nt`),
    "do not: dnt dn't donot do'nt dont't dotn dun",
    "is not: ain't aint",
    "i am: i'm im",
    "i have: i've ive",
    "i would: i'd",
    "you are: you're youre",
    "you: u yu y'all yall yous",
    "your: ur yr",
    "please: pliz plis pleez pleease plez pliss pls plz plse plx",
    "it is: it's",
    "that is: that's thats",
    "he is: he's",
    "she is: she's",
    "there is: there's theres",
    "who is: who's whos",
    "what is: what's whats",
    "going to: gonna",
    "got to: gotta",
    "want to: wanna",
    "let me: lemme",
    "and: n nd",
    "with: w",
    "any more: anymore",
    "no more: nomore",
    "no one: no1 noone nobody",
    "fuck: fk fck fuk fvck",
    "fucking: fuckn fuckin fuckng fukin fuking fkn fkin fking",
    "email: e-mail",
    "stop: stahp stawp stp",
    "text: txt",
    "texts: txts",
    "message: msg",
    "messages: msgs",
    "number: num nbr nmbr",
    "remove: rmv rm rmove",
    "before: b4",
    "get out: gtfo",
    "send: snd",
  ].flatMap((line) => {
    const [meant = "", written = ""] = line.split(": ");
    return written.split(" ").map((word): [string, string] => [word, meant]);
  }),
);

/** Words that wishes are made of, longest first: a slip of the finger away from one of them means it. */
const KEYS = [
  ...[
    "unsubscribe",
    "unsubscribed",
    "discontinue",
    "contacting",
    "contacted",
    "subscription",
    "messaging",
  ],
  ...[
    "messages",
    "bothering",
    "harassing",
    "texting",
    "calling",
    "emailing",
    "sending",
    "contact",
    "message",
  ],
  ...[
    "remove",
    "removed",
    "delete",
    "number",
    "please",
    "cancel",
    "revoke",
    "bother",
    "wrong",
    "leave",
    "take",
  ],
  ...["alone", "email", "emails", "texts", "calls", "stop", "text"],
];

/** Words within a slip of a key that mean something else. */
const OTHERS = new Set(
  (
    "step steps shop shops stops stow slop strop atop stoop estop top sop " +
    "test tests tent tents next tex taxi teat tact taxes tests nexts " +
    "bake cake fake lake make rake sake wake tale tape taken takes tame stake cells balls walls halls malls falls galls cell hall ball wall mall fall tall call calm calf tells rolls sells " +
    "along clone atone lone aline leaves leaved lave leaven cleave heave weave lease least leaf lean leap " +
    "strong prong wring wrongs thong remote removes remover removal deleted deletes elite bothers brother mother other " +
    "lumber numbers numbed slumber pleased pleas pleases plea pleaser cancels chancel evoke revoked revokes provoke " +
    "contract contacts contracts contracted contracting contents content massage massages massaging mending lending " +
    "pending vending ending bending tending spending resting testing telling falling culling filling rolling failing " +
    "hauling galling balling exiting taxing texas emailed mail mails mailed mailing telling selling pulling callings" +
    " discontinued subscriptions subscribe subscribed texted tested"
  ).split(" "),
);

/** The same where other languages have the word. */
const MEANT_IN_ENGLISH: ReadonlyMap<string, string> = new Map([
  ...[
    ["ya", "you"],
    ["tx", "text"],
    ["tke", "take"],
    ["del", "delete"],
    ["dlt", "delete"],
    ["rem", "remove"],
    ["qiut", "quit"],
    ["quti", "quit"],
    [
      "agin",
      "again",
    ],
    ["agen", "again"],
    ["agn", "again"],
    ["tak", "take"],
    ["moar", "more"],
    [
      "mor",
      "more",
    ],
  ] as const,
]);

/** Short forms and the words that they stand for, in English. */
export const SHORT_FORMS: readonly (readonly [string, string])[] = [...MEANT, ...MEANT_IN_ENGLISH];

/** The words that a short form stands for. */
export const writtenOut = (word: string): string => MEANT.get(word) ?? word;

/** The English word that a word stands for: corrected where it is a slip away from a word of a wish. */
export function meantBy(word: string): string {
  const meant = MEANT.get(word) ?? MEANT_IN_ENGLISH.get(word);
  if (meant !== undefined) return meant;
  const plain = withoutPlay(word);
  return MEANT.get(plain) ?? MEANT.get(plain.replace(/([a-z])\1$/, "$1")) ?? progressive(plain) ??
    joined(plain) ?? corrected(plain) ?? plain;
}

/** Whether a single word is STOP with one slip: stip, dtop, stopo. */
export const isSlipOfStop = (word: string): boolean =>
  /^[a-z]{3,6}$/.test(word) && !OTHERS.has(word) &&
  (isOneSlip(word, "stop") || isBesideStop(word));

/** A hand that hit the keys beside those of STOP: stio, srop, dtoo. */
const isBesideStop = (word: string): boolean =>
  /^[sadwxze][trfgy5][oipkl90][po0l]$/.test(word) && /^s|p$/.test(word) && !BESIDE.has(word);
const BESIDE = new Set("drop flop atop slop afoo ergo also".split(" "));

/** Letters that are held down, and digits for letters: stoppppp, noooo, st0p, t3xt. */
function withoutPlay(word: string): string {
  const letters =
    /[a-z]/.test(word) && /[0135$@]/.test(word) && !/^\d+(?:st|nd|rd|th|s|k|pm|am)?$/.test(word)
      ? word.replace(/[0135$@]/g, (sign) => LETTER_OF[sign]!)
      : word;
  const word3 = /(\p{L})\1{2,}/u.test(letters) ? letters.replace(/(\p{L})\1{2,}/gu, "$1") : letters;
  return /^s+t+o+p+$/.test(word3) ? "stop" : word3;
}

const LETTER_OF: Record<string, string> = { 0: "o", 1: "i", 3: "e", 5: "s", $: "s", "@": "a" };

/** txtn, calln, textign, hittin: what a wish wants to end, in progress. */
function progressive(word: string): string | undefined {
  const [, stem = ""] = /^([a-z]{2,8}?)(?:in|n|ng|ing|ign|inng|img)$/.exec(word) ?? [];
  return STEMS.get(stem) ??
    (word.endsWith("in") && DOINGS.has(`${word}g`) ? `${word}g` : undefined);
}

const STEMS: ReadonlyMap<string, string> = new Map(
  [
    ...["texting: txt text tex tx tet textt", "calling: call cal cll", "emailing: email"],
    ...[
      "messaging: msg messg mesg messag mesag",
      "contacting: contact",
      "bothering: both bother",
      "spamming: spamm",
    ],
  ].flatMap((line) => {
    const [meant = "", stems = ""] = line.split(": ");
    return stems.split(" ").map((stem): [string, string] => [stem, meant]);
  }),
);

const DOINGS = new Set(
  (
    "hitting sending bugging blowing asking messing writing ringing pestering harassing getting trying making playing " +
    "selling bombarding blasting stalking annoying hounding soliciting reaching using giving putting coming doing"
  ).split(" "),
);

/** Words without the space between: stoptexting, donttext, removeme, stoptextingme. */
function joined(word: string): string | undefined {
  if (word.length < 6 || !JOINED.test(word)) return undefined;
  return word.match(PIECES)!.map((piece) => MEANT.get(piece) ?? piece).join(" ");
}

const FIRST = "stop|quit|dont|donot|remove|leave|take|lose|please|pls";
const NEXT =
  "texting|texts|text|calling|calls|call|messaging|messages|message|contacting|contact|emailing|emails|email|" +
  "spamming|sending|spam|all|alone|mealone|me|my|any|more|off|number|it|now|this|please|pls|plz";
const JOINED = new RegExp(`^(?:${FIRST})(?:${NEXT})+$`);
const PIECES = new RegExp(`^(?:${FIRST})|${NEXT}`, "g");

function corrected(word: string): string | undefined {
  if (!/^[a-z]{4,14}$/.test(word) || OTHERS.has(word) || KEYS.includes(word)) return undefined;
  return KEYS.find((key) => isOneSlip(word, key) && (key.length > 5 || isNearShortKey(word, key)));
}

/** A short word has many neighbours: only a letter too much, too few or two that changed places, and the same ends. */
const isNearShortKey = (word: string, key: string): boolean =>
  word[0] === key[0] &&
  (word.length !== key.length || [...word].sort().join() === [...key].sort().join());

/** One letter more, less or other, or two neighbours that changed places. */
export function isOneSlip(word: string, key: string): boolean {
  const most = Math.max(word.length, key.length);
  if (Math.abs(word.length - key.length) > 1 || word === key) return false;
  let start = 0;
  while (start < most && word[start] === key[start]) start++;
  let end = 0;
  while (end < most - start && word.at(-1 - end) === key.at(-1 - end)) end++;
  const [left, right] = [word.slice(start, word.length - end), key.slice(start, key.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
