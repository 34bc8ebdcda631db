// Classes of English words: what a word does in a wish. The grammar (grammar.ts) is written over their letters, so that it
// names each way of saying a thing once. The database has the same list.

/** A letter, what it stands for, and its words. Other words are x, numbers are 0, fillers are left out. */
const CLASSES: readonly (readonly [letter: string, meaning: string, words: string])[] = [
  ["i", "the speaker", "i we"],
  ["u", "the sender", "you"],
  ["Y", "of the sender", "your yours"],
  ["P", "of the speaker", "my our mine"],
  ["o", "the speaker as an object", "me us myself ourselves here"],
  ["j", "others", "he she they him her them his hers their theirs"],
  ["z", "this", "this that it such"],
  ["3", "these", "these those"],
  ["d", "determiners", "the a an any all some every each both whatever whichever"],
  ["D", "do", "do does did doing"],
  ["B", "be", "be is are was were been being am"],
  ["H", "have", "have has had having"],
  ["W", "modal verbs", "will would shall should could can may might must ought better"],
  [
    "k",
    "going on",
    "keep keeps keeping kept continue continues continuing still persist persists insist",
  ],
  ["n", "negation", "not never nor neither"],
  ["q", "none", "no zero nil nada nobody nothing none without"],
  ["M", "more", "more further additional another other future next"],
  ["g", "ever", "again ever forever"],
  [
    "s",
    "ending for good",
    "stop quit cease halt desist discontinue refrain stopping quitting ceasing discontinuing",
  ],
  ["e", "ending", "end ends ended cancel terminate ending"],
  [
    "K",
    "ending in slang",
    "chill ease lay cut kill shut turn switch knock disable nix cool laying cutting shutting tone",
  ],
  [
    "v",
    "contacting",
    "text call message contact email mail ring dial write reach reply respond ping dm hmu sms robocall telephone",
  ],
  ["v", "contacting", "visit follow approach outreach solicit solicitation communicate inquire"],
  [
    "l",
    "contacting now",
    "texting calling messaging contacting emailing mailing ringing dialing dialling writing reaching",
  ],
  [
    "l",
    "contacting now",
    "replying responding pinging dming robocalling visiting following approaching soliciting",
  ],
  ["l", "contacting now", "telemarketing communicating phoning marketing inquiring"],
  [
    "V",
    "contacted",
    "contacted called texted messaged emailed bothered harassed solicited disturbed mailed reached",
  ],
  ["V", "contacted", "marketed spammed phoned pestered annoyed bugged"],
  [
    "b",
    "bothering",
    "bother harass bug annoy pester hound stalk disturb spam badger hassle torment nag bothering",
  ],
  [
    "b",
    "bothering",
    "harassing bugging annoying pestering hounding stalking disturbing spamming badgering hassling",
  ],
  ["b", "bothering", "tormenting nagging scamming scam troubling blasting bombarding harassment"],
  [
    "t",
    "what contacts bring",
    "texts messages emails letters mailers calls postcards robocalls ads promos flyers solicitations",
  ],
  [
    "t",
    "what contacts bring",
    "junk crap garbage bs bullshit nonsense newsletters notifications alerts communication",
  ],
  [
    "t",
    "what contacts bring",
    "communications correspondence mailings contacts promotions adverts advertisements pitches",
  ],
  ["t", "what contacts bring", "voicemails dms advertising visits conversation ups"],
  ["Z", "with up", "hit hitting blow blowing light lighting"],
  ["8", "up", "up"],
  [
    "h",
    "times",
    "before until till tomorrow tonight yet while during morning mornings afternoon afternoons evening evenings",
  ],
  [
    "h",
    "times",
    "night nights noon midnight weekend weekends monday tuesday wednesday thursday friday saturday sunday",
  ],
  [
    "h",
    "times",
    "mondays tuesdays wednesdays thursdays fridays saturdays sundays early late later pm hours oclock",
  ],
  ["h", "times", "unless past week weekdays dinner lunch work when first between"],
  ["A", "at", "at after on"],
  ["J", "now", "now today"],
  [
    "r",
    "removing",
    "remove delete erase strike scratch scrub purge wipe exclude omit unlist unenroll unregister trash",
  ],
  [
    "r",
    "removing",
    "deactivate suppress suppression exclusion comot blacklist expunge eliminate removing deleting deregister unsub opt opting lose",
  ],
  [
    "r",
    "removing",
    "disenroll forget ditch dump toss withdraw yank drop skip unsubscribe unsubscribing",
  ],
  [
    "p",
    "moving",
    "take get pull cross leave put taking getting pulling sign stay move pass keepin",
  ],
  [
    "R",
    "removed",
    "removed deleted erased taken scrubbed purged unlisted dropped crossed struck excluded unsubscribed",
  ],
  ["R", "removed", "opted suppressed"],
  ["f", "off", "off from of away alone"],
  ["O", "out", "out outta"],
  [
    "L",
    "lists",
    "list lists database system records rolodex files directory crm campaign campaigns rotation roster",
  ],
  ["L", "lists", "dialer sequence drip registry distribution subscription queue"],
  [
    "N",
    "where the speaker is reached",
    "number numbers phone phones cell cellphone mobile line name info information",
  ],
  [
    "N",
    "where the speaker is reached",
    "details data address inbox mailbox voicemail digits landline feed account",
  ],
  [
    "Q",
    "whom else a contact reaches",
    "house home door family mom mother dad father husband wife kids son daughter",
  ],
  [
    "Q",
    "whom else a contact reaches",
    "parents grandmother grandma grandpa property household company office business firm organization department shop store restaurant clinic",
  ],
  [
    "w",
    "wanting",
    "want wants wanted wish wishes like need needs care desire prefer appreciate enjoy welcome accept",
  ],
  ["w", "wanting", "wanting allow permit agree interested willing appreciated"],
  [
    "c",
    "consent",
    "consent consented consents permission authorization authorized agreed signed subscribe subscribed",
  ],
  ["c", "consent", "registered enrolled authorize authorise"],
  [">", "permitted", "allowed permitted approved acceptable authorised"],
  ["7", "revoking", "revoke revoked withdrawn rescind rescinded revoking revokes revocation"],
  [
    "T",
    "threats",
    "lawyer lawyers attorney police cops court legal lawsuit sue suing sued complaint complaints",
  ],
  [
    "T",
    "threats",
    "litigation authorities report reporting reported block blocked blocking sheriff",
  ],
  ["1", "illegal", "illegal unlawful violation violations violating violate violates"],
  ["F", "agencies and laws", "fcc ftc tcpa"],
  ["S", "somebody", "someone somebody anyone anybody people else elsewhere person one"],
  ["~", "finding", "find try pick choose go trying attempt attempting"],
  ["%", "anything", "anything everything something"],
  ["y", "questions", "why how what where who which"],
  ["a", "joining", "and or but"],
  ["I", "to", "to for with about"],
  [
    "G",
    "asking and telling",
    "ask asked tell told say said saying telling beg begged request requesting requested warned instructed directed ordered promised swore",
  ],
  ["m", "making sure", "make sure ensure see"],
  ["E", "receiving", "receive receiving hear hearing"],
  ["C", "conditions", "if"],
  ["2", "marking", "mark marking marked flag flagging flagged"],
  ["4", "expecting", "expect expecting"],
  ["5", "having enough", "sick tired fed done enough over exhausted"],
  ["6", "consequences", "regret happens consequences served"],
  ["9", "reasons", "right business reason point use basis authority grounds"],
  ["&", "sending", "send sending sent give giving"],
  ["<", "than", "than"],
  ["=", "daring", "dare mind"],
  ["X", "meaning", "mean means"],
];

