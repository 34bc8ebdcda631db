-- sql reads wishes as the reader does: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."opt_out_phrases"(text);

CREATE OR REPLACE FUNCTION private.filler_words()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:just|really|kindly|please|even|still|fucking|damn|stupid|freaking|seriously|hone'
      'stly|literally|already|ok|okay|hey|hi|hello|um|uh|well|dear|sir|maam|guys|bro|dude|man|lad'
      'y|folks|asap|immediately|permanently|thanks|thank you|thx|ty|respectfully|once again|in ge'
      'neral)(?!\S) ?'
$function$;

CREATE OR REPLACE FUNCTION private.is_opt_out (
  body text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text;
  v_part text;
  v_stop boolean;
  v_not boolean;
  v_other boolean;
begin
  if body is null or body = '' then
    return false;
  end if;
  v_words := private.normalise_reply(body);
  if private.is_stop_keyword(v_words) or private.is_stop_in_a_language(body) then
    return true;
  end if;
  if v_words = '' then
    -- No words at all: a stop sign or a raised hand counts as an opt-out.
    return body ~ '[🛑⛔🚫✋🖕❌🙅🤚🖐✖]' or private.has_wish_in_a_language(body);
  end if;
  v_stop := v_words ~ '(stop|quit|end|cease|halt|discontin|terminat|cancel|refrain|knock|enough)';
  v_not := v_words ~ '(no |not|n t|dont|do nt|dnt|never|dnc|if you)';
  v_other := v_words ~ '(remov|tak|get|delet|drop|scrub|eras|strik|pull|unlist|block|off|lose|forget|uns|un '
    's|opt|revok|withdr|rescin|leave|let '
    '|away|lost|ceas|wrong|harass|not|report|su|deje|quite|borre|saque|elimin|pare|basta|alto|from|cancel'
    '|done|tired|sick|consent|permission|hint|unwant|welcome|police|violat|fuck|piss|bug|screw|hell|hike|dead|ass|shit'
    '|last|cut|rest|wish|prefer|rather|put|add|mark|list|how|interested|solicit|sod|jog|bog|buzz|person|number|one)';
  if not (v_stop or v_not or v_other) then
    return private.has_wish_in_a_language(body);
  end if;
  foreach v_part in array regexp_split_to_array(private.own_reply(body), '[.!?;:\n\r]+|\s[-–—]+\s') loop
    v_part := private.plain_english(v_part);
    continue when coalesce(v_part, '') = '';
    if v_part ~ '(wrong|number|phone|name|one|person|live|else)'
      and regexp_replace(v_part, private.wrong_number_exceptions(), '#', 'g') ~ private.wrong_number_phrases() then
      return true;
    end if;
    v_part := regexp_replace(v_part, private.opt_out_exceptions(), '#', 'g');
    if v_part ~ private.opt_out_phrases()
      -- A part of a sentence that consists of the keyword alone. Not cancel and end: they may answer another question.
      or exists (select from string_to_table(v_part, ',') c (words)
        where c.words !~ '\m(cancel|end)\M' and private.is_stop_keyword(btrim(c.words))) then
      return true;
    end if;
  end loop;
  return private.has_wish_in_a_language(body);
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_reply (
  p_body text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  -- Ends of sentences become a bar; anything else but a letter, a digit or a bar becomes a space.
  select btrim(regexp_replace(regexp_replace(private.own_reply(p_body),
    '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'), '[^a-z0-9|]+', ' ', 'g'), ' |')
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_exceptions()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:reply|text|send|type|say|texting|replying|word)(?: with)?(?: the word)? st'
      'op (?:to|2|for)(?: \w+)*)|(?:what (?:does|happens|do you mean|is)(?: \w+){0,6} (?:stop|uns'
      'ubscribe|opt out|cancel)(?: \w+)*)|(?:(?:did|have|had) i (?:ever )?(?:say|said|ask|asked|t'
      'ell|told)(?: \w+)*)|(?:(?:did not|never|do not) (?:say|said|ask|asked|tell|told|mean|meant'
      '|want|wish|try|remember)(?: you| them)?(?: to)? (?:stop|quit|unsubscribe|unsubscribing|opt'
      ' out|opting out|cancel)(?: \w+)*)|(?:(?:unsubscribed|opted out|stopped)(?: me| it)? by (?:'
      'mistake|accident|error))|(?:(?:accidentally|mistakenly) (?:unsubscribed|opted out|texted s'
      'top|sent stop|replied stop|typed stop|said stop))|(?:(?:texted|sent|replied|typed|said|wro'
      'te) stop (?:by|on) (?:mistake|accident))|(?:(?:users|people|customers|clients|subscribers|'
      'folks|they|others)(?: can| to| could| may)? (?:unsubscribe|opt out))|(?:(?:let|lets|lettin'
      'g|able) (?:me|us|to) (?:unsubscribe|opt out)(?: \w+){0,4})|(?:unsubscrib\w* from (?:their|'
      'his|her|its|my|our|the(?! (?:\w+ )?(?:list|lists|emails?|mailings?|texts?|newsletter)(?!\S'
      '))|cable|mls|netflix|that)(?: \w+){0,3})|(?:if i (?:want|wanted|would like|wished|say|said'
      '|text|reply|send|type|was|were|did not)(?: \w+)* (?:stop|unsubscribe|opt out)(?: \w+)*)|(?'
      ':i (?:would|will|d)(?: have)? (?:tell|told|say|said|ask|asked|let)(?: you)?(?: know)?(?: w'
      'hen| if)?(?: to)? stop(?: \w+)*)|(?:(?:did|have|do|will) you(?: \w+)? (?:lose|lost|delete|'
      'deleted|forget|forgot|block|blocked)(?: \w+){0,3})|(?:do not (?:reply|respond) to this (?:'
      '\w+ )?(?:email|message|mailbox|address)(?: \w+){0,2})|(?:do not (?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit'
      '|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pester'
      'ing|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|h'
      'itting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pingi'
      'ng|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|'
      'responding) (?:my|the) \w+ about (?:this|it|that))|(?:(?:on|to) (?:the |a )?do not call (?'
      ':list|registry)(?: ,)? but (?:\w+ ?)*)|(?:no (?:need|reason) to (?:stop|quit|unsubscribe|r'
      'emove)(?: \w+){0,2})|(?:(?:did|was|were) (?:i|we)(?: \w+){0,2}? (?:unsubscribed|removed|op'
      'ted out|deleted|blocked)(?: \w+)*)|(?:(?:my|the|his|her|our) \w+ (?:is|was|are|keeps|has b'
      'een|have been)(?: \w+)? (?:harassing|harassed|bothering|calling|texting)(?: \w+){0,2})|(?:'
      '(?:stop|quit|refrain from|avoid)(?: \w+ing)(?: me| us| here| on)? (?:before|after|until|ti'
      'll|past) \w+)|(?:do not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?'
      '|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harass'
      'ing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reach'
      'ing out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|m'
      'arketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communic'
      'ate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|s'
      'talking|talk to|talking to|reply|replying|respond|responding)(?: me)?(?: now)? , (?:i am|w'
      'e are) (?:driving|at work|busy|working|sleeping|cooking|in (?:a|the)|on the|with (?:a|my))'
      '(?: \w+)*)|(?:(?:not|never) (?:put |been |be |listed )?(?:on|in) (?:the|any|a|your|that) ('
      '?:\w+ )?do not (?:call|contact)(?: \w+)?)|(?:(?<!if |rather |prefer |wish |that |it |appre'
      'ciated )you (?:did|have|had)(?: not| never) (?:text|texts|texting|messages?|messaging|call'
      's?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bot'
      'hering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicita'
      'tion|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocal'
      'ling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up'
      '|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|vi'
      'sit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?: \w+){'
      '0,3})|(?:(?<!if you )(?:do not|never|can not|could not|(?<!you )will not|would not|did not'
      '|does not|doesnt|not going to|rather not|please not)(?: ever| just| even| really)* (?:stop'
      '|quit|cease)(?: (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contact'
      'ing|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|'
      'bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|'
      'write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing'
      '|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|comm'
      'unicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|'
      'talk to|talking to|reply|replying|respond|responding))?(?: me)?(?: \w+ing(?: \w+)?)?)|(?:('
      '?:do not|please not|never|not) (?:lose|delete|forget|block|erase|remove|take|unsubscribe|l'
      'eave me|drop)(?: \w+){0,4})|(?:(?:an|no|any|the) opt out(?: \w+)?)|(?:stop it ,? ?(?:reall'
      'y|lol|haha|ha|no way|(?:i|you) (?:am |are )?(?:love|like|blush|kidding|making|killing))(?:'
      ' \w+)*)|(?:(?:you|they) will not stop(?: \w+)* (?:haha|lol|lmao))|(?:stop ,? ?(?:wait|hold'
      ' on|let me|right there|you are breaking)(?: \w+)*)|(?:(?:can|could|will|would|does|do|has|'
      'did) (?:he|she|it|they|this thing)(?: ever| just)* (?:stop|quit)(?: \w+)*)|(?:(?:not|is no'
      't|am not|are not) (?:a )?(?:spam|harassment|harassing|harass)(?: \w+)*)|(?:why (?:do|does|'
      'did|have|can|could|would|will) not (?:you|they|anyone|someone|he|she) (?!stop|quit|leave|g'
      'o |lose|remove|take)\w+(?: \w+)*)|(?:(?:did not|never|have not|not|had not|has not) (?:uns'
      'ubscribe\w*|opt(?:ed)? out))|(?:(?<!(?:do|can|could|should|would|must|may|how|that) )(?:i|'
      'we|he|she|they(?! (?:need|have|got|must|better|should))|who|tenants?|neighbou?rs?|(?:my|hi'
      's|her|their|our) (?:\w+ )?(?!says|said|told|wants|asked|says|and|will)\w+|the (?!texts|cal'
      'ls|messages|emails|spam|messaging|texting|calling)\w+)(?: (?:will|would|can|could|did|do|d'
      'oes|have|has|had|just|also|finally|once|ever|already|recently|need|needs|got|want|wants|tr'
      'ied|try|trying|am|are|is|going|must|should|may|might|better|to|then|really|even|all))* (?:'
      'stop|stops|stopped|quit|quits|cease)(?! getting| receiving| these| all| your| (?:the|this)'
      ' (?:service|program|subscription|campaign|(?:(?:texts?|text messages?|messages?|sms|calls?'
      '|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promo'
      'tions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| '
      'details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|ga'
      'rbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising'
      '|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|s'
      'ms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|prom'
      'os?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info|'
      ' number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsens'
      'e|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|ad'
      'vertising|marketing|sales calls))*)))(?: \w+ing)?(?: \w+)?)|(?:(?:told|asked|ordered|made|'
      'got|helped|forced|advised|let) (?:me|us)(?: to)? (?:stop|quit|cease)(?: \w+){0,4})|(?:(?:h'
      'e|she|they|(?:my|our|his|her|the) (?:neighbou?r|friend|brother|sister|agent|boss|buddy|cou'
      'sin|uncle|aunt|son|daughter|tenant|lawyer|realtor)s?) (?:just |already |had |has |have )?('
      '?:told|asked|tells|asks|wants|wanted|begged|said|says)(?! you)(?: (?:his|her|their|the|my|'
      'our) \w+| him| her| them| to| it| that| \w+){0,3}? (?:to )?(?:stop|quit|leave|remove|unsub'
      'scribe|opt out|never)(?: \w+){0,4})|(?:(?:why|when|how come)(?: \w+)? (?:did|have|had|do|h'
      'as|does)(?: not)? (?:you|they|he|she|it|the \w+|everyone)(?! not)(?: ever| already| just)?'
      ' (?:stop|quit|stopped)(?: \w+)*)|(?:(?:how come|why) (?:you|they) (?:stopped|quit|stop)(?:'
      ' \w+)*)|(?:(?:stop|stops|stopping|stopped) (?:me|us|you|him|her|them) from)|(?:(?:nothing|'
      'what|who) (?:is |will |would |can |could )?(?:to |going to )?stops?(?: me| us| you)?)|(?:('
      '?:bus|next|last|first|second|third|fourth|pit|full|non|truck|one|quick|rest|train|metro|sh'
      'ort|final|every|each|two|three) stops?(?: \w+)?)|(?:stop (?:by|in|over|off|sign|signs|ligh'
      't|lights|loss|watch|gap|work|and (?:talk|see|chat|think|look|visit|say)|at(?! once))(?: \w'
      '+)*)|(?:(?:end|ends|ending) (?:of|in|on|at|unit|date|up|table|user|result))|(?:(?:remove|t'
      'ake|get|delete|drop|pull)(?: (?:me|my name|us|him|her|my \w+))? (?:(?:off|out|off of|out o'
      'f|from|of))(?: of)? (?:the |my |our |that |his |her )?(?:\w+ )?(?:deed|title|loan|mortgage'
      '|lease|waiting list|waitlist|contract|will|insurance|policy|account|bill|market|mls|house|'
      'property|listing|trust))|(?:(?:the|an|our|any) (?:opt out|cancellation) (?:period|clause|d'
      'ate|deadline|fee|option|window|form))|(?:(?:opt|opting|opted) out of (?:the|my|our|a|an|th'
      'at|his|her)(?! (?:\w+ )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|ro'
      'tation|mailer|mailing list|call list|calling list|contact list|phone list|text list|market'
      'ing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|m'
      'essages|program|sequence)|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|ro'
      'bocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslette'
      'rs?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informa'
      'tion| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspond'
      'ence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales'
      ' calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone '
      'calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|'
      'newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details'
      '| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|c'
      'orrespondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|market'
      'ing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|con'
      'tacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|'
      'bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching '
      'out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marke'
      'ting|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|'
      'communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalk'
      'ing|talk to|talking to|reply|replying|respond|responding)|service|program|campaign))(?: \w'
      '+)+)|(?:(?:take|put|have|got) me (?:off|on) (?:speaker|hold|mute|the (?:hook|phone))(?: \w'
      '+)?)|(?:(?:stop|quit)(?: \w+ing)(?: \w+){0,4}? (?:my|the|that|an) (?:old|previous|former|w'
      'rong) (?:\w+ )?(?:address|number|phone|email|house|place|box))|(?:(?:the|a|an|at|near|whic'
      'h|where|every)(?: (?!hint|time|times|love|god|number|people|person)\w+){0,3} stop(?= ,|$))'
      '|(?:(?:there (?:are|is|were)|(?:have|had|got|get|see|saw|received)) no more(?: \w+)?)|(?:('
      '?:my|the|that|this|his|her|their) (?:old|other|previous|former|first|second|work|office|ho'
      'me|business|ex) (?:wife |husband )?(?:number|phone|email|address|line|cell|one))|(?:(?:i|w'
      'e|he|she|they|nobody|no one|my \w+|the (?!national|federal|state|internal)\w+|somebody|som'
      'eone) (?:do|did|does|can|could|will|would|have|has|had|may|might|am|are|was|were|is)(?: no'
      't| never)(?: really| even| usually| always| often| just| able to| want to| trying to| want'
      'ing to)* (?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacti'
      'ng|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|b'
      'ugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)|ask|asking|trouble|troubling|hassle|h'
      'assling|badger|badgering|follow up|following up|approach|approaching|pursue|inquire|inquir'
      'ing|come back|coming back|come|check in|checking in|knock|show up))(?: \w+)?)|(?:(?:is|are'
      '|was) this (?:a )?(?:spam|scam)(?: \w+)?)|(?:(?:sexual|tenant|tenants) harassment)|(?:if y'
      'ou are not the (?:right|intended) \w+)|(?:do not disturb(?: \w+ \w+ on| mode| while drivin'
      'g)?(?= turned| is| on| mode| while| while driving|$)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:stop|quit|cease|discontinue|halt|refrain|knock off|enough|desist|stopping)'
      '(?: and desist)?(?: (?:all|with|the|these|those|this|that|your|any|more|further|sending|ge'
      'tting|receiving|making|giving|leaving|fucking|damn|stupid|unwanted|unsolicited|constant|an'
      'noying|me|us|my|of|trying|to|from|it|please|both|doing|way|every|already|now))* (?:(?:text'
      '|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|ma'
      'il|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|ph'
      'one|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|ann'
      'oying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hit'
      'ting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|distu'
      'rbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|repl'
      'y|replying|respond|responding)|(?:texts?|text messages?|messages?|sms|calls?|phone calls?|'
      'robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslet'
      'ters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| infor'
      'mation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspo'
      'ndence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sal'
      'es calls))(?:(?: ,| or| and| nor| me| us| my| all| the)* (?:(?:texting|messaging|calling|c'
      'ontacting|emailing|mailing|spamming|bothering|harassing|phoning|writing|texts|calls|emails'
      '|messages|phone calls|text messages|mailings|letters|visiting|visits)))*(?: (?:me|us|mysel'
      'f|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )?(?:phone|number|cell|'
      'line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|father|dad|son|daughter|par'
      'ents|kids|sister|brother|grandma|grandmother|grandpa|family|house|home|office|work|landlin'
      'e))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:number|phone|line|address|e'
      'mail|account|cell|person|house)|here|any more|again|at all|ever|it again|him any more|her '
      'any more|him again|her again))?)|(?:(?:stop|quit|cease)(?: please)? (?:sending|messing|bot'
      'hering|hitting|trying to reach|reaching|doing (?:this|that)|with (?:this|these|all|it)(?= '
      ',|$| now| please| already| and| or))(?: \w+){0,3})|(?:(?:stop|quit|cease) (?!lowball|low b'
      'all|insult|teas|kidd|giv|tell|confus|rush|mak|sell|interrupt|play|show|ask|laugh|driv|quot'
      '|offer)\w+ing (?:me|us)(?: up)?(?: \w+){0,2})|(?:(?:stop|quit|cease) (?:getting|receiving)'
      '(?: (?:these|those|them|any of (?:this|these))|(?: \w+){0,3} (?:(?:texts?|text messages?|m'
      'essages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam'
      '|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contac'
      't(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|sh'
      'it|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertis'
      'ements?|advertising|marketing|sales calls))))|(?:(?:stop|quit|cease|enough|no more|end)(?:'
      ' sending| making| giving| all)*(?: (?:with|w|of|the|your|all|these|this|me|us|any|more))* '
      '(?:offers|promotions?|promos?|deals|pitch(?:es)?|advertising|bs|stuff|cold calls|questions'
      ' about (?:my|the|our) (?:house|home|property))(?= ,|$| (?:please|just|kindly|now|already|i'
      'mmediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right n'
      'ow|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|'
      'and|but|well|look|listen|again|i said|i mean it|for the last time|seriously)))|(?:^(?:(?:p'
      'lease|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|'
      'permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so'
      '|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the las'
      't time|seriously) )*end (?:this|it)(?: (?:please|just|kindly|now|already|immediately|today'
      '|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|'
      'dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|loo'
      'k|listen|again|i said|i mean it|for the last time|seriously))*$)|(?:(?:stop|quit) (?:it|th'
      'is|that|these|them|me|us|everything)(?= ,|$| please| now| already| thanks| thank| immediat'
      'ely| at once| or))|(?:(?:end|cancel|terminate|discontinue)(?: all| the| these| this| my| y'
      'our| any)* (?:texts?|text messages?|messages?|sms|emails?|subscriptions?(?! to)|notificati'
      'ons|alerts|spam))|(?:(?:these|those|the|all|your|this|get|make|want)(?: \w+)? ?(?:texts?|t'
      'exting|messages?|messaging|calls|calling|emails?|emailing|spam|harassment|this|it)(?: all|'
      ' please| just| really)*(?: to| must| should| needs to| need to| has to| have to| better| g'
      'ot to)?(?: be)? (?:stop|stopped|end|ended|cease)(?! (?:at|on|in|by)(?: |$)))|(?:(?:this|it'
      '|that|you|these|they|enough) (?:to|must|should|needs to|need to|has to|have to|better|got '
      'to|have got to) stop(?: it| this| that| now| please| already)*(?= ,|$| and| or))|(?:make ('
      '?:it|this|them|these) stop)|(?:(?:if|wish|rather|hope) you (?:would |could |all )?(?:just '
      '|please )?(?:stopped|stop|quit)(?= ,|$| (?:(?:text|texts|texting|messages?|messaging|calls'
      '?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|both'
      'ering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitat'
      'ion|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocall'
      'ing|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|'
      'blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|vis'
      'it|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))| sending'
      '| this| these| it)(?: \w+){0,2})|(?:(?!(?:the|a|an|to|it|they|he|she|we|i|not|would|will|c'
      'ould|should|must|might|may|can|that|which|who|and|or|ever|never|does|do|did|you|this|these'
      '|if) )\w+ stop(?: (?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|'
      'thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|t'
      'y|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i s'
      'aid|i mean it|for the last time|seriously)|(?:dear|sir|maam|madam|friend|buddy|pal|honey|h'
      'un|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam)))*(?= ,|$))|(?:(?:times?|now|so'
      '|and|no|me|you) stop(?= ,|$))|(?:you(?: have)?(?: all)? (?:been|were|are|got) told(?: \w+)'
      '{0,2}? (?:to (?:stop|quit|leave)|not to)(?: \w+){0,3})|(?:(?:asked|requested|request|want|'
      'wanted|wish|like|need|asking|demand|begged|prefer|hope)(?: you)? (?:to be|being|be) (?:(?:'
      'removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|'
      'opted out)|left alone|off)(?! as )(?! (?:from |off )?(?:the|my) (?:deed|title|loan|mortgag'
      'e|lease))(?: \w+){0,4})|(?:(?:cut|knock) it (?:out|off)(?: \w+){0,3}|give it a rest|enough'
      ' is enough)|(?:wrong (?:number|person|phone)(?: so)?(?: please| just)? stop(?: \w+){0,2})|'
      '(?:(?:for|sake|christ|hell|god|jesus|enough) (?:(?:please|just) )?stop(?= ,|$))|(?:(?:(?:t'
      'ell|telling|told|ask|asking|asked|want|wanted|need|beg|begging|warn|warned|warning|like|re'
      'quested|instructed|demanding|demand) (?:you|your \w+|them|him|her)(?: \w+){0,3}? to|(?:wis'
      'h|hope|demand|insist|ask|request|prefer)(?: that)? you(?: would| will)?|said to|said|sayin'
      'g|typed|texted you|texted|wrote|replied|repeating|say|asked|asking) (?:(?:please|just) )?('
      '?:stop|quit|unsubscribe|opt out|leave me alone|remove me|not to (?:(?:text|texts|texting|m'
      'essages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|s'
      'pam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|soli'
      'cit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pes'
      'tering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me u'
      'p|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pi'
      'nging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respo'
      'nd|responding)))(?= ,|$| (?:text|texts|texting|messages?|messaging|calls?|calling|contacts'
      '?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|haras'
      'sing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reac'
      'hing out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|'
      'marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communi'
      'cate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|'
      'stalking|talk to|talking to|reply|replying|respond|responding)| it| this| me| you| already'
      '| again| please| now| before| twice| and| three| \w+ times))|(?:(?:please )?(?:can|could|w'
      'ould|will|can not|why do not|when will|how about) you(?: please| just| kindly| all| ever| '
      'not)* (?:stop|quit)(?: it| this| that| now| please| already| (?:(?:please|just|kindly|now|'
      'already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|al'
      'l|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|'
      'yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously)))*(?'
      '= ,|$))|(?:(?:do not|please not|not to|no longer|stop and do not|(?:^|(?<=please |and |jus'
      't |to |, |that you |or |about you |again ))never)(?: (?:ever|you|be|dare|even|want you to|'
      'try to|please|bother to|think of|again|any of you))* (?:(?:text|texts|texting|messages?|me'
      'ssaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammin'
      'g|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|solicit'
      'ing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robo'
      'call|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting m'
      'e up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound'
      '|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondi'
      'ng)(?:(?: , (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|'
      'emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugg'
      'ing|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|writ'
      'e|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adv'
      'ertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communic'
      'ating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk'
      ' to|talking to|reply|replying|respond|responding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to'
      ' )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|e'
      'mailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|'
      'ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing'
      '|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|'
      'hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|dis'
      'turb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talki'
      'ng to|reply|replying|respond|responding)| (?:or|nor) (?:text|texts|texting|messages?|messa'
      'ging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|b'
      'other|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting'
      '|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocal'
      'l|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me u'
      'p|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|ho'
      'unding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)'
      ')?)(?: to| with| on| at)? (?:(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|el'
      'derly|damn|fucking) )?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband'
      '|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|gr'
      'andpa|family|house|home|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|pho'
      'ne|mobile) )?(?:number|phone|line|address|email|account|cell|person|house)|here|any more|a'
      'gain|at all|ever|it again|him any more|her any more|him again|her again))(?! (?:the|a|an) '
      '(?!same|damn|fuck)\w+)(?! (?:\w+ ){0,2}?(?:(?:before|after|until|till|til|between|while|ye'
      't|later|unless|today|tonight|tomorrow|right now|now|at (?:work|night|home|this (?:time|hou'
      'r|number))|during|on (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun|week)\w*|this (?:morn'
      'ing|afternoon|evening|week|weekend|early|late|month)|(?:so|too|that) (?:early|late)|first|'
      'if|in the (?:morning|evening|afternoon|middle)|when|past|late|early|next week|back until))'
      '(?: |$)))|(?:(?:^|(?<=please |and |just |, |hey |so |number |ok |but ))(?:do not|never)(?:'
      ' ever| please)* (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|cont'
      'acting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|b'
      'ug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching o'
      'ut|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|market'
      'ing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|c'
      'ommunicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalki'
      'ng|talk to|talking to|reply|replying|respond|responding)(?:(?: , (?:text|texts|texting|mes'
      'sages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spa'
      'm|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solici'
      't|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|peste'
      'ring|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|'
      'hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|ping'
      'ing|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond'
      '|responding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to )?(?:text|texts|texting|messages?|me'
      'ssaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammin'
      'g|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|solicit'
      'ing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robo'
      'call|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting m'
      'e up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound'
      '|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondi'
      'ng)| (?:or|nor) (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contact'
      'ing|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|'
      'bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|'
      'write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing'
      '|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|comm'
      'unicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|'
      'talk to|talking to|reply|replying|respond|responding))?)(?: (?:please|again|any more|thank'
      's|thank you|ever|period|back|dear|sir))*(?= ,|$| (?:just |only |please )*(?:text|call|emai'
      'l|message) (?:me|us)(?: |$)| (?:just|i|because|we) (?!(?:am|are) (?:at|in|on|driving|busy|'
      'sleeping|working))))|(?:(?:do not|never|stop)(?: ever| please)? (?:send|sending|give|forwa'
      'rd|mail|shoot|leave)(?: me| us| my \w+| this \w+| out)?(?: any| more| any more| another| t'
      'hese| this| your| further| the| a)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|ph'
      'one calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotio'
      'ns?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| det'
      'ails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garba'
      'ge|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|ma'
      'rketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|'
      'calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?'
      '|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| nu'
      'mber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|j'
      'unk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adver'
      'tising|marketing|sales calls))*)|any more|anything|again|these))|(?:(?:do|does|did|would) '
      '(?:not|rather not)(?: ever| really)? (?:wish|want|care|need|like|consent|agree|appreciate|'
      'permit|authori[sz]e|give you permission|approve)(?: (?:to|for|you|be|receive|receiving|get'
      '|getting|have|having|see|any|more|any more|further|these|those|your|the|all|of|such|from|a'
      'nything|in|a|being|sending|me|us|fucking|damn|stupid))* (?:(?:(?:texts?|text messages?|mes'
      'sages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|a'
      'ds?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact('
      '?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit'
      '|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisem'
      'ents?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text mess'
      'ages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|lette'
      'rs|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?'
      '|contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshi'
      't|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|a'
      'dvertisements?|advertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|messa'
      'ging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|b'
      'other|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting'
      '|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocal'
      'l|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me u'
      'p|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|ho'
      'unding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)'
      '|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)|a'
      'ny more from you|on (?:your|this|the|any) (?:\w+ )?(?:(?:list|lists|database|records|syste'
      'm|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|'
      'phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dial'
      'er|crm|drip|texts|texting|messages|program|sequence))|hear from you)(?! (?:\w+ ){0,2}?(?:('
      '?:before|after|until|till|til|between|while|yet|later|unless|today|tonight|tomorrow|right '
      'now|now|at (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tues|we'
      'dnes|thurs|fri|satur|sun|week)\w*|this (?:morning|afternoon|evening|week|weekend|early|lat'
      'e|month)|(?:so|too|that) (?:early|late)|first|if|in the (?:morning|evening|afternoon|middl'
      'e)|when|past|late|early|next week|back until))(?: |$)))|(?:(?:no longer|never)(?: ever)? ('
      '?:wish|want|care|need|consent|agree)(?: (?:to|for|you|be|receive|get|any|more|further|thes'
      'e|your|the|all|of|such|from))*(?: (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phon'
      'e calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions'
      '?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detai'
      'ls| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage'
      '|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|mark'
      'eting|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|ca'
      'lls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|p'
      'romotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| numb'
      'er| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|jun'
      'k|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adverti'
      'sing|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|co'
      'ntacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass'
      '|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding)|(?:contacted|called|t'
      'exted|messaged|emailed|solicited|bothered|harassed|mailed|reached)|hear from you|these|thi'
      's|on \w+ list)))|(?:(?:do not|never|no longer) (?:want|wish|need|care)(?: to)? (?:(?:recei'
      've|get|see) (?:these|this|them|those|anything|any more|your)|hear(?: anything| any more| a'
      'ny)? from|hear from (?:you|any of you)|hear it)(?: \w+)?)|(?:(?:^|(?<=please |just |ok |an'
      'd |, ))no more(?: of (?:this|these|it|that)|(?: (?:please|just|kindly|now|already|immediat'
      'ely|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|'
      'maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but'
      '|well|look|listen|again|i said|i mean it|for the last time|seriously)| (?:dear|sir|maam|ma'
      'dam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam)))*('
      '?= ,|$))|(?:no (?:more|further|additional)(?: of)?(?: these| your| this| the| unsolicited|'
      ' stupid| fucking)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboca'
      'lls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|'
      'alerts|notifications?|notices|solicitations?|contact(?! info| number| details| information'
      '| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence'
      '|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales cal'
      'ls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone call'
      's?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|news'
      'letters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| in'
      'formation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corre'
      'spondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|'
      'sales calls))*)|this|these|(?:text|texts|texting|messages?|messaging|calls?|calling|contac'
      'ts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|har'
      'assing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|re'
      'aching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketin'
      'g|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commu'
      'nicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stal'
      'k|stalking|talk to|talking to|reply|replying|respond|responding))(?: please)?)|(?:(?:^|(?<'
      '=please |, ))no (?:texts?|texting|calls?|calling|messages?|messaging|emails?|emailing|spam'
      '|soliciting|solicitations?|solicitors|contact)(?:(?: or| and) (?:texts?|calls?|messages?|e'
      'mails?))*(?: please| thanks| thank you| any more| ever| period)*(?= ,|$))|(?:if you(?: eve'
      'r)? (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|'
      'emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring'
      '|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writin'
      'g|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising'
      '|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|di'
      'sturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talk'
      'ing to|reply|replying|respond|responding)(?: me| us| this number| here)?(?: again| any mor'
      'e| one more))|(?:if you (?:(?:do not|will not) (?:stop|quit|leave|remove|take)|(?:keep|con'
      'tinue)(?: on)? (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacti'
      'ng|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|b'
      'ugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding))(?: \w+){0,3})|(?:(?:not|never|no lon'
      'ger)(?: (?:ever|please|be|bother|try|to|even|dare|have to|need to|(?:(?:text|texts|texting'
      '|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms'
      '|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|so'
      'licit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|p'
      'estering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me'
      ' up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|'
      'pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|res'
      'pond|responding)(?:(?: , (?:text|texts|texting|messages?|messaging|calls?|calling|contacts'
      '?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|haras'
      'sing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reac'
      'hing out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|'
      'marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communi'
      'cate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|'
      'stalking|talk to|talking to|reply|replying|respond|responding))*(?: ,)?(?: (?:or|nor|and o'
      'r|and)) (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contact'
      'ing|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|'
      'bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|'
      'write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing'
      '|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|comm'
      'unicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|'
      'talk to|talking to|reply|replying|respond|responding)| (?:or|nor) (?:text|texts|texting|me'
      'ssages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|sp'
      'am|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solic'
      'it|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pest'
      'ering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up'
      '|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pin'
      'ging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respon'
      'd|responding))?)))*? (?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contac'
      'ts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|har'
      'assing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|re'
      'aching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketin'
      'g|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commu'
      'nicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stal'
      'k|stalking|talk to|talking to|reply|replying|respond|responding)|ask|asking|trouble|troubl'
      'ing|hassle|hassling|badger|badgering|follow up|following up|approach|approaching|pursue|in'
      'quire|inquiring|come back|coming back|come|check in|checking in|knock|show up))(?: (?!not|'
      'but|and|then|if|him|her|them|the)\w+){0,5}? (?:(?:again|any more|ever|ever again|further|a'
      'ny further|in (?:the )?future|going forward|from now on|at all)))|(?:(?:not|never)(?: \w+)'
      '? bother(?: \w+)? (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|conta'
      'cting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bu'
      'g|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching ou'
      't|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketi'
      'ng|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|co'
      'mmunicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalkin'
      'g|talk to|talking to|reply|replying|respond|responding)(?: \w+)?)|(?:(?:rather|prefer|appr'
      'eciate it|grateful|appreciated|wish|happy|glad|kind|better)(?: it)?(?: if| that)? you(?: w'
      'ould| could| did| do| to)? not (?:text|texts|texting|messages?|messaging|calls?|calling|co'
      'ntacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass'
      '|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?: \w+){0,2})|(?:(?:s'
      'top|quit|cease) (?:asking|inquiring|begging|pressuring|pushing|nagging|trying to (?:buy|se'
      'll|reach|get|call|contact|convince|purchase))(?! for | less| so low)(?: \w+){0,3})|(?:(?:p'
      'refer|rather|like|want|wish|choose|care|appreciate)(?: (?:to|it|if|you|i|we|would|you woul'
      'd))* not(?: \w+){0,2}? (?:get|getting|receive|receiving|hear|hearing|see|be|have)(?: (?:an'
      'y|more|any more|such|of))* (?:these|this|those|it|from you|anything|(?:(?:texts?|text mess'
      'ages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|lette'
      'rs|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?'
      '|contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshi'
      't|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|a'
      'dvertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls))*)|(?:contacted|called|texted|m'
      'essaged|emailed|solicited|bothered|harassed|mailed|reached)|on (?:your|this|the) (?:\w+ )?'
      '(?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing li'
      'st|call list|calling list|contact list|phone list|text list|marketing list|mailings|newsle'
      'tter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence'
      ')))(?: \w+){0,2})|(?:(?:not|never)(?: ever)? (?:use|keep|store|save|dial)(?: to)? (?:my (?'
      ':number|phone|info|information|data|details|cell|email|contact)|this (?:number|phone|email'
      '|address|line)|it again)(?: (?:again|for \w+|any more|ever))?(?= ,|$))|(?:no (?:contact|ca'
      'll|solicit\w*|soliciting|solicitation|text|marketing) (?:policy|order|rule|list|request))|'
      '(?:no further(?: \w+)? (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|ro'
      'bocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslette'
      'rs?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informa'
      'tion| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspond'
      'ence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales'
      ' calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone '
      'calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|'
      'newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details'
      '| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|c'
      'orrespondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|market'
      'ing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|con'
      'tacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|'
      'bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching '
      'out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marke'
      'ting|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|'
      'communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalk'
      'ing|talk to|talking to|reply|replying|respond|responding)))|(?:no (?:need|reason|point)(?:'
      ' in| for you)?(?: to)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contact'
      's?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|hara'
      'ssing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|rea'
      'ching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing'
      '|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commun'
      'icate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk'
      '|stalking|talk to|talking to|reply|replying|respond|responding)(?:(?: , (?:text|texts|text'
      'ing|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|'
      'sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning'
      '|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|peste'
      'r|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit'
      ' me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|pi'
      'ng|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|'
      'respond|responding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to )?(?:text|texts|texting|messa'
      'ges?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|'
      'spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|'
      'soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pesteri'
      'ng|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hi'
      'tting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pingin'
      'g|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|r'
      'esponding)| (?:or|nor) (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|'
      'contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassi'
      'ng|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reachi'
      'ng out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|ma'
      'rketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communica'
      'te|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|st'
      'alking|talk to|talking to|reply|replying|respond|responding))?)(?: (?:me|us|back|to))* (?:'
      '(?:again|any more|ever|ever again|further|any further|in (?:the )?future|going forward|fro'
      'm now on|at all)))|(?:(?:this|that|it|let this|make this)(?: \w+){0,2}? (?:be|is|was) (?:t'
      'he|your) last (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|ema'
      'ils?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|n'
      'otifications?|notices|solicitations?|contact(?! info| number| details| information| person'
      ')|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreac'
      'h|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)|time'
      ' you (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?'
      '|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|rin'
      'g|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writi'
      'ng|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertisin'
      'g|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|d'
      'isturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|tal'
      'king to|reply|replying|respond|responding))(?! i)(?: \w+){0,3})|(?:(?:this|these|those|the'
      'y|it|your(?: \w+)?|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls'
      '?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|ale'
      'rts|notifications?|notices|solicitations?|contact(?! info| number| details| information| p'
      'erson)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|ou'
      'treach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)'
      '(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|'
      'robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslet'
      'ters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| infor'
      'mation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspo'
      'ndence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sal'
      'es calls))*))(?: \w+)? (?:is|are) (?:unwanted|not wanted|not welcome|unwelcome|unsolicited'
      ' and unwanted)(?: \w+)?)|(?:(?:do|does|will|can) not (?:accept|take|welcome|want|do|respon'
      'd to|allow|permit)(?: any| these| your| kind| kinds| type| types| of| such| unsolicited| c'
      'old| sales| marketing)* (?:solicitations?|soliciting|solicitors|telemarketers|(?:sales|col'
      'd|marketing|unsolicited) (?:calls?|texts?|emails?|messages?))(?: \w+){0,3})|(?:^dnc(?: ple'
      'ase| list| thanks| me)*$)|(?:(?:revocation|withdrawal) of(?: my| all| any| prior| express)'
      '* consent(?: \w+){0,4}|(?:opt out|unsubscribe|removal|stop|dnc|do not call|do not contact)'
      ' (?:request|notice|notification))|(?:(?:did not|never|not|no one|have not|had not)(?: \w+)'
      '? (?:sign up|signed up|subscribe|subscribed|opt in|opted in|opt into|register|registered|e'
      'nroll|enrolled|ask|asked|request|requested|agree|agreed|consent|consented|authori[sz]ed?)('
      '?: for| to| receive| get| be on)*(?: (?:this|these|that|it)(?= ,|$)|(?: this| these| your|'
      ' any| the)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|em'
      'ails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|'
      'notifications?|notices|solicitations?|contact(?! info| number| details| information| perso'
      'n)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outrea'
      'ch|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:('
      '?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robo'
      'calls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters'
      '?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informati'
      'on| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponden'
      'ce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales c'
      'alls))*)|(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mail'
      'ing list|call list|calling list|contact list|phone list|text list|marketing list|mailings|'
      'newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|se'
      'quence))(?: \w+)?))|(?:forget (?:you|about|that you|i|we)(?: \w+){0,3}? (?:number|me|us|ex'
      'ist|contact|phone))|(?:^stop(?= (?:i|we|wrong|not|no|do not|never|please|this (?:is not|nu'
      'mber)|my name)(?: |$))(?!.*(?:lol|haha|laugh)))|(?:(?:done with|done getting|done receivin'
      'g|(?:tired|sick|fed up|had enough|annoyed)(?: with| of| and tired| by)+)(?: (?:getting|rec'
      'eiving|having|being|hearing from))* (?:(?:these|this|your|all these|all this|your stupid|t'
      'he constant) (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|e'
      'mails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts'
      '|notifications?|notices|solicitations?|contact(?! info| number| details| information| pers'
      'on)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outre'
      'ach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:'
      '(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|rob'
      'ocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletter'
      's?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informat'
      'ion| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponde'
      'nce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales '
      'calls))*))|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|'
      'reached)(?: by you)?|you (?:text|texts|texting|messages?|messaging|calls?|calling|contacts'
      '?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|haras'
      'sing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reac'
      'hing out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|'
      'marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communi'
      'cate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|'
      'stalking|talk to|talking to|reply|replying|respond|responding) me))|(?:(?:will|going to|am'
      '|are)(?: \w+)? (?:call|calling|contact|contacting|notify|notifying) (?:the )?(?:police|cop'
      's|fcc|ftc|attorney general))|(?:^(?:(?:please|just|kindly|now|already|immediately|today|th'
      'anks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dud'
      'e|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|l'
      'isten|again|i said|i mean it|for the last time|seriously) )*(?:i am |we are )?(?:so )?done'
      ' (?:with (?:you|this|it|all this|all of this|these)|talking)(?: to you| guys)?(?= ,|$))|(?'
      ':^(?:please |just |now |so |then )*(?:take|get) (?:it|this|me|us) off(?= ,|$| please| now|'
      ' thanks))|(?:(?:can|could|would|will|should|must|may|ask that|ask|prefer|rather) (?:you|y '
      'all)(?: \w+)?? not(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|con'
      'tacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|'
      'harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out'
      '|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarke'
      'ting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|co'
      'mmunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|s'
      'talk|stalking|talk to|talking to|reply|replying|respond|responding)(?:(?: , (?:text|texts|'
      'texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mail'
      'ing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|pho'
      'ning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|p'
      'ester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up'
      '|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|d'
      'm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|reply'
      'ing|respond|responding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to )?(?:text|texts|texting|m'
      'essages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|s'
      'pam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|soli'
      'cit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pes'
      'tering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me u'
      'p|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pi'
      'nging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respo'
      'nd|responding)| (?:or|nor) (?:text|texts|texting|messages?|messaging|calls?|calling|contac'
      'ts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|har'
      'assing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|re'
      'aching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketin'
      'g|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commu'
      'nicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stal'
      'k|stalking|talk to|talking to|reply|replying|respond|responding))?)(?= ,|$| (?:me|us|mysel'
      'f|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )?(?:phone|number|cell|'
      'line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|father|dad|son|daughter|par'
      'ents|kids|sister|brother|grandma|grandmother|grandpa|family|house|home|office|work|landlin'
      'e))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:number|phone|line|address|e'
      'mail|account|cell|person|house)|here|any more|again|at all|ever|it again|him any more|her '
      'any more|him again|her again)| (?:again|any more|ever|ever again|further|any further|in (?'
      ':the )?future|going forward|from now on|at all))|^can you not$)|(?:(?:not|no longer) inter'
      'ested in (?:receiving|getting|hearing|these|your|any more|any further)(?: \w+){0,2}? (?:(?'
      ':(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mail'
      'ings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|no'
      'tices|solicitations?|contact(?! info| number| details| information| person)|communications'
      '?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|'
      'campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|a'
      'nd|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|ma'
      'ils?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifica'
      'tions?|notices|solicitations?|contact(?! info| number| details| information| person)|commu'
      'nications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch'
      '|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|from you'
      '|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|ema'
      'iling|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ri'
      'nging|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|a'
      'nnoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hi'
      't up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|distu'
      'rb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking'
      ' to|reply|replying|respond|responding)))|(?:(?:consent|permission)(?: to \w+| for \w+)? (?'
      ':is|has been|was|hereby|is hereby) (?:withdrawn|revoked|rescinded|cancel\w+))|(?:(?:take ('
      '?:a|the)|(?<!i |we )get the) hint)|(?:(?:block|blocked|blocking)(?: \w+){0,3}? (?:your|you'
      '|this|these)(?: other)? (?:numbers?|phones?|texts?))|(?:(?:mark|list|flag|put|set|register'
      '|note|classify) (?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |persona'
      'l |own |whole )*(?:name|number|numbers|phone|cell|info|information|email|address|contact|c'
      'ontacts|details|data|family|line|records?|wife|husband|mother|mom|father|dad|house|propert'
      'y)|this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|ce'
      'llphone|mobile)|our (?:name|names|number|numbers|phone|info|information|email|address|cont'
      'act|data|details|house|property)))(?: down)?(?: as| on| to)? (?:a )?(?:do not (?:call|cont'
      'act|text)|dnc|no contact|opted out|opt out))|(?:(?:no|zero) (?:desire|wish|intention|inter'
      'est|need)(?: to| in| of)* (?:hear|hearing|receive|receiving|get|getting|be|being|have|havi'
      'ng)(?: \w+){0,2}? (?:from you|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls'
      '?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsl'
      'etters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inf'
      'ormation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corres'
      'pondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|s'
      'ales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|ph'
      'one calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotio'
      'ns?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| det'
      'ails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garba'
      'ge|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|ma'
      'rketing|sales calls))*)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|har'
      'assed|mailed|reached))(?: \w+){0,2})|(?:you (?:do not|did not|never) (?:have|had|get|got) '
      '(?:my |our )?(?:consent|permission)(?: \w+){0,4}|i (?:do not|did not|never) (?:give|gave) '
      '(?:you )?(?:my |any )?(?:consent|permission)(?= ,|$))|(?:(?:how|what|where|is there|who)(?'
      ': \w+){0,7}? (?:get|be|become|being|getting) (?:(?:me |us )?(?:off|out)(?: of)? (?:this|th'
      'ese|those|your|whatever|the(?: \w+)? (?:(?:list|lists|database|records|system|files|rolode'
      'x|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|tex'
      't list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|te'
      'xts|texting|messages|program|sequence)))|(?:removed|deleted|erased|scrubbed|dropped|struck'
      '|purged|taken (?:off|out|down)|unsubscribed|opted out))(?! (?:\w+ ){0,2}?(?:house|deed|loa'
      'n|mortgage|lease|contract|deal))(?: \w+){0,4})|(?:(?:(?:me|us|my (?:full |home |cell |mobi'
      'le |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|i'
      'nformation|email|address|contact|contacts|details|data|family|line|records?|wife|husband|m'
      'other|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|'
      'email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|i'
      'nfo|information|email|address|contact|data|details|house|property)))(?: \w+){0,2}? (?:be|i'
      's|are|get|gets|been|was|were|being) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|p'
      'urged|taken (?:off|out|down)|unsubscribed|opted out))(?! (?:from|off) the)(?: from \w+(?: '
      '\w+)?)?)|(?:(?:want|like|confirm|asked|see|know)(?: \w+){0,2}? (?:i|we) (?:am|are|was|have'
      ' been|be|get) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out'
      '|down)|unsubscribed|opted out))(?: \w+){0,3})|(?:(?:stop|end|cancel|discontinue|terminate)'
      ' (?:the|this|your) (?:service|program|subscription|campaign|drip))|(?:(?:stopall|stop all|'
      'seize all|cease all)(?: \w+){0,2})|(?:(?:(?:how|where|what)(?: (?:do|can|could|would|shoul'
      'd|must|am|the|hell|fuck|heck|else))* (?:i|we|one|you|to)|is there|how to)(?: \w+){0,4}? (?'
      ':opt out|unsubscribe|(?:stop|end|cancel|turn off|block|prevent|avoid)(?: all| getting| rec'
      'eiving| the| you from)* (?:this|these|those|it|your|you|(?:(?:texts?|text messages?|messag'
      'es?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?'
      '|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! '
      'info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|no'
      'nsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisement'
      's?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text message'
      's?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|'
      'spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|co'
      'ntact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|b'
      's|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adve'
      'rtisements?|advertising|marketing|sales calls))*))(?: \w+){0,2}|make (?:it|this|these|them'
      '|the (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|'
      'mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications'
      '?|notices|solicitations?|contact(?! info| number| details| information| person)|communicat'
      'ions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitc'
      'hes|campaigns?|updates|advertisements?|advertising|marketing|sales calls)|these (?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls)) stop))|(?:(?:request|requestin'
      'g|requested|ask for|want|demand|demanding)(?: my| an?| immediate)* removal(?: \w+){0,4}|re'
      'moval (?:please|from (?:your|this|the|all))(?: \w+){0,2})|(?:(?:take|get|pull|took|keep|le'
      'ave) (?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |who'
      'le )*(?:name|number|numbers|phone|cell|info|information|email|address|contact|contacts|det'
      'ails|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:'
      'phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mob'
      'ile)|our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|de'
      'tails|house|property))) (?:(?:off|out|off of|out of|from|of))(?: \w+){0,5}? (?:(?:list|lis'
      'ts|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|c'
      'alling list|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|'
      'campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:take'
      '|get|pull|tak) (?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal'
      ' |own |whole )*(?:name|number|numbers|phone|cell|info|information|email|address|contact|co'
      'ntacts|details|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property'
      ')|this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cel'
      'lphone|mobile)|our (?:name|names|number|numbers|phone|info|information|email|address|conta'
      'ct|data|details|house|property))) (?:off|out|off of here|off this|off of this|off your|off'
      ' the|out of here|down from)(?: \w+)?)|(?:(?:remove|delete|drop|scrub|scratch|erase|strike|'
      'unlist|block|purge|exclude|clear|suppress|unenroll|deregister)(?: all)?(?: of)? (?:(?:me|u'
      's|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|nu'
      'mber|numbers|phone|cell|info|information|email|address|contact|contacts|details|data|famil'
      'y|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |em'
      'ail |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:nam'
      'e|names|number|numbers|phone|info|information|email|address|contact|data|details|house|pro'
      'perty)))(?= ,|$| (?:off|out|off of|out of|from|of)| please| now| immediately| thank| thank'
      's| and| permanently| asap| right| of| already| dear| thx)(?: (?:(?:off|out|off of|out of|f'
      'rom|of))(?: \w+){0,4}? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rot'
      'ation|mailer|mailing list|call list|calling list|contact list|phone list|text list|marketi'
      'ng list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|me'
      'ssages|program|sequence)))?)|(?:(?:remove|removed|taken off|deleted|struck|off|out)(?: fro'
      'm| of)* (?:your|this|ya|whatever|any|all|every)(?: \w+){0,2}? (?:(?:list|lists|database|re'
      'cords|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|co'
      'ntact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|dir'
      'ectory|dialer|crm|drip|texts|texting|messages|program|sequence))(?: you have)?)|(?:(?:want'
      '|get|be|please|i am|am)(?: to be)? (?:off|out|removed|taken off)(?: from| of)* (?:the|that'
      ')(?: \w+)? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer'
      '|mailing list|call list|calling list|contact list|phone list|text list|marketing list|mail'
      'ings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|progr'
      'am|sequence)))|(?:(?:^|(?<=, ))(?:(?:please|just|kindly|now|already|immediately|today|than'
      'ks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|'
      'man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|lis'
      'ten|again|i said|i mean it|for the last time|seriously) )*(?:take|remove|get|delete|cut)? '
      '?(?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )'
      '*(?:name|number|numbers|phone|cell|info|information|email|address|contact|contacts|details'
      '|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phon'
      'e |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)'
      '|our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|detail'
      's|house|property)))? ?(?:off|from|out of)(?: of| from)? (?:the |your |this |that |any |all'
      ' )?(?:\w+ )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|maile'
      'r|mailing list|call list|calling list|contact list|phone list|text list|marketing list|mai'
      'lings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|prog'
      'ram|sequence)|these (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocall'
      's?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|al'
      'erts|notifications?|notices|solicitations?|contact(?! info| number| details| information| '
      'person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|o'
      'utreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls'
      ')(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?'
      '|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsle'
      'tters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| info'
      'rmation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresp'
      'ondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sa'
      'les calls))*)|this (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|e'
      'mails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts'
      '|notifications?|notices|solicitations?|contact(?! info| number| details| information| pers'
      'on)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outre'
      'ach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))(?'
      ': (?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|fo'
      'rever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|t'
      'hen|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for t'
      'he last time|seriously))*(?= ,|$))|(?:(?:take|get|remove|cut) (?:(?:me|us|my (?:full |home'
      ' |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phone'
      '|cell|info|information|email|address|contact|contacts|details|data|family|line|records?|wi'
      'fe|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:n'
      'umber|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|num'
      'bers|phone|info|information|email|address|contact|data|details|house|property))) (?:off|fr'
      'om|out)(?: of| from)* (?:this|these|your|that)(?: \w+){0,2} (?:(?:(?:texts?|text messages?'
      '|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|sp'
      'am|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|cont'
      'act(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|'
      'shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advert'
      'isements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text '
      'messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|l'
      'etters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitati'
      'ons?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bul'
      'lshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updat'
      'es|advertisements?|advertising|marketing|sales calls))*)|thing|program|system|campaign))|('
      '?:(?:put|place|add)(?: \w+){0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do not call|'
      'do not contact|dnc|no call|no contact)(?: list| registry)?)|(?:(?:(?:on|to) (?:the |a |you'
      'r )?(?:national |federal |state )?|(?:^|(?<=, )))do not (?:call|contact|text|solicit)(?: l'
      'ist| registry| register)?(?= ,|$| and| for| since))|(?:(?:dnc|do not call) (?:list|registr'
      'y))|(?:(?:lose|loose|forget|delete|block|erase|trash) (?:my|this|the|our) (?:number|phone|'
      'phone number|contact|digits)(?! (?:, )?(?:use|and use|i gave|it is|, here)))|(?:(?:unsubsc'
      'rib(?:e|ed|ing)|opt(?:ed|ing)?(?: me| us| my \w+| this \w+)? out|optout|optedout)(?: me| u'
      's)?(?: from(?: \w+){0,3})?(?! (?:newsletter|by mistake)))|(?:(?:revok\w*|withdraw\w*|resci'
      'nd\w*|cancel\w*)(?: my| all| any| the| prior| express| written| and all)* (?:consent|permi'
      'ssion|authori[sz]ation|opt in)(?: \w+){0,6})|(?:(?:do not|never|did not|no)(?: have| give|'
      ' gave| get| got| had)?(?: you| anyone)?(?: my| any)? (?:consent|permission|authori[sz]atio'
      'n)(?: to| for)(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contact'
      's?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|hara'
      'ssing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|rea'
      'ching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing'
      '|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commun'
      'icate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk'
      '|stalking|talk to|talking to|reply|replying|respond|responding))(?: me)?)|(?:(?:leave|let)'
      ' (?:me|us|my family|my wife|my husband|my mother|my mom|my dad|my parents|this number)(?: '
      '\w+){0,2}? (?:alone|be(?= ,|$| please| now)))|(?:(?:^|(?<=please |just |and |, |now |so |f'
      'uck ))go away(?= ,|$| and| now| please))|(?:(?:fuck|piss|buzz|bugger|screw|sod|jog|bog|bug'
      ')(?: right| the fuck)? off|back off(?= ,|$| now| please| or)|get lost(?! in)|get bent|ceas'
      'e and desist|fuck (?:you|yourself|yourselves|u)|go to hell|drop dead|go fuck \w+|screw you'
      '|eat shit|take a hike|kiss my ass)|(?:(?:harass(?:ing|ed)? (?:me|us|my \w+)|(?:this|it|you'
      '|that) (?:is|are)(?: \w+){0,2} harass(?:ing|ment)|you are harassing)(?! free)(?: \w+)?)|(?'
      ':(?:(?:will|going to|i|am|be|to|have|and|we)(?: just| already| also| now| be)* )(?:report|'
      'reporting|reported|sue|suing)(?: all of)? (?:you|your|this (?:number|as|text|call|message)'
      '|u)(?: \w+)?)|(?:^(?:(?:this |your )?number (?:is )?|you are |you have been |you are being'
      ' |getting |consider yourself )?(?:blocked|blocking|reported|reporting|harassment)(?: and ('
      '?:blocked|reported|blocking|reporting))?(?= ,|$))|(?:(?:block|blocked|blocking)(?: all of)'
      '? (?:you|your number|this number|your \w+)(?: now)?)|(?:(?:next|one more|another|any more|'
      'any further|any other|any future|any additional|further|future|more)(?: \w+)? ?(?:(?:texts'
      '?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mai'
      'lers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|sol'
      'icitations?|contact(?! info| number| details| information| person)|communications?|stuff|c'
      'rap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns'
      '?|updates|advertisements?|advertising|marketing|sales calls))(?: \w+){0,5}? (?:and|i|we|yo'
      'u|gets?|will|is|goes|constitutes?|are|means)(?: \w+){0,8}? (?:lawyer|attorney|sue|report\w'
      '*|block\w*|police|ftc|fcc|legal|court|harassment|complaint|cops|violations?|tcpa|lawsuit|l'
      'itigation|damages|fined?))|(?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|'
      'contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|hara'
      'ss|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach '
      'out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telema'
      'rketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up'
      '|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visitin'
      'g|stalk|stalking|talk to|talking to|reply|replying|respond|responding)) (?:me|us|this numb'
      'er|here)(?: one more time| again| ever again| any more) (?:and|or)(?: \w+){0,8}? (?:lawyer'
      '|attorney|sue|report\w*|block\w*|police|ftc|fcc|legal|court|harassment|complaint|cops|regr'
      'et)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.own_reply (
  p_body text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select translate(lower(
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200}(\n[^\n]{0,200})? wrote:|\n-{2,} ?Original Message|\n[*]?(From|Von|De|Da|Fra|Från|Van|От|差出人'
      '|보낸 ?사람|발신|发件人|寄件者) ?[:：]|\n[^\n]*(19|20)\d\d[^\n]*@[^\n]*> ?[:：]?\n|\n--\n|\n[^\n]*(confidential|priv'
      'ileged|intended recipient|by mistake please|are not the right person|our newsletter)).*$', '', 'i')),
    'áàâéèêíîóôúüñç’‘`´', 'aaaeeeiioouunc''''''''')
