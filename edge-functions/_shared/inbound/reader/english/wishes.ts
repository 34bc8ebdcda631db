// English phrases that wish for an end.
import { pattern } from "./pattern.ts";

const FILLERS = new RegExp(
  "(?<!\\S)(?:just|really|kindly|please|even|still|fucking|damn|stupid|freaking|seriously|honestly|literally|already|" +
    "ok|okay|hey|hi|hello|um|uh|well|dear|sir|maam|guys|bro|dude|man|lady|folks|asap|immediately|permanently|thanks|" +
    "thank you|thx|ty|respectfully|once again|in general)(?!\\S) ?",
  "g",
);

/** The words without those that say nothing of the matter. */
export const withoutFillers = (words: string): string =>
  words.replace(FILLERS, "").replace(/(?: ?,)+ ?/g, " , ").replace(/^[ ,]+|[ ,]+$/g, "");

/** Phrases that wish for an end. */
export const ENGLISH_WISHES = pattern(
  // stop texting me; quit with the calls; no longer with a channel named
  "(?:stop|quit|cease|discontinue|halt|refrain|knock off|enough|desist|stopping)(?: and desist)?(?: (?:all|with|the|these|those|this|that|your|any|more|further|sending|getting|receiving|making|giving|leaving|fucking|damn|stupid|unwanted|unsolicited|constant|annoying|me|us|my|of|trying|to|from|it|please|both|doing|way|every|already|now))* (?:{verb}|{thing})(?:(?: ,| or| and| nor| me| us| my| all| the)* (?:{more}))*(?: {me})?",
  "(?:stop|quit|cease)(?: please)? (?:sending|messing|bothering|hitting|trying to reach|reaching|doing (?:this|that)|with (?:this|these|all|it)(?= ,|$| now| please| already| and| or))(?: \\w+){0,3}",
  "(?:stop|quit|cease) (?!lowball|low ball|insult|teas|kidd|giv|tell|confus|rush|mak|sell|interrupt|play|show|ask|laugh|driv|quot|offer)\\w+ing (?:me|us)(?: up)?(?: \\w+){0,2}",
  "(?:stop|quit|cease) (?:getting|receiving)(?: (?:these|those|them|any of (?:this|these))|(?: \\w+){0,3} (?:{thing}))",
  "(?:stop|quit|cease|enough|no more|end)(?: sending| making| giving| all)*(?: (?:with|w|of|the|your|all|these|this|me|us|any|more))* (?:offers|promotions?|promos?|deals|pitch(?:es)?|advertising|bs|stuff|cold calls|questions about (?:my|the|our) (?:house|home|property))(?= ,|$| {polite})",
  "^(?:{polite} )*end (?:this|it)(?: {polite})*$",
  "(?:stop|quit) (?:it|this|that|these|them|me|us|everything)(?= ,|$| please| now| already| thanks| thank| immediately| at once| or)",
  "(?:end|cancel|terminate|discontinue)(?: all| the| these| this| my| your| any)* (?:texts?|text messages?|messages?|sms|emails?|subscriptions?(?! to)|notifications|alerts|spam)",
  "(?:these|those|the|all|your|this|get|make|want)(?: \\w+)? ?(?:texts?|texting|messages?|messaging|calls|calling|emails?|emailing|spam|harassment|this|it)(?: all| please| just| really)*(?: to| must| should| needs to| need to| has to| have to| better| got to)?(?: be)? (?:stop|stopped|end|ended|cease)(?! (?:at|on|in|by)(?: |$))",
  "(?:this|it|that|you|these|they|enough) (?:to|must|should|needs to|need to|has to|have to|better|got to|have got to) stop(?: it| this| that| now| please| already)*(?= ,|$| and| or)",
  "make (?:it|this|them|these) stop",
  "(?:if|wish|rather|hope) you (?:would |could |all )?(?:just |please )?(?:stopped|stop|quit)(?= ,|$| (?:{verb})| sending| this| these| it)(?: \\w+){0,2}",
  "(?!(?:the|a|an|to|it|they|he|she|we|i|not|would|will|could|should|must|might|may|can|that|which|who|and|or|ever|never|does|do|did|you|this|these|if) )\\w+ stop(?: (?:{polite}|{address}))*(?= ,|$)",
  "(?:times?|now|so|and|no|me|you) stop(?= ,|$)",
  "you(?: have)?(?: all)? (?:been|were|are|got) told(?: \\w+){0,2}? (?:to (?:stop|quit|leave)|not to)(?: \\w+){0,3}",
  "(?:asked|requested|request|want|wanted|wish|like|need|asking|demand|begged|prefer|hope)(?: you)? (?:to be|being|be) (?:{gone}|left alone|off)(?! as )(?! (?:from |off )?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \\w+){0,4}",
  "(?:cut|knock) it (?:out|off)(?: \\w+){0,3}|give it a rest|enough is enough",
  "wrong (?:number|person|phone)(?: so)?(?: please| just)? stop(?: \\w+){0,2}",
  "(?:for|sake|christ|hell|god|jesus|enough) (?:(?:please|just) )?stop(?= ,|$)",
  "(?:(?:tell|telling|told|ask|asking|asked|want|wanted|need|beg|begging|warn|warned|warning|like|requested|instructed|demanding|demand) (?:you|your \\w+|them|him|her)(?: \\w+){0,3}? to|(?:wish|hope|demand|insist|ask|request|prefer)(?: that)? you(?: would| will)?|said to|said|saying|typed|texted you|texted|wrote|replied|repeating|say|asked|asking) (?:(?:please|just) )?(?:stop|quit|unsubscribe|opt out|leave me alone|remove me|not to (?:{verb}))(?= ,|$| {verb}| it| this| me| you| already| again| please| now| before| twice| and| three| \\w+ times)",
  "(?:please )?(?:can|could|would|will|can not|why do not|when will|how about) you(?: please| just| kindly| all| ever| not)* (?:stop|quit)(?: it| this| that| now| please| already| (?:{polite}))*(?= ,|$)",
  // do not text me
  "(?:do not|please not|not to|no longer|stop and do not|(?:^|(?<=please |and |just |to |, |that you |or |about you |again ))never)(?: (?:ever|you|be|dare|even|want you to|try to|please|bother to|think of|again|any of you))* {either}(?: to| with| on| at)? (?:{me})(?! (?:the|a|an) (?!same|damn|fuck)\\w+)(?! (?:\\w+ ){0,2}?(?:{when})(?: |$))",
  "(?:^|(?<=please |and |just |, |hey |so |number |ok |but ))(?:do not|never)(?: ever| please)* {either}(?: (?:please|again|any more|thanks|thank you|ever|period|back|dear|sir))*(?= ,|$| (?:just |only |please )*(?:text|call|email|message) (?:me|us)(?: |$)| (?:just|i|because|we) (?!(?:am|are) (?:at|in|on|driving|busy|sleeping|working)))",
  "(?:do not|never|stop)(?: ever| please)? (?:send|sending|give|forward|mail|shoot|leave)(?: me| us| my \\w+| this \\w+| out)?(?: any| more| any more| another| these| this| your| further| the| a)* (?:{things}|any more|anything|again|these)",
  "(?:do|does|did|would) (?:not|rather not)(?: ever| really)? (?:wish|want|care|need|like|consent|agree|appreciate|permit|authori[sz]e|give you permission|approve)(?: (?:to|for|you|be|receive|receiving|get|getting|have|having|see|any|more|any more|further|these|those|your|the|all|of|such|from|anything|in|a|being|sending|me|us|fucking|damn|stupid))* (?:{things}|{verb}|{done}|any more from you|on (?:your|this|the|any) (?:\\w+ )?(?:{lists})|hear from you)(?! (?:\\w+ ){0,2}?(?:{when})(?: |$))",
  "(?:no longer|never)(?: ever)? (?:wish|want|care|need|consent|agree)(?: (?:to|for|you|be|receive|get|any|more|further|these|your|the|all|of|such|from))*(?: (?:{things}|{verb}|{done}|hear from you|these|this|on \\w+ list))",
  "(?:do not|never|no longer) (?:want|wish|need|care)(?: to)? (?:(?:receive|get|see) (?:these|this|them|those|anything|any more|your)|hear(?: anything| any more| any)? from|hear from (?:you|any of you)|hear it)(?: \\w+)?",
  "(?:^|(?<=please |just |ok |and |, ))no more(?: of (?:this|these|it|that)|(?: {polite}| {address}))*(?= ,|$)",
  "no (?:more|further|additional)(?: of)?(?: these| your| this| the| unsolicited| stupid| fucking)* (?:{things}|this|these|{verb})(?: please)?",
  "(?:^|(?<=please |, ))no (?:texts?|texting|calls?|calling|messages?|messaging|emails?|emailing|spam|soliciting|solicitations?|solicitors|contact)(?:(?: or| and) (?:texts?|calls?|messages?|emails?))*(?: please| thanks| thank you| any more| ever| period)*(?= ,|$)",
  "if you(?: ever)? {verb}(?: me| us| this number| here)?(?: again| any more| one more)",
  "if you (?:(?:do not|will not) (?:stop|quit|leave|remove|take)|(?:keep|continue)(?: on)? {verb})(?: \\w+){0,3}",
  // in any frame, with again: I would be grateful if you would not write to me again
  "(?:not|never|no longer)(?: (?:ever|please|be|bother|try|to|even|dare|have to|need to|{either}))*? (?:{act})(?: (?!not|but|and|then|if|him|her|them|the)\\w+){0,5}? (?:{again})",
  "(?:not|never)(?: \\w+)? bother(?: \\w+)? {verb}(?: \\w+)?",
  "(?:rather|prefer|appreciate it|grateful|appreciated|wish|happy|glad|kind|better)(?: it)?(?: if| that)? you(?: would| could| did| do| to)? not {verb}(?: \\w+){0,2}",
  "(?:stop|quit|cease) (?:asking|inquiring|begging|pressuring|pushing|nagging|trying to (?:buy|sell|reach|get|call|contact|convince|purchase))(?! for | less| so low)(?: \\w+){0,3}",
  "(?:prefer|rather|like|want|wish|choose|care|appreciate)(?: (?:to|it|if|you|i|we|would|you would))* not(?: \\w+){0,2}? (?:get|getting|receive|receiving|hear|hearing|see|be|have)(?: (?:any|more|any more|such|of))* (?:these|this|those|it|from you|anything|{things}|{done}|on (?:your|this|the) (?:\\w+ )?(?:{lists}))(?: \\w+){0,2}",
  "(?:not|never)(?: ever)? (?:use|keep|store|save|dial)(?: to)? (?:my (?:number|phone|info|information|data|details|cell|email|contact)|this (?:number|phone|email|address|line)|it again)(?: (?:again|for \\w+|any more|ever))?(?= ,|$)",
  "no (?:contact|call|solicit\\w*|soliciting|solicitation|text|marketing) (?:policy|order|rule|list|request)",
  "no further(?: \\w+)? (?:{things}|{verb})",
  "no (?:need|reason|point)(?: in| for you)?(?: to)? {either}(?: (?:me|us|back|to))* (?:{again})",
  "(?:this|that|it|let this|make this)(?: \\w+){0,2}? (?:be|is|was) (?:the|your) last (?:{thing}|time you {verb})(?! i)(?: \\w+){0,3}",
  "(?:this|these|those|they|it|your(?: \\w+)?|{things})(?: \\w+)? (?:is|are) (?:unwanted|not wanted|not welcome|unwelcome|unsolicited and unwanted)(?: \\w+)?",
  "(?:do|does|will|can) not (?:accept|take|welcome|want|do|respond to|allow|permit)(?: any| these| your| kind| kinds| type| types| of| such| unsolicited| cold| sales| marketing)* (?:solicitations?|soliciting|solicitors|telemarketers|(?:sales|cold|marketing|unsolicited) (?:calls?|texts?|emails?|messages?))(?: \\w+){0,3}",
  "^dnc(?: please| list| thanks| me)*$",
  "(?:revocation|withdrawal) of(?: my| all| any| prior| express)* consent(?: \\w+){0,4}|(?:opt out|unsubscribe|removal|stop|dnc|do not call|do not contact) (?:request|notice|notification)",
  "(?:did not|never|not|no one|have not|had not)(?: \\w+)? (?:sign up|signed up|subscribe|subscribed|opt in|opted in|opt into|register|registered|enroll|enrolled|ask|asked|request|requested|agree|agreed|consent|consented|authori[sz]ed?)(?: for| to| receive| get| be on)*(?: (?:this|these|that|it)(?= ,|$)|(?: this| these| your| any| the)* (?:{things}|{lists})(?: \\w+)?)",
  "forget (?:you|about|that you|i|we)(?: \\w+){0,3}? (?:number|me|us|exist|contact|phone)",
  "^stop(?= (?:i|we|wrong|not|no|do not|never|please|this (?:is not|number)|my name)(?: |$))(?!.*(?:lol|haha|laugh))",
  "(?:done with|done getting|done receiving|(?:tired|sick|fed up|had enough|annoyed)(?: with| of| and tired| by)+)(?: (?:getting|receiving|having|being|hearing from))* (?:(?:these|this|your|all these|all this|your stupid|the constant) (?:{things})|{done}(?: by you)?|you {verb} me)",
  "(?:will|going to|am|are)(?: \\w+)? (?:call|calling|contact|contacting|notify|notifying) (?:the )?(?:police|cops|fcc|ftc|attorney general)",
  "^(?:{polite} )*(?:i am |we are )?(?:so )?done (?:with (?:you|this|it|all this|all of this|these)|talking)(?: to you| guys)?(?= ,|$)",
  "^(?:please |just |now |so |then )*(?:take|get) (?:it|this|me|us) off(?= ,|$| please| now| thanks)",
  "(?:can|could|would|will|should|must|may|ask that|ask|prefer|rather) (?:you|y all)(?: \\w+)?? not(?: be)? {either}(?= ,|$| {me}| {again})|^can you not$",
  "(?:not|no longer) interested in (?:receiving|getting|hearing|these|your|any more|any further)(?: \\w+){0,2}? (?:{things}|from you|{verb})",
  "(?:consent|permission)(?: to \\w+| for \\w+)? (?:is|has been|was|hereby|is hereby) (?:withdrawn|revoked|rescinded|cancel\\w+)",
  "(?:take (?:a|the)|(?<!i |we )get the) hint",
  "(?:block|blocked|blocking)(?: \\w+){0,3}? (?:your|you|this|these)(?: other)? (?:numbers?|phones?|texts?)",
  "(?:mark|list|flag|put|set|register|note|classify) (?:{mine})(?: down)?(?: as| on| to)? (?:a )?(?:do not (?:call|contact|text)|dnc|no contact|opted out|opt out)",
  // questions for the way out
  "(?:how|what|where|is there|who)(?: \\w+){0,7}? (?:get|be|become|being|getting) (?:(?:me |us )?(?:off|out)(?: of)? (?:this|these|those|your|whatever|the(?: \\w+)? (?:{lists}))|{gone})(?! (?:\\w+ ){0,2}?(?:house|deed|loan|mortgage|lease|contract|deal))(?: \\w+){0,4}",
  "(?:{mine})(?: \\w+){0,2}? (?:be|is|are|get|gets|been|was|were|being) (?:{gone})(?! (?:from|off) the)(?: from \\w+(?: \\w+)?)?",
  "(?:want|like|confirm|asked|see|know)(?: \\w+){0,2}? (?:i|we) (?:am|are|was|have been|be|get) (?:{gone})(?: \\w+){0,3}",
  "(?:stop|end|cancel|discontinue|terminate) (?:the|this|your) (?:service|program|subscription|campaign|drip)",
  "(?:stopall|stop all|seize all|cease all)(?: \\w+){0,2}",
  "(?:(?:how|where|what)(?: (?:do|can|could|would|should|must|am|the|hell|fuck|heck|else))* (?:i|we|one|you|to)|is there|how to)(?: \\w+){0,4}? (?:opt out|unsubscribe|(?:stop|end|cancel|turn off|block|prevent|avoid)(?: all| getting| receiving| the| you from)* (?:this|these|those|it|your|you|{things})(?: \\w+){0,2}|make (?:it|this|these|them|the {thing}|these {thing}) stop)",
  "(?:request|requesting|requested|ask for|want|demand|demanding)(?: my| an?| immediate)* removal(?: \\w+){0,4}|removal (?:please|from (?:your|this|the|all))(?: \\w+){0,2}",
  // lists
  "(?:take|get|pull|took|keep|leave) (?:{mine}) (?:{off})(?: \\w+){0,5}? (?:{lists})",
  "(?:take|get|pull|tak) (?:{mine}) (?:off|out|off of here|off this|off of this|off your|off the|out of here|down from)(?: \\w+)?",
  "(?:remove|delete|drop|scrub|scratch|erase|strike|unlist|block|purge|exclude|clear|suppress|unenroll|deregister)(?: all)?(?: of)? (?:{mine})(?= ,|$| {off}| please| now| immediately| thank| thanks| and| permanently| asap| right| of| already| dear| thx)(?: (?:{off})(?: \\w+){0,4}? (?:{lists}))?",
  "(?:remove|removed|taken off|deleted|struck|off|out)(?: from| of)* (?:your|this|ya|whatever|any|all|every)(?: \\w+){0,2}? (?:{lists})(?: you have)?",
  "(?:want|get|be|please|i am|am)(?: to be)? (?:off|out|removed|taken off)(?: from| of)* (?:the|that)(?: \\w+)? (?:{lists})",
  "(?:^|(?<=, ))(?:{polite} )*(?:take|remove|get|delete|cut)? ?(?:{mine})? ?(?:off|from|out of)(?: of| from)? (?:the |your |this |that |any |all )?(?:\\w+ )?(?:{lists}|these {things}|this {thing})(?: {polite})*(?= ,|$)",
  "(?:take|get|remove|cut) (?:{mine}) (?:off|from|out)(?: of| from)* (?:this|these|your|that)(?: \\w+){0,2} (?:{things}|thing|program|system|campaign)",
  "(?:put|place|add)(?: \\w+){0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do not call|do not contact|dnc|no call|no contact)(?: list| registry)?",
  "(?:(?:on|to) (?:the |a |your )?(?:national |federal |state )?|(?:^|(?<=, )))do not (?:call|contact|text|solicit)(?: list| registry| register)?(?= ,|$| and| for| since)",
  "(?:dnc|do not call) (?:list|registry)",
  "(?:lose|loose|forget|delete|block|erase|trash) (?:my|this|the|our) (?:number|phone|phone number|contact|digits)(?! (?:, )?(?:use|and use|i gave|it is|, here))",
  // unsubscribe, consent
  "(?:unsubscrib(?:e|ed|ing)|opt(?:ed|ing)?(?: me| us| my \\w+| this \\w+)? out|optout|optedout)(?: me| us)?(?: from(?: \\w+){0,3})?(?! (?:newsletter|by mistake))",
  "(?:revok\\w*|withdraw\\w*|rescind\\w*|cancel\\w*)(?: my| all| any| the| prior| express| written| and all)* (?:consent|permission|authori[sz]ation|opt in)(?: \\w+){0,6}",
  "(?:do not|never|did not|no)(?: have| give| gave| get| got| had)?(?: you| anyone)?(?: my| any)? (?:consent|permission|authori[sz]ation)(?: to| for)(?: be)? (?:{verb})(?: me)?",
  // go away
  "(?:leave|let) (?:me|us|my family|my wife|my husband|my mother|my mom|my dad|my parents|this number)(?: \\w+){0,2}? (?:alone|be(?= ,|$| please| now))",
  "(?:^|(?<=please |just |and |, |now |so |fuck ))go away(?= ,|$| and| now| please)",
  "(?:fuck|piss|buzz|bugger|screw|sod|jog|bog|bug)(?: right| the fuck)? off|back off(?= ,|$| now| please| or)|get lost(?! in)|get bent|cease and desist|fuck (?:you|yourself|yourselves|u)|go to hell|drop dead|go fuck \\w+|screw you|eat shit|take a hike|kiss my ass",
  "(?:harass(?:ing|ed)? (?:me|us|my \\w+)|(?:this|it|you|that) (?:is|are)(?: \\w+){0,2} harass(?:ing|ment)|you are harassing)(?! free)(?: \\w+)?",
  "(?:(?:will|going to|i|am|be|to|have|and|we)(?: just| already| also| now| be)* )(?:report|reporting|reported|sue|suing)(?: all of)? (?:you|your|this (?:number|as|text|call|message)|u)(?: \\w+)?",
  "^(?:(?:this |your )?number (?:is )?|you are |you have been |you are being |getting |consider yourself )?(?:blocked|blocking|reported|reporting|harassment)(?: and (?:blocked|reported|blocking|reporting))?(?= ,|$)",
  "(?:block|blocked|blocking)(?: all of)? (?:you|your number|this number|your \\w+)(?: now)?",
  "(?:next|one more|another|any more|any further|any other|any future|any additional|further|future|more)(?: \\w+)? ?(?:{thing})(?: \\w+){0,5}? (?:and|i|we|you|gets?|will|is|goes|constitutes?|are|means)(?: \\w+){0,8}? (?:lawyer|attorney|sue|report\\w*|block\\w*|police|ftc|fcc|legal|court|harassment|complaint|cops|violations?|tcpa|lawsuit|litigation|damages|fined?)",
  "(?:{verb}) (?:me|us|this number|here)(?: one more time| again| ever again| any more) (?:and|or)(?: \\w+){0,8}? (?:lawyer|attorney|sue|report\\w*|block\\w*|police|ftc|fcc|legal|court|harassment|complaint|cops|regret)",
);

/** What somebody says in a call who stops the speaker, not the calls. */
export const INTERRUPTION =
  /(?<!\S)(?:hold on|wait|slow down|too fast|(?:say|repeat)(?: \w+){1,2} again|repeat that|what were you saying|one (?:second|moment|minute)|go ahead)(?!\S)/;