/** Words that say nothing of the matter. */
const FILLERS =
  "please just really kindly even fucking damn stupid freaking seriously honestly literally already ok okay hey hi " +
  "hello um uh well dear sir maam guys bro dude man lady folks asap immediately permanently thanks thx ty " +
  "respectfully goddamn bloody lol lmao actually absolutely truly simply so then also hell heck tf wtf politely " +
  "nicely personally completely totally entirely good though friend pal buddy ma honey " +
  "unsolicited unwanted constant endless random dumb daily weekly sales cold nonstop gosh god goodness " +
  "robo auto automated automatic bot nah naw nope yeah yes yep sake ass shitty damned dang darn finally formally hereby officially once ya yo whatsoever too only";

export const WORD_CLASSES: ReadonlyMap<string, string> = new Map([
  ...CLASSES.flatMap(([letter, , words]) =>
    words.split(" ").map((word): [string, string] => [word, letter])
  ),
  ...FILLERS.split(" ").map((word): [string, string] => [word, ""]),
]);

/** The class of each word of a sentence: "" for a filler. */
export const classesOf = (words: readonly string[]): string[] =>
  words.map((word) =>
    WORD_CLASSES.get(word) ?? (/^[,#@]$/.test(word) ? word : /^\d/.test(word) ? "0" : "x")
  );