$function$;

CREATE OR REPLACE FUNCTION private.plain_english (
  p_sentence text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(string_agg(coalesce(f.meant, regexp_replace(
      regexp_replace(regexp_replace(regexp_replace(w.word, '''ll$', ' will'), '''d$', ' would'), '''ve$', ' have'),
      '''re$', ' are')), ' ' order by w.n), '''', ' '),
      '\m(do|did|does|is|are|has|have|would|could|should) (nt|n t)\M', '\1 not', 'g'),
      '\myou (guys|people|folks|all)\M', 'you', 'g'), '\me (?=mail)', 'e', 'g'), '\s+', ' ', 'g'), ' ,')
  from regexp_split_to_table(regexp_replace(replace(p_sentence, ',', ' , '), '[^a-z0-9'', ]+', ' ', 'g'), ' +')
    with ordinality w (word, n)
  left join private.short_forms() f on f.written = w.word
$function$;

CREATE OR REPLACE FUNCTION private.record_reply_opt_out (
  p_org_id             uuid,
  p_value_bidx         bytea,
  p_kind               public.contact_kind,
  p_channel            text,
  p_body               text,
  p_provider_type      text                     DEFAULT NULL::text,
  p_model_says_opt_out boolean                  DEFAULT false,
  p_reading            jsonb                    DEFAULT NULL::jsonb,
  p_lead_id            uuid                     DEFAULT NULL::uuid,
  p_as_of              timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_words constant text := private.normalise_reply(p_body);
  v_provider constant text := upper(coalesce(p_provider_type, ''));
  v_wish constant jsonb := case when p_reading ->> 'request' = 'opt_out' then p_reading end;
  -- Whatever the reader says, a keyword is one.
  v_bare constant boolean := coalesce(private.is_stop_keyword(v_words) or private.is_stop_in_a_language(p_body), false)
    or coalesce((v_wish ->> 'keyword')::boolean, false);
  v_keyword boolean;
  v_opt_out boolean;
  v_wrong constant boolean := coalesce((p_reading ->> 'wrong_contact')::boolean, false);
  v_started jsonb;
begin
  v_keyword := coalesce(p_channel = 'sms' and (v_provider = 'STOP' or v_bare), false);
  v_opt_out := v_keyword or v_provider = 'STOP' or v_wish is not null
    or v_bare or (p_reading is null and private.is_opt_out(p_body));
  if v_wrong then
    perform private.record_wrong_contact(p_org_id, p_value_bidx, p_kind, p_lead_id, 'reply by ' || p_channel, p_as_of);
  end if;
  -- The model may add opt-outs but cannot remove any.
  if v_opt_out or coalesce(p_model_says_opt_out, false) then
    return jsonb_build_object('kind', 'opt_out', 'keyword', case when v_keyword then 'stop' else 'opt_out' end,
      'keeps', coalesce(v_wish -> 'keeps', '[]'))
      || private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel,
      'reply by ' || p_channel, p_body,
      -- A keyword with further words is not a keyword.
      case when v_keyword and (coalesce(v_words, '') = '' or v_bare) then 'stop_keyword' else 'opt_out' end,
      private.read_channels(v_wish -> 'ends'), coalesce(private.read_channels(v_wish -> 'keeps'), '{}'),
      case when v_wish is null then null when v_wish -> 'never' = 'true' then 'person'
        when v_wish ->> 'scope' = 'person' then 'channels' else 'contact' end,
      v_provider = 'STOP', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'START' or private.is_opt_in_keyword(p_body)
    or p_reading ->> 'request' = 'opt_in') then
    v_started := private.record_opt_in(p_org_id, p_value_bidx, 'reply START', p_as_of);
    -- YES from somebody who had not stopped is a reply like any other, whatever the provider makes of it; nor does it
    -- answer a STOP that was sent earlier and arrives later.
    return case when v_started ->> 'lifted' = '0' and not private.is_opt_in_keyword(p_body)
        and p_reading ->> 'request' is distinct from 'opt_in' then jsonb_build_object('kind', 'none')
      else jsonb_build_object('kind', 'opt_in', 'keyword', 'start') end || v_started;
  elsif v_wrong then
    return jsonb_build_object('kind', 'wrong_contact');
  elsif p_channel = 'sms' and (v_provider = 'HELP' or p_reading ->> 'request' = 'help'
    or replace(v_words, ' |', '') ~ '^(help|info|ayuda)( please)?$') then
    return jsonb_build_object('kind', 'help', 'answer', case when v_provider <> 'HELP' then (
      select format('%s: for help, write to %s. Reply STOP to end messages.', o.name,
        coalesce(o.settings ->> 'help_contact', 'your broker'))
      from public.orgs o where o.id = p_org_id) end);
  end if;
  return jsonb_build_object('kind', 'none');
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_contacts (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_refused uuid[];
begin
  -- Most orgs and imports have none.
  if not exists (select from public.consents c where c.org_id = p_org_id and c.revoked_scope = 'person') then
    return;
  end if;
  with recursive family (lead_id, member_id) as (
    select i.id, i.id from unnest(p_lead_ids) i (id)
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.member_id and m.undone_at is null
  ),
  refusals as (
    select f.lead_id, c.value_bidx from family f
    join public.consents c on c.org_id = p_org_id and c.lead_id = f.member_id and c.revoked_scope = 'person'
    where c.value_bidx is not null
    union
    -- A new lead of the same person: one of its contacts refused, and the names do not contradict.
    select p.lead_id, c.value_bidx from public.contact_points p
    join public.consents c on c.org_id = p.org_id and c.value_bidx = p.value_bidx and c.revoked_scope = 'person'
    where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)
      and private.names_agree(private.owner_name(p_org_id, c.lead_id), private.owner_name(p_org_id, p.lead_id))
        is not false
  )
  -- A consent that came later has lifted it.
  select array_agg(distinct r.lead_id) into v_refused from refusals r
  where private.is_suppressed(p_org_id, r.value_bidx, 'all');
  if v_refused is null then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, 'opt_out', 'refusal', p_as_of)
  from (select distinct on (o.value_bidx) o.value_bidx, o.kind, o.lead_id from public.contact_points o
    where o.org_id = p_org_id and o.lead_id = any (v_refused) order by o.value_bidx, o.lead_id) c
  where not private.is_suppressed(p_org_id, c.value_bidx, 'all')
    and not private.is_shared_contact(p_org_id, c.value_bidx, c.lead_id)
    -- What a consent has freed since stays free.
    and not exists (
      select from public.consents g
      where g.org_id = p_org_id and g.value_bidx = c.value_bidx and g.action = 'grant' and not g.is_unproven
        and not g.is_keyword
        and g.occurred_at > (select max(s.created_at) from public.suppressions s
          where s.org_id = p_org_id and s.value_bidx = c.value_bidx));
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_org_id and l.id = any (v_refused) and l.campaign_status <> 'opted_out';
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.short_forms()
  RETURNS TABLE (
    written text,
    meant   text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('can''t', 'can not'),
    ('cannot', 'can not'),
    ('cant', 'can not'),
    ('won''t', 'will not'),
    ('wont', 'will not'),
    ('don''t', 'do not'),
    ('dont', 'do not'),
    ('doesn''t', 'does not'),
    ('doesnt', 'does not'),
    ('didn''t', 'did not'),
    ('didnt', 'did not'),
    ('isn''t', 'is not'),
    ('isnt', 'is not'),
    ('aren''t', 'are not'),
    ('arent', 'are not'),
    ('wasn''t', 'was not'),
    ('wasnt', 'was not'),
    ('weren''t', 'were not'),
    ('werent', 'were not'),
    ('hasn''t', 'has not'),
    ('hasnt', 'has not'),
    ('haven''t', 'have not'),
    ('havent', 'have not'),
    ('hadn''t', 'had not'),
    ('hadnt', 'had not'),
    ('wouldn''t', 'would not'),
    ('wouldnt', 'would not'),
    ('couldn''t', 'could not'),
    ('couldnt', 'could not'),
    ('shouldn''t', 'should not'),
    ('shouldnt', 'should not'),
    ('dnt', 'do not'),
    ('dn''t', 'do not'),
    ('donot', 'do not'),
    ('do''nt', 'do not'),
    ('dont''t', 'do not'),
    ('dotn', 'do not'),
    ('dun', 'do not'),
    ('ain''t', 'is not'),
    ('aint', 'is not'),
    ('i''m', 'i am'),
    ('im', 'i am'),
    ('i''ve', 'i have'),
    ('ive', 'i have'),
    ('i''d', 'i would'),
    ('you''re', 'you are'),
    ('youre', 'you are'),
    ('u', 'you'),
    ('yu', 'you'),
    ('y''all', 'you'),
    ('yall', 'you'),
    ('yous', 'you'),
    ('ur', 'your'),
    ('yr', 'your'),
    ('pls', 'please'),
    ('plz', 'please'),
    ('plse', 'please'),
    ('plx', 'please'),
    ('it''s', 'it is'),
    ('that''s', 'that is'),
    ('thats', 'that is'),
    ('there''s', 'there is'),
    ('theres', 'there is'),
    ('who''s', 'who is'),
    ('whos', 'who is'),
    ('what''s', 'what is'),
    ('whats', 'what is'),
    ('gonna', 'going to'),
    ('gotta', 'got to'),
    ('wanna', 'want to'),
    ('lemme', 'let me'),
    ('n', 'and'),
    ('nd', 'and'),
    ('w', 'with'),
    ('anymore', 'any more'),
    ('nomore', 'no more'),
    ('no1', 'no one'),
    ('noone', 'no one'),
    ('nobody', 'no one'),
    ('fk', 'fuck'),
    ('fck', 'fuck'),
    ('fuk', 'fuck'),
    ('fvck', 'fuck'),
    ('fuckn', 'fucking'),
    ('fuckin', 'fucking'),
    ('fuckng', 'fucking'),
    ('fukin', 'fucking'),
    ('fuking', 'fucking'),
    ('fkn', 'fucking'),
    ('fkin', 'fucking'),
    ('fking', 'fucking'),
    ('e-mail', 'email'),
    ('stahp', 'stop'),
    ('stawp', 'stop'),
    ('stp', 'stop'),
    ('txt', 'text'),
    ('txts', 'texts'),
    ('msg', 'message'),
    ('msgs', 'messages'),
    ('num', 'number'),
    ('nbr', 'number'),
    ('nmbr', 'number'),
    ('ya', 'you'),
    ('tx', 'text'),
    ('tke', 'take'),
    ('tak', 'take'),
    ('moar', 'more'),
    ('mor', 'more')
$function$;

CREATE OR REPLACE FUNCTION private.wishes_of_languages()
  RETURNS TABLE (
    language   text,
    wishes     text,
    except_for text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('Spanish',
      '(?<!\S)(?:(?:(?:ya )?no (?:me|nos) (?:vuelva[ns]? a |sigan? |este[ns]? )?(?:llam|mand|envi'
      '|escrib|contact|text|molest|marqu|habl|busqu|busc|fastid|hostig|acos|manden|textee)[a-z]*)'
      '|(?:(?:nunca|jamas) (?:mas )?(?:me|nos) (?:vuelva[ns]? a )?(?:llam|mand|envi|escrib|contac'
      't|text|molest|marqu|habl)[a-z]*)|(?:no (?:llam|mand|envi|escrib|contact|text|molest|marqu|'
      'habl|busqu|insist)[a-z]*(?: \w+){0,4}? (?:mas|nunca|jamas|otra vez|de nuevo))|(?:no (?:lla'
      'm|mand|envi|escrib|contact|text|molest|marc|habl)(?:ar|er|ir)(?:me|nos))|(?:no (?:sig|segu'
      '|continu)[a-z]* (?:llam|mand|envi|escrib|contact|text|molest|marc)[a-z]*)|(?:basta(?: ya)?'
      ' de (?:mensaj|llamad|text|corre|molest|llamar|escrib|mandar)[a-z]*)|(?:(?:solicito|quiero|'
      'pido|deseo|quisiera)(?: \w+)? baja)|(?:(?:de )?no (?:llamar|escribir|mandar|enviar|contact'
      'ar|molestar|textear)(?: mas)?$|(?:parele|parenle|parale|bajenle) ?(?:ya)?$)|(?:no (?:autor'
      'izo|permito|doy permiso|quiero|deseo|acepto)(?: (?:que|me|nos|sigan?|para|a|de|ser|mas|rec'
      'ibir))* (?:llam|mand|envi|escrib|contact|text|molest|marqu)[a-z]*)|(?:no (?:quiero|deseo|q'
      'ueremos)(?: (?:recibir|saber|tener|oir))* nada (?:mas )?de (?:ustedes|usted|ti|ud|uds|su))'
      '|(?:no (?:vuelva[ns]?|vuelvas|volver) a (?:llam|mand|envi|escrib|contact|text|molest|marc|'
      'habl|comunic)[a-z]*)|(?:(?:dej|par|ces)(?:e|en|a|ar|ad|es) de (?:estar )?(?:ching|llam|man'
      'd|envi|escrib|contact|text|molest|marc|hostig|acos|fastid|chingar|joder)[a-z]*)|(?:(?:dej|'
      'dejen)(?:e|en|a)?(?:me|nos)(?: ya)? en paz|(?:me|nos) (?:deje|dejen|dejas) en paz)|(?:(?:q'
      'uit|borr|saqu|sac|elimin|remuev|retir|bloque|tach|desuscrib)(?:e|en|a|an)(?:me|nos))|(?:(?'
      ':quit|borr|elimin|saqu|remuev|retir|tach)[a-z]* (?:mi|este|nuestro|mis) (?:numero|telefono'
      '|nombre|correo|celular|contacto|datos))|(?:(?:ya )?no (?:quiero|deseo|queremos)(?: (?:reci'
      'bir|mas|sus|estos|que|ningun|ninguna|tener|de))* (?:mensaj|llamad|text|corre|comunicac|me '
      'llam|me mand|me escrib|me contact|contact)[a-z]*)|(?:(?:no|ni un|ni una) mas (?:mensajes?|'
      'llamadas?|textos?|correos?))|(?:(?:cancelar|cancele|cancelen)(?: la| mi| los| estos)* (?:s'
      'uscripcion|mensajes|llamadas))|(?:(?:dar|den|deme|denme|darme)(?: me)? de baja)|(?:(?:vaya'
      'se|vete|vayanse|largate|larguense)(?: (?:al|a la) \w+)?|chinga tu madre|no (?:este|esten|e'
      'stes) (?:molestando|llamando|mandando|chingando))|(?:no (?:me )?(?:llame|llamen|manden|man'
      'de|envien|envie|escriban|escriba|moleste|molesten)(?: mas)?$)|(?:(?:fuera|salir) de (?:su|'
      'la|esta) lista))(?!\S)',
      '(?<!\S)(?:(?:no (?:deje|dejen|dejes|pare|paren) de)|(?:antes de)|(?:cartas?)|(?:antes del)'
      '|(?:hasta)|(?:despues de)|(?:hoy)|(?:ahorita)|(?:por la (?:noche|manana|tarde))|(?:en la ('
      '?:noche|manana|tarde))|(?:tan (?:temprano|tarde))|(?:muy (?:temprano|tarde))|(?:mientras)|'
      '(?:al trabajo)|(?:a mi trabajo)|(?:los (?:domingos|sabados|lunes|fines))|(?:el (?:domingo|'
      'sabado|lunes)))(?!\S)'),
    ('French',
      '(?<!\S)(?:(?:ne (?:m|me|nous|le|plus)(?: plus| jamais)? ?(?:ecri|contact|appel|envo|text|d'
      'erang|telephon|harcel|sollicit|rappel|importun|joind|jamais)[a-z]*(?: \w+){0,3}? (?:plus|p'
      'as|jamais|rien))|(?:n(?:e)?(?: (?:m|me|nous))? ?(?:ecri|contact|appel|envo|text|derang|tel'
      'ephon|harcel|sollicit|rappel|importun)[a-z]*(?: \w+){0,2} (?:plus|pas|jamais))|(?:ne plus '
      '(?:jamais )?(?:recevoir|etre|avoir)(?: \w+){0,3}? (?:messages?|sms|appels?|mails?|courriel'
      's?|textos?|contact[a-z]*|sollicit[a-z]*|derang[a-z]*))|(?:ne plus (?:m|me|nous)(?: \w+)? ('
      '?:contacter|ecrire|envoyer|appeler|texter|deranger))|(?:(?:arretez|arrete|arreter|cessez|c'
      'esse|stop)(?: de| d)(?: (?:me|m|nous))? ?(?:contact|ecri|envoy|appel|text|harcel|derang|te'
      'lephon|spam|importun)[a-z]*)|(?:(?:arretez|arrete|cessez)(?: avec)?(?: (?:ca|tout|les|ces|'
      'vos|le|maintenant|immediatement))*(?: (?:messages|textos|appels|courriels|sms|mails))?$)|('
      '?:(?:laissez|foutez|fichez|laisse|fous)(?: moi| nous)(?: donc)? (?:tranquilles?|la paix|en'
      ' paix))|(?:(?:retirez|enlevez|supprimez|rayez|otez|effacez|retirer|enlever|supprimer)(?: m'
      'oi| mon (?:numero|nom|adresse|contact)| mes \w+| nous)(?: \w+){0,4})|(?:(?:me|nous) (?:ret'
      'irer|enlever|supprimer|desinscrire|desabonner|rayer|effacer)(?: \w+){0,4})|(?:je (?:ne )?('
      '?:veux|souhaite|desire) (?:plus|pas)(?: (?:recevoir|etre|avoir|de|d|vos|aucun|que))*(?: (?'
      ':messages?|appels?|textos?|contacte|contactee|sms|courriels?|vous \w+|derange|mails?)))|(?'
      ':(?:plus|pas) (?:de|d|aucun) (?:messages?|textos?|appels?|sms|courriels?|mails?|emails?))|'
      '(?:(?:desinscri|desabonn)[a-z]* (?:moi|nous|mon))|(?:foutez le camp|allez vous faire|va te'
      ' faire|fichez le camp|degage[z]?))(?!\S)',
      '(?<!\S)(?:(?:avant)|(?:ce soir)|(?:aujourd hui)|(?:maintenant je)|(?:tout de suite)|(?:apr'
      'es \d+)|(?:le (?:matin|soir|dimanche|week end|samedi))|(?:jusqu a)|(?:si (?:tot|tard))|(?:'
      'trop (?:tot|tard))|(?:au travail)|(?:pendant))(?!\S)'),
    ('Portuguese',
      '(?<!\S)(?:(?:(?:pare|parem|para|parar|deixe|deixem) de (?:me |nos )?(?:mand|envi|lig|escre'
      'v|contat|contact|perturb|incomod|ench|cham|import|mensag)[a-z]*(?: \w+)?)|(?:(?:por favor '
      ')?nao (?:me |nos )?(?:ligue|liguem|mande|mandem|envie|enviem|escreva|escrevam|contate|cont'
      'atem|contacte|contactem|incomode|incomodem|perturbe|perturbem|chame|mandar|enviar|ligar)(?'
      ': \w+){0,3})|(?:nao quero (?:mais |receber |ser |nenhum\w? )+(?:mensag|lig|contat|receber|'
      'e ?mail|sms|cham|incomod|perturb)[a-z]*)|(?:nao quero (?:mais )?(?:receber )?(?:mais )?(?:'
      'isso|isto|nada)(?: \w+){0,2})|(?:me (?:tir|remov|retir|exclu|apag|delet|bloque)[a-z]*(?: \'
      'w+){0,4})|(?:nao (?:desejo|gostaria de) (?:mais )?(?:receber|ser)(?: \w+){1,3})|(?:me (?:t'
      'irar|tire|tirem|tira|remova|removam|retire|retirem|exclua|excluam|apague|delete)(?: \w+){0'
      ',4})|(?:(?:tire|tirem|remova|removam|retire|exclua|apague|delete|tira)(?: (?:me|o|do|da))*'
      '(?: meu (?:nome|numero|telefone|contato|email)|(?<=me))(?: \w+){0,4})|(?:(?:me )?(?:deixe|'
      'deixa|deixem)(?: me| nos)? em paz|vai se (?:foder|ferrar)|va se \w+|va embora|some daqui)|'
      '(?:(?:chega de|sem|nada de|nao mande|sem mais)(?: mais)? (?:mensagens|mensagem|ligacoes|ma'
      'ndar|emails?))|(?:(?:tir|remov|retir|exclu|apag|delet)[a-z]* (?:o |a |os )?(?:meus?|est[ea'
      ']|ess[ea]) (?:nome|numero|telefone|contato|email|e mail|dados|celular))|(?:(?:cancel|encer'
      'r)[a-z]*(?: a| as| os| o| minha| esta| essa)* (?:inscricao|assinatura|mensagens|cadastro|m'
      'ensagem)|descadastr[a-z]*)|(?:(?:sair|saia|fora) (?:da|desta|dessa) lista))(?!\S)',
      '(?<!\S)(?:(?:antes)|(?:depois das?)|(?:ate)|(?:hoje)|(?:agora nao)|(?:amanha)|(?:de (?:man'
      'ha|noite))|(?:a noite)|(?:no trabalho)|(?:tao (?:cedo|tarde)))(?!\S)'),
    ('Haitian Creole',
      '(?<!\S)(?:(?:(?:sispann|rete|kanpe) (?:ekri|rele|voye|teks|texte|deranje|kontakte|nwi|anme'
      'de)(?: \w+){0,3})|(?:pa (?:janm )?(?:rele|ekri|kontakte|deranje|teks|texte|text|anmede|che'
      'che)(?: \w+)? ?(?:m|mwen|nou)?(?: anko)?)|(?:pa (?:janm )?voye (?:mesaj|teks|text|anyen|im'
      'el)(?: \w+){0,3})|(?:kite (?:m|mwen|nou) (?:trankil|anrepo|an pe|an repo))|(?:retire (?:m|'
      'mwen|non m|non mwen|nimewo m|nimewo mwen|nimewo sa)(?: \w+){0,3})|(?:(?:efase|wete|elimine'
      '|siye|retire)(?: \w+)? (?:m|mwen|nimewo|non)(?: \w+){0,3})|(?:(?:mwen|m|nou) pa vle (?:res'
      'evwa|mesaj|ou rele|ou ekri|okenn|teks|apel)(?: \w+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:anvan)|(?:apre)|(?:jodi a)|(?:aswe)|(?:kounye a)|(?:maten)|(?:nan travay))(?!'
      '\S)'),
    ('Chinese',
      '(?:(?:别|別|不要|请勿|請勿|勿|不许|不許|停止|禁止|不准|不必|不用|不想|不愿)(?:再|继续|繼續|总|老|一直|你们|你們)*(?:给|給|向|跟|对|對|和|'
      '与)?(?:我|我们|我們|本人|这个号码|這個號碼)?(?:再)?(?:发(?!现|烧|展|脾气|呆|生|视频|表)|發(?!現|生|燒|展)|打(?!游戏|遊戲|钱|錢|球|车'
      '|車|工|印|算|开|開|架|牌|扰(?:你|您|人家|他|她)|擾(?:你|您|人家|他|她))|联系|聯繫|聯絡|联络|骚扰|騷擾|传|傳|寄|致电|致電|烦(?!你|您|他|'
      '她)|煩(?!你|您|他|她)|接收|接到|收到|收|来电|來電|推送|推销|推銷))|(?:(?:取消|退出|退)(?:订|訂|订阅|訂閱))|(?:(?:把我|将我|將我|把我'
      '的)?(?:从|從|在)?.{0,8}(?:名单|名單|列表|名册).{0,4}(?:删|刪|移|去掉|除))|(?:(?:删除|刪除|移除|删掉|刪掉|去掉|拉黑)(?:我|我的'
      '|这个|這個))|(?:^(?:你|你们|你們|都|给我|快|请)*(?:滚|滾)(?:开|開|蛋|远点|吧)*$|(?<!不要|别|別)(?:走开|走開)|别烦|別煩)',
      '(?:之前)|(?:以前)|(?:点前)|(?:點前)|(?:上班)|(?:现在)|(?:現在)|(?:今天)|(?:晚上)|(?:早上)|(?:半夜)|(?:点以后)|(?:不要'
      '停止)|(?:别停)|(?:不要停)'),
    ('Korean',
      '(?:(?:연락|전화|문자|메시지|메세지|메일|이메일|카톡|광고).{0,10}?(?:하지|보내지|주지|걸지|오지|넣지) ?(?:마|말|않))|(?:(?:보내지|연'
      '락하지|전화하지|문자하지|괴롭히지|귀찮게 하지|하지) ?(?:마|말아))|(?:그만 ?(?:좀 )?(?:보내|연락|전화|하세|해|두|문자|괴롭))|(?:(?:명단'
      '|목록|리스트|명부).{0,6}(?:빼|삭제|제외|지워))|(?:(?:번호|연락처|정보).{0,6}(?:삭제|지워|빼|제거))|(?:(?:문자|전화|연락|메시지|'
      '메일).{0,6}(?:그만|중단|중지|싫))|(?:다시는.{0,12}(?:마|말)|그만 ?해 ?주)|(?:수신 ?거부|꺼져|받고 싶지 ?않|더 ?이상 .{0,14'
      '}(?:마|말|싫|원하지)|원하지 ?않.{0,6}(?:문자|연락|전화))',
      '(?:전에)|(?:이전에)|(?:이후에)|(?:밤에)|(?:지금은)|(?:오늘은)|(?:주말에)|(?:까지는)|(?:아침에)|(?:저녁에)|(?:늦게)'),
    ('Vietnamese',
      '(?<!\S)(?:(?:(?:dung|ngung|ngung|dung|khong duoc|thoi|khong can|cam|cham dut)(?: \w+){0,3}'
      '? (?:nhan|goi|gui|lien lac|lien he|lam phien|quay ray|dien)(?: \w+){0,6})|(?:(?:xoa|xoa|bo'
      '|go|loai)(?: \w+){0,2}? (?:ten|so)(?: \w+){0,2}? (?:toi|tui|minh|nay|khoi|di)(?: \w+){0,4}'
      ')|(?:(?:xoa|xoa|bo|go|loai) (?:toi|tui|minh)(?: \w+){0,5})|(?:khong (?:goi|nhan|gui|lien l'
      'ac)(?: \w+){0,3} nua)|(?:khong muon (?:nhan|bi|nghe|lien lac|duoc)(?: \w+){0,5})|(?:de (?:'
      'cho )?(?:toi|tui|chung toi) yen|bien di|cut di))(?!\S)',
      '(?<!\S)(?:(?:truoc)|(?:sau)|(?:hom nay)|(?:bay gio)|(?:luc)|(?:buoi (?:toi|sang))|(?:khi)|'
      '(?:den khi))(?!\S)'),
    ('Tagalog',
      '(?<!\S)(?:(?:(?:huwag|wag|huag|h wag)(?: \w+){0,5}? (?:mag ?te?xt|magte?xt|tumawag|tawagan'
      '|tawag|mag ?message|magmessage|kontakin|kokontakin|i ?text|itext|istorbohin|guluhin|magpad'
      'ala|padalhan|mag ?email|magemail|text|contact|contactin|manggulo|mangulit|kulitin|abalahin'
      '|mag ?txt|kumontak|mang ?istorbo)(?: \w+){0,3})|(?:(?:itigil|tigilan|ihinto|tumigil|humint'
      'o|pakitigil|paki tigil)(?: \w+){0,4}? (?:pag ?\w+|text\w*|tawag|mensahe|ako|kami|message\w'
      '*|pagpapadala|pangungulit)(?: \w+)?)|(?:(?:alisin|tanggalin|burahin|i ?delete|paki ?alis|p'
      'aki ?tanggal)(?: \w+){0,3}? (?:ako|numero|pangalan|number)(?: \w+){0,4})|(?:(?:ayoko|ayaw '
      'ko|ayaw namin)(?: \w+){0,3}? (?:makatanggap|tumanggap|text|tawag|message|mensahe)\w*(?: \w'
      '+)?)|(?:(?:tantanan|lubayan|layuan)(?: \w+){0,2}))(?!\S)',
      '(?<!\S)(?:(?:bago)|(?:hanggang)|(?:mamaya)|(?:ngayon)|(?:bukas)|(?:pagkatapos)|(?:gabi)|(?'
      ':umaga))(?!\S)'),
    ('Russian',
      '(?<!\S)(?:(?:(?:больше |никогда )*не (?:надо |нужно |смеите |смеи )?(?:мне |нам |сюда |мен'
      'я |больше |никогда )*(?:пишите|пиши|звоните|звони|беспокоите|беспокои|присылаите|присылать'
      '|писать|звонить|шлите|отправляите|отправлять|тревожьте|связываитесь|беспокоить|посылаите)('
      '?: [а-я]+){0,4})|(?:(?:прекратите|перестаньте|хватит|кончаите|прекрати|перестань|довольно)'
      '(?: [а-я]+)? (?:писать|звонить|присылать|слать|отправлять|беспокоить|спамить|эти|ваши|расс'
      'ылку)(?: [а-я]+)?)|(?:(?:удалите|уберите|исключите|вычеркните|сотрите|удали)(?: пожалуиста'
      ')? (?:меня|мои|мои|номер|этот номер|наш)(?: [а-я]+){0,4})|(?:отпишите (?:меня|нас)|хочу от'
      'писаться|(?:оставьте|оставь) (?:меня|нас) в покое)|(?:(?:bolshe )?ne (?:nado |nuzhno )?(?:'
      'mne )?(?:pishi|zvoni|pisat|zvonit|bespoko|prisyla)[a-z]*|otstan[a-z]*|udalite (?:menya|moy'
      '|nomer))|(?:отстаньте|отвалите|отвяжитесь|отвали|отстань|идите (?:на|к|в)|пошел на|пошли в'
      'ы|пошли на)|(?:не (?:хочу|желаю|хотим)(?: больше)? (?:получать|ваших|слышать|ваши|чтобы вы'
      ')(?: [а-я]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:после)|(?:сегодня)|(?:сеичас(?! же))|(?:утром)|(?:вечером)|(?:раньше)|'
      '(?:на работу)|(?:пока)|(?:ночью)|(?:так (?:рано|поздно)))(?!\S)'),
    ('Armenian',
      '(?<!\S)(?:(?:հանգիստ (?:թողեք|թող|թողե՛ք)(?: ինձ| մեզ)?)|(?:(?:(?:այլեւս|էլ|երբեք) )?(?:ին'
      'ձ )?մի (?:գրեք|գրիր|գրե՛ք|զանգեք|զանգիր|զանգահարեք|ուղարկեք|ուղարկիր|անհանգստացրեք|խանգարե'
      'ք|կապվեք)(?: [^ ]+){0,3})|(?:մի (?:գր|զանգ|ուղարկ|անհանգստ|խանգար|կապվ|նամակ)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:այլեւս|էլ|երբեք)(?: ինձ)? չ(?:գր|զանգ|ուղարկ|կապվ|անհանգ)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:ջնջեք|հանեք|հեռացրեք) (?:իմ |այս )?(?:համար|անուն)[^ ]*(?: [^ ]+){0,2})|(?:(?:այ'
      'լեւս|էլ) (?:չգրեք|չզանգեք|չուղարկեք|չեմ ուզում)(?: [^ ]+){0,3})|(?:(?:դադարեցրեք|դադարեք|վ'
      'երջ տվեք|կանգնեցրեք)(?: [^ ]+){1,3})|(?:(?:հանեք|ջնջեք|հեռացրեք) (?:ինձ|իմ|համարս|անունս)('
      '?: [^ ]+){0,4}|(?:ինձ|համարս|անունս) (?:հանեք|ջնջեք|հեռացրեք)(?: [^ ]+){0,3})|(?:չեմ ուզու'
      'մ (?:ստանալ|նամակ|հաղորդագրություն)[^ ]*(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:մինչեւ)|(?:հետո)|(?:այսօր)|(?:առավոտյան)|(?:երեկոյան)|(?:հիմա չ)|(?:ժամից))(?'
      '!\S)'),
    ('Arabic',
      '(?<!\S)(?:(?:(?:لا|لن|ما) (?:تتصل|تتصلوا|تتصلی|تراسل|تراسلنی|تراسلونی|ترسل|ترسلوا|ترسلی|تک'
      'لم|تکلمنی|تکلمونی|تزعج|تزعجنی|تزعجونی|تتواصل|تتواصلوا|تبعث|تبعثوا|تبعتوا|ترسلو)[^ ]*(?: [^'
      ' ]+){0,4})|(?:(?:لا|ما|بلا) ت(?:تصل|رسل|راسل|بعث|بعت|کلم|تواصل|زعج|دق|رن|کتب|عاود|حکی)[^ ]'
      '*(?: [^ ]+){0,4})|(?:(?:ما|لا|مش|مو) ?(?:بدی|بدنا|عایز|عاوز|ابی|ابی|ابغی|ابغی|ابغا|حابب|نب'
      'غی)(?: [^ ]+){0,2}? (?:رسا|اتصال|مکالم|رسال|تتصل|ترسل)[^ ]*(?: [^ ]+){0,2})|(?:(?:بطل|بطلو'
      'ا|بلاش|کفایه|بس)(?: [^ ]+)? (?:رسا|اتصال|تتصل|تبعت|ترسل|ازعاج|ازعاج)[^ ]*)|(?:عدم (?:الاتص'
      'ال|الارسال|الارسال|التواصل|الازعاج|الازعاج|مراسل|ازعاج|ازعاج)[^ ]*(?: [^ ]+){0,2})|(?:لا ('
      '?:ارید|ارید|اود|ارغب|نرید)(?: فی| ای| ای| المزید من| تلقی| استلام| استقبال)* (?:رسایل|الرس'
      'ایل|رسایلکم|اتصال|اتصالات|اتصالاتکم|مکالمات|تلقی|استلام|استقبال|التواصل)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:توقف|توقفوا|کف|کفوا|اوقفوا|اوقف|یرجی التوقف|التوقف|وقف|وقفوا)(?: عن| من)? (?:ارس'
      'ال|ارسال|الارسال|الاتصال|اتصال|مراسلتی|مراسله|الرسایل|هذه|ازعاجی|ازعاجی|التواصل)[^ ]*(?: ['
      '^ ]+){0,2})|(?:(?:احذف|احذفوا|ازل|ازیلوا|ازیلوا|اشطب|امسح|امسحوا|شیلوا|ازاله|حذف) (?:رقمی|'
      'اسمی|بیاناتی|هذا الرقم)[^ ]*(?: [^ ]+){0,3}|احذفونی|احذفنی|ازیلونی|ازیلونی|شیلونی)|(?:(?:ا'
      'ترکنی|اترکونی|دعنی|دعونی|سیبنی|سیبونی|خلینی|خلونی)(?: و?شانی| فی حالی| بحالی| لوحدی)))(?!\'
      'S)',
      '(?<!\S)(?:(?:قبل)|(?:بعد)|(?:الیوم)|(?:لا [^ ]+(?: [^ ]+)? الان)|(?:مساء)|(?:صباحا)|(?:الل'
      'یل)|(?:حتی)|(?:اثناء))(?!\S)'),
    ('Persian',
      '(?<!\S)(?:(?:(?:پیام|پیامک|اس ام اس|تماس|زنگ|مسیج|ایمیل)(?: [^ ]+){0,4}? (?:ندهید|ندید|نده'
      '|نفرستید|نفرست|نفرستین|نگیرید|نگیر|نگیرین|نزنید|نزن|نزنین|نکنید))|(?:(?:دیگر|دیگه|لطفا|هرگ'
      'ز)(?: [^ ]+){0,5}? (?:ندهید|ندید|نفرستید|نگیرید|نزنید|مزاحم نشوید|مزاحم نشید|نفرستین|ننویس'
      'ید|نزنین))|(?:(?:منو|مرا|ما را|مارو|اسمم|شمارم|شماره ?ام)(?: [^ ]+){0,4} (?:پاک|حذف|خارج|ب'
      'ردار)[^ ]*(?: [^ ]+){0,2})|(?:مزاحم(?: [^ ]+)? (?:نشوید|نشید|نشو|نشین)|مزاحمت(?: [^ ]+)? ('
      '?:نکنید|نکن)|دست از سر(?:م| من| ما) بردار[^ ]*|ولم کن[^ ]*|راحتم بگذار[^ ]*)|(?:(?:شماره|ا'
      'سم|نام|من)(?: [^ ]+){0,5}? (?:پاک|حذف|خط|بردارید)(?: [^ ]+){0,2}|حذفم کنید|پاکم کنید)|(?:('
      '?:نمی ?خواهم|نمی ?خوام)(?: [^ ]+){0,3} (?:پیام|تماس|پیامک)[^ ]*(?: [^ ]+){0,2}))(?!\S)',
      '(?<!\S)(?:(?:قبل از)|(?:بعد از)|(?:امروز)|(?:الان)|(?:شب)|(?:صبح)|(?:تا ساعت)|(?:عصر))(?!\'
      'S)'),
    ('German',
      '(?<!\S)(?:(?:keine?(?: \w+)? (?:nachrichten|sms|anrufe|emails?|mails?|e mails?|werbung|tex'
      'te|kontaktaufnahme)(?: \w+){0,3})|(?:(?:nicht|nie|niemals)(?: mehr| wieder| weiter)+ (?:an'
      'rufen|schreiben|kontaktieren|melden|anschreiben|texten|storen|belastigen|kontaktiert|anger'
      'ufen))|(?:(?:rufen|schreiben|kontaktieren|texten|senden|schicken|melden|belastigen)(?: \w+'
      ')? (?:mich|mir|uns|hier)(?: \w+){0,3}? (?:nicht|nie|keine|niemals)(?: \w+){0,3})|(?:(?:hor'
      'en|hor|hoert|hort)(?: sie)?(?: bitte| endlich| damit| sofort)* auf(?: \w+)?)|(?:(?:loschen'
      '|streichen|entfernen|nehmen|losche|losch)(?: sie)?(?: bitte)? (?:mich|meinen?|uns)(?: \w+)'
      '{0,6})|(?:(?:lassen sie|lass|lasst)(?: bitte)? (?:mich|uns)(?: bitte| endlich)* in (?:ruhe'
      '|frieden)|verpiss(?:t)? (?:dich|euch)|hau ab)|(?:(?:melden sie mich|mich|ich mochte mich)('
      '?: bitte)? (?:ab|abmelden|austragen)))(?!\S)',
      '(?<!\S)(?:(?:vor)|(?:bis)|(?:heute)|(?:gerade)|(?:abends)|(?:morgens)|(?:am (?:sonntag|woc'
      'henende|abend|morgen))|(?:bei der arbeit)|(?:nach \d+))(?!\S)'),
    ('Italian',
      '(?<!\S)(?:(?:non (?:mi|ci) (?:chiam|scriv|contatt|mand|disturb|invi|telefon|cerc)[a-z]*(?:'
      ' \w+){0,2})|(?:(?:smett|fin|piant)[a-z]* di (?:chiam|scriv|contatt|mand|disturb|invi|telef'
      'on)[a-z]*)|(?:(?:toglietemi|cancellatemi|rimuovetemi|eliminatemi|lasciatemi in pace|lascia'
      'mi in pace)(?: \w+){0,4})|(?:non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]*(?'
      ':mi|ci)(?: \w+){0,2}|non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]* (?:piu|ma'
      'i))|(?:non voglio (?:piu )?(?:ricevere|essere|messaggi)(?: \w+){0,3}|basta (?:messaggi|chi'
      'amate|telefonate|mail)))(?!\S)',
      '(?<!\S)(?:(?:prima)|(?:dopo)|(?:oggi)|(?:adesso)|(?:stasera)|(?:fino))(?!\S)'),
    ('Japanese',
      '(?:(?:連絡|電話|メール|メッセージ|sms|送信|テキスト).{0,12}(?:しないで|送らないで|かけないで|やめて|止めて|不要|いりません|要りません))|(?:も'
      'う.{0,12}(?:ないで|やめて|いりません)|送らないで|リストから.{0,8}(?:外|削除|消)|放っておいて|ほっといて)',
      '(?:前に)|(?:までは)|(?:今日は)|(?:今は)|(?:夜は)|(?:朝は)')
$function$;

CREATE OR REPLACE FUNCTION private.wrong_number_exceptions()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:not|is not|am not|are not|never) (?:a |the |an )?wrong \w+)|(?:(?:gave|wro'
      'te|typed|put|sent|listed|have|has|had|used|left|entered|dialed) (?:you |them |him |her |do'
      'wn )?(?:a |the |my |an )?wrong (?:number|email|address|phone)(?= ,|$| by| in| on| earlier|'
      ' before| last| it| use)(?<!you(?: have)? (?:have|had|got|used|dialed|put|sent) (?:a |the |'
      'an )?wrong (?:number|email|address|phone))(?<!you (?:have|had|got|used) wrong (?:number|em'
      'ail)))|(?:(?:is this|do i have|did i (?:get|dial|text|call)|am i|have i) (?:got )?(?:the |'
      'a )?wrong \w+)|(?:wrong (?:number|address) (?:of|for|on|in) (?!me|this|here)\w+(?: \w+)*))'
      '(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.wrong_number_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:wrong (?:number|person|guy|phone|gal|lady|man|party|email|email address|indiv'
      'idual|contact|one)(?! of| to))|(?:no longer (?:his|hers?|their|\w+ s) (?:number|phone|emai'
      'l|cell))|(?:this is not (?:him|her|them)(?= ,|$| sorry| any more))|(?:(?:not|never)(?: bee'
      'n)? my name(?: \w+)?)|(?:this is \w+ s (?:cell|phone|number|line|email)(?: ,)? not \w+(?: '
      's)?)|(?:not the (?:person|one|guy|lady|owner) (?:you|whom|that you) (?:are )?(?:look|looki'
      'ng|trying|want|wanted|need)(?: \w+){0,2})|(?:not the (?:right|correct) (?:number|person|gu'
      'y|phone|email))|(?:this is not (?:the )?(?!a |an |about |my |your |it |that |this |our |th'
      'eir |his |her |what |good )(?:\w+ )?\w+ s (?:phone|number|cell|email))|(?:(?:is not|not) ('
      '?:his|her|their|that person) (?:phone|number|cell|email)(?: any more)?)|(?:no one(?: here)'
      '?(?: (?:by|with|of)(?: that| this| the)? ?(?:name)?| (?:named|called)(?! me| us| back| you'
      '| yet| today) \w+)(?: \w+)?(?: here| lives here| at this number)?)|(?:there is no (?!way|o'
      'ne|problem|need|reason|rush|mortgage|hoa)\w+(?: \w+)? (?:here|at this number|living here))'
      '|(?:(?:does|do) not (?:live here|have this (?:number|phone|email)|own this (?:number|phone'
      ')|use this (?:number|phone|email))(?: any more)?(?! (?:, )?but))|(?:(?:mean|meant|want|wan'
      'ted|trying|looking|intended)(?: to \w+)?(?: for)? (?:somebody|someone) else)|(?:(?:no long'
      'er|not) (?:has|have|at|uses|reachable at|using) this (?:number|phone|email)(?: any more)?)'
      '|(?:(?:i|we)(?: have)? (?:just )?(?:got|have had|had|received) this (?:number|phone)(?: ne'
      'w)?(?: \w+){0,3})|(?:(?:changed|new) (?:phone )?numbers? (?:from|belongs|now belongs)(?: \'
      'w+)?)|(?:(?:number|phone) (?:now )?(?:belongs to|has been reassigned|was reassigned|is no '
      'longer|is not) (?!working|in service|right|good|a good|available|charged|mine to)(?:\w+)?)'
      '|(?:you (?:have|got|reached|dialed|called|texted|want|are texting|are calling|contacted)(?'
      ': got| the| a)* (?:wrong|different) (?:number|person|guy|phone|party|email|house|address))'
      ')(?!\S)'
$function$;

COMMENT ON FUNCTION "private"."filler_words"() IS 'Words of a sentence that say nothing of the matter.';

COMMENT ON FUNCTION "private"."opt_out_exceptions"() IS 'Phrases that contain the words of a wish and mean something else; taken out before a wish is searched for.';

COMMENT ON FUNCTION "private"."opt_out_phrases"() IS 'Phrases of a plain English sentence that wish for an end.';

COMMENT ON FUNCTION "private"."own_reply"(text) IS 'The words of a reply in lower case without accents; quoted mail and legal notices removed.';

COMMENT ON FUNCTION "private"."plain_english"(text) IS 'A sentence as plain English words with commas as words and short forms written out; misspellings stay, which the reader corrects.';

COMMENT ON FUNCTION "private"."short_forms"() IS 'Contractions and short forms of English, and the words that they stand for.';

COMMENT ON FUNCTION "private"."wrong_number_exceptions"() IS 'Talk about wrong numbers that is none; taken out first.';

COMMENT ON FUNCTION "private"."wrong_number_phrases"() IS 'Phrases that say that the phone or address belongs to somebody else.';

REVOKE ALL ON FUNCTION "private"."filler_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filler_words"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."filler_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."opt_out_phrases"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."opt_out_phrases"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."opt_out_phrases"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."own_reply"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_reply"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."own_reply"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."plain_english"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."plain_english"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."plain_english"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."short_forms"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."short_forms"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."short_forms"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."wrong_number_exceptions"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wrong_number_exceptions"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."wrong_number_exceptions"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."wrong_number_phrases"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wrong_number_phrases"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."wrong_number_phrases"() TO "service_role";
