// English patterns: for the plain words of one sentence (words.ts), with contractions written out and commas as words.

/** Words of a pattern with the lists below filled in. */
export function pattern(...lines: string[]): RegExp {
  let source = lines.map((line) => `(?:${line})`).join("|");
  for (let depth = 0; depth < 3; depth++) {
    source = source.replace(/\{(\w+)\}/g, (_, name: string) => `(?:${LISTS[name]})`);
  }
  return new RegExp(`(?<!\\S)(?:${source})(?!\\S)`, "g");
}

const LISTS: Record<string, string> = {
  verb: "text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|" +
    "emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|" +
    "ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|" +
    "annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|" +
    "hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|" +
    "hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding",
  // These mean an approach to the person only where more words say so.
  act:
    "{verb}|ask|asking|trouble|troubling|hassle|hassling|badger|badgering|follow up|following up|approach|" +
    "approaching|pursue|inquire|inquiring|come back|coming back|come|check in|checking in|knock|show up",
  mine:
    "me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|" +
    "info|information|email|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|" +
    "this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|details|house|property)",
  gone:
    "removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out",
  again:
    "again|any more|ever|ever again|further|any further|in (?:the )?future|going forward|from now on|at all",
  address:
    "dear|sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam",
  done: "contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached",
  more:
    "texting|messaging|calling|contacting|emailing|mailing|spamming|bothering|harassing|phoning|writing|" +
    "texts|calls|emails|messages|phone calls|text messages|mailings|letters|visiting|visits",
  either:
    "{verb}(?:(?: ,| or| nor| and)+ (?:to )?{verb}(?! (?:me|us) (?:only|instead|if|when|anytime|first)(?!\\S)))*",
  thing:
    "texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|" +
    "letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|" +
    "contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|" +
    "nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|" +
    "marketing|sales calls",
  things: "{thing}(?:(?: ,)?(?: (?:or|and|nor))? {thing})*",
  relative:
    "wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|" +
    "grandmother|grandpa|family|house|home|office|work|landline",
  me: "me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )?" +
    "(?:phone|number|cell|line|mobile|inbox|email|address|{relative})(?: number| phone)?|mine|" +
    "this (?:(?:cell|phone|mobile) )?(?:number|phone|line|address|email|account|cell|person|house)|here|" +
    "any more|again|at all|ever|either(?! of)|it again|him any more|her any more|him again|her again",
  polite:
    "please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|" +
    "permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|" +
    "no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously",
  when:
    "before|(?!{over})after|until|till|til|between|while|yet|later|unless|(?<!after )(?:today|tonight|now)|tomorrow|" +
    "right now|" +
    "at (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun|week)\\w*|" +
    "this (?:morning|afternoon|evening|week|weekend|early|late|month)|(?:so|too|that) (?:early|late)|first|if|" +
    "in the (?:morning|evening|afternoon|middle)|when|past|late|early|next week|back until",
  // No time of day: "do not text me after this".
  over:
    "after (?:all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|emails?|one|point|conversation))?(?= ,|$))",
  off: "off|out|off of|out of|from|of",
  lists:
    "list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|" +
    "calling list|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|" +
    "dialer|crm|drip|texts|texting|messages|program|sequence",
};
