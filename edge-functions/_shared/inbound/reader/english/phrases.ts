// English phrases: those that wish for an end, those that contain the same words and mean something else, and those that
// say that the phone or address belongs to somebody else.
import { pattern } from "./pattern.ts";

/** Phrases that contain the words of a wish and mean something else. They are taken out first. */
export const ENGLISH_EXCEPTIONS = pattern(
  // Our own notice, quoted or asked about.
  "(?:reply|text|send|type|say|texting|replying|word)(?: with)?(?: the word)? stop (?:to|2|for)(?: \\w+)*",
  "what (?:does|happens|do you mean|is)(?: \\w+){0,6} (?:stop|unsubscribe|opt out|cancel)(?: \\w+)*",
  "(?:did|have|had) i (?:ever )?(?:say|said|ask|asked|tell|told)(?: \\w+)*",
  "(?:did not|never|do not) (?:say|said|ask|asked|tell|told|mean|meant|want|wish|try|remember)(?: you| them)?(?: to)? (?:stop|quit|unsubscribe|unsubscribing|opt out|opting out|cancel)(?: \\w+)*",
  "(?:unsubscribed|opted out|stopped)(?: me| it)? by (?:mistake|accident|error)",
  "(?:accidentally|mistakenly) (?:unsubscribed|opted out|texted stop|sent stop|replied stop|typed stop|said stop)",
  "(?:texted|sent|replied|typed|said|wrote) stop (?:by|on) (?:mistake|accident)",
  "(?:users|people|customers|clients|subscribers|folks|they|others)(?: can| to| could| may)? (?:unsubscribe|opt out)",
  "(?:let|lets|letting|able) (?:me|us|to) (?:unsubscribe|opt out)(?: \\w+){0,4}",
  "unsubscrib\\w* from (?:their|his|her|its|my|our|the(?! (?:\\w+ )?(?:list|lists|emails?|mailings?|texts?|newsletter)(?!\\S))|cable|mls|netflix|that)(?: \\w+){0,3}",
  // Hypotheses.
  "if i (?:want|wanted|would like|wished|say|said|text|reply|send|type|was|were|did not)(?: \\w+)* (?:stop|unsubscribe|opt out)(?: \\w+)*",
  "i (?:would|will|d)(?: have)? (?:tell|told|say|said|ask|asked|let)(?: you)?(?: know)?(?: when| if)?(?: to)? stop(?: \\w+)*",
  "(?:did|have|do|will) you(?: \\w+)? (?:lose|lost|delete|deleted|forget|forgot|block|blocked)(?: \\w+){0,3}",
  "do not (?:reply|respond) to this (?:\\w+ )?(?:email|message|mailbox|address)(?: \\w+){0,2}",
  "do not {verb} (?:my|the) \\w+ about (?:this|it|that)",
  "(?:on|to) (?:the |a )?do not call (?:list|registry)(?: ,)? but (?:\\w+ ?)*",
  "no (?:need|reason) to (?:stop|quit|unsubscribe|remove)(?: \\w+){0,2}",
  "(?:did|was|were) (?:i|we)(?: \\w+){0,2}? (?:unsubscribed|removed|opted out|deleted|blocked)(?: \\w+)*",
  "(?:my|the|his|her|our) \\w+ (?:is|was|are|keeps|has been|have been)(?: \\w+)? (?:harassing|harassed|bothering|calling|texting)(?: \\w+){0,2}",
  "(?:stop|quit|refrain from|avoid)(?: \\w+ing)(?: me| us| here| on)? (?:before|(?!{over})after|until|till|past) \\w+",
  "do not {verb}(?: me)?(?: now)? , (?:i am|we are) (?:driving|at work|busy|working|sleeping|cooking|in (?:a|the)|on the|with (?:a|my))(?: \\w+)*",
  // Negated.
  "(?:not|never) (?:put |been |be |listed )?(?:on|in) (?:the|any|a|your|that) (?:\\w+ )?do not (?:call|contact)(?: \\w+)?",
  "(?<!if |rather |prefer |wish |that |it |appreciated )you (?:did|have|had)(?: not| never) {verb}(?: \\w+){0,3}",
  "(?<!if you )(?:do not|never|can not|could not|(?<!you )will not|would not|did not|does not|doesnt|not going to|rather not|please not)(?: ever| just| even| really)* (?:stop|quit|cease)(?: {verb})?(?: me)?(?: \\w+ing(?: \\w+)?)?",
  "(?:do not|please not|never|not) (?:lose|delete|forget|block|erase|remove|take|unsubscribe|leave me|drop)(?: \\w+){0,4}",
  "(?:an|no|any|the) opt out(?: \\w+)?",
  "stop it ,? ?(?:really|lol|haha|ha|no way|(?:i|you) (?:am |are )?(?:love|like|blush|kidding|making|killing))(?: \\w+)*",
  "(?:you|they) will not stop(?: \\w+)* (?:haha|lol|lmao)",
  "stop ,? ?(?:wait|hold on|let me|right there|you are breaking)(?: \\w+)*",
  "(?:can|could|will|would|does|do|has|did) (?:he|she|it|they|this thing)(?: ever| just)* (?:stop|quit)(?: \\w+)*",
  "(?:not|is not|am not|are not) (?:a )?(?:spam|harassment|harassing|harass)(?: \\w+)*",
  "why (?:do|does|did|have|can|could|would|will) not (?:you|they|anyone|someone|he|she) (?!stop|quit|leave|go |lose|remove|take)\\w+(?: \\w+)*",
  "(?:did not|never|have not|not|had not|has not) (?:unsubscribe\\w*|opt(?:ed)? out)",
  // Somebody else's doing, or the person's own.
  "(?<!(?:do|can|could|should|would|must|may|how|that) )(?:i|we|he|she|they(?! (?:need|have|got|must|better|should))|who|tenants?|neighbou?rs?|(?:my|his|her|their|our) (?:\\w+ )?(?!says|said|told|wants|asked|says|and|will)\\w+|the (?!texts|calls|messages|emails|spam|messaging|texting|calling)\\w+)(?: (?:will|would|can|could|did|do|does|have|has|had|just|also|finally|once|ever|already|recently|need|needs|got|want|wants|tried|try|trying|am|are|is|going|must|should|may|might|better|to|then|really|even|all))* (?:stop|stops|stopped|quit|quits|cease)(?! getting| receiving| these| all| your| (?:the|this) (?:service|program|subscription|campaign|{things}))(?: \\w+ing)?(?: \\w+)?",
  "(?:told|asked|ordered|made|got|helped|forced|advised|let) (?:me|us)(?: to)? (?:stop|quit|cease)(?: \\w+){0,4}",
  "(?:he|she|they|(?:my|our|his|her|the) (?:neighbou?r|friend|brother|sister|agent|boss|buddy|cousin|uncle|aunt|son|daughter|tenant|lawyer|realtor)s?) (?:just |already |had |has |have )?(?:told|asked|tells|asks|wants|wanted|begged|said|says)(?! you)(?: (?:his|her|their|the|my|our) \\w+| him| her| them| to| it| that| \\w+){0,3}? (?:to )?(?:stop|quit|leave|remove|unsubscribe|opt out|never)(?: \\w+){0,4}",
  "(?:why|when|how come)(?: \\w+)? (?:did|have|had|do|has|does)(?: not)? (?:you|they|he|she|it|the \\w+|everyone)(?! not)(?: ever| already| just)? (?:stop|quit|stopped)(?: \\w+)*",
  "(?:how come|why) (?:you|they) (?:stopped|quit|stop)(?: \\w+)*",
  "(?:stop|stops|stopping|stopped) (?:me|us|you|him|her|them) from",
  "(?:nothing|what|who) (?:is |will |would |can |could )?(?:to |going to )?stops?(?: me| us| you)?",
  // Places, visits, and other things with these words in them.
  "(?:bus|next|last|first|second|third|fourth|pit|full|non|truck|one|quick|rest|train|metro|short|final|every|each|two|three) stops?(?: \\w+)?",
  "stop (?:by|in|over|off|sign|signs|light|lights|loss|watch|gap|work|and (?:talk|see|chat|think|look|visit|say)|at(?! once))(?: \\w+)*",
  "(?:end|ends|ending) (?:of|in|on|at|unit|date|up|table|user|result)",
  "(?:remove|take|get|delete|drop|pull)(?: (?:me|my name|us|him|her|my \\w+))? (?:{off})(?: of)? (?:the |my |our |that |his |her )?(?:\\w+ )?(?:deed|title|loan|mortgage|lease|waiting list|waitlist|contract|will|insurance|policy|account|bill|market|mls|house|property|listing|trust)",
  "(?:the|an|our|any) (?:opt out|cancellation) (?:period|clause|date|deadline|fee|option|window|form)",
  "(?:opt|opting|opted) out of (?:the|my|our|a|an|that|his|her)(?! (?:\\w+ )?(?:{lists}|{things}|{verb}|service|program|campaign))(?: \\w+)+",
  "(?:take|put|have|got) me (?:off|on) (?:speaker|hold|mute|the (?:hook|phone))(?: \\w+)?",
  "(?:stop|quit)(?: \\w+ing)(?: \\w+){0,4}? (?:my|the|that|an) (?:old|previous|former|wrong) (?:\\w+ )?(?:address|number|phone|email|house|place|box)",
  "(?:the|a|an|at|near|which|where|every)(?: (?!hint|time|times|love|god|number|people|person)\\w+){0,3} stop(?= ,|$)",
  "(?:there (?:are|is|were)|(?:have|had|got|get|see|saw|received)) no more(?: \\w+)?",
  // Other numbers, other people.
  "(?:my|the|that|this|his|her|their) (?:old|other|previous|former|first|second|work|office|home|business|ex) (?:wife |husband )?(?:number|phone|email|address|line|cell|one)",
  "(?:i|we|he|she|they|nobody|no one|my \\w+|the (?!national|federal|state|internal)\\w+|somebody|someone) (?:do|did|does|can|could|will|would|have|has|had|may|might|am|are|was|were|is)(?: not| never)(?: really| even| usually| always| often| just| able to| want to| trying to| wanting to)* (?:{act})(?: \\w+)?",
  "(?:is|are|was) this (?:a )?(?:spam|scam)(?: \\w+)?",
  "(?:sexual|tenant|tenants) harassment",
  "if you are not the (?:right|intended) \\w+",
  "do not disturb(?: \\w+ \\w+ on| mode| while driving)?(?= turned| is| on| mode| while| while driving|$)",
);

