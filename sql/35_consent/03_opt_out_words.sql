-- Recognises opt-outs in replies. The keyword rule stands for every reply. The rules for sentences are for words that the
-- reader (edge-functions/_shared/inbound/reader) has not read: the facts of a gate request, a writer in SQL. A model may
-- add an opt-out but never remove one.

create function private.normalise_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(regexp_replace(translate(lower(
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200}(\n[^\n]{0,200})? wrote:|\n-{2,} ?Original Message|\n[*]?(From|Von|De|Da|Fra|Från|Van|От|差出人'
      '|보낸 ?사람|발신|发件人|寄件者) ?[:：]|\n[^\n]*(19|20)\d\d[^\n]*@[^\n]*> ?[:：]?\n|\n--\n|\n[^\n]*(confidential|priv'
      'ileged|intended recipient|by mistake please|are not the right person|our newsletter)).*$', '', 'i')),
    'áàâéèêíîóôúüñç’‘`´', 'aaaeeeiioouunc'''''''''),
    -- Ends of sentences become a bar; anything else but a letter, a digit or a bar becomes a space.
    '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'), '[^a-z0-9|]+', ' ', 'g'), ' |')
$$;
comment on function private.normalise_reply(text) is
  'Normalises a reply to plain words: NFKC, lower case, no accents, quotes or emoji; a bar between sentences; quoted '
  'mail removed.';

