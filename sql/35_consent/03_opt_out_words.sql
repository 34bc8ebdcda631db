-- Recognises opt-outs in replies. The keyword rule stands for every reply. The rules for sentences are for words that the
-- reader (edge-functions/_shared/inbound/reader) has not read: the facts of a gate request, a writer in SQL. A model may
-- add an opt-out but never remove one.

create function private.own_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select translate(lower(
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200}(\n[^\n]{0,200})? wrote:|\n-{2,} ?Original Message|\n[*]?(From|Von|De|Da|Fra|Från|Van|От|差出人'
      '|보낸 ?사람|발신|发件人|寄件者) ?[:：]|\n[^\n]*(19|20)\d\d[^\n]*@[^\n]*> ?[:：]?\n|\n--\n|\n[^\n]*(confidential|priv'
      'ileged|intended recipient|by mistake please|are not the right person|our newsletter)).*$', '', 'i')),
    'áàâéèêíîóôúüñç’‘`´', 'aaaeeeiioouunc''''''''')
$$;
comment on function private.own_reply(text) is
  'The words of a reply in lower case without accents; quoted mail and legal notices removed.';

create function private.normalise_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  -- Ends of sentences become a bar; anything else but a letter, a digit or a bar becomes a space.
  select btrim(regexp_replace(regexp_replace(private.own_reply(p_body),
    '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'), '[^a-z0-9|]+', ' ', 'g'), ' |')
$$;
comment on function private.normalise_reply(text) is
  'Normalises a reply to plain words: NFKC, lower case, no accents, quotes or emoji; a bar between sentences; quoted '
  'mail removed.';

create function private.plain_english(p_sentence text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(string_agg(coalesce(f.meant, regexp_replace(
      regexp_replace(regexp_replace(regexp_replace(w.word, '''ll$', ' will'), '''d$', ' would'), '''ve$', ' have'),
      '''re$', ' are')), ' ' order by w.n), '''', ' '),
      '\m(do|did|does|is|are|has|have|would|could|should) (nt|n t)\M', '\1 not', 'g'),
      '\myou (guys|people|folks|all)\M', 'you', 'g'), '\me (?=mail)', 'e', 'g'), '\s+', ' ', 'g'), ' ,')
  from regexp_split_to_table(regexp_replace(replace(p_sentence, ',', ' , '), '[^a-z0-9'', ]+', ' ', 'g'), ' +')
    with ordinality w (word, n)
  left join private.short_forms() f on f.written = w.word
$$;
comment on function private.plain_english(text) is
  'A sentence as plain English words with commas as words and short forms written out; misspellings stay, which the '
  'reader corrects.';

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
  -- One expression for each group of scripts stays compiled, and most sentences match none; one expression of all
  -- languages would take a second to compile.
  with languages as (
    select w.*, case when w.language in ('Chinese', 'Korean', 'Japanese') then 1
      when w.language in ('Russian', 'Armenian') then 2 when w.language in ('Arabic', 'Persian') then 3 else 0
      end as script
    from private.wishes_of_languages() w
  ), candidates as materialized (
    select f.words, s.script
    from regexp_split_to_table(left(p_body, 4000), '[.!?;:\n…。！？；؟]+') part (words)
    cross join lateral (select private.fold_letters(part.words) as words offset 0) f
    cross join generate_series(0, 3) s (script)
    -- One word alone is a keyword or nothing.
    where f.words ~ '[^ -~]| ' and case when s.script > 0 and f.words !~ '[^ -~]' then false
      else f.words ~ (select string_agg(l.wishes, '|') from languages l where l.script = s.script) end
  )
  select exists (
    select from candidates c join languages l on l.script = c.script and c.words ~ l.wishes and c.words !~ l.except_for)
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
  -- STOP beside a number, a link or words in brackets.
  if length(body) < 200 then
    v_part := private.normalise_reply(regexp_replace(body,
      '\([^()]{1,60}\)|https?:\S+|@|[+]?\d[\d\s().-]*(x|st|nd|rd|th)?(?![[:alnum:]])', ' ', 'gi'));
    if v_part ~ '\m(stop|stopall|unsub|unsubscribe|opt ?out)\M' and private.is_stop_keyword(v_part) then
      return true;
    end if;
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