export const FILLERS = new RegExp(
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
  "(?:stop|quit|cease) (?:wasting|clogging|filling|flooding|cluttering|polluting|jamming)(?: up)? (?:my|our|this) (?:inbox|mailbox|voicemail|phone|email|line)",
  "(?:do not|never)(?: ever| please| you)? send(?: me| us)?(?: any)? more(?= ,|$| please| thanks| ever)",
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
  "(?:^|(?<=please |, ))no (?:texts?|sms|texting|calls?|calling|messages?|messaging|emails?|emailing|spam|soliciting|solicitations?|solicitors|contact)(?:(?:(?: or| and)(?: no)?|(?: ,)? no) (?:texts?|sms|calls?|messages?|emails?))*(?: please| thanks| thank you| any more| ever| period)*(?= ,|$)",
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
  "^stop(?= (?:(?:now |it |this )?or (?:else|i|we|my)|i|we|wrong|not|no|do not|never|please|this (?:is not|number)|my name)(?: |$))(?!.*(?:lol|haha|laugh))",
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
  "(?:no|zero) (?:desire|wish|intention|interest|need)(?: to| in| of)* (?:hear|hearing|receive|receiving|get|getting|be|being|have|having)(?: \\w+){0,2}? (?:from you|{things}|{done})(?: \\w+){0,2}",
  "you (?:do not|did not|never) (?:have|had|get|got) (?:my |our )?(?:consent|permission)(?: \\w+){0,4}|i (?:do not|did not|never) (?:give|gave) (?:you )?(?:my |any )?(?:consent|permission)(?= ,|$)",
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
  "(?:remove|delete|strike|take)(?: (?!the |a )\\w+){1,6}? (?:from|off)(?: of)? (?:your|this|ya)(?: \\w+)? (?:{lists})",
  "(?:want|get|be|please|i am|am)(?: to be)? (?:off|out|removed|taken off)(?: from| of)* (?:the|that)(?: \\w+)? (?:{lists})",
  "(?:^|(?<=, ))(?:{polite} )*(?:take|remove|get|delete|cut)? ?(?:{mine})? ?(?:off|from|out of)(?: of| from)? (?:the |your |this |that |any |all )?(?:\\w+ )?(?:{lists}|these {things}|this {thing})(?: {polite})*(?= ,|$)",
  "(?:take|get|remove|cut) (?:{mine}) (?:off|from|out)(?: of| from)* (?:this|these|your|that)(?: \\w+){0,2} (?:{things}|thing|program|system|campaign)",
  "(?:put|place|add)(?: \\w+){0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do not call|do not contact|dnc|no call|no contact)(?: list| registry)?",
  "(?:(?:on|to) (?:the |a |your )?(?:national |federal |state )?|(?:^|(?<=, )))do not (?:call|contact|text|solicit)(?: list| registry| register)?(?= ,|$| and| for| since)",
  "(?:dnc|do not call) (?:list|registry)",
  "(?:lose|loose|forget|delete|block|erase|trash) (?:my|this|the|our) (?:number|phone|phone number|contact|digits|info|contact info|information)(?! (?:, )?(?:use|and use|i gave|it is|, here))",
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
  /(?<!\S)(?:hold on|wait|slow down|too fast|(?:say|repeat)(?: \w+){1,2} again|repeat that|what were you saying|one (?:second|moment|minute)|go ahead|hang on|hold up|let me (?:get|grab|find|write|check|finish|think|talk|speak|ask))(?!\S)/;

/** Not the owner's phone or address. */
export const ENGLISH_WRONG = pattern(
  "wrong (?:number|person|guy|phone|gal|lady|man|party|email|email address|individual|contact|one)(?! of| to)",
  "no longer (?:his|hers?|their|\\w+ s) (?:number|phone|email|cell)",
  "this is not (?:him|her|them)(?= ,|$| sorry| any more)",
  "(?:not|never)(?: been)? my name(?: \\w+)?",
  "this is \\w+ s (?:cell|phone|number|line|email)(?: ,)? not \\w+(?: s)?",
  "not the (?:person|one|guy|lady|owner) (?:you|whom|that you) (?:are )?(?:look|looking|trying|want|wanted|need)(?: \\w+){0,2}",
  "not the (?:right|correct) (?:number|person|guy|phone|email)",
  "this is not (?:the )?(?!a |an |about |my |your |it |that |this |our |their |his |her |what |good )(?:\\w+ )?\\w+ s (?:phone|number|cell|email)",
  "(?:is not|not) (?:his|her|their|that person) (?:phone|number|cell|email)(?: any more)?",
  "no one(?: here)?(?: (?:by|with|of)(?: that| this| the)? ?(?:name)?| (?:named|called)(?! me| us| back| you| yet| today) \\w+)(?: \\w+)?(?: here| lives here| at this number)?",
  "there is no (?!way|one|problem|need|reason|rush|mortgage|hoa)\\w+(?: \\w+)? (?:here|at this number|living here)",
  "(?:does|do) not (?:live here|have this (?:number|phone|email)|own this (?:number|phone)|use this (?:number|phone|email))(?: any more)?(?! (?:, )?but)",
  "(?:mean|meant|want|wanted|trying|looking|intended)(?: to \\w+)?(?: for)? (?:somebody|someone) else",
  "(?:no longer|not) (?:has|have|at|uses|reachable at|using) this (?:number|phone|email)(?: any more)?",
  "(?:i|we)(?: have)? (?:just )?(?:got|have had|had|received) this (?:number|phone)(?: new)?(?: \\w+){0,3}",
  "(?:changed|new) (?:phone )?numbers? (?:from|belongs|now belongs)(?: \\w+)?",
  "(?:number|phone) (?:now )?(?:belongs to|has been reassigned|was reassigned|is no longer|is not) (?!working|in service|right|good|a good|available|charged|mine to)(?:\\w+)?",
  "you (?:have|got|reached|dialed|called|texted|want|are texting|are calling|contacted)(?: got| the| a)* (?:wrong|different) (?:number|person|guy|phone|party|email|house|address)",
);

/** Talk about wrong numbers that is none. */
export const ENGLISH_WRONG_EXCEPTIONS = pattern(
  "(?:not|is not|am not|are not|never) (?:a |the |an )?wrong \\w+",
  "(?:gave|wrote|typed|put|sent|listed|have|has|had|used|left|entered|dialed) (?:you |them |him |her |down )?(?:a |the |my |an )?wrong (?:number|email|address|phone)(?= ,|$| by| in| on| earlier| before| last| it| use)(?<!you(?: have)? (?:have|had|got|used|dialed|put|sent) (?:a |the |an )?wrong (?:number|email|address|phone))(?<!you (?:have|had|got|used) wrong (?:number|email))",
  "(?:is this|do i have|did i (?:get|dial|text|call)|am i|have i) (?:got )?(?:the |a )?wrong \\w+",
  "wrong (?:number|address) (?:of|for|on|in) (?!me|this|here)\\w+(?: \\w+)*",
);