create function private.is_stop_keyword(p_words text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select length(p_words) < 60 and btrim(regexp_replace(regexp_replace(replace(p_words, '|', ' '),
      '\m(please|pls|plz|pleas|plse|ok|okay|now|just|thanks|thank '
        'you|thx|ty|hi|hello|hey|immediately|asap|already|today|kindly|i said|reply|text|txt|sir|maam|ma '
        'am|bro|dude|yo|fucking|freaking|right|para siempre|por favor|favor|gracias)\M', ' ', 'g'),
      '\s+', ' ', 'g'))
    ~ ('^((s ?t ?[o0] ?p+|stpo|sotp|tsop|stoop|stop ?all|stop (it|this|that|me|everything|pl?ea?se?|all)( all)?|stop '
      '?(2|to) ?(end|stop|quit|cancel)|'
      || 'unsub|un ?subs?c?r?i?b?e?d?|unsu[a-z]{4,9}e?|unsubscribe (me|us|all|this|from all|now)|cancel( all| me| '
        'this| it)?|end( all| this| it)?|quit( it| this)?|i quit|'
      || '(i )?(hereby )?revoke( all| consent| my consent)?|discontinue|cease|desist|(yeah|yea|yes|no|nope) stop|opt '
        '?out( all| me)?|opt (me|us) out|optout|'
      || 'remove|remove (me|us)|arret|alto|basta|parar|pare|paren|detener|cancelar|baja|desuscribir(me)?|no mas)( '
        '|$))+$')
$$;
comment on function private.is_stop_keyword(text) is
  'Whether a normalised reply or sentence consists of a STOP keyword alone, apart from courtesy words and '
  'repetition. The only definition of a STOP.';

create function private.opt_out_phrases(p_kind text) returns text
language sql immutable parallel safe set search_path = '' as $$
  -- One alternative per line; {verb} and {thing} stand for the two word lists below. Three expressions, because most
  -- replies need only one of them.
  select '(' || replace(replace(replace(btrim(case p_kind when 'stop' then $re$
\m(stop|quit|cease|discontinue|halt|refrain from|knock off|enough with)\M( and desist)?( from)?( all| with| w| the| these| those| this| that| your| ur| any| more| further| sending| getting| receiving| making| fucking| freaking| damn| stupid| unwanted| me| us| my| of)* ({verb}|{thing})\M
\m(stop|quit|cease) (sending|getting|receiving|messing|doing this|doing that|with (this|these|the))\M
\m(end|cancel|terminate|discontinue)( all| the| these| this| my| your| any)* (texts?|text messages?|messages?|msgs?|sms|emails?|subscriptions?|notifications|alerts)\M
\m(these|those|the|all|your|this|ur|get|make)( [a-z]+)? ?\m(text|texts|texting|messages?|messaging|msgs?|calls|calling|emails?|spam|harassment|this|it)\M( all| please| just| really)*( to| must| should| needs to| need to| has to| have to| better| gotta)? (be )?stop(ped)?\M
\m(this|it|you|y all|you guys|you people|u) (to|must|should|needs to|need to|has to|have to|better|gotta) stop( it| this| that| now| please| already)*$
^(please )?(can|could|would|will|wont|won t) (you|u|y all)( guys| people)?( please| pls| just| kindly| all)* stop(
  it| this| that| now| please| already)*$
\mmake it stop\M
\m(god|sake|christ|hell) (please |just )?stop$
\mi want (this|it|them|you) to (stop|end)\M
$re$ when 'not' then $re$
\m(do not|don t|dont|do nt|dnt|no longer|please not|not to)( ever| you ever)?( want you to| you dare)? {verb}( (or|and|nor) {verb})*( to| with)? (me|us|my|mine|this|here|him|her|any ?more|again|at all|ever)\M(?!( phone| number| cell)? (before|after|until|till|between|while|yet|later|unless|today|tonight|tomorrow|right|at work|during|on (mon|tues|wednes|thurs|fri|satur|sun)day|this (morning|afternoon|evening|week)|back until|first))
(^|please |and |just |to )never {verb} (me|us|this|my|here|again)\M
\m(do not|don t|dont)( ever)? (send|give|forward|mail|shoot)( me| us| my [a-z]+)?( any| anymore| more| another| these| this| your| further| the| a)* ({thing}|any ?more|anything|again)\M
\m(do not|don t|dont|no longer|never)( ever)?( wish| want| care| need| like| consent| agree)( to| for)?( be| receive| get| receiving| getting| have)?( any| more| further| these| your| the| any more| anymore| your [a-z]+)* ({thing}|contacted|called|texted|messaged|emailed|bothered|solicited|on (your|this|the|any) list|hear from you|you (to )?{verb})\M
\m(do not|don t|dont) want (to )?hear\M
^(please |just )*(do not|don t|dont) {verb}( please)?$
^(please |just |pls |plz )*no more( please| thanks| thank you)?$
\mno longer (wish|want|care|need) (to )?(receive|get|be contacted|hear)\M
\mif you {verb} (me )?(again|any ?more)\M
\m(do not|don t|dont) want to be (contacted|called|texted|bothered|on)\M
\mno (more|further|additional)( of)?( these| your| this| the| unsolicited)* ({thing}|this|these|{verb})\M
^no (texts?|calls?|messages?|emails?|spam|soliciting|solicitations?|solicitors)( please| plz| pls| thanks| thank you)?$
\mdo not (call|contact|text|disturb|solicit)( list| registry| register)?$
\m(on|to) (the |a |your )?(national |federal |state )?do not (call|contact|text)\M
\mdnc (list|registry)\M
\mno me (llame|llamen|mande|manden|envie|envien|escriba|escriban|contacte|contacten|texte|texteen|moleste|molesten)\M
\mno (quiero|deseo) (recibir )?(mas )?(mensajes|llamadas|textos|correos)\M
\mno mas (mensajes|llamadas|textos)\M
$re$ else $re$
\m(take|get|pull) (me|us|my (name|number|phone|phone number|cell|info|information|email|email address|contact|contact info|details|data)|this (number|phone|email|contact|line|address)) (off|out of|from)\M
\m(remove|delete|drop|scrub|erase|strike|unlist|block) (me|us|my (name|number|phone|phone number|cell|info|information|email|email address|contact|contact info|details|data)|this (number|phone|email|contact|line|address))\M( off| out| from| please| now| immediately|$| of| thank)
\m(remove|removed|taken off|off|from) (from )?(your|this|the|ur|all|any|ya)( [a-z]+)? (list|lists|database|records|system)\M
\m(lose|forget|delete|block) (my|this|the) (number|phone|contact)\M
\m(unsub[a-z]*|un subscribe|opt(ed|ing)?( me| us| my number)? ?out|optout)\M
\m(revok|withdraw|rescind|cancel)[a-z]* (my |all |any |the )*(prior |express |written )*(consent|permission|authorization|authorisation|opt in)\M
\m(leave|let) (me|us|my family) (alone|be)\M
^(please |just )*go away\M
\m((fuck|piss|buzz|back|bugger|eff) off|get lost|cease and desist)\M
\mwrong (number|person|guy|phone)\M
^wrong stop$
\mharass(ment|ing)\M
\mnot (the )?(right|correct) (number|person)\M
\m(report|reporting|reported|sue|suing) (you|this|u)\M
\mblock(ed|ing)? (you|u|this number)\M
\mdejen? de (llamar|mandar|enviar|escribir|contactar|molestar|textear)
\m(quite|quiten|borre|borren|saque|saquen|elimine|eliminen)me\M
$re$ end, E'\n'), E'\n', '|'),
    '{verb}', '(text|txt|messag|msg|call|contact|email|e '
      'mail|mail|sms|spam|bother|harass|bug|ring|phone|solicit|reach '
      'out|writ|annoy|pester|robocall|telemarket|market|advertis|hit up|hitting up|blowing '
      'up|communicat|disturb)[a-z]*'),
    '{thing}', '(text|texts|text messages?|txts?|messages?|msgs?|sms|calls?|phone calls?|emails?|e '
      'mails?|mails?|mailings?|spam|ads?|promos?|promotions?|offers|newsletters?|alerts|notifications|solicitations?|contact|communications?|stuff|crap|bullshit|shit|nonsense)')
    || ')'
$$;
comment on function private.opt_out_phrases(text) is
  'Regular expressions for opt-out phrases in the plain words of a sentence: stop (with a word like stop), not (with '
  'a negation), otherwise the rest.';

create function private.opt_out_exceptions() returns text
language sql immutable parallel safe set search_path = '' as $$
  select '(' || replace(btrim($re$
\m(reply|text|txt|send|type) stop (to|2)( opt out| unsubscribe| end| cancel| stop| quit| be removed| opt out of [a-z ]+)?\M
\m(do not|don t|dont|never|can t|cannot|can not|could not|couldn t|won t|wouldn t|didn t|did not|doesn t|why did you|when did you|did you|did they|i ll|i will|i had to|i have to|i d rather not) (ever )?(stop|quit)\M( (texting|calling|messaging|emailing|contacting|sending|getting|receiving)[a-z ]*)?
(?<!(do|can|could|should|would|may|must) )\mi (ever )?(stop|quit)\M
\m(never|didn t|did not) (say|said|ask|asked|tell|told)( you| them)?( to)? (stop|quit)[a-z ]*
\mwhy (do not|don t|dont) (you|we|u)\M[a-z ]*
\m(did not|didn t|do not want to|don t want to|dont want to|never|mean to) (unsubscribe|opt out|optout)\M
\m(do not|don t|dont|never) (lose|delete|forget|block|remove)\M[a-z ]*
\mlet me be (?!$)
\m(unsubscribed|opted out) by (mistake|accident|error)\M
\maccidentally (unsubscribed|opted out)\M
\m(bus|next|last|first|pit|full|non|truck|one|quick) stops?\M
\mstop (by|at|in|over|sign|signs|light|off|loss)\M
\m(remove|take|get|delete) (me|my name|us|him|her) (off|from) (of )?(the |my |our |that )?(deed|title|loan|mortgage|lease|waiting list|contract|will)\M
\m(the|an|our) opt out (period|clause|date|deadline|fee|option|window)\M
\mopt(ing|ed)? out of (the |my |our )?(hoa|escrow|insurance|contingency|inspection|deal|contract|purchase|sale)\M
$re$, E'\n'), E'\n', '|') || ')'
$$;
comment on function private.opt_out_exceptions() is
  'Phrases that contain opt-out words but mean something else, or that quote our own footer. Removed before opt-out '
  'phrases are searched for.';

create function private.fold_letters(p_text text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(translate(normalize(regexp_replace(
      normalize(lower(p_text), nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f]', '', 'g'), nfkc),
      -- Whatever the collation of the database.
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖĐđييىكة',
      'абвгдежзииклмнопрстуфхцчшщъыьэюяաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆddیییکه'),
      '[][[:space:].,!?;:"''()…。！？；،؟«»„“”‘’՜՛¿¡、，*_-]+', ' ', 'g'))
$$;
comment on function private.fold_letters(text) is
  'Text in lower case without accents and punctuation; one form for letters that Arabic and Persian write differently.';

create function private.is_stop_in_a_language(p_body text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select length(p_body) < 60 and private.fold_letters(left(p_body, 60)) = any (private.stop_words_of_languages())
$$;
comment on function private.is_stop_in_a_language(text) is
  'Whether a reply consists of a STOP keyword of a language besides English, in whatever case and punctuation.';

create function private.has_wish_in_a_language(p_body text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  -- All languages at once first: one expression stays compiled, and most sentences match none.
  with candidates as materialized (
    select f.words
    from regexp_split_to_table(left(p_body, 4000), '[.!?;:\n…。！？；؟]+') part (words)
    cross join lateral (select private.fold_letters(part.words) as words) f
    -- One word alone is a keyword or nothing.
    where f.words ~ '[^ -~]| '
      and f.words ~ (select string_agg(w.wishes, '|') from private.wishes_of_languages() w)
  )
  select exists (select from candidates c
    join private.wishes_of_languages() w on c.words ~ w.wishes and c.words !~ w.except_for)
$$;
comment on function private.has_wish_in_a_language(text) is
  'Whether a sentence of a reply wishes for an end in a language besides English.';

create function private.is_opt_out(body text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
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
    '|away|lost|ceas|wrong|harass|not|report|su|deje|quite|borre|saque|elimin|pare|basta|alto|from|cancel)';
  if not (v_stop or v_not or v_other) then
    return private.has_wish_in_a_language(body);
  end if;
  if v_words ~ '(stop|quit|unsub|opt)|deed|title|loan|mortgage|lease|contract|will|waiting|why' then
    v_words := regexp_replace(v_words, private.opt_out_exceptions(), ' # ', 'g');
  end if;
  foreach v_part in array string_to_array(v_words, '|') loop
    v_part := btrim(v_part);
    continue when v_part = '';
    -- A sentence that consists of the keyword alone. Not cancel and end: they may answer another question.
    if (v_stop and v_part ~ private.opt_out_phrases('stop'))
      or (v_not and v_part ~ private.opt_out_phrases('not'))
      or (v_other and v_part ~ private.opt_out_phrases('other'))
      or (v_part !~ '\m(cancel|end)\M' and private.is_stop_keyword(v_part)) then
      return true;
    end if;
  end loop;
  return private.has_wish_in_a_language(body);
end
$$;
comment on function private.is_opt_out(text) is
  'Whether a reply asks to stop: keywords of the carriers and the FCC, their misspellings, and sentences that a '
  'reasonable person reads that way. "I cannot get my device to stop, can you help?" does not count.';

create function private.is_opt_in_keyword(p_body text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select replace(private.normalise_reply(p_body), ' |', '') ~ '^(please )?(start|unstop)( please)?$'
$$;
comment on function private.is_opt_in_keyword(text) is
  'Whether a reply consists of START or UNSTOP alone, which reverses the keyword STOP. YES is too ambiguous to count.';

create function private.opt_out_reach(p_body text, p_channel text) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_words text := private.normalise_reply(p_body);
  v_all constant text[] := '{email,sms,voice_manual,voice_ai}'::text[];
  v_reach text[];
begin
  if v_words ~ '\m(stop ?all|contact|contacting|alone|everything|list|lists|database|communications?|cease and '
    'desist|go away|sue|lose|delete)\M' then
    return v_all;
  end if;
  v_reach := case p_channel
    when 'sms' then '{sms,voice_ai}'
    when 'voice_manual' then '{sms,voice_manual,voice_ai}'
    when 'voice_ai' then '{sms,voice_manual,voice_ai}'
    when 'email' then '{email}'
    else v_all end;
  if v_words ~ '\m(call|calls|calling|phone|ring|do not call|dnc)\M' then
    v_reach := v_reach || '{voice_manual,voice_ai}'::text[];
  end if;
  if v_words ~ '\m(text|texts|texting|txt|messages|messaging|sms)\M' and p_channel <> 'email' then
    v_reach := v_reach || '{sms,voice_ai}'::text[];
  end if;
  if v_words ~ '\m(email|emails|emailing|mail|newsletters?)\M' then
    v_reach := v_reach || '{email}'::text[];
  end if;
  return v_reach;
end
$$;
comment on function private.opt_out_reach(text, text) is
  'Channels that an opt-out ends. A text ends texts and automated calls, a call ends all phone channels, an e-mail '
  'ends e-mail; channels named in its words are added, and "all", "contact" or "list" end everything.';
