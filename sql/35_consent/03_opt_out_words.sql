-- Recognises opt-outs in replies. The keyword rule stands for every reply. The rules for sentences are for words that the
-- reader (edge-functions/_shared/inbound/reader) has not read: the facts of a gate request, a writer in SQL. A model may
-- add an opt-out but never remove one.

create function private.own_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select translate(lower(case when strpos(p_body, E'\n') = 0 and left(p_body, 1) <> '>' then
      normalize(left(p_body, 4000), nfkc) else
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>(?!>*[^<>\n]{1,20}<+(\n|$))[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200}(\n[^\n]{0,200})? wrote:|\n-{2,} ?Original Message|\n[*]?(From|Von|De|Da|Fra|Från|Van|От|差出人'
      '|보낸 ?사람|발신|发件人|寄件者) ?[:：]|\n[^\n]*(19|20)\d\d[^\n]*@[^\n]*> ?[:：]?\n|\n--\n|\n[^\n]*(confidential|priv'
      'ileged|intended recipient|by mistake please|are not the right person|our newsletter)).*$', '', 'i') end),
    'áàâéèêíîóôúüñç’‘`´', 'aaaeeeiioouunc''''''''')
$$;
comment on function private.own_reply(text) is
  'The words of a reply in lower case without accents; quoted mail and legal notices removed.';

create function private.words_of_reply(p_own text) returns text
language sql immutable parallel safe set search_path = '' as $$
  -- Ends of sentences become a bar; anything else but a letter, a digit or a bar becomes a space.
  select btrim(regexp_replace(regexp_replace(p_own, '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'),
    '[^a-z0-9|]+', ' ', 'g'), ' |')
$$;
comment on function private.words_of_reply(text) is
  'The plain words of what private.own_reply returns; a bar between sentences.';

create function private.normalise_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select private.words_of_reply(private.own_reply(p_body))
$$;
comment on function private.normalise_reply(text) is
  'Normalises a reply to plain words: NFKC, lower case, no accents, quotes or emoji; a bar between sentences; quoted '
  'mail removed.';

create function private.plain_english(p_sentence text) returns text
language sql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.plain_english(text) is
  'A sentence as plain English words with commas as words and short forms written out; misspellings stay, which the '
  'reader corrects.';

create function private.classes_of(p_words text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select string_agg(coalesce(private.word_classes() ->> w.word,
    case when w.word in (',', '#') then w.word when left(w.word, 1) between '0' and '9' then '0' else 'x' end), ''
    order by w.n)
  from string_to_table(p_words, ' ') with ordinality w (word, n)
$$;
comment on function private.classes_of(text) is
  'The classes of the words of a plain English sentence, a letter for each word: what private.wish_grammar reads.';

create function private.is_stop_keyword(p_words text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.is_stop_keyword(text) is
  'Whether a normalised reply or sentence consists of a STOP keyword alone, apart from courtesy words and '
  'repetition. The only definition of a STOP.';

create function private.fold_letters(p_text text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(translate(normalize(regexp_replace(
      normalize(lower(p_text), nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f]', '', 'g'), nfkc),
      -- Whatever the collation of the database.
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖĐđييىكة',
      'абвгдежзииклмнопрстуфхцчшщъыьэюяієґաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆddیییکه'),
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
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.has_wish_in_a_language(text) is
  'Whether a sentence of a reply wishes for an end in a language besides English.';

create function private.has_wish_in_english(p_sentence text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.has_wish_in_english(text) is
  'Whether a sentence wishes for an end or says that the number is wrong: over its plain words, after phrases that '
  'only sound like a wish are taken out.';

create function private.is_opt_out(body text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
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
