-- grammar of wishes: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."filler_words"();

DROP FUNCTION "private"."has_wish_in_a_language"(text);

DROP FUNCTION "private"."short_forms"();

DROP FUNCTION "private"."wishes_of_languages"();

CREATE OR REPLACE FUNCTION private.classes_of (
  p_words text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select string_agg(coalesce(private.word_classes() ->> w.word,
    case when w.word in (',', '#') then w.word when left(w.word, 1) between '0' and '9' then '0' else 'x' end), ''
    order by w.n)
  from string_to_table(p_words, ' ') with ordinality w (word, n)
$function$;

CREATE OR REPLACE FUNCTION private.fold_letters (
  p_text text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select btrim(regexp_replace(translate(normalize(regexp_replace(
      normalize(lower(p_text), nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f]', '', 'g'), nfkc),
      -- Whatever the collation of the database.
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖĐđييىكة',
      'абвгдежзииклмнопрстуфхцчшщъыьэюяієґաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆddیییکه'),
      '[][[:space:].,!?;:"''()…。！？；،؟«»„“”‘’՜՛¿¡、，*_-]+', ' ', 'g'))
$function$;

CREATE OR REPLACE FUNCTION private.has_wish_in_a_language (
  p_body text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_latin constant text := private.wishes_in_latin_letters();
  v_words text;
begin
  for v_words in
    select private.fold_letters(part.words)
    from regexp_split_to_table(left(p_body, 4000), '[.!?;:\n…।。！？；؟]+') part (words)
  loop
    -- Most sentences match none of the languages in Latin letters; one word alone is a keyword or nothing.
    if strpos(v_words, ' ') > 0 and v_words ~ v_latin and exists (
      select from private.wishes_of_languages() l
      where l.first_letter = 0 and v_words ~ l.wishes and v_words !~ l.except_for) then
      return true;
    end if;
    -- Of the others, those whose letters are there.
    if octet_length(v_words) > length(v_words) and exists (
      select from private.wishes_of_languages() l
      where l.first_letter > 0
        and exists (select from string_to_table(v_words, null) c (letter)
          where ascii(c.letter) between l.first_letter and l.last_letter)
        and v_words ~ l.wishes and v_words !~ l.except_for) then
      return true;
    end if;
  end loop;
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.has_wish_in_english (
  p_sentence text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text := private.plain_english(p_sentence);
begin
  if coalesce(v_words, '') = '' then
    return false;
  end if;
  if v_words ~ '(wrong|number|phone|name|one|person|live|else)'
    and regexp_replace(v_words, private.wrong_number_exceptions(), '#', 'g') ~ private.wrong_number_phrases() then
    return true;
  end if;
  v_words := regexp_replace(v_words, private.opt_out_exceptions(), '#', 'g');
  -- The grammar is the cheaper of the two.
  return private.classes_of(v_words) ~ private.wish_grammar() or v_words ~ private.opt_out_phrases()
    -- A part of a sentence that consists of the keyword alone. Not cancel and end: they may answer another question.
    or exists (select from string_to_table(v_words, ',') c (words)
      where strpos(c.words, 'cancel') = 0 and strpos(' ' || c.words || ' ', ' end ') = 0
        and private.is_stop_keyword(btrim(c.words)));
end
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
  v_own text;
  v_words text;
  v_part text;
begin
  if body is null or body = '' then
    return false;
  end if;
  v_own := private.own_reply(body);
  v_words := private.words_of_reply(v_own);
  if private.is_stop_keyword(v_words) or private.is_stop_in_a_language(body) then
    return true;
  end if;
  -- A stop sign or a raised hand without other words than courtesy.
  if octet_length(body) > length(body) and body ~ '[🛑⛔🚫✋🖕❌🙅🤚🖐✖]'
    and private.is_stop_keyword('stop ' || v_words) then
    return true;
  end if;
  -- STOP beside a number, a link or words in brackets.
  if length(body) < 200 and (v_own <> translate(v_own, '0123456789(@', '') or strpos(v_own, 'http') > 0) then
    v_part := private.words_of_reply(regexp_replace(v_own,
      '\([^()]{1,60}\)|https?:\S+|@|[+]?\d[\d\s().-]*(x|st|nd|rd|th)?(?![[:alnum:]])', ' ', 'gi'));
    if v_part ~ '\m(stop|stopall|unsub|unsubscribe|opt ?out)\M' and private.is_stop_keyword(v_part) then
      return true;
    end if;
  end if;
  -- Most replies have none of the words of a wish.
  if v_words ~ ('(stop|quit|ceas|halt|discontin|terminat|cancel|refrain|enough|n t|dont|never|remov|delet|scrub|'
    'eras|strik|unlist|block|lose|forget|unsub|revok|withdr|rescin|leave|away|wrong|harass|report|elimin|consent|'
    'permission|unwant|welcome|police|violat|fuck|interested|solicit|lawyer|attorn|bother|stalk|spam|warning|preserve|'
    'mistak|annoy|pester)|'
    '\m(no|not|dnt|dnc|nt|nor|none|zero|nothing|off|out|let|put|add|get|gets|getting|got|end|ends|su(e|ing)|how|why|'
    'when|find|last|new|list|lists|mark|stay|keep|take|takes|taken|taking|tak|pull|one|eat|drop|dropped|knock|if you|'
    'lost|rmv|rm|del|uns|opt\w*|deje|quite|borre|saque|pare|basta|alto|done|tired|sick|hint|piss|bugs?|screw|hell|hike|'
    'dead|ass|shit|cut|rest|wish|prefer|rather|sod|jog|bog|buzz|person|number|court|fcc|ftc|tcpa|mind|dare|else|kick|'
    'pound|beat|scram|shove|bite|jump|turn|kill|lay|chill|shut|switch|data|info|information|records?|right|ccpa|gdpr|'
    'again|more|peace|closed|shoo|suck|stick|up|rot|kiss|fly|bug|scratch|cross|skip|wipe|purge|yank|ditch|toss|'
    'dump|trash|exclude|omit|expunge|sure|see|over|fed|had|per|each|comot|gtfo|phone|name|live)\M') then
    -- Neither an address nor a title ends a sentence.
    if strpos(v_own, '@') > 0 then
      v_own := regexp_replace(v_own, '[^\s<>()"]+@[^\s<>()"]+[.]\w+', ' my address ', 'g');
    end if;
    v_own := replace(replace(replace(v_own, 'mr. ', 'mr '), 'mrs. ', 'mrs '), 'dr. ', 'dr ');
    foreach v_part in array regexp_split_to_array(v_own, '[.!?;:\n\r]+|\s[-–—]+\s') loop
      if private.has_wish_in_english(v_part) then
        return not private.plain_english(regexp_replace(v_own, '[.!?;:\n\r]+', ' , ', 'g')) ~ private.stay_phrases();
      end if;
    end loop;
  end if;
  return private.has_wish_in_a_language(body);
end
$function$;

CREATE OR REPLACE FUNCTION private.is_stop_keyword (
  p_words text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select length(p_words) < 60 and btrim(regexp_replace(regexp_replace(replace(p_words, '|', ' '),
      '\m(please|pls|plz|pleas|plse|ok|okay|now|just|thanks|thank '
        'you|thx|ty|hi|hello|hey|immediately|asap|already|today|kindly|i said|reply|text|txt|sir|maam|ma '
        'am|bro|dude|yo|fucking|freaking|right|para siempre|por favor|favor|gracias|merci|danke|bitte|obrigad[oa]|bot|'
        'dang ?it|dammit|damn ?it|at once)\M', ' ', 'g'),
      '\s+', ' ', 'g'))
    ~ ('^((s ?t ?[o0] ?p+|stpo|sotp|tsop|stoop|stop ?all|stop (it|this|that|me|everything|pl?ea?se?|all)( all)?|stop '
      '?(2|to) ?(end|stop|quit|cancel)|'
      || 'unsub|un ?subs?c?r?i?b?e?d?|unsu[a-z]{4,9}e?|unsubscribe (me|us|all|this|from all|now)|cancel( all| me out| me| '
        'this| these| it)?|end( all| this| it)?|quit( it| this)?|i quit|'
      || '(i )?(hereby )?revoke( all| consent| my consent)?|discontinue|cease|desist|(yeah|yea|yes|no|nope) stop|opt '
        '?out( all| me)?|opt (me|us) out|optout|'
      || 'remove|remove (me|us)|arret|alto|basta|estop|parar|pare|paren|detener|cancelar|baja|desuscribir(me)?|no mas)( '
        '|$))+$')
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
  select private.words_of_reply(private.own_reply(p_body))
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
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding) (?:my|the) \w+ about (?:this|it|that))|(?:(?:on|to) (?:t'
      'he |a )?do not call (?:list|registry)(?: ,)? but (?:\w+ ?)*)|(?:no (?:need|reason) to (?:s'
      'top|quit|unsubscribe|remove)(?: \w+){0,2})|(?:(?:did|was|were) (?:i|we)(?: \w+){0,2}? (?:u'
      'nsubscribed|removed|opted out|deleted|blocked)(?: \w+)*)|(?:(?:my|the|his|her|our) \w+ (?:'
      'is|was|are|keeps|has been|have been)(?: \w+)? (?:harassing|harassed|bothering|calling|text'
      'ing)(?: \w+){0,2})|(?:(?:stop|quit|refrain from|avoid)(?: \w+ing)(?: me| us| here| on)? (?'
      ':before|(?!(?:after (?:all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|e'
      'mails?|one|point|conversation))?(?= ,|$))))after|until|till|past) \w+)|(?:do not (?:text|t'
      'exts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail'
      '|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phon'
      'e|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|wri'
      'te|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|ad'
      'vertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communi'
      'cating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|tal'
      'k to|talking to|reply|replying|respond|responding)(?: me)?(?: now)? , (?:i am|we are) (?:d'
      'riving|at work|busy|working|sleeping|cooking|in (?:a|the)|on the|with (?:a|my))(?: \w+)*)|'
      '(?:(?:not|never) (?:put |been |be |listed )?(?:on|in) (?:the|any|a|your|that) (?:\w+ )?do '
      'not (?:call|contact)(?: \w+)?)|(?:(?<!if |rather |prefer |wish |that |it |appreciated )you'
      ' (?:did|have|had)(?: not| never) (?:text|texts|texting|messages?|messaging|calls?|calling|'
      'contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|hara'
      'ss|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciti'
      'ng|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|roboc'
      'all|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me'
      ' up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|'
      'hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondin'
      'g)(?: \w+){0,3})|(?:(?<!if you )(?:do not|never|can not|could not|(?<!you )will not|would '
      'not|did not|does not|doesnt|not going to|rather not|please not)(?: ever| just| even| reall'
      'y)* (?:stop|quit|cease)(?: (?:text|texts|texting|messages?|messaging|calls?|calling|contac'
      'ts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|har'
      'assing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|sol'
      'icitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|ro'
      'bocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|bl'
      'ow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houndi'
      'ng|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))?(?'
      ': me)?(?: \w+ing(?: \w+)?)?)|(?:(?:do not|please not|never|not) (?:lose|delete|forget|bloc'
      'k|erase|remove|take|unsubscribe|leave me|drop)(?: \w+){0,4})|(?:(?:an|no|any|the) opt out('
      '?: \w+)?)|(?:stop it ,? ?(?:really|lol|haha|ha|no way|(?:i|you) (?:am |are )?(?:love|like|'
      'blush|kidding|making|killing))(?: \w+)*)|(?:(?:you|they) will not stop(?: \w+)* (?:haha|lo'
      'l|lmao))|(?:stop ,? ?(?:wait|hold on|let me|right there|you are breaking)(?: \w+)*)|(?:(?:'
      'can|could|will|would|does|do|has|did) (?:he|she|it|they|this thing)(?: ever| just)* (?:sto'
      'p|quit)(?: \w+)*)|(?:(?:not|is not|am not|are not) (?:a )?(?:spam|harassment|harassing|har'
      'ass)(?: \w+)*)|(?:why (?:do|does|did|have|can|could|would|will) not (?:you|they|anyone|som'
      'eone|he|she) (?!(?:just |please |even )*(?:stop|quit|leave|go |lose|remove|take))\w+(?: \w'
      '+)*)|(?:(?:did not|never|have not|not|had not|has not) (?:unsubscribe\w*|opt(?:ed)? out))|'
      '(?:(?<!(?:do|can|could|should|would|must|may|how|that) )(?:i|we|he|she|they(?! (?:need|hav'
      'e|got|must|better|should))|who|tenants?|neighbou?rs?|(?:my|his|her|their|our) (?:\w+ )?(?!'
      'says|said|told|wants|asked|says|and|will|lips|god)\w+|the (?!texts|calls|messages|emails|s'
      'pam|messaging|texting|calling)\w+)(?: (?:will|would|can|could|did|do|does|have|has|had|jus'
      't|also|finally|once|ever|already|recently|need|needs|got|want|wants|tried|try|trying|am|ar'
      'e|is|going|must|should|may|might|better|to|then|really|even|all))* (?:stop|stops|stopped|q'
      'uit|quits|cease)(?! getting| receiving| these| all| your| (?:the|this) (?:service|program|'
      'subscription|campaign|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboca'
      'lls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|'
      'alerts|notifications?|notices|solicitations?|contact(?! info| number| details| information'
      '| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence'
      '|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales cal'
      'ls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone call'
      's?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|news'
      'letters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| in'
      'formation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corre'
      'spondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|'
      'sales calls))*)))(?: \w+ing)?(?: \w+)?)|(?:(?:told|asked|ordered|made|got|helped|forced|ad'
      'vised|let) (?:me|us)(?: to)? (?:stop|quit|cease)(?: \w+){0,4})|(?:(?:he|she|they|(?:my|our'
      '|his|her|the) (?:neighbou?r|friend|brother|sister|agent|boss|buddy|cousin|uncle|aunt|son|d'
      'aughter|tenant|lawyer|realtor)s?) (?:just |already |had |has |have )?(?:told|asked|tells|a'
      'sks|wants|wanted|begged|said|says)(?! you)(?: (?:his|her|their|the|my|our) \w+| him| her| '
      'them| to| it| that| \w+){0,3}? (?:to )?(?:stop|quit|leave|remove|unsubscribe|opt out|never'
      ')(?: (?!so )\w+){0,4})|(?:(?:why|when|how come)(?: \w+)? (?:did|have|had|do|has|does)(?: n'
      'ot)? (?:you|they|he|she|it|the \w+|everyone)(?! not)(?: ever| already| just)? (?:stop|quit'
      '|stopped)(?: \w+)*)|(?:(?:how come|why) (?:you|they) (?:stopped|quit|stop)(?: \w+)*)|(?:(?'
      ':stop|stops|stopping|stopped) (?:me|us|you|him|her|them) from)|(?:(?:nothing|what|who) (?:'
      'is |will |would |can |could )?(?:to |going to )?stops?(?: me| us| you)?)|(?:(?:bus|next|la'
      'st|first|second|third|fourth|pit|full|non|truck|one|quick|rest|train|metro|short|final|eve'
      'ry|each|two|three) stops?(?: \w+)?)|(?:stop (?:by|in|over|off|sign|signs|light|lights|loss'
      '|watch|gap|work|and (?:talk|see|chat|think|look|visit|say)|at(?! once))(?: \w+)*)|(?:(?:en'
      'd|ends|ending) (?:of|in|on|at|unit|date|up|table|user|result))|(?:(?:remove|take|get|delet'
      'e|drop|pull)(?: (?:me|my name|us|him|her|my \w+))? (?:(?:off|out|off of|out of|from|of))(?'
      ': of)? (?:the |my |our |that |his |her |this )?(?:\w+ ){0,2}?(?:street|foreclosure|mess|pr'
      'obate|debt|deed|title|loan|mortgage|lease|waiting list|waitlist|contract|will|insurance|po'
      'licy|account|bill|market|mls|house|property|listing|trust))|(?:(?:the|an|our|any) (?:opt o'
      'ut|cancellation) (?:period|clause|date|deadline|fee|option|window|form))|(?:(?:opt|opting|'
      'opted) out of (?:the|my|our|a|an|that|his|her)(?! (?:(?:text|texting|sms|email|marketing|c'
      'all|calling|mailing|contact) )?(?:(?:list|lists|database|records|system|files|rolodex|cont'
      'acts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|text list'
      '|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|te'
      'xting|messages|program|sequence)|(?:(?:texts?|text messages?|messages?|sms|calls?|phone ca'
      'lls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|ne'
      'wsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| '
      'information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|cor'
      'respondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketin'
      'g|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?'
      '|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promo'
      'tions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| '
      'details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|ga'
      'rbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising'
      '|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contac'
      'ts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|har'
      'assing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|sol'
      'icitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|ro'
      'bocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|bl'
      'ow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houndi'
      'ng|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|ser'
      'vice|program|campaign))(?: \w+)+)|(?:(?:(?:i|we) |just |already |have |recently )+(?:unsub'
      'scribed|opted out) (?:from|of) (?!your|this|these|those|that|all|every|everything|you|it|a'
      'ny|the|texts?|emails?|calls?|messages?|sms|marketing|future|here|notifications|alerts|upda'
      'tes)\w+(?: \w+)?(?! and you| but you| yet you)|^unsubscribed from (?!your|this|these|those'
      '|that|all|every|everything|you|it|any|the|texts?|emails?|calls?|messages?|sms|marketing|fu'
      'ture|here|notifications|alerts|updates)\w+(?: \w+)?)|(?:if (?:i|we)(?: \w+){1,7} (?:how|ca'
      'n|could|do|would|will|may|is|am|are|where)(?: \w+){0,5}? (?:stop|opt out|unsubscribe|cance'
      'l|quit|be removed|get off|block)(?: \w+)*)|(?:(?:can|could|may|will|how|is there|am|would)'
      '(?: \w+){0,8}? (?:stop|opt out|unsubscribe|cancel|quit|end|be removed|get off)(?: (?!house'
      '|please)\w+){0,4}? (?:later|later on|whenever|any time|anytime|if (?:i|we)|in case|after)('
      '?! (?:get|keep|am|receive))(?: \w+)*)|(?:(?<!times )(?:do|would|should|must|did) (?:i|we)('
      '?: really| just| also)? (?:have to|need to|got to|still need to)? ?(?:text|reply|send|type'
      '|say|write|answer|respond)(?: back| with| you| the word)*(?: stop| unsubscribe| opt out| q'
      'uit| end| cancel)+(?: \w+)*)|(?:(?:opt|opting|opted) out of (?!(?:your|this|these|those|th'
      'at|all|every\w*|it|any|future|further|the|here|you|being|getting|receiving|\w+ (?:(?:list|'
      'lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call lis'
      't|calling list|contact list|phone list|text list|marketing list|mailings|newsletter|outrea'
      'ch|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)|(?:(?:tex'
      'ts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|m'
      'ailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|s'
      'olicitations?|contact(?! info| number| details| information| person)|communications?|stuff'
      '|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaig'
      'ns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor)'
      ')? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|ma'
      'ilings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|'
      'notices|solicitations?|contact(?! info| number| details| information| person)|communicatio'
      'ns?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitche'
      's|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|t'
      'exting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|maili'
      'ng|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phon'
      'ing|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|wri'
      'ting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertis'
      'ing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating'
      '|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|t'
      'alking to|reply|replying|respond|responding)))(?: |$))(?!(?:(?:(?:texts?|text messages?|me'
      'ssages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|'
      'ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact'
      '(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shi'
      't|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertise'
      'ments?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text mes'
      'sages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|lett'
      'ers|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations'
      '?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bullsh'
      'it|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|'
      'advertisements?|advertising|marketing|sales calls))*)|(?:list|lists|database|records|syste'
      'm|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|'
      'phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dial'
      'er|crm|drip|texts|texting|messages|program|sequence)|(?:text|texts|texting|messages?|messa'
      'ging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|b'
      'other|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephon'
      'ing|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pe'
      'ster|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|'
      'hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm'
      '|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replyi'
      'ng|respond|responding))(?: |$))\w+(?: (?!and you|please)\w+){0,3})|(?:(?:did not|never|was'
      ' not)(?: \w+){0,2}? (?:mean|meant|meaning|trying|intend)(?: (?:to|for|that|it))?(?: \w+){0'
      ',3}? (?:stop|unsubscribe|opt out|quit)(?: \w+)*)|(?:(?:accidentally|mistakenly|by accident'
      ') (?:hit|press|pressed|clicked|tapped|send|sent|texted) (?:stop|unsubscribe)(?: \w+)*|(?:s'
      'ent|texted|replied) stop to the wrong \w+(?: \w+)*)|(?:(?:am|is|are|just|,|^) ?not (?:unsu'
      'bscribing|opting out|opting you out|telling you to|asking you to|saying to|saying)(?: \w+)'
      '*)|(?:(?:which|what) word(?: \w+){0,3}? (?:ends?|stops?|cancels?)(?: \w+)*|(?:[a-z]+ ){0,1'
      '2}?(?:, )?in case (?:i|we)(?: \w+){0,8}|how (?:easy|hard|difficult)(?: \w+){0,4}? (?:unsub'
      'scribe|opt out|cancel|stop)(?: \w+)*)|(?:(?:do|are|does|is) (?:you|your \w+) (?:honou?r|re'
      'spect|follow|check|comply|use|on the up)(?: \w+){0,5}? (?:do not call|dnc|opt outs?)(?: li'
      'st| registry)?|(?:tcpa|fcc|ftc|gdpr|ccpa) (?:compliant|approved|registered|licensed|certif'
      'ied))|(?:(?:your|the|it) ?(?:text|message|email|sms)? (?:says|said|say)(?: to)?(?: reply| '
      'text| send| type)? (?:stop|unsubscribe)(?: (?!so |stop)\w+)*)|(?:unsubscribe (?:fee|charge'
      '|cost|penalty)|quit (?:my|his|her|your|the) (?:\w+ )?job|stop it ,? ?(?:that is|you are|th'
      'is is) (?:hilarious|funny|too \w+|crazy|amazing|so \w+)(?: \w+)*)|(?:no more (?:(?:(?:text'
      's?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|ma'
      'ilers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|so'
      'licitations?|contact(?! info| number| details| information| person)|communications?|stuff|'
      'crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaign'
      's?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))'
      '? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mai'
      'lings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|n'
      'otices|solicitations?|contact(?! info| number| details| information| person)|communication'
      's?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches'
      '|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)) from (?:realtor'
      '|zillow|redfin|(?:that|the|those) (?:other|bank|last)|my ex|banks?|lenders|investors|agent'
      's|realtors|wholesalers|collectors)(?: \w+){0,3})|(?:(?:yelled|screamed|hollered|shouted)(?'
      ': \w+){1,5}? at (?:the|a|some|them|him)(?: \w+){0,2}|(?:almost|nearly|was going to|was abo'
      'ut to|usually|normally)(?: \w+){0,3}? (?:block|blocked|report|reported|marked|unsubscribed'
      '|tell you|say|hang up|stopped)(?: \w+)*)|(?:if (?:this|it) (?:is|turns out)(?: \w+){0,4}? '
      '(?:scam|fake|spam|joke)(?: ,)?(?: \w+)*)|(?:not (?:text|email|send|mail|message)(?: me| us'
      ')? (?:the |a |any |big |more |those )*(?:pics|pictures|photos|videos|files?|attachments?|p'
      'dfs?|contracts?|documents?|docs|big \w+))|(?:(?:take|remove) (?:my (?:wife|husband|son|dau'
      'ghter|mother|mom|dad|brother|sister)|him|her)(?: s number| s)? (?:off|from) the (?:thread|'
      'group|chain|email|conversation))|(?:(?:need|needs|got|have|received|get)(?: a| the| that)?'
      ' cease and desist (?:letter|order|notice)?(?: ?\w+)*|cease and desist(?: \w+){0,2} from (?'
      ':the|my|our) (?:hoa|city|county|town|neighbou?r)(?: \w+)*)|(?:(?:describe|explain|document'
      '|share|about) your (?:opt out|unsubscribe|removal|cancellation) (?:procedure|process|polic'
      'y|method|options?|instructions))|(?:(?:opt out|cancellation) (?:deadline|clause|period|dat'
      'e|fee|form for)(?: \w+)*)|(?:(?:take|get|remove|keep|put|delete) (?:me|us|my \w+) (?:off|f'
      'rom|out of|on) (?:of )?(?:their|his|her|zillow|redfin|the other)(?: \w+){0,2})|(?:(?:told|'
      'asked|begged|instructed|ordered) (?:the |that |an? |another |my |our |your )?(?:\w+ ){0,2}'
      '?(?:bank|banks|company|companies|lender|lenders|roofer|wholesalers?|flippers?|collectors?|'
      'telemarketers?|county|city|hoa|plumber|surveyor|buyers?|agency|brokerage|investors?|realto'
      'rs?|zillow|redfin|opendoor|trulia|ex|neighbou?rs?|contractor|mortgage company|insurance)(?'
      ': \w+){0,2}? (?:to |not to |never |leave |stop |quit |get |go )(?: ?\w+)*)|(?:(?:the|some|'
      'my|an) (?:last|other|previous|old|different) (?:company|companies|firm|lender|bank|agent|r'
      'ealtor|investor|outfit|place|people|investors)(?: \w+){0,3}? (?:i|we)(?: have)? (?:told|as'
      'ked)(?: \w+){0,9})|(?:(?:neighbou?r|brother|sister|friend|mother|mom|father|dad|son|daught'
      'er|cousin|uncle|aunt|tenant|husband|wife|roommate|ex)s?(?: \w+){0,2}? (?:told|asked|tells|'
      'asks|wants|wanted|said|say|tell|ask|does not want|hates?)(?: \w+){0,10}?(?: ,)? but (?:i|w'
      'e)(?: am| are| would| will| do| want| like| \w+){0,3}(?: \w+)*)|(?:(?:stop|quit) (?:(?:tex'
      't|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|m'
      'ail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|p'
      'hone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|'
      'write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing'
      '|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|comm'
      'unicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|'
      'talk to|talking to|reply|replying|respond|responding))(?: me| us| my phone| here)?(?: (?:s'
      'o|that|this|too))? (?:early|late)(?: \w+)*)|(?:(?:stop|quit) (?:(?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding))(?: me| us| my phone| here)?(?: at| during| around| in t'
      'he middle of)? (?:midnight|night|nights|dinner|dinner time|dinnertime|lunch|noon|work hour'
      's|\d+(?: (?:am|pm|oclock|o clock))?)(?: time)?(?= ,|$| and (?:call|text|try))(?= ,? ?(?:an'
      'd )?(?:call|text|try|day|after|any|morning|evening|afternoon|it is|weekend|\d)))|(?:(?:the'
      '|that) (?:number|email|address) (?:ending|that ends|i gave|starting|with)(?: \w+){0,4})|(?'
      ':(?:alarm|it|he|she|they|dog|tenants?|phone|rain|the \w+(?: \w+)?|my \w+) no stop(?: \w+)*'
      ')|(?:not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|ema'
      'ils?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging'
      '|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding) that (?:number|phone|'
      'email|address)(?: \w+)*)|(?:(?:he|she|they|my (?:wife|husband|mother|mom|dad|brother|siste'
      'r|son|daughter)) (?:is|are|was)(?: already)? on the do not call list(?: not \w+)?|(?:i|we)'
      ' used to be on (?:the|a) do not call list(?: \w+)*|is there an? do not call list(?: \w+)*)'
      '|(?:send(?:ing)?(?: me| us| any| the| your| more){0,2} (?:mail|letters?|packages?|checks?|'
      'paperwork|documents|papers) to (?:the|my|our|that|this|her|his)(?: \w+){0,2}? (?:property|'
      'house|address|place|home|office|work|unit|rental|ex)(?= ,? ?(?:send|use|mail it|it (?:is|g'
      'oes)|that is|my (?:new|mailing)))(?: \w+)*)|(?:(?:what|why|how come)(?: \w+)? (?:made|make'
      's|would|did) (?:you|him|her|them|it)(?: \w+)? (?:stop|quit)(?: \w+)*)|(?:(?:^|(?<=, ))(?:i'
      ' am |i was )?not (?:saying|asking|telling)(?: you)?(?: to)? (?:stop|quit|never)(?: \w+)*)|'
      '(?:do not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|em'
      'ails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggin'
      'g|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach o'
      'ut|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemar'
      'keting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|'
      'communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting'
      '|stalk|stalking|talk to|talking to|reply|replying|respond|responding) (?:me|us) (?:mrs|mr|'
      'ms|miss|sir|maam|honey|sweetie|dear|names|crazy|cheap|stupid|late|a (?!second|third|dozen)'
      '\w+)(?: \w+)*|do not call me \w+ ?, ?(?:it is|call me|my name is|everyone calls|my friends'
      ' call))|(?:^stop(?: it)? ,? ?(?:no way|omg|shut up|are you serious|for real|you had me)(?:'
      ' \w+)*)|(?:(?:^|(?<=, ))(?:i )?(?:do not|would not) mind (?:you |the |your |getting |a )?('
      '?:\w+ ?)*)|(?:(?:(?:it|you|they|that|texts|calls) do|does|did|will|would) not bother (?:me'
      '|us)(?: (?!again|any more)\w+)?|(?:what|which) lists? (?:did|do|was|were|am|are|is|have)(?'
      ': \w+)*)|(?:not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contact'
      'ing|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|'
      'bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|r'
      'each out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|t'
      'elemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowi'
      'ng up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|vi'
      'siting|stalk|stalking|talk to|talking to|reply|replying|respond|responding) the tenants?(?'
      ': \w+)?|(?:refrain from|avoid|stop) (?:text|texts|texting|messages?|messaging|calls?|calli'
      'ng|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|h'
      'arass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|solic'
      'iting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|ro'
      'bocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting'
      ' me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hou'
      'nd|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respon'
      'ding) (?:the|my|our) tenants?(?: \w+)*)|(?:(?:take|get|pull) (?:me|us) out (?:to|by|for)(?'
      ': \w+)*|(?:talk|talking|speak) to (?:a|the|my|our|an|his|her) \w+|^(?:you are |it is |that'
      ' is )?not bothering (?:me|us)(?= ,|$)|sorry(?: \w+){0,3}? (?:marked|blocked|unsubscribed|r'
      'eported)(?: \w+)*|(?:blocked|marked|reported)(?: \w+){0,3} by (?:accident|mistake)(?: \w+)'
      '*)|(?:(?:take|put|have|got) me (?:off|on) (?:speaker|hold|mute|the (?:hook|phone))(?: \w+)'
      '?)|(?:(?:stop|quit)(?: \w+ing)(?: \w+){0,4}? (?:my|the|that|an) (?:old|previous|former|wro'
      'ng) (?:\w+ )?(?:address|number|phone|email|house|place|box))|(?:(?:the|a|an|at|near|which|'
      'where|every)(?: (?!hint|time|times|love|god|number|people|person)\w+){0,3} stop(?= ,|$))|('
      '?:(?:there (?:are|is|were)|(?:have|had|got|get|see|saw|received)) no more(?: \w+)?)|(?:(?<'
      '!(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|ema'
      'iling|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ri'
      'nging|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reachi'
      'ng out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|ma'
      'rketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communica'
      'te|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|st'
      'alking|talk to|talking to|reply|replying|respond|responding) )(?<!(?:text|texts|texting|me'
      'ssages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|sp'
      'am|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telep'
      'hone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|anno'
      'y|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit u'
      'p|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|'
      'disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to'
      '|reply|replying|respond|responding) (?:me|us) on )(?:my|the|that|this|his|her|their) (?:ol'
      'd|other|previous|former|first|second|work|office|home|business|ex) (?:wife |husband )?(?:n'
      'umber|phone|email|address|line|cell|one))|(?:(?:i|we|he|she|they|nobody|no one|my \w+|the '
      '(?!national|federal|state|internal)\w+|somebody|someone) (?:do|did|does|can|could|will|wou'
      'ld|have|has|had|may|might|am|are|was|were|is)(?: not| never)(?: really| even| usually| alw'
      'ays| often| just| able to| want to| trying to| wanting to)* (?:(?:(?:text|texts|texting|me'
      'ssages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|sp'
      'am|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telep'
      'hone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|anno'
      'y|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit u'
      'p|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|'
      'disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to'
      '|reply|replying|respond|responding)|ask|asking|trouble|troubling|hassle|hassling|badger|ba'
      'dgering|follow up|following up|approach|approaching|pursue|inquire|inquiring|come back|com'
      'ing back|come|check in|checking in|knock|show up))(?<!ask(?= (?:for (?:this|these|any|your'
      '|them)|you to)))(?: \w+)?)|(?:(?:is|are|was) this (?:a )?(?:spam|scam)(?: \w+)?)|(?:(?:sex'
      'ual|tenant|tenants) harassment)|(?:if you are not the (?:right|intended) \w+)|(?:do not di'
      'sturb(?: \w+ \w+ on| mode| while driving)?(?= turned| is| on| mode| while| while driving|$'
      ')))(?!\S)'
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
      'one|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)|(?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls))(?:(?: ,| or| and| nor| me| us| my| all| the)* (?:(?:texti'
      'ng|messaging|calling|contacting|emailing|mailing|spamming|bothering|harassing|phoning|writ'
      'ing|texts|calls|emails|messages|phone calls|text messages|mailings|letters|visiting|visits'
      ')))*(?: (?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )'
      '?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|fathe'
      'r|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|house|ho'
      'me|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:numbe'
      'r|phone|line|address|email|account|cell|person|house)|here|any more|again|at all|ever|it a'
      'gain|him any more|her any more|him again|her again))?)|(?:(?:stop|quit|cease)(?: please)? '
      '(?:sending|messing|bothering|hitting|trying to reach|reaching|doing (?:this|that)|with (?:'
      'this|these|all|it)(?= ,|$| now| please| already| and| or))(?: \w+){0,3})|(?:(?:stop|quit|c'
      'ease) (?!lowball|low ball|insult|teas|kidd|giv|tell|confus|rush|mak|sell|interrupt|play|sh'
      'ow|ask|laugh|driv|quot|offer)\w+ing (?:me|us)(?: up)?(?: \w+){0,2})|(?:(?:stop|quit|cease)'
      ' (?:getting|receiving)(?: (?:these|those|them|any of (?:this|these))|(?: \w+){0,3} (?:(?:t'
      'exts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?'
      '|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices'
      '|solicitations?|contact(?! info| number| details| information| person)|communications?|stu'
      'ff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campa'
      'igns?|updates|advertisements?|advertising|marketing|sales calls))))|(?:(?:stop|quit|cease|'
      'enough|no more|end)(?: sending| making| giving| all)*(?: (?:with|w|of|the|your|all|these|t'
      'his|me|us|any|more))* (?:offers|promotions?|promos?|deals|pitch(?:es)?|advertising|bs|stuf'
      'f|cold calls|questions about (?:my|the|our) (?:house|home|property))(?= ,|$| (?:please|jus'
      't|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanent'
      'ly|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|h'
      'ello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|se'
      'riously)))|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx'
      '|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|f'
      'or good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said'
      '|i mean it|for the last time|seriously) )*end (?:this|it)(?: (?:please|just|kindly|now|alr'
      'eady|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|r'
      'ight now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes'
      '|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously))*$)|(?:'
      '(?:stop|quit) (?:it|this|that|these|them|me|us|everything)(?= ,|$| please| now| already| t'
      'hanks| thank| immediately| at once| or))|(?:(?:end|cancel|terminate|discontinue)(?: all| t'
      'he| these| this| my| your| any)* (?:texts?|text messages?|messages?|sms|emails?|subscripti'
      'ons?(?! to)|notifications|alerts|spam))|(?:(?:these|those|the|all|your|this|get|make|want)'
      '(?: \w+)? ?(?:texts?|texting|messages?|messaging|calls|calling|emails?|emailing|spam|haras'
      'sment|this|it)(?: all| please| just| really)*(?: to| must| should| needs to| need to| has '
      'to| have to| better| got to)?(?: be)? (?:stop|stopped|end|ended|cease)(?! (?:at|on|in|by)('
      '?: |$)))|(?:(?:this|it|that|you|these|they|enough) (?:to|must|should|needs to|need to|has '
      'to|have to|better|got to|have got to) stop(?: it| this| that| now| please| already)*(?= ,|'
      '$| and| or))|(?:make (?:it|this|them|these) stop)|(?:(?:stop|quit|cease) (?:wasting|cloggi'
      'ng|filling|flooding|cluttering|polluting|jamming)(?: up)? (?:my|our|this) (?:inbox|mailbox'
      '|voicemail|phone|email|line))|(?:(?:do not|never)(?: ever| please| you)? send(?: me| us)?('
      '?: any)? more(?= ,|$| please| thanks| ever))|(?:(?:if|wish|rather|hope) you (?:would |coul'
      'd |all )?(?:just |please )?(?:stopped|stop|quit)(?= ,|$| (?:(?:text|texts|texting|messages'
      '?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spa'
      'mming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|t'
      'elephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|anno'
      'ying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitt'
      'ing up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|distur'
      'bing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply'
      '|replying|respond|responding))| sending| this| these| it)(?: \w+){0,2})|(?:(?!(?:the|a|an|'
      'to|it|they|he|she|we|i|not|would|will|could|should|must|might|may|can|that|which|who|and|o'
      'r|ever|never|does|do|did|you|this|these|if) )\w+ stop(?: (?:(?:please|just|kindly|now|alre'
      'ady|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|ri'
      'ght now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|'
      'yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously)|(?:dear|'
      'sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|mi'
      'ss|fam)))*(?= ,|$))|(?:(?:times?|now|so|and|no|me|you) stop(?= ,|$))|(?:you(?: have)?(?: a'
      'll)? (?:been|were|are|got) told(?: \w+){0,2}? (?:to (?:stop|quit|leave)|not to)(?: \w+){0,'
      '3})|(?:(?:asked|requested|request|want|wanted|wish|like|need|asking|demand|begged|prefer|h'
      'ope)(?: you)? (?:to be|being|be) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purg'
      'ed|taken (?:off|out|down)|unsubscribed|opted out)|left alone|off)(?! as )(?! (?:from |off '
      ')?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \w+){0,4})|(?:(?:cut|knock) it (?:out|'
      'off)(?: \w+){0,3}|give it a rest|enough is enough)|(?:wrong (?:number|person|phone)(?: so)'
      '?(?: please| just)? stop(?: \w+){0,2})|(?:(?:for|sake|christ|hell|god|jesus|enough) (?:(?:'
      'please|just) )?stop(?= ,|$))|(?:(?:(?:tell|telling|told|ask|asking|asked|want|wanted|need|'
      'beg|begging|warn|warned|warning|like|requested|instructed|demanding|demand) (?:you|your \w'
      '+|them|him|her)(?: \w+){0,3}? to|(?:wish|hope|demand|insist|ask|request|prefer)(?: that)? '
      'you(?: would| will)?|said to|said|saying|typed|texted you|texted|wrote|replied|repeating|s'
      'ay|asked|asking) (?:(?:please|just) )?(?:stop|quit|cease|desist|unsubscribe|opt out|leave '
      'me alone|remove me|not to (?:(?:text|texts|texting|messages?|messaging|calls?|calling|cont'
      'acts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|h'
      'arassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|s'
      'olicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|'
      'robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|'
      'blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houn'
      'ding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)))'
      '(?= ,|$| (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|ema'
      'ils?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging'
      '|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding)| it| this| me| you| a'
      'lready| again| please| now| before| twice| and| three| \w+ times))|(?:(?:please )?(?:can|c'
      'ould|would|will|can not|why do not|when will|how about) you(?: please| just| kindly| all| '
      'ever| not)* (?:stop|quit)(?: it| this| that| now| please| already| (?:(?:please|just|kindl'
      'y|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at o'
      'nce|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no'
      '|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously'
      ')))*(?= ,|$))|(?:(?:do not|please not|not to|no longer|stop and do not|(?:^|(?<=please |an'
      'd |just |to |, |that you |or |about you |again ))never)(?: (?:ever|you|be|dare|even|want y'
      'ou to|try to|please|bother to|think of|again|any of you))* (?:(?:text|texts|texting|messag'
      'es?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|s'
      'pamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone'
      '|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|an'
      'noying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hi'
      'tting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|dist'
      'urbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|rep'
      'ly|replying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding))*)(?: to| with| on| at)? (?:(?:me|us|myself|my (?:(?:cel'
      'l|personal|mobile|private|poor|elderly|damn|fucking) )?(?:phone|number|cell|line|mobile|in'
      'box|email|address|(?:wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|sist'
      'er|brother|grandma|grandmother|grandpa|family|house|home|office|work|landline))(?: number|'
      ' phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:number|phone|line|address|email|account|c'
      'ell|person|house)|here|any more|again|at all|ever|it again|him any more|her any more|him a'
      'gain|her again))(?! (?:the|a|an) (?!same|damn|fuck)\w+)(?! (?:\w+ ){0,2}?(?:(?:before|(?!('
      '?:after (?:all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|emails?|one|p'
      'oint|conversation))?(?= ,|$))))after|until|till|til|between|while|yet|later|unless|(?<!aft'
      'er )(?:today|tonight|now)|tomorrow|right now|at (?:work|night|home|this (?:time|hour|numbe'
      'r))|during|on (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun|week)\w*|this (?:morning|aft'
      'ernoon|evening|week|weekend|early|late|month)|(?:so|too|that) (?:early|late)|first|if|in t'
      'he (?:morning|evening|afternoon|middle)|when|past|late|early|next week|back until))(?: |$)'
      '))|(?:(?:^|(?<=please |and |just |, |hey |so |number |ok |but ))(?:do not|never)(?: ever| '
      'please)* (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|'
      'emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugg'
      'ing|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach'
      ' out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telem'
      'arketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing u'
      'p|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiti'
      'ng|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?:(?: ,| or| nor| '
      'and)+ (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contactin'
      'g|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bu'
      'gging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|rea'
      'ch out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|tel'
      'emarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing'
      ' up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visi'
      'ting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))*)(?: (?:please|'
      'again|any more|thanks|thank you|ever|period|back|dear|sir))*(?= ,|$| (?:just |only |please'
      ' )*(?:text|call|email|message) (?:me|us)(?: |$)| (?:just|i|because|we) (?!(?:am|are) (?:at'
      '|in|on|driving|busy|sleeping|working))))|(?:(?:do not|never|stop)(?: ever| please)? (?:sen'
      'd|sending|give|forward|mail|shoot|leave)(?: me| us| my \w+| this \w+| out)?(?: any| more| '
      'any more| another| these| this| your| further| the| a)* (?:(?:(?:texts?|text messages?|mes'
      'sages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|a'
      'ds?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact('
      '?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit'
      '|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisem'
      'ents?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text mess'
      'ages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|lette'
      'rs|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?'
      '|contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshi'
      't|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|a'
      'dvertisements?|advertising|marketing|sales calls))*)|any more|anything|again|these))|(?:(?'
      ':do|does|did|would) (?:not|rather not)(?: ever| really)? (?:wish|want|care|need|like|conse'
      'nt|agree|appreciate|permit|authori[sz]e|give you permission|approve)(?: (?:to|for|you|be|r'
      'eceive|receiving|get|getting|have|having|see|any|more|any more|further|these|those|your|th'
      'e|all|of|such|from|anything|in|a|being|sending|me|us|fucking|damn|stupid))* (?:(?:(?:texts'
      '?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mai'
      'lers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|sol'
      'icitations?|contact(?! info| number| details| information| person)|communications?|stuff|c'
      'rap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns'
      '?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))?'
      ' (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mail'
      'ings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|no'
      'tices|solicitations?|contact(?! info| number| details| information| person)|communications'
      '?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|'
      'campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|tex'
      'ting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing'
      '|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phonin'
      'g|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writi'
      'ng|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertisin'
      'g|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|d'
      'isturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|tal'
      'king to|reply|replying|respond|responding)|(?:contacted|called|texted|messaged|emailed|sol'
      'icited|bothered|harassed|mailed|reached)|any more from you|on (?:your|this|the|any) (?:\w+'
      ' )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing'
      ' list|call list|calling list|contact list|phone list|text list|marketing list|mailings|new'
      'sletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|seque'
      'nce))|hear from you)(?! (?:\w+ ){0,2}?(?:(?:before|(?!(?:after (?:all|(?:this|that|today|t'
      'onight|now)(?: (?:texts?|messages?|calls?|emails?|one|point|conversation))?(?= ,|$))))afte'
      'r|until|till|til|between|while|yet|later|unless|(?<!after )(?:today|tonight|now)|tomorrow|'
      'right now|at (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tues|'
      'wednes|thurs|fri|satur|sun|week)\w*|this (?:morning|afternoon|evening|week|weekend|early|l'
      'ate|month)|(?:so|too|that) (?:early|late)|first|if|in the (?:morning|evening|afternoon|mid'
      'dle)|when|past|late|early|next week|back until))(?: |$)))|(?:(?:no longer|never)(?: ever)?'
      ' (?:wish|want|care|need|consent|agree)(?: (?:to|for|you|be|receive|get|any|more|further|th'
      'ese|your|the|all|of|such|from))*(?: (?:(?:(?:texts?|text messages?|messages?|sms|calls?|ph'
      'one calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotio'
      'ns?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| det'
      'ails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garba'
      'ge|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|ma'
      'rketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|'
      'calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?'
      '|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| nu'
      'mber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|j'
      'unk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adver'
      'tising|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|'
      'contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|hara'
      'ss|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciti'
      'ng|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|roboc'
      'all|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me'
      ' up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|'
      'hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondin'
      'g)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)'
      '|hear from you|these|this|on \w+ list)))|(?:(?:do not|never|no longer) (?:want|wish|need|c'
      'are)(?: to)? (?:(?:receive|get|see) (?:these|this|them|those|anything|any more|your)|hear('
      '?: anything| any more| any)? from|hear from (?:you|any of you)|hear it)(?: \w+)?)|(?:(?:^|'
      '(?<=please |just |ok |and |, |but |thanks |thank you ))no more(?: of (?:this|these|it|that'
      ')|(?: (?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asa'
      'p|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|thou'
      'gh|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|f'
      'or the last time|seriously)| (?:dear|sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dud'
      'e|people|folks|guys|sweetie|mister|miss|fam)))*(?= ,|$))|(?:no (?:more|further|additional)'
      '(?: of)?(?: these| your| this| the| unsolicited| stupid| fucking)* (?:(?:(?:texts?|text me'
      'ssages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|let'
      'ters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitation'
      's?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bulls'
      'hit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates'
      '|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts'
      '?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mai'
      'lers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|sol'
      'icitations?|contact(?! info| number| details| information| person)|communications?|stuff|c'
      'rap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns'
      '?|updates|advertisements?|advertising|marketing|sales calls))*)|this|these|(?:text|texts|t'
      'exting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|maili'
      'ng|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phon'
      'ing|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|wri'
      'ting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertis'
      'ing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating'
      '|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|t'
      'alking to|reply|replying|respond|responding))(?: please)?)|(?:(?:^|(?<=please |, ))no (?:t'
      'exts?|sms|texting|calls?|calling|messages?|messaging|emails?|emailing|spam|soliciting|soli'
      'citations?|solicitors|contact)(?:(?:(?: or| and)(?: no)?|(?: ,)? no) (?:texts?|sms|calls?|'
      'messages?|emails?))*(?: please| thanks| thank you| any more| ever| period)*(?= ,|$))|(?:if'
      ' you(?: ever)? (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacti'
      'ng|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|b'
      'ugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|re'
      'ach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|te'
      'lemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowin'
      'g up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|vis'
      'iting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?: me| us| this'
      ' number| here)?(?: again| any more| one more))|(?:if you (?:(?:do not|will not) (?:stop|qu'
      'it|leave|remove|take)|(?:keep|continue)(?: on)? (?:text|texts|texting|messages?|messaging|'
      'calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother'
      '|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|s'
      'olicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|'
      'pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit m'
      'e up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping'
      '|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|re'
      'spond|responding))(?: \w+){0,3})|(?:(?:not|never|no longer)(?: (?:ever|please|be|bother|tr'
      'y|to|even|dare|have to|need to|(?:(?:text|texts|texting|messages?|messaging|calls?|calling'
      '|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|har'
      'ass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|solicit'
      'ing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robo'
      'call|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting m'
      'e up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound'
      '|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondi'
      'ng)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calli'
      'ng|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|h'
      'arass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|solic'
      'iting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|ro'
      'bocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting'
      ' me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hou'
      'nd|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respon'
      'ding))*)))*? (?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|cont'
      'acting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|b'
      'ug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitatio'
      'n|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocallin'
      'g|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|bl'
      'owing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit'
      '|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|ask|asking|'
      'trouble|troubling|hassle|hassling|badger|badgering|follow up|following up|approach|approac'
      'hing|pursue|inquire|inquiring|come back|coming back|come|check in|checking in|knock|show u'
      'p))(?: (?!not|but|and|then|if|him|her|them|the|at \d|during|before|while)\w+){0,5}? (?:(?:'
      'again|any more|ever|ever again|further|any further|in (?:the )?future|going forward|from n'
      'ow on|at all)))|(?:(?:not|never)(?: \w+)? bother(?: \w+)? (?:text|texts|texting|messages?|'
      'messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamm'
      'ing|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|tel'
      'ephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyi'
      'ng|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hittin'
      'g up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbi'
      'ng|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|r'
      'eplying|respond|responding)(?: \w+)?)|(?:(?:rather|prefer|appreciate it|grateful|appreciat'
      'ed|wish|happy|glad|kind|better)(?: it)?(?: if| that)? you(?: would| could| did| do| to)? n'
      'ot (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|e'
      'mailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|'
      'ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reac'
      'hing out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|'
      'marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communi'
      'cate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|'
      'stalking|talk to|talking to|reply|replying|respond|responding)(?: \w+){0,2})|(?:(?:stop|qu'
      'it|cease) (?:asking|inquiring|begging|pressuring|pushing|nagging|trying to (?:buy|sell|rea'
      'ch|get|call|contact|convince|purchase))(?! for | less| so low)(?: \w+){0,3})|(?:(?:prefer|'
      'rather|like|want|wish|choose|care|appreciate)(?: (?:to|it|if|you|i|we|would|you would))* n'
      'ot(?: \w+){0,2}? (?:get|getting|receive|receiving|hear|hearing|see|be|have)(?: (?:any|more'
      '|any more|such|of))* (?:these|this|those|it|from you|anything|(?:(?:texts?|text messages?|'
      'messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spa'
      'm|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|conta'
      'ct(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|s'
      'hit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adverti'
      'sements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text m'
      'essages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|le'
      'tters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitatio'
      'ns?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bull'
      'shit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|update'
      's|advertisements?|advertising|marketing|sales calls))*)|(?:contacted|called|texted|message'
      'd|emailed|solicited|bothered|harassed|mailed|reached)|on (?:your|this|the) (?:\w+ )?(?:(?:'
      'list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|cal'
      'l list|calling list|contact list|phone list|text list|marketing list|mailings|newsletter|o'
      'utreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))(?:'
      ' \w+){0,2})|(?:(?:not|never)(?: ever)? (?:use|keep|store|save|dial)(?: to)? (?:my (?:numbe'
      'r|phone|info|information|data|details|cell|email|contact)|this (?:number|phone|email|addre'
      'ss|line)|it again)(?: (?:again|for \w+|any more|ever))?(?= ,|$))|(?:no (?:contact|call|sol'
      'icit\w*|soliciting|solicitation|text|marketing) (?:policy|order|rule|list|request))|(?:no '
      'further(?: \w+)? (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocall'
      's?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|al'
      'erts|notifications?|notices|solicitations?|contact(?! info| number| details| information| '
      'person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|o'
      'utreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls'
      ')(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?'
      '|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsle'
      'tters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| info'
      'rmation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresp'
      'ondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sa'
      'les calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contactin'
      'g|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bu'
      'gging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|rea'
      'ch out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|tel'
      'emarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing'
      ' up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visi'
      'ting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)))|(?:no (?:need|'
      'reason|point)(?: in| for you)?(?: to)? (?:(?:text|texts|texting|messages?|messaging|calls?'
      '|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothe'
      'ring|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit'
      '|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pester'
      'ing|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|h'
      'itting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pingi'
      'ng|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|'
      'responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|messages?|messaging|call'
      's?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bot'
      'hering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solic'
      'it|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pest'
      'ering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up'
      '|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pin'
      'ging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respon'
      'd|responding))*)(?: (?:me|us|back|to))* (?:(?:again|any more|ever|ever again|further|any f'
      'urther|in (?:the )?future|going forward|from now on|at all)))|(?:(?:this|that|it|let this|'
      'make this)(?: \w+){0,2}? (?:be|is|was) (?:the|your) last (?:(?:texts?|text messages?|messa'
      'ges?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads'
      '?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?!'
      ' info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|n'
      'onsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisemen'
      'ts?|advertising|marketing|sales calls)|time (?:you (?:text|texts|texting|messages?|messagi'
      'ng|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bot'
      'her|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephonin'
      'g|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pest'
      'er|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hi'
      't me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|p'
      'ing|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying'
      '|respond|responding)|(?:i|we) (?:hear|get)))(?! i)(?: \w+){0,3})|(?:(?:this|these|those|th'
      'ey|it|your(?: \w+)?|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocall'
      's?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|al'
      'erts|notifications?|notices|solicitations?|contact(?! info| number| details| information| '
      'person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|o'
      'utreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls'
      ')(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?'
      '|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsle'
      'tters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| info'
      'rmation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresp'
      'ondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sa'
      'les calls))*))(?: \w+)? (?:is|are) (?:unwanted|not wanted|not welcome|unwelcome|unsolicite'
      'd and unwanted)(?: \w+)?)|(?:(?:do|does|will|can) not (?:accept|take|welcome|want|do|respo'
      'nd to|allow|permit)(?: any| these| your| kind| kinds| type| types| of| such| unsolicited| '
      'cold| sales| marketing)* (?:solicitations?|soliciting|solicitors|telemarketers|(?:sales|co'
      'ld|marketing|unsolicited|solicitation) (?:calls?|texts?|emails?|messages?))(?: \w+){0,3})|'
      '(?:not (?:accepting|taking|open to)(?: any)? (?:solicitations?|solicitors|sales calls)|(?:'
      'on|in) (?:the )?dnc)|(?:(?:your|my) (?:last|final) warning|^(?:last|final) warning|\d+ per'
      ' (?:text|call|message|violation)|preserve (?:all |your |any )*(?:records|evidence|document'
      's|logs)|^(?:i will )?see you in court|(?:on|to|in) (?:my|the|our) block(?:ed)? list)|(?:(?'
      ':so|please|kindly) (?:please |just |kindly )*quit(?= ,|$))|(?:(?:sent|replied|texted|typed'
      '|said|wrote|responded|answered|messaged|put)(?: back| you| with)? (?:(?:stop|unsubscribe|q'
      'uit)(?= to (?!by|come))|(?:stop|unsubscribe|quit|no)(?= (?:\d|like|already|twice|three|fou'
      'r|five|several|many|every|each|multiple|times|last|days|weeks|before))))|(?:(?:left|leave|'
      'be|remain|live)(?: \w+){0,2} in peace|consider (?:this|the|our) (?:\w+ )?(?:closed|over|fi'
      'nished|done))|(?:(?:please|kindly|must|now|and|immediately|hereby) (?:cease|desist)(?= ,|$'
      ')|(?:cease|desist|stop) (?:at once|immediately|right now|this instant))|(?:(?:delete|erase'
      '|remove|purge|destroy|wipe|deletion of|removal of)(?: all| any| every)?(?: of)? (?:my|our)'
      '(?: \w+)? (?:data|information|info|details|records?)|(?:record|trace)s? of (?:me|us)|right'
      ' to be forgotten|(?:ccpa|gdpr) (?:request|deletion|opt out)|under (?:the )?(?:ccpa|gdpr))|'
      '(?:not (?:text|call|dial|ring) it(?= ,|$)|leave (?:her|him|them) (?:alone|be)(?= ,|$| plea'
      'se)(?! , (?:talk|call|text|deal|just)))|(?:(?:(?:^|(?<=, |argh |ugh |omg ))enough of (?:th'
      'is|these|your|you)(?: (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboca'
      'lls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|'
      'alerts|notifications?|notices|solicitations?|contact(?! info| number| details| information'
      '| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence'
      '|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales cal'
      'ls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone call'
      's?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|news'
      'letters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| in'
      'formation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corre'
      'spondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|'
      'sales calls))*)| crap)?|(?<=argh |ugh )enough)(?: (?:bye|please|now|already))*(?= ,|$)|had'
      ' (?:it|enough)(?: (?:with|of) (?:you|your|these|this)(?: (?:people|(?:(?:texts?|text messa'
      'ges?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letter'
      's|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|'
      'contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit'
      '|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|ad'
      'vertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|t'
      'ext messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailer'
      's?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solici'
      'tations?|contact(?! info| number| details| information| person)|communications?|stuff|crap'
      '|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|u'
      'pdates|advertisements?|advertising|marketing|sales calls))*)))?)?(?: (?:bye|now|already|pl'
      'ease))?(?= ,|$))|(?:(?:tired|sick|fed up|weary)(?: and tired)? (?:of|with) (?:this|you)(?='
      ' ,|$| (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails'
      '?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ri'
      'ng|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|r'
      'eaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketi'
      'ng|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|comm'
      'unicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|sta'
      'lk|stalking|talk to|talking to|reply|replying|respond|responding)))|(?:(?:this|it) (?:is|f'
      'eels like|is like|amounts to) (?:pure |basically )?(?:stalking|an invasion)|(?:reported|ma'
      'rked|flagged)(?: \w+)? as (?:spam|junk))|(?:take (?:your|this|that|the) (?:\w+ )?(?:and|n)'
      ' (?:shove|stick|stuff)(?: it)?|take (?:your|these|this) (?:\w+) elsewhere)|(?:(?:find|pick'
      '|get|choose|bug|bother) (?:another|a different|a new) (?:sucker|victim|target|mark|fool|id'
      'iot|house|number|person|family)(?= ,|$| to)|^(?:(?:please|just|kindly|now|already|immediat'
      'ely|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|'
      'maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but'
      '|well|look|listen|again|i said|i mean it|for the last time|seriously) )*(?:go )?(?:pick on'
      '|talk to|pester|bother|annoy|harass|bug) (?:someone|somebody|anyone|some one) else(?= , no'
      't| ,|$))|(?:not(?: going to)? (?:tell|ask|say|warn|repeat)(?: you| it| this| myself| that)'
      '* (?:again|twice)|make me (?:tell|ask|say|warn|repeat)(?: you| it| this| myself)* again)|('
      '?:(?:block|blocking|blocked) (?:every|all|each|any)(?: \w+){0,2}? (?:numbers?|phones?|text'
      's?|one of you)|stop using (?:new|different|other|fake) numbers|waste (?:your|any) (?:time|'
      'breath)(?= ,|$| on me| with me| texting| calling))|(?:(?:no|any) (?:further|more|other|add'
      'itional) attempts?)|(?:^(?:just |please )*stay (?:the hell )?away(?= ,|$)|(?:keep|stay) (?'
      ':the hell |far )?away from (?:me|us|my (?!dog|pool|house|tenants)\w+))|(?:not (?:ever )?co'
      'me (?:back|around|here|by|near|to my)(?: \w+){0,3}? (?:again|any more|no more|ever)|not ev'
      'er come back)|(?:(?:i|we) (?:get|receive|hear) no more(?: of (?:this|these)| from you)?(?='
      ' ,|$)|see (?:to it )?that (?:it|this|these|they) stops?|confirm (?:my )?(?:removal|opt out'
      '|unsubscrib\w+)(?! of))|(?:(?:no longer|not) (?:wish|want|care) to (?:receive|get)(?= ,|$)'
      '|(?:why|how come|why am i|why are we|not sure why)(?: \w+){0,3}? still on (?:here|this|you'
      'r|the \w*))|(?:(?:any|all) (?:further|future|additional|subsequent) (?:(?:(?:texts?|text m'
      'essages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|le'
      'tters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitatio'
      'ns?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bull'
      'shit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|update'
      's|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:text'
      's?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|ma'
      'ilers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|so'
      'licitations?|contact(?! info| number| details| information| person)|communications?|stuff|'
      'crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaign'
      's?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|texting|mes'
      'sages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spa'
      'm|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|teleph'
      'one|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy'
      '|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up'
      '|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|d'
      'isturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|'
      'reply|replying|respond|responding))(?: \w+){0,6}? (?:will|shall|must|constitutes?|is|are|m'
      'ay)(?: be)? (?!welcome|answered|sent|great|fine|ok|good|appreciated|at|in|on|by)\w+)|(?:(?'
      ':end|cease|terminate|discontinue)(?: all| any| this| our| your)+ (?:contact|communications'
      '?|conversation|outreach|correspondence)(?= ,|$))|(?:^dnc(?: please| list| thanks| me)*$)|('
      '?:(?:revocation|withdrawal) of(?: my| all| any| prior| express)* consent(?: \w+){0,4}|(?:o'
      'pt out|unsubscribe|removal|stop|dnc|do not call|do not contact) (?:request|notice|notifica'
      'tion))|(?:(?:did not|never|not|no one|have not|had not)(?: \w+)? (?:sign up|signed up|subs'
      'cribe|subscribed|opt in|opted in|opt into|register|registered|enroll|enrolled|ask|asked|re'
      'quest|requested|agree|agreed|consent|consented|authori[sz]ed?)(?: for| to| receive| get| b'
      'e on)*(?: (?:this|these|that|it)(?= ,|$)|(?: this| these| your| any| the)* (?:(?:(?:texts?'
      '|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mail'
      'ers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|soli'
      'citations?|contact(?! info| number| details| information| person)|communications?|stuff|cr'
      'ap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?'
      '|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? '
      '(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|maili'
      'ngs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|not'
      'ices|solicitations?|contact(?! info| number| details| information| person)|communications?'
      '|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|c'
      'ampaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:list|lists|data'
      'base|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling '
      'list|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaig'
      'ns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence))(?: \w+)?))|(?:forg'
      'et (?:you|about|that you|i|we)(?: \w+){0,3}? (?:number|me|us|exist|contact|phone))|(?:^sto'
      'p(?= (?:(?:now |it |this )?or (?:else|i|we|my)|i|we|wrong|not|no|do not|never|please|this '
      '(?:is not|number)|my name)(?: |$))(?!.*(?:lol|haha|laugh)))|(?:(?:done with|done getting|d'
      'one receiving|(?:tired|sick|fed up|had enough|annoyed)(?: with| of| and tired| by)+)(?: (?'
      ':getting|receiving|having|being|hearing from))* (?:(?:these|this|your|all these|all this|y'
      'our stupid|the constant) (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|'
      'robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslet'
      'ters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| infor'
      'mation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspo'
      'ndence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sal'
      'es calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phon'
      'e calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions'
      '?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detai'
      'ls| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage'
      '|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|mark'
      'eting|sales calls))*))|(?:contacted|called|texted|messaged|emailed|solicited|bothered|hara'
      'ssed|mailed|reached)(?: by you)?|you (?:text|texts|texting|messages?|messaging|calls?|call'
      'ing|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|'
      'harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soli'
      'citing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|r'
      'obocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hittin'
      'g me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|ho'
      'und|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respo'
      'nding) me))|(?:(?:will|going to|am|are)(?: \w+)? (?:call|calling|contact|contacting|notify'
      '|notifying) (?:the )?(?:police|cops|fcc|ftc|attorney general))|(?:^(?:(?:please|just|kindl'
      'y|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at o'
      'nce|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no'
      '|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously'
      ') )*(?:i am |we are )?(?:so )?done (?:with (?:you|this|it|all this|all of this|these)|talk'
      'ing)(?: to you| guys)?(?= ,|$))|(?:^(?:please |just |now |so |then )*(?:take|get) (?:it|th'
      'is|me|us) off(?= ,|$| please| now| thanks))|(?:(?:can|could|would|will|should|must|may|ask'
      ' that|ask|prefer|rather) (?:you|y all)(?: \w+)?? not(?: be)? (?:(?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|me'
      'ssages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|sp'
      'am|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telep'
      'hone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|anno'
      'y|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit u'
      'p|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|'
      'disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to'
      '|reply|replying|respond|responding))*)(?= ,|$| (?:me|us|myself|my (?:(?:cell|personal|mobi'
      'le|private|poor|elderly|damn|fucking) )?(?:phone|number|cell|line|mobile|inbox|email|addre'
      'ss|(?:wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|gran'
      'dma|grandmother|grandpa|family|house|home|office|work|landline))(?: number| phone)?|mine|t'
      'his (?:(?:cell|phone|mobile) )?(?:number|phone|line|address|email|account|cell|person|hous'
      'e)|here|any more|again|at all|ever|it again|him any more|her any more|him again|her again)'
      '| (?:again|any more|ever|ever again|further|any further|in (?:the )?future|going forward|f'
      'rom now on|at all))|^(?:can|could|would|will) you(?: please)? not$)|(?:(?:not|no longer) i'
      'nterested in (?:receiving|getting|hearing|these|your|any more|any further)(?: \w+){0,2}? ('
      '?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|'
      'mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications'
      '?|notices|solicitations?|contact(?! info| number| details| information| person)|communicat'
      'ions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitc'
      'hes|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:'
      'or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails'
      '?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|noti'
      'fications?|notices|solicitations?|contact(?! info| number| details| information| person)|c'
      'ommunications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|p'
      'itch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|from'
      ' you|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?'
      '|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|rin'
      'g|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|re'
      'aching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketin'
      'g|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commu'
      'nicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stal'
      'k|stalking|talk to|talking to|reply|replying|respond|responding)))|(?:(?:consent|permissio'
      'n)(?: to \w+| for \w+)? (?:is|has been|was|hereby|is hereby) (?:withdrawn|revoked|rescinde'
      'd|cancel\w+))|(?:(?:take (?:a|the)|(?<!i |we )get the) hint)|(?:^(?:(?:please|just|kindly|'
      'now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at onc'
      'e|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|n'
      'ope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously) '
      '|and )*(?:git|git lost|kick rocks|pound sand|beat it|scram|shoo|bite me|shove it|get bent|'
      'go away|go kick rocks|take a (?:long walk|flying leap)|(?:go )?jump (?:in|off) a \w+|mind '
      'your (?:own )?(?:business|damn business)|get a life|get a (?:real )?job|suck it|eat it|sti'
      'ck it|up yours|rot in hell)(?:(?: (?:(?:please|just|kindly|now|already|immediately|today|t'
      'hanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|du'
      'de|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|'
      'listen|again|i said|i mean it|for the last time|seriously)|(?:dear|sir|maam|madam|friend|b'
      'uddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam)|scammers?|creep'
      's?|loser|jerk|off a short pier))* ?)(?= ,|$| and))|(?:kiss my (?:a|butt|behind|as|rear)|go'
      ' fly a kite|go pound sand|stay the hell away|(?:leave|let) (?:me|us)(?: \w+){0,2} in peace'
      ')|(?:(?:stop|end|quit) (?:the|this|all this) (?:madness|nonsense|insanity|bs|crap|bullshit'
      '|spam|harassment|noise))|(?:(?:^|(?<=, |and |but ))(?:unwanted|unwelcome) (?:(?:(?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? ('
      '?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailin'
      'gs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|noti'
      'ces|solicitations?|contact(?! info| number| details| information| person)|communications?|'
      'stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|ca'
      'mpaigns?|updates|advertisements?|advertising|marketing|sales calls))*))|(?:(?:texts?|text '
      'messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|l'
      'etters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitati'
      'ons?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bul'
      'lshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updat'
      'es|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:tex'
      'ts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|m'
      'ailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|s'
      'olicitations?|contact(?! info| number| details| information| person)|communications?|stuff'
      '|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaig'
      'ns?|updates|advertisements?|advertising|marketing|sales calls))*) not welcome|not welcome '
      'here)|(?:(?:block|blocked|blocking)(?: \w+){0,3}? (?:your|you|this|these)(?: other)? (?:nu'
      'mbers?|phones?|texts?))|(?:(?:mark|list|flag|put|set|register|note|classify) (?:(?:me|us|m'
      'y (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|numbe'
      'r|numbers|phone|cell|info|information|email|address|contact|contacts|details|data|family|l'
      'ine|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email'
      ' |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|n'
      'ames|number|numbers|phone|info|information|email|address|contact|data|details|house|proper'
      'ty)))(?: down)?(?: as| on| to)? (?:a )?(?:do not (?:call|contact|text)|dnc|no contact|opte'
      'd out|opt out))|(?:(?:no|zero) (?:desire|wish|intention|interest|need)(?: to| in| of)* (?:'
      'hear|hearing|receive|receiving|get|getting|be|being|have|having)(?: \w+){0,2}? (?:from you'
      '|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|m'
      'ailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?'
      '|notices|solicitations?|contact(?! info| number| details| information| person)|communicati'
      'ons?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitch'
      'es|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:o'
      'r|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?'
      '|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notif'
      'ications?|notices|solicitations?|contact(?! info| number| details| information| person)|co'
      'mmunications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pi'
      'tch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:co'
      'ntacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached))(?: \w+'
      '){0,2})|(?:you (?:do not|did not|never) (?:have|had|get|got) (?:my |our )?(?:consent|permi'
      'ssion)(?: \w+){0,4}|i (?:do not|did not|never) (?:give|gave) (?:you )?(?:my |any )?(?:cons'
      'ent|permission)(?= ,|$))|(?:(?:how|what|where|is there|who)(?: \w+){0,7}? (?:get|be|become'
      '|being|getting) (?:(?:me |us )?(?:off|out)(?: of)? (?:this|these|those|your|whatever|the(?'
      ': \w+)? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|ma'
      'iling list|call list|calling list|contact list|phone list|text list|marketing list|mailing'
      's|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|'
      'sequence)))|(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down'
      ')|unsubscribed|opted out))(?! (?:\w+ ){0,2}?(?:house|deed|loan|mortgage|lease|contract|dea'
      'l))(?: \w+){0,4})|(?:(?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |pe'
      'rsonal |own |whole )*(?:name|number|numbers|phone|cell|info|information|email|address|cont'
      'act|contacts|details|data|family|line|records?|wife|husband|mother|mom|father|dad|house|pr'
      'operty)|this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|ce'
      'll|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|information|email|address'
      '|contact|data|details|house|property)))(?: \w+){0,2}? (?:be|is|are|get|gets|been|was|were|'
      'being) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|'
      'unsubscribed|opted out))(?! (?:from|off) the)(?: from \w+(?: \w+)?)?)|(?:(?:want|like|conf'
      'irm|asked|see|know)(?: \w+){0,2}? (?:i|we) (?:am|are|was|have been|be|get) (?:(?:removed|d'
      'eleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out'
      '))(?: \w+){0,3})|(?:(?:stop|end|cancel|discontinue|terminate) (?:the|this|your) (?:service'
      '|program|subscription|campaign|drip))|(?:(?:stopall|stop all|seize all|cease all)(?: \w+){'
      '0,2})|(?:(?:(?:how|where|what)(?: (?:do|can|could|would|should|must|am|the|hell|fuck|heck|'
      'else))* (?:i|we|one|you|to)|is there|how to)(?: \w+){0,4}? (?:opt out|unsubscribe|(?:stop|'
      'end|cancel|turn off|block|prevent|avoid)(?: all| getting| receiving| the| you from)* (?:th'
      'is|these|those|it|your|you|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|r'
      'obocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslett'
      'ers?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inform'
      'ation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspon'
      'dence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sale'
      's calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone'
      ' calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?'
      '|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detail'
      's| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|'
      'correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marke'
      'ting|sales calls))*))(?: \w+){0,2}|make (?:it|this|these|them|the (?:texts?|text messages?'
      '|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|sp'
      'am|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|cont'
      'act(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|'
      'shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advert'
      'isements?|advertising|marketing|sales calls)|these (?:texts?|text messages?|messages?|sms|'
      'calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?'
      '|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| nu'
      'mber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|j'
      'unk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adver'
      'tising|marketing|sales calls)) stop))|(?:(?:request|requesting|requested|ask for|want|dema'
      'nd|demanding)(?: my| an?| immediate)* removal(?! of (?:the|a|my))(?: \w+){0,4}|removal (?:'
      'please|from (?:your|this|the|all))(?: \w+){0,2})|(?:(?:take|get|pull|took|keep|leave) (?:('
      '?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:n'
      'ame|number|numbers|phone|cell|info|information|email|address|contact|contacts|details|data'
      '|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |ce'
      'll |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our '
      '(?:name|names|number|numbers|phone|info|information|email|address|contact|data|details|hou'
      'se|property))) (?:(?:off|out|off of|out of|from|of))(?: \w+){0,5}? (?:(?:list|lists|databa'
      'se|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling li'
      'st|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns'
      '?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:take|get|pull'
      '|tak) (?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |wh'
      'ole )*(?:name|number|numbers|phone|cell|info|information|email|address|contact|contacts|de'
      'tails|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?'
      ':phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mo'
      'bile)|our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|d'
      'etails|house|property))) (?:off|out|off of here|off this|off of this|off your|off the|out '
      'of here|down from)(?: \w+)?)|(?:(?:remove|delete|drop|scrub|scratch|erase|strike|unlist|bl'
      'ock|purge|exclude|clear|suppress|unenroll|deregister)(?: all)?(?: of)? (?:(?:me|us|my (?:f'
      'ull |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numb'
      'ers|phone|cell|info|information|email|address|contact|contacts|details|data|family|line|re'
      'cords?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobi'
      'le )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|n'
      'umber|numbers|phone|info|information|email|address|contact|data|details|house|property)))('
      '?= ,|$| (?:off|out|off of|out of|from|of)| please| now| immediately| thank| thanks| and| p'
      'ermanently| asap| right| of| already| dear| thx)(?: (?:(?:off|out|off of|out of|from|of))('
      '?: \w+){0,4}? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mai'
      'ler|mailing list|call list|calling list|contact list|phone list|text list|marketing list|m'
      'ailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|pr'
      'ogram|sequence)))?)|(?:(?:remove|removed|taken off|deleted|struck|off|out)(?: from| of)* ('
      '?:your|this|ya|whatever|any|all|every)(?: \w+){0,2}? (?:(?:list|lists|database|records|sys'
      'tem|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact lis'
      't|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|di'
      'aler|crm|drip|texts|texting|messages|program|sequence))(?: you have)?)|(?:(?:remove|delete'
      '|strike|take)(?: (?!the |a )\w+){1,6}? (?:from|off)(?: of)? (?:your|this|ya)(?: \w+)? (?:('
      '?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|c'
      'all list|calling list|contact list|phone list|text list|marketing list|mailings|newsletter'
      '|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|'
      '(?:(?:want|get|be|please|i am|am)(?: to be)? (?:off|out|removed|taken off)(?: from| of)* ('
      '?:the|that)(?: \w+)? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotat'
      'ion|mailer|mailing list|call list|calling list|contact list|phone list|text list|marketing'
      ' list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|mess'
      'ages|program|sequence)))|(?:(?:^|(?<=, ))(?:(?:please|just|kindly|now|already|immediately|'
      'today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam'
      '|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|wel'
      'l|look|listen|again|i said|i mean it|for the last time|seriously) )*(?:take|remove|get|del'
      'ete|cut)? ?(?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |ow'
      'n |whole )*(?:name|number|numbers|phone|cell|info|information|email|address|contact|contac'
      'ts|details|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|th'
      'is (?:phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellpho'
      'ne|mobile)|our (?:name|names|number|numbers|phone|info|information|email|address|contact|d'
      'ata|details|house|property)))? ?(?:off|from|out of)(?: of| from)? (?:the |your |this |that'
      ' |any |all )?(?:\w+ )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|rota'
      'tion|mailer|mailing list|call list|calling list|contact list|phone list|text list|marketin'
      'g list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|mes'
      'sages|program|sequence)|these (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls'
      '?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsl'
      'etters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inf'
      'ormation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corres'
      'pondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|s'
      'ales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|ph'
      'one calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotio'
      'ns?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| det'
      'ails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garba'
      'ge|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|ma'
      'rketing|sales calls))*)|this (?:texts?|text messages?|messages?|sms|calls?|phone calls?|ro'
      'bocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslette'
      'rs?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informa'
      'tion| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspond'
      'ence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales'
      ' calls))(?: (?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|ok'
      'ay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for goo'
      'd|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mea'
      'n it|for the last time|seriously))*(?= ,|$))|(?:(?:take|get|remove|cut) (?:(?:me|us|my (?:'
      'full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|num'
      'bers|phone|cell|info|information|email|address|contact|contacts|details|data|family|line|r'
      'ecords?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mob'
      'ile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|'
      'number|numbers|phone|info|information|email|address|contact|data|details|house|property)))'
      ' (?:off|from|out)(?: of| from)* (?:this|these|your|that)(?: \w+){0,2} (?:(?:(?:texts?|text'
      ' messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|'
      'letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitat'
      'ions?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bu'
      'llshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|upda'
      'tes|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:te'
      'xts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|'
      'mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|'
      'solicitations?|contact(?! info| number| details| information| person)|communications?|stuf'
      'f|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campai'
      'gns?|updates|advertisements?|advertising|marketing|sales calls))*)|thing|program|system|ca'
      'mpaign))|(?:(?:put|place|add)(?: \w+){0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do'
      ' not call|do not contact|dnc|no call|no contact)(?: list| registry)?)|(?:(?:(?:on|to) (?:t'
      'he |a |your )?(?:national |federal |state )?|(?:^|(?<=, )))do not (?:call|contact|text|sol'
      'icit)(?: list| registry| register)?(?= ,|$| and| for| since))|(?:(?:dnc|do not call) (?:li'
      'st|registry))|(?:(?:lose|loose|forget|delete|block|erase|trash) (?:my|this|the|our) (?:num'
      'ber|phone|phone number|contact|digits|info|contact info|information)(?! (?:, )?(?:use|and '
      'use|i gave|it is|, here)))|(?:(?:unsubscrib(?:e|ed|ing)|opt(?:ed|ing)?(?: me| us| my \w+| '
      'this \w+)? out|optout|optedout)(?: me| us)?(?: from(?: \w+){0,3})?(?! (?:newsletter|by mis'
      'take)))|(?:(?:revok\w*|withdraw\w*|rescind\w*|cancel\w*)(?: my| all| any| the| prior| expr'
      'ess| written| and all)* (?:consent|permission|authori[sz]ation|opt in)(?: \w+){0,6})|(?:(?'
      ':do not|never|did not|no)(?: have| give| gave| get| got| had)?(?: you| anyone)?(?: my| any'
      ')? (?:consent|permission|authori[sz]ation)(?: to| for)(?: be)? (?:(?:text|texts|texting|me'
      'ssages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|sp'
      'am|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telep'
      'hone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|anno'
      'y|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit u'
      'p|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|'
      'disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to'
      '|reply|replying|respond|responding))(?: me)?)|(?:(?:leave|let) (?:me|us|my family|my wife|'
      'my husband|my mother|my mom|my dad|my parents|this number)(?: \w+){0,2}? (?:alone|be(?= ,|'
      '$| please| now)))|(?:(?:^|(?<=please |just |and |, |now |so |fuck |bot |robot |scammers? |'
      'spammers? |creeps? |people ))go away(?= ,|$| and| now| please))|(?:(?:fuck|piss|buzz|bugge'
      'r|screw|sod|jog|bog|bug)(?: right| the fuck)? off|back off(?= ,|$| now| please| or)|get lo'
      'st(?! in)|get bent|cease and desist|fuck (?:you|yourself|yourselves|u)|go to hell|drop dea'
      'd|go fuck \w+|screw you|eat shit|take a hike|kiss my ass)|(?:(?:harass(?:ing|ed)? (?:me|us'
      '|my \w+)|(?:this|it|you|that) (?:is|are)(?: \w+){0,2} harass(?:ing|ment)|you are harassing'
      ')(?! free)(?: \w+)?)|(?:(?:(?:will|going to|i|am|be|to|have|and|we)(?: just| already| also'
      '| now| be)* )(?:report|reporting|reported|sue|suing)(?: all of)? (?:you|your|this (?:numbe'
      'r|as|text|call|message)|u)(?: \w+)?)|(?:^(?:(?:this |your )?number (?:is )?|you are |you h'
      'ave been |you are being |getting |consider yourself )?(?:blocked|blocking|reported|reporti'
      'ng|harassment)(?: and (?:blocked|reported|blocking|reporting))?(?= ,|$))|(?:(?:block|block'
      'ed|blocking)(?: all of)? (?:you|your number|this number|your \w+)(?: now)?)|(?:(?:next|one'
      ' more|another|any more|any further|any other|any future|any additional|further|future|more'
      ')(?: \w+)? ?(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|email'
      's?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|not'
      'ifications?|notices|solicitations?|contact(?! info| number| details| information| person)|'
      'communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|'
      'pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))(?: \w'
      '+){0,5}? (?:and|i|we|you|gets?|will|is|goes|constitutes?|are|means)(?: \w+){0,8}? (?:lawye'
      'r|attorney|sue|report\w*|block\w*|police|ftc|fcc|legal|court|harassment|complaint|cops|vio'
      'lations?|tcpa|lawsuit|litigation|damages|fined?))|(?:(?:(?:text|texts|texting|messages?|me'
      'ssaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammin'
      'g|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telep'
      'honing|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying'
      '|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting '
      'up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing'
      '|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|rep'
      'lying|respond|responding)) (?:me|us|this number|here)(?: one more time| again| ever again|'
      ' any more) (?:and|or)(?: \w+){0,8}? (?:lawyer|attorney|sue|report\w*|block\w*|police|ftc|f'
      'cc|legal|court|harassment|complaint|cops|regret)))(?!\S)'
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
  select translate(lower(case when strpos(p_body, E'\n') = 0 and left(p_body, 1) <> '>' then
      normalize(left(p_body, 4000), nfkc) else
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>(?!>*[^<>\n]{1,20}<+(\n|$))[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200}(\n[^\n]{0,200})? wrote:|\n-{2,} ?Original Message|\n[*]?(From|Von|De|Da|Fra|Från|Van|От|差出人'
      '|보낸 ?사람|발신|发件人|寄件者) ?[:：]|\n[^\n]*(19|20)\d\d[^\n]*@[^\n]*> ?[:：]?\n|\n--\n|\n[^\n]*(confidential|priv'
      'ileged|intended recipient|by mistake please|are not the right person|our newsletter)).*$', '', 'i') end),
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
  -- Without expressions where a function does: PostgreSQL keeps 32 compiled.
  select btrim(replace(replace(replace(replace(replace(replace(replace(' ' || string_agg(coalesce(
      private.short_forms() ->> w.word,
      btrim(replace(case when right(w.word, 3) = '''ll' then left(w.word, -3) || ' will'
        when right(w.word, 3) = '''ve' then left(w.word, -3) || ' have'
        when right(w.word, 3) = '''re' then left(w.word, -3) || ' are'
        when right(w.word, 2) = '''d' then left(w.word, -2) || ' would' else w.word end, '''', ' '))), ' ' order by w.n)
      || ' ', '  ', ' '), ' nt ', ' not '), ' n t ', ' not '), ' e mail', ' email'), ' you guys ', ' you '),
      ' you people ', ' you '), ' you all ', ' you '), ' ,')
  from string_to_table(regexp_replace(replace(p_sentence, ',', ' , '), '[^a-z0-9'', ]+', ' ', 'g'), ' ')
    with ordinality w (word, n)
  where w.word <> ''
$function$;

CREATE OR REPLACE FUNCTION private.short_forms()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select (
      '{"can''t":"can not","cannot":"can not","cant":"can not","won''t":"will not","wont":"will not'
      '","don''t":"do not","dont":"do not","doesn''t":"does not","doesnt":"does not","didn''t":"did '
      'not","didnt":"did not","isn''t":"is not","isnt":"is not","aren''t":"are not","arent":"are no'
      't","wasn''t":"was not","wasnt":"was not","weren''t":"were not","werent":"were not","hasn''t":'
      '"has not","hasnt":"has not","haven''t":"have not","havent":"have not","hadn''t":"had not","h'
      'adnt":"had not","wouldn''t":"would not","wouldnt":"would not","couldn''t":"could not","could'
      'nt":"could not","shouldn''t":"should not","shouldnt":"should not","needn''t":"need not","nee'
      'dnt":"need not","dnt":"do not","dn''t":"do not","donot":"do not","do''nt":"do not","dont''t":'
      '"do not","dotn":"do not","dun":"do not","ain''t":"is not","aint":"is not","i''m":"i am","im"'
      ':"i am","i''ve":"i have","ive":"i have","i''d":"i would","you''re":"you are","youre":"you are'
      '","u":"you","yu":"you","y''all":"you","yall":"you","yous":"you","ur":"your","yr":"your","pl'
      'iz":"please","plis":"please","pleez":"please","pleease":"please","plez":"please","pliss":"'
      'please","pls":"please","plz":"please","plse":"please","plx":"please","it''s":"it is","that'''
      's":"that is","thats":"that is","he''s":"he is","she''s":"she is","there''s":"there is","there'
      's":"there is","who''s":"who is","whos":"who is","what''s":"what is","whats":"what is","gonna'
      '":"going to","gotta":"got to","wanna":"want to","lemme":"let me","n":"and","nd":"and","w":'
      '"with","anymore":"any more","nomore":"no more","no1":"no one","noone":"no one","nobody":"n'
      'o one","fk":"fuck","fck":"fuck","fuk":"fuck","fvck":"fuck","fuckn":"fucking","fuckin":"fuc'
      'king","fuckng":"fucking","fukin":"fucking","fuking":"fucking","fkn":"fucking","fkin":"fuck'
      'ing","fking":"fucking","e-mail":"email","stahp":"stop","stawp":"stop","stp":"stop","txt":"'
      'text","txts":"texts","msg":"message","msgs":"messages","num":"number","nbr":"number","nmbr'
      '":"number","rmv":"remove","rm":"remove","rmove":"remove","b4":"before","gtfo":"get out","s'
      'nd":"send","ya":"you","tx":"text","tke":"take","del":"delete","dlt":"delete","rem":"remove'
      '","qiut":"quit","quti":"quit","agin":"again","agen":"again","agn":"again","tak":"take","mo'
      'ar":"more","mor":"more"}')::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.stay_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?<!not |never |you )(?:keep|leave) (?:me|us) on(?: (?:the|your|this)(?: \w+)'
      '? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing '
      'list|call list|calling list|contact list|phone list|text list|marketing list|mailings|news'
      'letter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequen'
      'ce)))?(?= ,|$| please| for now))|(?:(?:put|add|sign|opt) (?:me|us) back(?: (?:on|in|up))?('
      '?= |$)|resubscribe(?: me)?|(?:i am |just )not (?:opting out|unsubscribing))|(?:(?:i |we )?'
      '(?:do not|did not|never) (?:want|wish|need|mean|meant|ask|asked)(?: you)? to (?:be (?:remo'
      'ved|taken off|unsubscribed)|unsubscribe|opt out))|(?:(?:happy|glad|want|like|love|prefer) '
      'to (?:stay on|remain on|stay subscribed)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.stop_words_of_languages()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array[
    'abbestellen', 'abmelden', 'abmeldung', 'alisin', 'alto', 'anile', 'annuler', 'annulla', 'annullare',
    'anuluj', 'arret', 'arrete', 'arreter', 'arretez', 'assez', 'aufhoren', 'austragen', 'ayaw ko na',
    'ayoko na', 'baja', 'band karo', 'bas karo', 'basta', 'bloquear', 'bloqueia', 'bloqueie', 'borrar',
    'borrarme', 'ca suffit', 'cancela', 'cancelar', 'cancele', 'cancella', 'cancellami', 'cese', 'cesser',
    'cessez', 'chega', 'dar de baja', 'darme de baja', 'desabonnement', 'desabonner', 'descadastrar',
    'descadastre', 'descadastro', 'desinscription', 'desinscrire', 'desuscribir', 'desuscribirme',
    'detener', 'detenga', 'detenganlo', 'detenganse', 'detengase', 'detente', 'dezabone', 'disiscrivi',
    'disiscrivimi', 'dosc', 'dung', 'dung lai', 'eliminar', 'eliminarme', 'encerrar', 'estop', 'estope',
    'excluir', 'ferma', 'fermare', 'fermati', 'halt', 'hinto', 'huminto', 'huy', 'huy bo', 'huy dang ky',
    'ihinto', 'itigil', 'itigil na', 'kanpe', 'koniec', 'kundigen', 'loschen', 'me desabonner',
    'me desinscrire', 'nao mais', 'nao quero mais', 'ngung', 'no mas', 'no molestar', 'para', 'parar',
    'pare', 'parem', 'paren', 'przestan', 'przestancie', 'quitar', 'remover', 'resilier', 'rete',
    'retire m', 'retire mwen', 'rezygnuje', 'rimuovi', 'rimuovimi', 'sai fora', 'sair', 'salir',
    'schluss', 'se desabonner', 'sispann', 'smettere', 'smettetela', 'smettila', 'stopp', 'supprimer',
    'tama na', 'tanggalin', 'td', 'terminar', 'thoat', 'tigil', 'tigil na', 'tigilan', 'tumigil', 'usun',
    'wypisz', 'wypisz mnie', 'ya basta', 'ya no', 'ya no mas', 'видалити', 'видаліть', 'відмова',
    'відписатися', 'відписка', 'відпишіть', 'довольно', 'досить', 'остановите', 'остановить', 'отказ',
    'отмена', 'отменить', 'отписаться', 'отписка', 'отпишись', 'отпишите', 'прекратите', 'прекратить',
    'припиніть', 'скасувати', 'стоп', 'удалите', 'удалить', 'хватит', 'բավական', 'բավական է', 'դադար',
    'դադարեցնել', 'դադարեցրեք', 'դադարեք', 'կանգ', 'կանգնել', 'կանգնեցրեք', 'կանգնեք', 'հանեք', 'հերիք',
    'հերիք է', 'չեղարկել', 'ստոպ', 'վերջ', 'ביטול', 'די', 'הסירו', 'הסר', 'הסרה', 'הפסיקו', 'להסיר',
    'עצור', 'עצרו', 'תפסיק', 'תפסיקו', 'الغ', 'الغاء', 'الغاء الاشتراک', 'انصراف', 'اوقف', 'اوقفوا',
    'ایست', 'ایقاف', 'بس', 'بس است', 'بسه', 'تمامش کنید', 'توقف', 'توقفوا', 'خلاص', 'قطع', 'قف', 'لغو',
    'لغو 11', 'لغو اشتراک', 'لغو عضویت', 'لغو11', 'متوقف کنید', 'نه دیگر', 'وقف', 'کفایه', 'کفی',
    'बंद करें', 'बंद करो', 'बंद कीजिए', 'बस', 'बस करो', 'रुको', 'रोकें', 'रोको', 'हटा दो', 'हटाओ', 'やめて',
    'やめてください', 'ストップ', '中止', '停', '停止', '停止发送', '停止接收', '停止發送', '删除', '別發了', '刪除', '别发了', '取消', '取消訂閱',
    '取消订阅', '够了', '夠了', '拒收', '止めて', '止めてください', '登録解除', '移除', '終止', '結束', '终止', '结束', '解除', '退会', '退出',
    '退訂', '退订', '配信停止', '거부', '구독 취소', '구독취소', '그만', '그만하세요', '그만해', '그만해요', '멈춰', '멈춰 주세요', '멈춰요', '삭제',
    '수신 거부', '수신거부', '스탑', '스톱', '정지', '중단', '중지', '차단', '취소', '해지'
  ]::text[]
$function$;

CREATE OR REPLACE FUNCTION private.wish_grammar()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?:(?<![iujWH])K[zf8]?f?I?[dz3YMf]*[tb](?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:(?<![iujIWH'
      '])K3f|(?<![iujIWH])Kf3)|(?:5[fI8a]*(?:E[fI]u|[Ep]?[Yz3d]{1,2}[tlb]))|(?:8IoI[Yz3d][tlb]|8I'
      'oI[Yz3d][tlb])|(?:Dq[Y3z]d?x?[tlbv]|Dqd[tlb])|(?:(?<![CWu])Dnc(?:I?[vlbt][oN]?)?(?=$|,))|('
      '?:(?:nH?|q)[x&]?[PYd]{0,2}c(?:I(?:[BEp]{0,2}[Vvlbt]|d?f?[z3](?=$|,))))|(?:(?:n|q)H?c(?:8I?'
      ')?(?=$|,)(?<!jnc))|(?:u[DH]?n?H?[nq][HPYdM]{0,2}c(?!f))|(?:(?<!H)[nq]G(?:I[dz3Y]?[z3dYM]*['
      'tblz3](?=$|,)|[z3](?=$|,|[ai])|u?I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?|IBV|I[EBp]+[z3VYt]))|(?'
      ':c(?:I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))?B?7|c.{0,5}B7|pxP?c)|(?:[nq]x?9I?(?:[vlb]8?|B[lb])('
      '?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:[nq]xd?9I?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:[nq](?:w|9)(?:'
      'I|dI)?(?:v8|[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?g)(?=$))|(?:(?<!Bu)F)|(?:T.{0,8}C(?:[zu]|[3dYz'
      ']+[tlb]).{0,3}k|C(?:[zu]|[3dYz]+[tlb]).{0,3}k.{0,12}[TF6])|(?:Ci[pE](?:S|0|d|z)?M[tvl](?!f'
      '[PdQ]))|(?:(?:k(?:[lvb])(?:o|[PzdY](?:Qx|x)?[NQ]+)?|^[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?(?:g|'
      '[S0d]?Mx?))[ai,].{0,9}[TF6])|(?:4dxfPT|4IEfPT|uWB?EfPT|^EfPT|nmo(?:T|vP?T)|uBB(?:xa)?T|C(?'
      ':z|u|3?t)k8?(?=$|[,a]))|(?:(?:[tlb]|[vlb]o)B1|^zB1(?=$|,)|1(?:I|f)?[dP]?(?:x)?F|[zu]B?d?1$'
      '|1I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:2[zYu3d]{1,2}[Nxt]*b)|(?:yxx[DWBH]iHIG)|(?:yxf[qsnp'
      '])|(?:^[a,]*(?:qXq|sXs|nXn))|(?:y(?:[WBDn]{0,2}un?k|BunkD)[lv](?:o|[PzdY](?:Qx|x)?[NQ]+))|'
      '(?:y[BD]unB?[lvb8]*s)|(?:^[a,]*W?i?B?5o$)|(?:qS(?:f[YzPd]{1,2}[xQ]?)?[vlb](?:o|[PzdY](?:Qx'
      '|x)?[NQ]+))|(?:uBxIs(?=$|,)|uH?BGn?I?(?:s|n|r|[vlb])|u[Gx](?:u[WH]?|I)s(?=$|,))|(?:^[a,]*s'
      'z?(?=u|i[WDBH]|[PY]x))|(?:i?GqM[tlvb]?(?=$|,)(?<!j..)(?<!j...))|(?:Bug?xIs$|yDzs$|y[WD][3Y'
      'd][tlb][se])|(?:qSw[Yz3]?[tb]|q[MY]*tv)|(?:nxYx[lb])|(?:n~I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)'
      '(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:&[ou]?q[MS](?=$|,)|&oq$|&qM(?=$|,))|(?:wqM?fu)|(?:'
      '(?:^|[,#a])q(?:[vl]I?(?:(?:o|[PzdY](?:Qx|x)?[NQ]+)|j)(?:g|Mg?|qM)|b(?:(?:o|[PzdY](?:Qx|x)?'
      '[NQ]+)|j)))|(?:(?:^|[,#a])q(?:v|l)I(?:(?:o|[PzdY](?:Qx|x)?[NQ]+)))|(?:nwI?[EpH]?[qMdz3]*q['
      'M]?(?=$|,))|(?:qwI?(?:[Ep][dMqYz3]{0,2}[tlbv]|[dMqYz3]{0,2}[tlb])(?=$|,)|(?:^|[,#a])q&o?[d'
      'MYz3]{0,2}[tlbvM%](?=$|,))|(?:(?:O|r|p)P?N+[fI][YzdP3]?[lvx]?L|^[a,]*rN+$)|(?:Gu.{0,3}Is(?'
      '=$|,))|(?:w.{0,3}n.{0,2}[xAf][Yz3]x?L)|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)D?n[guk'
      ']?m[dM]*[tv]I(?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:nwuI?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?(?![^,#]{'
      '0,3}(?:h|J|A(?!d(?:$|,)))))|(?:koOf(?:z|Y))|(?:m.{0,3}i?D?n[Ep](?:[fI]u|M?[3z]|[tlvM]))|(?'
      ':n[,g]{2,4}[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:wqIDI(?:u|z|3|Yx)(?=$|,))|(?:(?<![jSxNPzdQq'
      'n])(?:[i,a]|^|H)GuI?(?:s(?![eh])|n[I]?[vlb]|p(?:o|[PzdY](?:Qx|x)?[NQ]+)[fO]|r(?:o|[PzdY](?'
      ':Qx|x)?[NQ]+)|q[0x]{0,2}$))|(?:q[Sf]{0,2}[oiu3d]{0,2}(?:A?Az?[NQ]|x?dzQ)?[a-z]?w(?:IEfu|I['
      'BV]*V|[Yz3][tlb]))|(?:q(?:f[ou])?S?(?:o|xz?[QN])?w(?:IE[fI]u|I?B?V|[Yz3]M?[tlb]))|(?:n(?:w'
      ')[3](?=$|,))|(?:(?:^|(?<=[,#a]))q[MY]*x?[tlb](?=$|[,a])(?<!^q[vb]))|(?:<(?:E[fI]u|HE[fI]u)'
      ')|(?:(?<!u)wq[M]?x?[vltb](?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:n(?:u)?wI?[EpBH]?(?:[dqMY'
      'z3]{0,3}%?fu(?=$|,)|[dMqYz3]{0,2}[tlb]{1}(?:a[dMqYz3]{0,2}[tlbv])*(?!fx|f0|I[xPd]))(?![^,#'
      ']{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:^(?:[a,]*q[MY]*[tlbv])+(?=$|,)(?<!^q[v]))|(?:^(?:qM|q)f[Y'
      '3z]+[tlb3z]?(?=$|,))|(?:^n(?:S|0)?M[tvlb])|(?:^n[g]+(?=$|,))|(?:zBd(?:x|M)xi?wI(?:E[fI]u|['
      'vlb]))|(?:zBdxxiwI?(?:E[fI]u))|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)(?:W|D)?n[guk=w'
      'G]{0,3}(?:I|I?B)?(?:[vlb]8?|Zo?8|Z8[PdYz]x?N|Zox?N|ZP?x?N)(?:[a,]{0,2}[nI]?(?:[vlb]8?|Zo?8'
      '|Z8[PdYz]x?N|Zox?N|ZP?x?N))*[IfAO]{0,2}(?:o|[PzdY](?:Qx|x)?[NQ]+)(?![^,#]{0,3}(?:h|J|A(?!d'
      '(?:$|,)))))|(?:(?:^|(?<=[,#a]))(?:Dn|n)[guk=w]{0,3}I?(?:v8|Z[ou]?8|b)(?:[go]*)(?=$|[,#]|a['
      '^h]*$))|(?:(?:^|(?<=[,#a]))qM?v8?[t8]?(?=$|[,#])(?<!qv))|(?:(?<![iujSQNx3])(?<![iujSQNx]W)'
      '(?<![iuj]B)D?n[gukI]{0,3}[&]o?(?:[dMYz3]{0,3}(?:[tlb%v])|[dMYz3]{0,2}M?(?=$)))|(?:(?<![iuj'
      'SQNx3])(?<![iujSQNx]W)(?<![iuj]B)D?n[guk]{0,3}(?:Zo8|Z8P|ZPx?N))|(?:^(?:Dn[vlb],?){2,})|(?'
      ':(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)nDzg)|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]'
      'B)n[ED&Ip]{0,3}BV(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,))))|(?:o|[Pz]N)W?n[Bp]?V(?![^,#]{0,3}(?:h'
      '|J|A(?!d(?:$|,)))))|(?:w(?:BI)?nI?[Ep&B][pEdzYM3&x]{0,3}[tlbV])|(?:(?:^|[,a])nvg?(?=$))|(?'
      ':(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)n=?u?=u?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)|n=u?g?[v'
      'lb])|(?:y=u[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:(?:^|Wu)=?=n[l](?:o|[PzdY](?:Qx|x)?[NQ]+)|^'
      '=n[l](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:(?:^|u)=s(?:[3zdYM]+[tlb]?)(?=$|,))|(?:uB(?:G?n|nG|n[w'
      'c>x])I?(?:[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?|[vlb]|BV))|(?:[tlvb].{0,4}B(?:n|qx)[c>w](?=$|,)'
      ')|(?:^(?:Dn[,a]?)+$)|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)r(?:o|(?:P|z)x?N+|PN+)(?='
      '$|[,fa]|A)(?!fx|f[dPj](?!L|N|x?L)|fO))|(?:[rp](?:o|[Pz](?:Qx)?N+)[fO]+(?=$|,|[Yz3P]+x?(?:['
      'LNtlbM]|$)|d(?:x?L|$)|[zI3Y](?:$|,))(?<!p[o]f))|(?:rf+[YzPd]?L)|(?:[rpK][zY3]x?[fO]+PN)|(?'
      ':^[a,]*pjf(?=$|,))|(?:r[^,]{1,12}f+d?f?[Yz3]x?L|rPx?[QN]f+[dYz3]{1,3}x?[Lvtlb])|(?:r[dPz]N'
      '+$)|(?:ro(?=h[i]))|(?:rO(?=$|,|f[Y3z]))|(?:^[fO]+[d3zY][tlb])|(?:pof(?=[Yz3]+x?(?:[Ltlb]|$'
      ')|$|,))|(?:k(?:P|z)N+[fO]+(?=$|,|[YzdP3]))|(?:(?:H|p|w|m)(?:o|[Pz]N+|i)(?:WB|B|x)?n?(?:R(?'
      '=$|[,aOf])(?!f+[dPj]x)|BV|BnV|Vg))|(?:(?:m|m[zd]?)(?:z|[Pz]N+|i)(?:W?B)?n[tB]*V)|(?:(?<!H)'
      'i[W]?[Bp]{1,2}RO?f*(?=$|,|[Yz3]+x?(?:[Lt]|$)|dx?L)(?<!iBR))|(?:(?<=W)iBRf*(?=$|,|[Yz3d]+x?'
      '[Lt]))|(?:wf+(?:[dzY3]x?[Ll]|$))|(?:wOf[z3Y]+[tlb])|(?:^[ia,]{0,3}B?(?:W)?(?:p)oO(?:f[z3])'
      '?(?=$|,))|(?:p(?:o|[PzY]N+)[AI][dPY]?x?(?:rL|r$|r(?=[,A])))|(?:r(?:o|[Pz]N+)M(?:x)?$)|(?:('
      '?<![iIH])p(?:[fO]){1,3}(?:P[Nt]|o(?=$|,))(?<!pfo)(?<!pOo))|(?:(?<![iIH])pf{2}o(?=$|[,#a]))'
      '|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)sx[x8fOIA]{0,2}P(?:N|[vt]))|(?:(?<!H)iGs(?:w?'
      'x?0))|(?:^[a,]{0,2}(?:~|p)?[vb](?:SS|MS|MN|SSx?N)(?=$|,)(?<!^vSSNQ))|(?:^[a,]{0,2}~(?:(?:S'
      'S|M[SN])I[vlb]|(?:SS|MS)$))|(?:(?:j|[3zY][tlb])wIe[J]?(?=$|,))|(?:^z(?:We|HxIe|HIe|wIe|e[o'
      'J])$|^z[BHW]xIe$)|(?:(?<![iujIWH])e[dzYM]*[tl](?=$|,))|(?:(?<![iujIWH])ed?z?(?:v)(?=$|,)(?'
      '<!ev|edv))'
$function$;

CREATE OR REPLACE FUNCTION private.wishes_in_latin_letters()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select string_agg(l.wishes, '|' order by l.language) from private.wishes_of_languages() l where l.first_letter = 0
$function$;

CREATE OR REPLACE FUNCTION private.wishes_of_languages()
  RETURNS TABLE (
    language     text,
    first_letter integer,
    last_letter  integer,
    wishes       text,
    except_for   text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('Spanish', 0, 127,
      '(?<!\S)(?:(?:(?:ya )?no (?:me|nos) (?:vuelva[ns]? a |sigan? |este[ns]? )?(?:(?:llam|mand|e'
      'nvi|contact|text|molest|marqu|habl|busqu|busc|fastid|hostig|acos)(?!(?:o|a|aron|aste|aba|a'
      'ban|ado|an nadie)(?:\s|$))|escrib(?!(?:o|io|ieron|iste|e|ia|ian)(?:\s|$)))[a-z]*)|(?:(?:nu'
      'nca|jamas) (?:mas )?(?:me|nos) (?:vuelva[ns]? a )?(?:llam|mand|envi|escrib|contact|text|mo'
      'lest|marqu|habl)[a-z]*)|(?:no (?:se |me |nos )?(?:llam|mand|envi|escrib|contact|text|moles'
      't|marqu|habl|busqu|insist|comuni)[a-z]*(?: \w+){0,4}? (?:mas|nunca|jamas|otra vez|de nuevo'
      '))|(?:no (?:llam|mand|envi|escrib|contact|text|molest|marc|habl)(?:ar|er|ir)(?:me|nos))|(?'
      ':(?:ya )?no (?:mas )?(?:mas )?(?:textos|mensajes|llamadas|correos)(?= |$)|(?:no quiero|no '
      'deseo|prefiero|pido) que (?:se |me |nos |ya |no )*(?:comuni|contact|llam|escrib|mand|envi|'
      'text|molest)[a-z]*)|(?:(?:ya )?no se (?:comuni|contact|pong)[a-z]*(?: \w+){0,3}? (?:conmig'
      'o|con nosotros|con migo)|no (?:llame|llamen|escriba|escriban|mande|manden|textee|texteen|u'
      'se|usen) (?:mas )?a (?:este|mi) (?:numero|telefono|celular)|(?:que )?no insist(?:a|an))|(?'
      ':(?:que )?(?:me|nos) (?:quit|borr|saqu|elimin|remuev|retir|tach)(?:e|en|a|an)(?: \w+){0,4}'
      '|(?:dej|dejen)(?:e|en|a)?(?:me|nos) (?:tranquil[oa]s?|ya))|(?:si (?:me |nos )?(?:sig|vuelv'
      '|continu)[a-z]*(?: a)? (?:llam|mand|envi|escrib|text|molest)[a-z]*|(?:los|lo|las|la) voy a'
      ' (?:demandar|reportar|denunciar)|(?:reportar|demandar|denunciar)(?:los|lo|las|la))|(?:(?:p'
      'arele|parenle|parale|paren|pare|bajenle|bajele) (?:ya )?(?:con|a) (?:los|las|sus|tus|tanto'
      '|tantos) (?:mensajes?|llamadas?|textos?))|(?:(?:revoco|retiro|cancelo) (?:mi|el|todo|cualq'
      'uier) (?:consentimiento|permiso|autorizacion)|ces(?:e|en|ar) (?:todo|toda|cualquier|el|la|'
      'de|inmediatamente|sus)(?: \w+){0,2} (?:contacto|comunicacion|llamadas|mensajes))|(?:no (?:'
      'sig|segu|continu)[a-z]* (?:llam|mand|envi|escrib|contact|text|molest|marc)[a-z]*)|(?:basta'
      '(?: ya)? de (?:mensaj|llamad|text|corre|molest|llamar|escrib|mandar)[a-z]*)|(?:(?:solicito'
      '|quiero|pido|deseo|quisiera)(?: \w+)? baja)|(?:(?:de )?no (?:llamar|escribir|mandar|enviar'
      '|contactar|molestar|textear)(?: mas)?$|(?:parele|parenle|parale|bajenle) ?(?:ya)?$)|(?:no '
      '(?:autorizo|permito|doy permiso|quiero|deseo|acepto)(?: (?:que|me|nos|sigan?|para|a|de|ser'
      '|mas|recibir))* (?:llam|mand|envi|escrib|contact|text|molest|marqu)[a-z]*)|(?:no (?:quiero'
      '|deseo|queremos)(?: (?:recibir|saber|tener|oir))* nada (?:mas )?de (?:ustedes|usted|ti|ud|'
      'uds|su))|(?:no (?:vuelva[ns]?|vuelvas|volver) a (?:llam|mand|envi|escrib|contact|text|mole'
      'st|marc|habl|comunic)[a-z]*)|(?:(?:dej|par|ces)(?:e|en|a|ar|ad|es) de (?:estar )?(?:ching|'
      'llam|mand|envi|escrib|contact|text|molest|marc|hostig|acos|fastid|chingar|joder)[a-z]*)|(?'
      ':(?:dej|dejen)(?:e|en|a)?(?:me|nos)(?: ya)? en paz|(?:me|nos) (?:deje|dejen|dejas) en paz)'
      '|(?:(?:quit|borr|saqu|sac|elimin|remuev|retir|bloque|tach|desuscrib)(?:e|en|a|an)(?:me|nos'
      '))|(?:(?:quit|borr|elimin|saqu|remuev|retir|tach)[a-z]* (?:mi|este|nuestro|mis) (?:numero|'
      'telefono|nombre|correo|celular|contacto|datos))|(?:(?:ya )?no (?:quiero|deseo|queremos)(?:'
      ' (?:recibir|mas|sus|estos|que|ningun|ninguna|tener|de))* (?:mensaj|llamad|text|corre|comun'
      'icac|me llam|me mand|me escrib|me contact|contact)[a-z]*)|(?:(?:no|ni un|ni una) mas (?:me'
      'nsajes?|llamadas?|textos?|correos?))|(?:(?:cancelar|cancele|cancelen)(?: la| mi| los| esto'
      's)* (?:suscripcion|mensajes|llamadas))|(?:(?:dar|den|deme|denme|darme)(?: me)? de baja)|(?'
      ':(?:vayase|vete|vayanse|largate|larguense)(?: (?:al|a la) \w+)?|chinga tu madre|no (?:este'
      '|esten|estes) (?:molestando|llamando|mandando|chingando))|(?:no (?:me )?(?:llame|llamen|ma'
      'nden|mande|envien|envie|escriban|escriba|moleste|molesten)(?: mas)?$)|(?:(?:fuera|salir) d'
      'e (?:su|la|esta) lista))(?!\S)',
      '(?<!\S)(?:(?:no (?:deje|dejen|dejes|pare|paren) de)|(?:antes de)|(?:cartas?)|(?:antes del)'
      '|(?:hasta)|(?:despues de)|(?:hoy)|(?:ahorita)|(?:por la (?:noche|manana|tarde))|(?:en la ('
      '?:noche|manana|tarde))|(?:tan (?:temprano|tarde))|(?:muy (?:temprano|tarde))|(?:mientras)|'
      '(?:al trabajo)|(?:a mi trabajo)|(?:los (?:domingos|sabados|lunes|fines))|(?:el (?:domingo|'
      'sabado|lunes)))(?!\S)'),
    ('French', 0, 127,
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
      '?:(?:cesser|cessez|arreter|arretez|veuillez cesser|stoppez) (?:vos|tous? (?:vos|ces|contac'
      't)|ces|les|tout) ?(?:appels|messages|contact|textos|sms|courriels|mails|sollicitations)?|('
      '?:je )?(?:retire|revoque) mon consentement)|(?:stop (?:aux|a tous les|a vos|les) (?:messag'
      'es|appels|sms|textos|mails|courriels)|(?:de |d )?(?:cesser|arreter) (?:de (?:me |m |nous )'
      '?)?(?:contact|ecri|envoy|appel|text|harcel|derang|telephon|sollicit)[a-z]*)|(?:(?:laissez|'
      'foutez|fichez|laisse|fous)(?: moi| nous)(?: donc)? (?:tranquilles?|la paix|en paix))|(?:(?'
      ':retirez|enlevez|supprimez|rayez|otez|effacez|retirer|enlever|supprimer)(?: moi| mon (?:nu'
      'mero|nom|adresse|contact)| mes \w+| nous)(?: \w+){0,4})|(?:(?:me|nous) (?:retirer|enlever|'
      'supprimer|desinscrire|desabonner|rayer|effacer)(?: \w+){0,4})|(?:je (?:ne )?(?:veux|souhai'
      'te|desire) (?:plus|pas)(?: (?:recevoir|etre|avoir|de|d|vos|aucun|que))*(?: (?:messages?|ap'
      'pels?|textos?|contacte|contactee|sms|courriels?|vous \w+|derange|mails?)))|(?:(?:plus|pas)'
      ' (?:de|d|aucun) (?:messages?|textos?|appels?|sms|courriels?|mails?|emails?))|(?:(?:desinsc'
      'ri|desabonn)[a-z]* (?:moi|nous|mon))|(?:foutez le camp|allez vous faire|va te faire|fichez'
      ' le camp|degage[z]?))(?!\S)',
      '(?<!\S)(?:(?:avant)|(?:ce soir)|(?:aujourd hui)|(?:maintenant je)|(?:tout de suite)|(?:apr'
      'es \d+)|(?:le (?:matin|soir|dimanche|week end|samedi))|(?:jusqu a)|(?:si (?:tot|tard))|(?:'
      'trop (?:tot|tard))|(?:au travail)|(?:pendant))(?!\S)'),
    ('Portuguese', 0, 127,
      '(?<!\S)(?:(?:(?:pare|parem|para|parar|deixe|deixem) de (?:me |nos )?(?:mand|envi|lig|escre'
      'v|contat|contact|perturb|incomod|ench|cham|import|mensag)[a-z]*(?: \w+)?)|(?:(?:por favor '
      ')?nao (?:me |nos )?(?:ligue|liguem|mande|mandem|envie|enviem|escreva|escrevam|contate|cont'
      'atem|contacte|contactem|incomode|incomodem|perturbe|perturbem|chame|mandar|enviar|ligar)(?'
      ': \w+){0,3})|(?:(?:revogo|retiro) (?:meu|o) consentimento|(?:cessem?|parem?|encerrem?) (?:'
      'todo|qualquer|as|os|o|com os|com as)(?: \w+)? ?(?:contato|mensagens|ligacoes))|(?:nao entr'
      '(?:e|em) (?:mais )?em contato(?: \w+){0,2}|nao (?:me |nos )?(?:procure|procurem|contactar|'
      'contatar)(?: mais)?|(?:quero|gostaria de) sair (?:da|desta|dessa|de) \w+)|(?:nao quero (?:'
      'mais |receber |ser |nenhum\w? )+(?:mensag|lig|contat|receber|e ?mail|sms|cham|incomod|pert'
      'urb)[a-z]*)|(?:nao quero (?:mais )?(?:receber )?(?:mais )?(?:isso|isto|nada)(?: \w+){0,2})'
      '|(?:me (?:tir|remov|retir|exclu|apag|delet|bloque)[a-z]*(?: \w+){0,4})|(?:nao (?:desejo|go'
      'staria de) (?:mais )?(?:receber|ser)(?: \w+){1,3})|(?:me (?:tirar|tire|tirem|tira|remova|r'
      'emovam|retire|retirem|exclua|excluam|apague|delete)(?: \w+){0,4})|(?:(?:tire|tirem|remova|'
      'removam|retire|exclua|apague|delete|tira)(?: (?:me|o|do|da))*(?: meu (?:nome|numero|telefo'
      'ne|contato|email)|(?<=me))(?: \w+){0,4})|(?:(?:me )?(?:deixe|deixa|deixem)(?: me| nos)? em'
      ' paz|vai se (?:foder|ferrar)|va se \w+|va embora|some daqui)|(?:(?:chega de|sem|nada de|na'
      'o mande|sem mais)(?: mais)? (?:mensagens|mensagem|ligacoes|mandar|emails?))|(?:(?:tir|remo'
      'v|retir|exclu|apag|delet)[a-z]* (?:o |a |os )?(?:meus?|est[ea]|ess[ea]) (?:nome|numero|tel'
      'efone|contato|email|e mail|dados|celular))|(?:(?:cancel|encerr)[a-z]*(?: a| as| os| o| min'
      'ha| esta| essa)* (?:inscricao|assinatura|mensagens|cadastro|mensagem)|descadastr[a-z]*)|(?'
      ':(?:sair|saia|fora) (?:da|desta|dessa) lista))(?!\S)',
      '(?<!\S)(?:(?:antes)|(?:depois das?)|(?:ate)|(?:hoje)|(?:agora nao)|(?:amanha)|(?:de (?:man'
      'ha|noite))|(?:a noite)|(?:no trabalho)|(?:tao (?:cedo|tarde)))(?!\S)'),
    ('Haitian Creole', 0, 127,
      '(?<!\S)(?:(?:(?:sispann|rete|kanpe) (?:ekri|rele|voye|teks|texte|deranje|kontakte|nwi|anme'
      'de)(?: \w+){0,3})|(?:pa (?:janm )?(?:rele|ekri|kontakte|deranje|teks|texte|text|anmede|che'
      'che)(?: \w+)? ?(?:m|mwen|nou)?(?: anko)?)|(?:pa (?:janm )?voye (?:mesaj|teks|text|anyen|im'
      'el)(?: \w+){0,3})|(?:kite (?:m|mwen|nou) (?:trankil|anrepo|an pe|an repo))|(?:retire (?:m|'
      'mwen|non m|non mwen|nimewo m|nimewo mwen|nimewo sa)(?: \w+){0,3})|(?:(?:efase|wete|elimine'
      '|siye|retire)(?: \w+)? (?:m|mwen|nimewo|non)(?: \w+){0,3})|(?:(?:mwen|m|nou) pa vle (?:res'
      'evwa|mesaj|ou rele|ou ekri|okenn|teks|apel)(?: \w+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:anvan)|(?:apre)|(?:jodi a)|(?:aswe)|(?:kounye a)|(?:maten)|(?:nan travay))(?!'
      '\S)'),
    ('Chinese', 19968, 40959,
      '(?:(?:别|別|不要|请勿|請勿|勿|不许|不許|停止|禁止|不准|不必|不用|不想|不愿)(?:再|继续|繼續|总|老|一直|你们|你們)*(?:给|給|向|跟|对|對|和|'
      '与)?(?:我|我们|我們|本人|这个号码|這個號碼)?(?:再)?(?:发(?!现|烧|展|脾气|呆|生|视频|表)|發(?!現|生|燒|展)|打(?!游戏|遊戲|钱|錢|球|车'
      '|車|工|印|算|开|開|架|牌|扰(?:你|您|人家|他|她)|擾(?:你|您|人家|他|她))|联系|聯繫|聯絡|联络|骚扰|騷擾|传|傳|寄|致电|致電|烦(?!你|您|他|'
      '她)|煩(?!你|您|他|她)|接收|接到|收到|收|来电|來電|推送|推销|推銷))|(?:(?:取消|退出|退)(?:订|訂|订阅|訂閱))|(?:(?:把我|将我|將我|把我'
      '的)?(?:从|從|在)?.{0,8}(?:名单|名單|列表|名册).{0,4}(?:删|刪|移|去掉|除))|(?:(?:删除|刪除|移除|删掉|刪掉|去掉|拉黑)(?:我|我的'
      '|这个|這個))|(?:^(?:你|你们|你們|都|给我|快|请)*(?:滚|滾)(?:开|開|蛋|远点|吧)*$|(?<!不要|别|別)(?:走开|走開)|别烦|別煩)',
      '(?:之前)|(?:以前)|(?:点前)|(?:點前)|(?:上班)|(?:现在)|(?:現在)|(?:今天)|(?:晚上)|(?:早上)|(?:半夜)|(?:点以后)|(?:不要'
      '停止)|(?:别停)|(?:不要停)'),
    ('Korean', 44032, 55295,
      '(?:(?:연락|전화|문자|메시지|메세지|메일|이메일|카톡|광고).{0,10}?(?:하지|보내지|주지|걸지|오지|넣지) ?(?:마|말|않))|(?:(?:보내지|연'
      '락하지|전화하지|문자하지|괴롭히지|귀찮게 하지|하지) ?(?:마|말아))|(?:그만 ?(?:좀 )?(?:보내|연락|전화|하세|해|두|문자|괴롭))|(?:(?:명단'
      '|목록|리스트|명부).{0,6}(?:빼|삭제|제외|지워))|(?:(?:번호|연락처|정보).{0,6}(?:삭제|지워|빼|제거))|(?:(?:문자|전화|연락|메시지|'
      '메일).{0,6}(?:그만|중단|중지|싫))|(?:다시는.{0,12}(?:마|말)|그만 ?해 ?주)|(?:수신 ?거부|꺼져|받고 싶지 ?않|더 ?이상 .{0,14'
      '}(?:마|말|싫|원하지)|원하지 ?않.{0,6}(?:문자|연락|전화))',
      '(?:전에)|(?:이전에)|(?:이후에)|(?:밤에)|(?:지금은)|(?:오늘은)|(?:주말에)|(?:까지는)|(?:아침에)|(?:저녁에)|(?:늦게)'),
    ('Vietnamese', 0, 127,
      '(?<!\S)(?:(?:(?:dung|ngung|ngung|dung|khong duoc|thoi|khong can|cam|cham dut)(?: \w+){0,3}'
      '? (?:nhan|goi|gui|lien lac|lien he|lam phien|quay ray|dien)(?: \w+){0,6})|(?:(?:xoa|xoa|bo'
      '|go|loai)(?: \w+){0,2}? (?:ten|so)(?: \w+){0,2}? (?:toi|tui|minh|nay|khoi|di)(?: \w+){0,4}'
      ')|(?:(?:xoa|xoa|bo|go|loai) (?:toi|tui|minh)(?: \w+){0,5})|(?:khong (?:goi|nhan|gui|lien l'
      'ac)(?: \w+){0,3} nua)|(?:khong muon (?:nhan|bi|nghe|lien lac|duoc)(?: \w+){0,5})|(?:de (?:'
      'cho )?(?:toi|tui|chung toi) yen|bien di|cut di))(?!\S)',
      '(?<!\S)(?:(?:truoc)|(?:sau)|(?:hom nay)|(?:bay gio)|(?:luc)|(?:buoi (?:toi|sang))|(?:khi)|'
      '(?:den khi))(?!\S)'),
    ('Tagalog', 0, 127,
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
    ('Russian', 1024, 1327,
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
    ('Armenian', 1328, 1423,
      '(?<!\S)(?:(?:հանգիստ (?:թողեք|թող|թողե՛ք)(?: ինձ| մեզ)?)|(?:(?:(?:այլեւս|էլ|երբեք) )?(?:ին'
      'ձ )?մի (?:գրեք|գրիր|գրե՛ք|զանգեք|զանգիր|զանգահարեք|ուղարկեք|ուղարկիր|անհանգստացրեք|խանգարե'
      'ք|կապվեք)(?: [^ ]+){0,3})|(?:մի (?:գր|զանգ|ուղարկ|անհանգստ|խանգար|կապվ|նամակ)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:այլեւս|էլ|երբեք)(?: ինձ)? չ(?:գր|զանգ|ուղարկ|կապվ|անհանգ)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:ջնջեք|հանեք|հեռացրեք) (?:իմ |այս )?(?:համար|անուն)[^ ]*(?: [^ ]+){0,2})|(?:(?:այ'
      'լեւս|էլ) (?:չգրեք|չզանգեք|չուղարկեք|չեմ ուզում)(?: [^ ]+){0,3})|(?:(?:դադարեցրեք|դադարեք|վ'
      'երջ տվեք|կանգնեցրեք)(?: [^ ]+){1,3})|(?:(?:հանեք|ջնջեք|հեռացրեք) (?:ինձ|իմ|համարս|անունս)('
      '?: [^ ]+){0,4}|(?:ինձ|համարս|անունս) (?:հանեք|ջնջեք|հեռացրեք)(?: [^ ]+){0,3})|(?:(?:խնդրու'
      'մ եմ|խնդրեմ)(?: [^ ]+){0,2} չ(?:զանգ|գր|ուղարկ|անհանգստ|կապվ)[^ ]*(?: [^ ]+){0,3})|(?:չեմ '
      'ուզում (?:ստանալ|նամակ|հաղորդագրություն)[^ ]*(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:մինչեւ)|(?:հետո)|(?:այսօր)|(?:առավոտյան)|(?:երեկոյան)|(?:հիմա չ)|(?:ժամից))(?'
      '!\S)'),
    ('Arabic', 1536, 1791,
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
      '(?<!\S)(?:(?:قبل)|(?:بعد(?! (?:الان|الیوم|هذا|ذلک)))|(?:الیوم)|(?:لا [^ ]+(?: [^ ]+)? الان'
      ')|(?:مساء)|(?:صباحا)|(?:اللیل)|(?:حتی)|(?:اثناء))(?!\S)'),
    ('Persian', 1536, 1791,
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
    ('German', 0, 127,
      '(?<!\S)(?:(?:keine?(?: \w+)? (?:nachrichten|sms|anrufe|emails?|mails?|e mails?|werbung|tex'
      'te|kontaktaufnahme)(?: \w+){0,3})|(?:(?:nicht|nie|niemals)(?: mehr| wieder| weiter)+ (?:an'
      'rufen|schreiben|kontaktieren|melden|anschreiben|texten|storen|belastigen|kontaktiert|anger'
      'ufen))|(?:(?:rufen|schreiben|kontaktieren|texten|senden|schicken|melden|belastigen)(?: \w+'
      ')? (?:mich|mir|uns|hier)(?: \w+){0,3}? (?:nicht|nie|keine|niemals)(?: \w+){0,3})|(?:(?:hor'
      'en|hor|hoert|hort)(?: sie)?(?: bitte| endlich| damit| sofort)* auf(?: \w+)?)|(?:(?:loschen'
      '|streichen|entfernen|nehmen|losche|losch)(?: sie)?(?: bitte)? (?:mich|meinen?|uns)(?: \w+)'
      '{0,6})|(?:(?:lassen sie|lass|lasst)(?: bitte)? (?:mich|uns)(?: bitte| endlich)* in (?:ruhe'
      '|frieden)|verpiss(?:t)? (?:dich|euch)|hau ab)|(?:(?:widerspreche|widerrufe|untersage)(?: \'
      'w+){0,5} (?:kontaktaufnahme|werbung|kontakt|einwilligung|nutzung|zusendung|anrufe?|nachric'
      'hten)|(?:unterlassen|stoppen|beenden) sie(?: \w+){0,4} (?:anrufe|nachrichten|kontakt\w*|ma'
      'ils?|belastigung|werbung)|(?:nehmen|streichen|loschen)(?: sie)?(?: \w+){0,2} aus (?:ihrem|'
      'ihrer|dem|der) (?:verteiler|liste|datenbank))|(?:(?:melden sie mich|mich|ich mochte mich)('
      '?: bitte)? (?:ab|abmelden|austragen)))(?!\S)',
      '(?<!\S)(?:(?:vor)|(?:bis)|(?:heute)|(?:gerade)|(?:abends)|(?:morgens)|(?:am (?:sonntag|woc'
      'henende|abend|morgen))|(?:bei der arbeit)|(?:nach \d+))(?!\S)'),
    ('Italian', 0, 127,
      '(?<!\S)(?:(?:non (?:mi|ci) (?:chiam|scriv|contatt|mand|disturb|invi|telefon|cerc)[a-z]*(?:'
      ' \w+){0,2})|(?:(?:smett|fin|piant)[a-z]* di (?:chiam|scriv|contatt|mand|disturb|invi|telef'
      'on)[a-z]*)|(?:(?:toglietemi|cancellatemi|rimuovetemi|eliminatemi|lasciatemi in pace|lascia'
      'mi in pace)(?: \w+){0,4})|(?:non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]*(?'
      ':mi|ci)(?: \w+){0,2}|non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]* (?:piu|ma'
      'i))|(?:non voglio (?:piu )?(?:ricevere|essere|messaggi)(?: \w+){0,3}|basta (?:messaggi|chi'
      'amate|telefonate|mail)))(?!\S)',
      '(?<!\S)(?:(?:prima)|(?:dopo)|(?:oggi)|(?:adesso)|(?:stasera)|(?:fino))(?!\S)'),
    ('Japanese', 12352, 12543,
      '(?:(?:連絡|電話|メール|メッセージ|sms|送信|テキスト).{0,12}(?:しないで|送らないで|かけないで|やめて|止めて|不要|いりません|要りません))|(?:('
      '?:配信|送信|連絡|勧誘)を?(?:停止|中止|ストップ)|登録.{0,4}(?:解除|削除)|(?:番号|連絡先|情報).{0,4}(?:削除|消し))|(?:もう.{0,12'
      '}(?:ないで|やめて|いりません)|送らないで|リストから.{0,8}(?:外|削除|消)|放っておいて|ほっといて)',
      '(?:前に)|(?:までは)|(?:今日は)|(?:今は)|(?:夜は)|(?:朝は)'),
    ('Polish', 0, 127,
      '(?<!\S)(?:(?:(?:prosze )?(?:wiecej |juz )?(?:do mnie |mi )?nie (?:dzwo|pis|wysyla|przysyla'
      '|kontakt|neka|niepoko|przeszkadza|zawraca)\w*(?: \w+){0,3})|(?:(?:przesta|skoncz)\w*(?: \w'
      '+){0,2} (?:dzwoni|pisa|wysyla|neka)\w*)|(?:(?:usu|wykresl|skresl|wypis)\w*(?: \w+)? (?:mni'
      'e|moj|ten|moje)(?: \w+){0,4})|(?:(?:dajcie|daj|zostaw|zostawcie)(?: mi| mnie)+ (?:spokoj|w'
      ' spokoju)|odczep(?:cie)? sie|nie (?:chce|zycze sobie)(?: \w+){0,3} (?:wiadomosci|telefonow'
      '|sms\w*|kontaktu)))(?!\S)',
      '(?<!\S)(?:(?:przed)|(?:do \d+)|(?:dzisiaj)|(?:dzis)|(?:wieczorem)|(?:rano)|(?:w pracy)|(?:'
      'jeszcze))(?!\S)'),
    ('Hindi', 2304, 2431,
      '(?<!\S)(?:(?:(?:फोन|फ़ोन|कॉल|मैसेज|मेसेज|संदेश|संपर्क|एसएमएस|परेशान|तंग)(?: [^ ]+){0,2} (?'
      ':मत|न|ना|नहीं) (?:कर|कीज|भेज|दी|दो|लगा)[^ ]*)|(?:(?:मत|न) (?:फोन|फ़ोन|कॉल|मैसेज|संपर्क) (?'
      ':कर|भेज)[^ ]*|(?:मैसेज|मेसेज|फोन|फ़ोन|कॉल)(?: [^ ]+){0,2} बंद (?:कर|कीजि)[^ ]*)|(?:(?:मेरा'
      '|मेरे|मुझे|हमें|यह)(?: [^ ]+){0,4} (?:हटा|डिलीट|निकाल|मिटा)[^ ]*(?: [^ ]+)?)|(?:(?:mujhe|h'
      'umko|hame|dobara)(?: \w+){0,3} (?:mat|na) (?:kar|bhej)\w*|(?:call|phone|message|msg) (?:ma'
      't|na) (?:karo|karna|kare|karein|kijiye|bhejo)))(?!\S)',
      '(?<!\S)(?:(?:अभी)|(?:आज)|(?:सुबह)|(?:रात)|(?:शाम)|(?:से पहले)|(?:के बाद))(?!\S)'),
    ('Ukrainian', 1024, 1327,
      '(?<!\S)(?:(?:(?:більше |ніколи )*не (?:треба |потрібно )?(?:мені |нам |сюди |мене |більше '
      ')*(?:пиш|дзвон|телефону|турбу|надсила|присила|писа|зв.язу|чіпа)[^ ]*(?: [^ ]+){0,4})|(?:(?'
      ':припиніть|перестаньте|досить|годі)(?: [^ ]+)? (?:писа|дзвон|телефону|надсила|турбува|спам'
      '|ці|ваші)[^ ]*)|(?:(?:видаліть|приберіть|викресліть|виключіть|зітріть)(?: [^ ]+){0,2} (?:м'
      'ене|міи|моі|номер|цеи)(?: [^ ]+){0,4}|(?:видаліть|приберіть|викресліть) (?:мене|міи)(?: [^'
      ' ]+){0,4})|(?:залиште (?:мене|нас) (?:в спокоі|у спокоі)|відчепіться|не (?:хочу|бажаю)(?: '
      'більше)? (?:отримувати|чути)(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:після)|(?:сьогодні)|(?:зараз)|(?:вранці)|(?:ввечері)|(?:поки)|(?:вночі'
      '))(?!\S)'),
    ('Hebrew', 1424, 1535,
      '(?<!\S)(?:(?:(?:תורידו|הורידו|תסירו|הסירו|תמחקו|מחקו|להסיר|תוציאו|הוציאו)(?: [^ ]+){0,3})|'
      '(?:(?:אל|לא) (?:תתקשר|תכתב|תשלח|תפנ|תטריד|תסמס|תיצר|תצלצל|להתקשר|לשלוח|לפנות)[^ ]*(?: [^ ]'
      '+){0,4})|(?:(?:תפסיקו|הפסיקו|תפסיק|די) (?:להתקשר|לשלוח|לכתוב|להטריד|לפנות|עם)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:תעזבו|עזבו|תעזוב|עזוב|תניחו|הניחו) (?:אותי|אותנו|לי|לנו)(?: [^ ]+){0,2}|לא '
      '(?:רוצה|מעוניין|מעוניינת) (?:לקבל|יותר|שתתקשרו|שתשלחו)(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:לפני)|(?:אחרי)|(?:היום)|(?:בבוקר)|(?:בערב)|(?:עד)|(?:מחר))(?!\S)')
$function$;

CREATE OR REPLACE FUNCTION private.word_classes()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select (
      '{"i":"i","we":"i","you":"u","your":"Y","yours":"Y","my":"P","our":"P","mine":"P","me":"o",'
      '"us":"o","myself":"o","ourselves":"o","here":"o","he":"j","she":"j","they":"j","him":"j","'
      'her":"j","them":"j","his":"j","hers":"j","their":"j","theirs":"j","this":"z","that":"z","i'
      't":"z","such":"z","these":"3","those":"3","the":"d","a":"d","an":"d","any":"d","all":"d","'
      'some":"d","every":"d","each":"d","both":"d","whatever":"d","whichever":"d","do":"D","does"'
      ':"D","did":"D","doing":"D","be":"B","is":"B","are":"B","was":"B","were":"B","been":"B","be'
      'ing":"B","am":"B","have":"H","has":"H","had":"H","having":"H","will":"W","would":"W","shal'
      'l":"W","should":"W","could":"W","can":"W","may":"W","might":"W","must":"W","ought":"W","be'
      'tter":"W","keep":"k","keeps":"k","keeping":"k","kept":"k","continue":"k","continues":"k","'
      'continuing":"k","still":"k","persist":"k","persists":"k","insist":"k","not":"n","never":"n'
      '","nor":"n","neither":"n","no":"q","zero":"q","nil":"q","nada":"q","nobody":"q","nothing":'
      '"q","none":"q","without":"q","more":"M","further":"M","additional":"M","another":"M","othe'
      'r":"M","future":"M","next":"M","again":"g","ever":"g","forever":"g","stop":"s","quit":"s",'
      '"cease":"s","halt":"s","desist":"s","discontinue":"s","refrain":"s","stopping":"s","quitti'
      'ng":"s","ceasing":"s","discontinuing":"s","end":"e","ends":"e","ended":"e","cancel":"e","t'
      'erminate":"e","ending":"e","chill":"K","ease":"K","lay":"K","cut":"K","kill":"K","shut":"K'
      '","turn":"K","switch":"K","knock":"K","disable":"K","nix":"K","cool":"K","laying":"K","cut'
      'ting":"K","shutting":"K","tone":"K","text":"v","call":"v","message":"v","contact":"v","ema'
      'il":"v","mail":"v","ring":"v","dial":"v","write":"v","reach":"v","reply":"v","respond":"v"'
      ',"ping":"v","dm":"v","hmu":"v","sms":"v","robocall":"v","telephone":"v","visit":"v","follo'
      'w":"v","approach":"v","outreach":"v","solicit":"v","solicitation":"v","communicate":"v","i'
      'nquire":"v","texting":"l","calling":"l","messaging":"l","contacting":"l","emailing":"l","m'
      'ailing":"l","ringing":"l","dialing":"l","dialling":"l","writing":"l","reaching":"l","reply'
      'ing":"l","responding":"l","pinging":"l","dming":"l","robocalling":"l","visiting":"l","foll'
      'owing":"l","approaching":"l","soliciting":"l","telemarketing":"l","communicating":"l","pho'
      'ning":"l","marketing":"l","inquiring":"l","contacted":"V","called":"V","texted":"V","messa'
      'ged":"V","emailed":"V","bothered":"V","harassed":"V","solicited":"V","disturbed":"V","mail'
      'ed":"V","reached":"V","marketed":"V","spammed":"V","phoned":"V","pestered":"V","annoyed":"'
      'V","bugged":"V","bother":"b","harass":"b","bug":"b","annoy":"b","pester":"b","hound":"b","'
      'stalk":"b","disturb":"b","spam":"b","badger":"b","hassle":"b","torment":"b","nag":"b","bot'
      'hering":"b","harassing":"b","bugging":"b","annoying":"b","pestering":"b","hounding":"b","s'
      'talking":"b","disturbing":"b","spamming":"b","badgering":"b","hassling":"b","tormenting":"'
      'b","nagging":"b","scamming":"b","scam":"b","troubling":"b","blasting":"b","bombarding":"b"'
      ',"harassment":"b","texts":"t","messages":"t","emails":"t","letters":"t","mailers":"t","cal'
      'ls":"t","postcards":"t","robocalls":"t","ads":"t","promos":"t","flyers":"t","solicitations'
      '":"t","junk":"t","crap":"t","garbage":"t","bs":"t","bullshit":"t","nonsense":"t","newslett'
      'ers":"t","notifications":"t","alerts":"t","communication":"t","communications":"t","corres'
      'pondence":"t","mailings":"t","contacts":"t","promotions":"t","adverts":"t","advertisements'
      '":"t","pitches":"t","voicemails":"t","dms":"t","advertising":"t","visits":"t","conversatio'
      'n":"t","ups":"t","hit":"Z","hitting":"Z","blow":"Z","blowing":"Z","light":"Z","lighting":"'
      'Z","up":"8","before":"h","until":"h","till":"h","tomorrow":"h","tonight":"h","yet":"h","wh'
      'ile":"h","during":"h","morning":"h","mornings":"h","afternoon":"h","afternoons":"h","eveni'
      'ng":"h","evenings":"h","night":"h","nights":"h","noon":"h","midnight":"h","weekend":"h","w'
      'eekends":"h","monday":"h","tuesday":"h","wednesday":"h","thursday":"h","friday":"h","satur'
      'day":"h","sunday":"h","mondays":"h","tuesdays":"h","wednesdays":"h","thursdays":"h","frida'
      'ys":"h","saturdays":"h","sundays":"h","early":"h","late":"h","later":"h","pm":"h","hours":'
      '"h","oclock":"h","unless":"h","past":"h","week":"h","weekdays":"h","dinner":"h","lunch":"h'
      '","work":"h","when":"h","first":"h","between":"h","at":"A","after":"A","on":"A","now":"J",'
      '"today":"J","remove":"r","delete":"r","erase":"r","strike":"r","scratch":"r","scrub":"r","'
      'purge":"r","wipe":"r","exclude":"r","omit":"r","unlist":"r","unenroll":"r","unregister":"r'
      '","trash":"r","deactivate":"r","suppress":"r","suppression":"r","exclusion":"r","comot":"r'
      '","blacklist":"r","expunge":"r","eliminate":"r","removing":"r","deleting":"r","deregister"'
      ':"r","unsub":"r","opt":"r","opting":"r","lose":"r","disenroll":"r","forget":"r","ditch":"r'
      '","dump":"r","toss":"r","withdraw":"r","yank":"r","drop":"r","skip":"r","unsubscribe":"r",'
      '"unsubscribing":"r","take":"p","get":"p","pull":"p","cross":"p","leave":"p","put":"p","tak'
      'ing":"p","getting":"p","pulling":"p","sign":"p","stay":"p","move":"p","pass":"p","keepin":'
      '"p","removed":"R","deleted":"R","erased":"R","taken":"R","scrubbed":"R","purged":"R","unli'
      'sted":"R","dropped":"R","crossed":"R","struck":"R","excluded":"R","unsubscribed":"R","opte'
      'd":"R","suppressed":"R","off":"f","from":"f","of":"f","away":"f","alone":"f","out":"O","ou'
      'tta":"O","list":"L","lists":"L","database":"L","system":"L","records":"L","rolodex":"L","f'
      'iles":"L","directory":"L","crm":"L","campaign":"L","campaigns":"L","rotation":"L","roster"'
      ':"L","dialer":"L","sequence":"L","drip":"L","registry":"L","distribution":"L","subscriptio'
      'n":"L","queue":"L","number":"N","numbers":"N","phone":"N","phones":"N","cell":"N","cellpho'
      'ne":"N","mobile":"N","line":"N","name":"N","info":"N","information":"N","details":"N","dat'
      'a":"N","address":"N","inbox":"N","mailbox":"N","voicemail":"N","digits":"N","landline":"N"'
      ',"feed":"N","account":"N","house":"Q","home":"Q","door":"Q","family":"Q","mom":"Q","mother'
      '":"Q","dad":"Q","father":"Q","husband":"Q","wife":"Q","kids":"Q","son":"Q","daughter":"Q",'
      '"parents":"Q","grandmother":"Q","grandma":"Q","grandpa":"Q","property":"Q","household":"Q"'
      ',"company":"Q","office":"Q","business":"9","firm":"Q","organization":"Q","department":"Q",'
      '"shop":"Q","store":"Q","restaurant":"Q","clinic":"Q","want":"w","wants":"w","wanted":"w","'
      'wish":"w","wishes":"w","like":"w","need":"w","needs":"w","care":"w","desire":"w","prefer":'
      '"w","appreciate":"w","enjoy":"w","welcome":"w","accept":"w","wanting":"w","allow":"w","per'
      'mit":"w","agree":"w","interested":"w","willing":"w","appreciated":"w","consent":"c","conse'
      'nted":"c","consents":"c","permission":"c","authorization":"c","authorized":"c","agreed":"c'
      '","signed":"c","subscribe":"c","subscribed":"c","registered":"c","enrolled":"c","authorize'
      '":"c","authorise":"c","allowed":">","permitted":">","approved":">","acceptable":">","autho'
      'rised":">","revoke":"7","revoked":"7","withdrawn":"7","rescind":"7","rescinded":"7","revok'
      'ing":"7","revokes":"7","revocation":"7","lawyer":"T","lawyers":"T","attorney":"T","police"'
      ':"T","cops":"T","court":"T","legal":"T","lawsuit":"T","sue":"T","suing":"T","sued":"T","co'
      'mplaint":"T","complaints":"T","litigation":"T","authorities":"T","report":"T","reporting":'
      '"T","reported":"T","block":"T","blocked":"T","blocking":"T","sheriff":"T","illegal":"1","u'
      'nlawful":"1","violation":"1","violations":"1","violating":"1","violate":"1","violates":"1"'
      ',"fcc":"F","ftc":"F","tcpa":"F","someone":"S","somebody":"S","anyone":"S","anybody":"S","p'
      'eople":"S","else":"S","elsewhere":"S","person":"S","one":"S","find":"~","try":"~","pick":"'
      '~","choose":"~","go":"~","trying":"~","attempt":"~","attempting":"~","anything":"%","every'
      'thing":"%","something":"%","why":"y","how":"y","what":"y","where":"y","who":"y","which":"y'
      '","and":"a","or":"a","but":"a","to":"I","for":"I","with":"I","about":"I","ask":"G","asked"'
      ':"G","tell":"G","told":"G","say":"G","said":"G","saying":"G","telling":"G","beg":"G","begg'
      'ed":"G","request":"G","requesting":"G","requested":"G","warned":"G","instructed":"G","dire'
      'cted":"G","ordered":"G","promised":"G","swore":"G","make":"m","sure":"m","ensure":"m","see'
      '":"m","receive":"E","receiving":"E","hear":"E","hearing":"E","if":"C","mark":"2","marking"'
      ':"2","marked":"2","flag":"2","flagging":"2","flagged":"2","expect":"4","expecting":"4","si'
      'ck":"5","tired":"5","fed":"5","done":"5","enough":"5","over":"5","exhausted":"5","regret":'
      '"6","happens":"6","consequences":"6","served":"6","right":"9","reason":"9","point":"9","us'
      'e":"9","basis":"9","authority":"9","grounds":"9","send":"&","sending":"&","sent":"&","give'
      '":"&","giving":"&","than":"<","dare":"=","mind":"=","mean":"X","means":"X","please":"","ju'
      'st":"","really":"","kindly":"","even":"","fucking":"","damn":"","stupid":"","freaking":"",'
      '"seriously":"","honestly":"","literally":"","already":"","ok":"","okay":"","hey":"","hi":"'
      '","hello":"","um":"","uh":"","well":"","dear":"","sir":"","maam":"","guys":"","bro":"","du'
      'de":"","man":"","lady":"","folks":"","asap":"","immediately":"","permanently":"","thanks":'
      '"","thx":"","ty":"","respectfully":"","goddamn":"","bloody":"","lol":"","lmao":"","actuall'
      'y":"","absolutely":"","truly":"","simply":"","so":"","then":"","also":"","hell":"","heck":'
      '"","tf":"","wtf":"","politely":"","nicely":"","personally":"","completely":"","totally":""'
      ',"entirely":"","good":"","though":"","friend":"","pal":"","buddy":"","ma":"","honey":"","u'
      'nsolicited":"","unwanted":"","constant":"","endless":"","random":"","dumb":"","daily":"","'
      'weekly":"","sales":"","cold":"","nonstop":"","gosh":"","god":"","goodness":"","robo":"","a'
      'uto":"","automated":"","automatic":"","bot":"","nah":"","naw":"","nope":"","yeah":"","yes"'
      ':"","yep":"","sake":"","ass":"","shitty":"","damned":"","dang":"","darn":"","finally":"","'
      'formally":"","hereby":"","officially":"","once":"","ya":"","yo":"","whatsoever":"","too":"'
      '","only":""}')::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.words_of_reply (
  p_own text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  -- Ends of sentences become a bar; anything else but a letter, a digit or a bar becomes a space.
  select btrim(regexp_replace(regexp_replace(p_own, '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'),
    '[^a-z0-9|]+', ' ', 'g'), ' |')
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
      'a )?wrong \w+)|(?:(?:he|she|they|husband|wife|mom|son|daughter|kid)(?: \w+){0,4}? (?:said|'
      'told you|thought|says)(?: it was| it is| you had)?(?: the| a)? wrong \w+(?: \w+)*)|(?:wron'
      'g (?:number|address) (?:of|for|on|in) (?!me|this|here)\w+(?: \w+)*))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.wrong_number_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:wrong (?:number|person|guy|phone|gal|lady|man|girl|dude|woman|chick|fella|hou'
      'se(?! number)|family|human|party|email|email address|individual|contact|one)(?! of| to))|('
      '?:no longer (?:his|hers?|their|\w+ s) (?:number|phone|email|cell))|(?:this is not (?:him|h'
      'er|them)(?= ,|$| sorry| any more))|(?:(?:not|never)(?: been)? my name(?: \w+)?)|(?:this is'
      ' \w+ s (?:cell|phone|number|line|email)(?: ,)? not \w+(?: s)?)|(?:not the (?:person|one|gu'
      'y|lady|owner) (?:you|whom|that you) (?:are )?(?:look|looking|trying|want|wanted|need)(?: \'
      'w+){0,2})|(?:not the (?:right|correct) (?:number|person|guy|phone|email))|(?:this is not ('
      '?:the )?(?!a |an |about |my |your |it |that |this |our |their |his |her |what |good )(?:\w'
      '+ )?\w+ s (?:phone|number|cell|email))|(?:(?:is not|not) (?:his|her|their|that person) (?:'
      'phone|number|cell|email)(?: any more)?)|(?:no one(?: here)?(?: (?:by|with|of)(?: that| thi'
      's| the)? ?(?:name)?| (?:named|called)(?! me| us| back| you| yet| today) \w+)(?: \w+)?(?: h'
      'ere| lives here| at this number)?)|(?:there is no (?!way|one|problem|need|reason|rush|mort'
      'gage|hoa)\w+(?: \w+)? (?:here|at this number|living here))|(?:(?:does|do) not (?:live here'
      '|have this (?:number|phone|email)|own this (?:number|phone)|use this (?:number|phone|email'
      '))(?: any more)?(?! (?:, )?but))|(?:(?:mean|meant|want|wanted|trying|looking|intended)(?: '
      'to \w+)?(?: for)? (?:somebody|someone) else)|(?:(?:no longer|not) (?:has|have|at|uses|reac'
      'hable at|using) this (?:number|phone|email)(?: any more)?)|(?:(?:mistake|mistook|mistaken)'
      '(?: \w+){0,2} (?:number|person)|false number|number (?:is )?wrong|(?:not|am not) (?:this|t'
      'hat) (?:person|man|woman|guy|lady|one)(?! any)|number (?:is )?new (?:for|to) (?:me|us)|new'
      ' number (?:for|to) (?:me|us)|here is not (?:mr|mrs|ms|miss|the) \w+)|(?:(?:changed|switche'
      'd|got a new) (?:his|her|their) (?:(?:phone |cell )?number|phone)(?: \w+){0,4})|(?:(?:numbe'
      'r|phone)(?: \w+){0,8}? (?:you have|you have for \w+|you called|you texted|listed)(?: \w+){'
      '0,3}? (?:belongs to|is) (?:my ex|somebody|someone|another|a different)(?: \w+)?)|(?:(?:i|w'
      'e)(?: have)? (?:just )?(?:got|have had|had|received) this (?:telephone |cell )?(?:number|p'
      'hone)(?: new)?(?: \w+){0,3})|(?:(?:changed|new) (?:phone )?numbers? (?:from|belongs|now be'
      'longs)(?: \w+)?)|(?:(?:number|phone) (?:now )?(?:belongs to|has been reassigned|was reassi'
      'gned|is no longer|is not) (?!working|in service|right|good|a good|available|charged|mine t'
      'o)(?:\w+)?)|(?:you (?:have|got|reached|dialed|called|texted|want|are texting|are calling|c'
      'ontacted)(?: got| the| a)* (?:wrong|different) (?:number|person|guy|phone|party|email|hous'
      'e|address)))(?!\S)'
$function$;

COMMENT ON FUNCTION "private"."classes_of"(text) IS 'The classes of the words of a plain English sentence, a letter for each word: what private.wish_grammar reads.';

COMMENT ON FUNCTION "private"."has_wish_in_a_language"(text) IS 'Whether a sentence of a reply wishes for an end in a language besides English.';

COMMENT ON FUNCTION "private"."has_wish_in_english"(text) IS 'Whether a sentence wishes for an end or says that the number is wrong: over its plain words, after phrases that only sound like a wish are taken out.';

COMMENT ON FUNCTION "private"."short_forms"() IS 'Contractions and short forms of English, and the words that they stand for.';

COMMENT ON FUNCTION "private"."stay_phrases"() IS 'Phrases of a person who wants to stay, whatever else sounds like a wish.';

COMMENT ON FUNCTION "private"."wish_grammar"() IS 'The grammar of a wish, over the classes of words (private.word_classes), a letter for each word.';

COMMENT ON FUNCTION "private"."wishes_in_latin_letters"() IS 'The wishes of all languages in Latin letters as one expression: PostgreSQL keeps 32 compiled.';

COMMENT ON FUNCTION "private"."wishes_of_languages"() IS 'Patterns of sentences that wish for an end in languages besides English, and of what makes them about a time or a detail: over lower case without accents. The code points are those of the alphabet; 0 to 127 are Latin letters.';

COMMENT ON FUNCTION "private"."word_classes"() IS 'What a word of English does in a wish, as a letter; empty for a filler. Other words are x.';

COMMENT ON FUNCTION "private"."words_of_reply"(text) IS 'The plain words of what private.own_reply returns; a bar between sentences.';

REVOKE ALL ON FUNCTION "private"."classes_of"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."classes_of"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."classes_of"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."has_wish_in_a_language"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_wish_in_a_language"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."has_wish_in_a_language"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."has_wish_in_english"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_wish_in_english"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."has_wish_in_english"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."short_forms"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."short_forms"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."short_forms"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."stay_phrases"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."stay_phrases"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."stay_phrases"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."wish_grammar"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wish_grammar"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."wish_grammar"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."wishes_in_latin_letters"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wishes_in_latin_letters"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."wishes_in_latin_letters"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."wishes_of_languages"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wishes_of_languages"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."wishes_of_languages"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."word_classes"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."word_classes"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."word_classes"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."words_of_reply"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."words_of_reply"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."words_of_reply"(text) TO "service_role";
