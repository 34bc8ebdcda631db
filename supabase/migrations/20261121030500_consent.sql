-- Built from sql/35_consent by `npm run db:build`; edit there.

-- sql/35_consent/01_channels.sql

create function private.channels_for_kind(p_kind public.contact_kind) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select case p_kind when 'phone' then '{sms,voice_manual,voice_ai}'::text[] else '{email}' end
$$;
comment on function private.channels_for_kind(public.contact_kind) is
  'Channels that reach a phone or an e-mail address.';

-- sql/35_consent/02_opt_out_words.sql

-- Recognises opt-outs in replies. Rules only: a model may add an opt-out but never remove one. Every pattern has a
-- counter-example in the tests.

create function private.normalise_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(regexp_replace(translate(lower(
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200} wrote:|\n-{2,} ?Original Message|\nFrom: ).*$', '', 'i')),
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
^(please |just )*no more( please| thanks| thank you)?$
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
\m(did not|didn t|do not want to|don t want to|dont want to|never) (unsubscribe|opt out|optout)\M
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
  if v_words = '' then
    -- No words at all: a stop sign or a raised hand counts as an opt-out.
    return body ~ '[🛑⛔🚫✋🖕❌]';
  end if;
  if private.is_stop_keyword(v_words) then
    return true;
  end if;
  v_stop := v_words ~ '(stop|quit|end|cease|halt|discontin|terminat|cancel|refrain|knock|enough)';
  v_not := v_words ~ '(no |not|n t|dont|do nt|dnt|never|dnc|if you)';
  v_other := v_words ~ '(remov|tak|get|delet|drop|scrub|eras|strik|pull|unlist|block|off|lose|forget|uns|un '
    's|opt|revok|withdr|rescin|leave|let '
    '|away|lost|ceas|wrong|harass|not|report|su|deje|quite|borre|saque|elimin|pare|basta|alto|from|cancel)';
  if not (v_stop or v_not or v_other) then
    return false;
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
  return false;
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
    'desist|go away|sue|lose|delete|wrong)\M' then
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

-- sql/35_consent/10_consent_texts.sql

-- The texts of the consent form. A version never changes: consents and tokens refer to it, and its wording must still
-- be provable years later.

create table public.consent_texts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  version integer not null,
  language text not null default 'en',
  purpose text not null default 'marketing',
  seller text not null,
  title text not null,
  body text not null,
  privacy_url text,
  automated_disclosed boolean not null default false,
  not_condition_of_purchase boolean not null default false,
  channels text[] not null,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  primary key (org_id, version),
  constraint consent_text_version_is_positive check (version > 0),
  constraint consent_text_is_not_empty check (length(btrim(body)) > 0 and length(btrim(title)) > 0),
  constraint consent_text_names_the_seller check (length(btrim(seller)) > 0 and position(seller in body) > 0),
  constraint consent_text_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint consent_text_privacy_url_is_https check (privacy_url ~ '^https://'),
  constraint consent_text_channels_are_known
    check (cardinality(channels) > 0 and channels <@ '{email,sms,voice_manual,voice_ai}'::text[])
);
comment on table public.consent_texts is 'Versioned texts of the consent form, per org. Insert-only.';
comment on column public.consent_texts.version is 'Counts up per org; the newest is used unless a link names another.';
comment on column public.consent_texts.seller is 'The seller that may contact the person, as named in the text.';
comment on column public.consent_texts.automated_disclosed is
  'Whether the text says that calls or texts may be automated or use an artificial voice.';
comment on column public.consent_texts.not_condition_of_purchase is
  'Whether the text says that consent is not a condition of any purchase.';
comment on column public.consent_texts.channels is
  'Channels that the text asks for: email, sms, voice_manual, voice_ai.';

create function private.refuse_change_while_org_exists() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Rows are deleted only together with their org.
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.refuse_change_while_org_exists() is
  'Trigger for append-only tables that are deleted with their org: raises SL002. Definer: looks up the org without '
  'the policies.';
create trigger _100_append_only before update or delete on public.consent_texts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.consent_texts
  for each statement execute function private.refuse_change();

alter table public.consent_texts enable row level security;
revoke all on public.consent_texts from anon, authenticated, service_role;
grant select on public.consent_texts to authenticated, service_role, pipeline_writer;
grant insert (org_id, version, language, purpose, seller, title, body, privacy_url, automated_disclosed,
  not_condition_of_purchase, channels) on public.consent_texts to authenticated;
grant insert on public.consent_texts to service_role, pipeline_writer;
create policy select_members on public.consent_texts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.consent_texts for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.consent_texts for select to pipeline_writer using (true);
create policy insert_writer on public.consent_texts for insert to pipeline_writer with check (true);

-- sql/35_consent/11_consents.sql

-- Consents given and revoked, with their evidence. Kept by value as well as by lead, so that they outlive deletions
-- and imports; kept as long as the org exists, which is longer than the five years that the law requires.

create type public.consent_action as enum ('grant', 'revoke');
comment on type public.consent_action is 'Whether a row of consents grants or revokes.';

create table public.consents (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  lead_id uuid,
  contact_point_id bigint,
  value_bidx bytea,
  kind public.contact_kind,
  masked text,
  action public.consent_action not null,
  channels text[] not null,
  purpose text,
  type text,
  is_unproven boolean not null default false,
  -- The text that was shown
  shown_text text,
  text_sha256 bytea,
  text_version integer,
  language text,
  seller text,
  automated_disclosed boolean,
  not_condition_of_purchase boolean,
  -- How it was given or revoked
  method text not null,
  signature text,
  page_url text,
  ip inet,
  user_agent text,
  certificate_id text,
  evidence text,
  evidence_sha256 bytea,
  token_id uuid,
  occurred_at timestamptz not null,
  time_zone text,
  revoked_scope text,
  is_keyword boolean not null default false,
  text_cipher bytea,
  key_id integer,
  confirm_before timestamptz,
  -- Who recorded it
  recorded_by text not null default private.current_actor(),
  recorded_by_user uuid default auth.uid(),
  source_id uuid,
  upload_id uuid,
  recorded_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint consent_is_about_somebody check (num_nonnulls(lead_id, value_bidx) > 0),
  constraint consent_value_has_its_kind check ((value_bidx is null) = (kind is null)),
  constraint consent_channels_are_known
    check (cardinality(channels) > 0 and channels <@ '{email,sms,voice_manual,voice_ai}'::text[]),
  constraint consent_channels_fit_the_contact check (case kind
    when 'phone' then not channels && '{email}' when 'email' then channels <@ '{email}'::text[] else true end),
  constraint consent_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint consent_type_is_known check (type in ('pec', 'pewc', 'ebr_purchase', 'ebr_inquiry')),
  constraint grant_says_of_which_type check ((action = 'grant') = (type is not null)),
  constraint unproven_consent_is_a_grant check (not is_unproven or action = 'grant'),
  constraint written_consent_is_proven check (type <> 'pewc' or (not is_unproven
    and num_nonnulls(value_bidx, shown_text, text_sha256, seller, purpose) = 5
    and length(btrim(coalesce(signature, ''))) > 0
    and automated_disclosed is true and not_condition_of_purchase is true)),
  constraint consent_text_has_its_hash check ((shown_text is null) = (text_sha256 is null)
    and text_sha256 = sha256(convert_to(shown_text, 'UTF8'))),
  constraint evidence_hash_is_a_sha256 check (evidence_sha256 is null
    or (octet_length(evidence_sha256) = 32 and evidence is not null)),
  constraint consent_says_how check (length(btrim(method)) > 0),
  constraint revocation_scope_is_known check (revoked_scope in ('all', 'channel', 'matter')),
  constraint revocation_says_its_scope check ((action = 'revoke') = (revoked_scope is not null)),
  constraint text_has_its_key check ((text_cipher is null) = (key_id is null)),
  constraint consent_recorder_is_known check (recorded_by in ('person', 'upload', 'member', 'system'))
);
comment on table public.consents is
  'One row per consent given or revoked, with its evidence. Append-only; leads.consent is derived from it.';
comment on column public.consents.lead_id is 'The lead at the time; it may have been merged or deleted since.';
comment on column public.consents.value_bidx is
  'Blind index of the phone or e-mail; null for an unproven consent that names none.';
comment on column public.consents.is_unproven is
  'Asserted by somebody else (a list, a manual edit) without proof. Lifts no suppression and never outranks a '
  'revocation.';
comment on column public.consents.type is
  'pec: express consent; pewc: express written consent with every required element; ebr_purchase, ebr_inquiry: a '
  'business relationship.';
comment on column public.consents.shown_text is
  'The text exactly as it was shown; text_sha256 is the hash of its UTF-8 bytes.';
comment on column public.consents.method is
  'How it was given: consent form, reply START, one-click unsubscribe, the method that a list names …';
comment on column public.consents.certificate_id is 'Id of the vendor''s certificate of the page visit.';
comment on column public.consents.evidence is
  'Where the signed paper or the recording is kept: a file, an address, a folder and page; evidence_sha256 is the '
  'hash of the file.';
comment on column public.consents.occurred_at is
  'When it was given or revoked; recorded_at is when it was recorded here.';
comment on column public.consents.time_zone is 'IANA time zone of the person at the time, where known.';
comment on column public.consents.revoked_scope is
  'all: everything; channel: the listed channels; matter: one subject matter only.';
comment on column public.consents.is_keyword is
  'Given by a keyword alone: a STOP, which START reverses, or a START, which reverses nothing else.';
comment on column public.consents.text_cipher is
  'The person''s own words, encrypted with key key_id of private.org_keys.';
comment on column public.consents.confirm_before is
  'Deadline for the one text that may confirm the opt-out; null: no confirmation is allowed.';
comment on column public.consents.recorded_by is
  'person: the form or the reply itself; upload, member, system: the source of the entry.';
create index consents_lead_idx on public.consents (org_id, lead_id, occurred_at);
create index consents_value_idx on public.consents (org_id, value_bidx, occurred_at) where value_bidx is not null;
create index consents_revoked_value_idx on public.consents (org_id, value_bidx) where action = 'revoke';
create index consents_token_idx on public.consents (org_id, token_id) where token_id is not null;

create trigger _100_append_only before update or delete on public.consents
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.consents
  for each statement execute function private.refuse_change();

alter table public.consents enable row level security;
revoke all on public.consents from anon, authenticated, service_role;
grant select on public.consents to service_role;
grant select (org_id, id, lead_id, contact_point_id, kind, masked, action, channels, purpose, type, is_unproven,
  shown_text, text_sha256, text_version, language, seller, automated_disclosed, not_condition_of_purchase,
  method, signature, page_url, ip, user_agent, certificate_id, evidence, evidence_sha256, token_id, occurred_at,
    time_zone, revoked_scope,
  is_keyword, confirm_before, recorded_by, recorded_by_user, source_id, upload_id, recorded_at)
  on public.consents to authenticated;
grant select, insert on public.consents to pipeline_writer;
create function private.sees_record_of(p_org_id uuid, p_lead_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_lead uuid := p_lead_id;
  v_survivor uuid;
begin
  for i in 1..20 loop
    if private.sees_lead(p_org_id, v_lead) then
      return true;
    end if;
    v_survivor := (select m.survivor_id from public.lead_merges m
      where m.org_id = p_org_id and m.merged_id = v_lead and m.undone_at is null order by m.merged_at desc limit 1);
    if v_survivor is null then
      return false;
    end if;
    v_lead := v_survivor;
  end loop;
  return false;
end
$$;
comment on function private.sees_record_of(uuid, uuid) is
  'Whether the signed-in user may see records of a lead: those who see the lead, or the lead that it was merged '
  'into. For rows that keep the lead of their time. Definer: called by policies.';
revoke execute on function private.sees_record_of(uuid, uuid) from public;
grant execute on function private.sees_record_of(uuid, uuid) to authenticated, service_role;
create policy select_members on public.consents for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.consents for select to pipeline_writer using (true);
create policy insert_writer on public.consents for insert to pipeline_writer with check (true);

alter table public.orgs add constraint consent_months_are_a_number check (
  settings ->> 'consent_months' ~ '^[1-9][0-9]{0,2}$');

-- sql/35_consent/12_lead_consent.sql

-- leads.consent, consented_at and consent_method summarise public.consents. Any other write to them (an import, a
-- manual edit in SQL) is recorded as an unproven consent.

create function private.effective_consents(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns table (lead_id uuid, consent_id bigint, channels text[], ended text)
language sql stable set search_path = '' as $$
  with recursive family (lead_id, member_id) as (
    select i.id, i.id from unnest(p_lead_ids) i (id)
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.member_id and m.undone_at is null
  ),
  events as materialized (
    select f.lead_id, c.id from family f
    join public.consents c on c.org_id = p_org_id and c.lead_id = f.member_id
    union
    select p.lead_id, c.id from public.contact_points p
    join public.consents c on c.org_id = p.org_id and c.value_bidx = p.value_bidx
    where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)
  ),
  facts as materialized (
    select e.lead_id, c.id, c.action, c.channels, c.value_bidx, c.occurred_at, c.is_unproven, c.is_keyword, c.upload_id
    from events e join public.consents c on c.org_id = p_org_id and c.id = e.id
  ),
  -- One join for all leads: looking up the revocations for each consent would grow with their product.
  judged as materialized (
    select g.lead_id, g.id, ch, bool_or(r.lead_id is not null) as revoked
    from facts g
    cross join unnest(g.channels) ch
    left join facts r on r.lead_id = g.lead_id and r.action = 'revoke'
      -- The channels of an unproven consent are uncertain: any revocation, earlier or later, ends all of it.
      and (g.is_unproven or (ch = any (r.channels) and (r.occurred_at >= g.occurred_at
        or (g.is_keyword and not r.is_keyword))))
      and (r.value_bidx = g.value_bidx or r.value_bidx is null or g.value_bidx is null)
    where g.action = 'grant'
    group by g.lead_id, g.id, ch
  ),
  standing as materialized (
    select j.lead_id, j.id, coalesce(array_agg(j.ch order by j.ch) filter (where not j.revoked), '{}') as channels
    from judged j group by j.lead_id, j.id
  )
  select g.lead_id, g.id, s.channels,
    case
      when g.occurred_at + make_interval(months => (o.settings ->> 'consent_months')::integer) <= p_as_of
        then 'expired'
      when g.is_unproven and (select u.state = 'undone' from public.uploads u where u.org_id = p_org_id
        and u.id = g.upload_id) then 'undone'
    end
  from facts g
  join standing s on s.lead_id = g.lead_id and s.id = g.id
  join public.orgs o on o.id = p_org_id
$$;
comment on function private.effective_consents(uuid, uuid[], timestamptz) is
  'Every consent that applies to the leads (their own, those of leads merged into them, those of their phones and '
  'e-mails), the channels of it that no revocation has ended, and whether it has expired or its upload was undone.';

create function private.sync_lead_consents(p_org_id uuid, p_lead_ids uuid[],
  p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_count integer;
begin
  -- Derived values are not recorded as an edit.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.syncing_consents', 'yes', true);
  with standing as materialized (
    select s.lead_id, cardinality(s.channels) > 0 as stands, c.occurred_at, c.method, c.id
    from private.effective_consents(p_org_id, p_lead_ids, p_as_of) s
    join public.consents c on c.org_id = p_org_id and c.id = s.consent_id
    where s.ended is null
  ),
  best as (
    -- The latest consent in effect; otherwise the latest revoked one, which marks the revocation.
    select distinct on (i.id) i.id, coalesce(s.stands, false) as consent, s.occurred_at, s.method
    from unnest(p_lead_ids) i (id)
    left join standing s on s.lead_id = i.id
    order by i.id, s.stands desc nulls last, s.occurred_at desc, s.id desc
  )
  update public.leads l
  set consent = b.consent, consented_at = b.occurred_at, consent_method = b.method
  from best b
  where l.org_id = p_org_id and l.id = b.id
    and (l.consent, l.consented_at, l.consent_method) is distinct from (b.consent, b.occurred_at, b.method);
  get diagnostics v_count = row_count;
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.syncing_consents', '', true);
  return v_count;
end
$$;
comment on function private.sync_lead_consents(uuid, uuid[], timestamptz) is
  'Derives consent, consented_at and consent_method of the leads from public.consents; returns how many changed. '
  'Consent on any channel counts; the gate checks the channel. Definer: nobody may edit consent directly.';
revoke execute on function private.sync_lead_consents(uuid, uuid[], timestamptz) from public;

create function private.tg_consents__sync_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.sync_lead_consents(x.org_id, array_agg(x.lead_id), max(x.recorded_at))
  from (
    -- A new unproven consent only repeats the lead's own columns: it matters only beside other consents.
    select n.org_id, n.lead_id, n.recorded_at from new_rows n
    where n.lead_id is not null
      and (not n.is_unproven or exists (select from public.consents c
        where c.org_id = n.org_id and c.lead_id = n.lead_id and c.id <> n.id))
    union
    select n.org_id, p.lead_id, n.recorded_at from new_rows n
    join public.contact_points p on p.org_id = n.org_id and p.value_bidx = n.value_bidx
    union
    select n.org_id, m.survivor_id, n.recorded_at from new_rows n
    join public.lead_merges m on m.org_id = n.org_id and m.merged_id = n.lead_id and m.undone_at is null
  ) x
  group by x.org_id;
  return null;
end
$$;
comment on function private.tg_consents__sync_leads() is
  'Trigger: updates leads from their consents. Definer: as sync_lead_consents.';
create trigger _200_follow after insert on public.consents
  referencing new table as new_rows for each statement execute function private.tg_consents__sync_leads();

-- A phone that is imported again brings its revocations back.
create function private.tg_contact_points__sync_consents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.sync_lead_consents(n.org_id, array_agg(distinct n.lead_id))
  from new_rows n
  join public.consents c on c.org_id = n.org_id and c.value_bidx = n.value_bidx
  group by n.org_id;
  return null;
end
$$;
comment on function private.tg_contact_points__sync_consents() is
  'Trigger: updates the lead of a new contact point that has consents or revocations on record. Definer: as '
  'sync_lead_consents.';
create trigger _200_follow_consents after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__sync_consents();
create trigger _200_follow_consents_on_update after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__sync_consents();

create function private.expire_consents(p_as_of timestamptz default now(),
  p_limit integer default 5000) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer := 0;
  v record;
begin
  for v in
    select x.org_id, array_agg(x.id) as ids
    from (
      select l.org_id, l.id
      from public.orgs o
      join public.leads l on l.org_id = o.id
        and l.consent and l.consented_at + make_interval(months => (
          o.settings ->> 'consent_months')::integer) <= p_as_of
      limit p_limit
    ) x
    group by x.org_id
  loop
    v_count := v_count + private.sync_lead_consents(v.org_id, v.ids, p_as_of);
  end loop;
  return v_count;
end
$$;
comment on function private.expire_consents(timestamptz, integer) is
  'Removes consent from leads whose last consent is older than the org''s consent_months; returns how many. For a '
  'daily run. Definer: as sync_lead_consents.';
create index leads_consented_idx on public.leads (org_id, consented_at) where consent;

create function private.tg_orgs__sync_consents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.sync_lead_consents(new.id, array_agg(l.id)) from public.leads l
  where l.org_id = new.id and exists (select from public.consents c where c.org_id = l.org_id and c.lead_id = l.id);
  return null;
end
$$;
comment on function private.tg_orgs__sync_consents() is
  'Trigger: applies a changed consent_months at once. Definer: as sync_lead_consents.';
create trigger _300_follow_consents after update of settings on public.orgs
  for each row when (old.settings -> 'consent_months' is distinct from new.settings -> 'consent_months')
  execute function private.tg_orgs__sync_consents();

grant execute on function private.effective_consents(uuid, uuid[], timestamptz) to service_role;
grant execute on function private.sync_lead_consents(uuid, uuid[], timestamptz),
  private.expire_consents(timestamptz, integer) to pipeline_writer, service_role;

-- sql/35_consent/13_imported_consents.sql

-- Consent that an import or a manual edit gives to a lead is recorded as an unproven consent.

create function private.record_imported_consents(p_org_id uuid, p_lead_ids uuid[]) returns void
language sql volatile security definer set search_path = '' as $$
  insert into public.consents (org_id, lead_id, action, type, channels, is_unproven, method, occurred_at, time_zone,
    recorded_by, source_id, upload_id)
  select l.org_id, l.id, 'grant', 'pec', '{email,sms,voice_manual,voice_ai}', true,
    coalesce(nullif(btrim(l.consent_method), ''), 'not stated'), l.consented_at, l.time_zone, a.actor,
    case when a.actor = 'upload' then coalesce(u.source_id, l.source_id) end, u.id
  from public.leads l
  cross join (select private.current_actor() as actor) a
  left join public.uploads u on a.actor = 'upload' and u.org_id = l.org_id
    and u.id = nullif(current_setting('sluice.upload_id', true), '')::uuid
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    -- Consents on record are not recorded again: a merge, a second import of the same list.
    and not exists (
      select from public.consents c
      left join public.uploads x on c.is_unproven and x.org_id = c.org_id and x.id = c.upload_id
      where c.org_id = l.org_id and c.action = 'grant' and c.occurred_at = l.consented_at
        and c.method = coalesce(nullif(btrim(l.consent_method), ''), 'not stated')
        and x.state is distinct from 'undone'
        and (c.lead_id = l.id or c.lead_id in (
          select m.merged_id from public.lead_merges m where m.org_id = l.org_id and m.survivor_id = l.id)))
$$;
comment on function private.record_imported_consents(uuid, uuid[]) is
  'Records the consent columns of leads as unproven consents: express at most, for no number in particular. Definer: '
  'members may edit leads but not record consents.';
revoke execute on function private.record_imported_consents(uuid, uuid[]) from public;

create function private.tg_leads__record_imported_consents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(current_setting('sluice.syncing_consents', true), '') = 'yes' or private.current_actor() = 'system' then
    return null;
  end if;
  perform private.record_imported_consents(n.org_id, array_agg(n.id)) from new_rows n where n.consent
    group by n.org_id;
  return null;
end
$$;
comment on function private.tg_leads__record_imported_consents() is
  'Trigger: records an unproven consent for new leads that an import or a manual edit marks as consenting. Definer: '
  'as record_imported_consents.';
create trigger _600_record_consents after insert on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__record_imported_consents();

create function private.tg_leads__record_imported_consent() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(current_setting('sluice.syncing_consents', true), '') = 'yes' or private.current_actor() = 'system' then
    return null;
  end if;
  if new.consent then
    perform private.record_imported_consents(new.org_id, array[new.id]);
  elsif private.current_actor() = 'member' then
    insert into public.consents (org_id, lead_id, action, channels, revoked_scope, method, occurred_at)
    values (new.org_id, new.id, 'revoke', '{email,sms,voice_manual,voice_ai}', 'all', 'edited by hand', now());
  end if;
  return null;
end
$$;
comment on function private.tg_leads__record_imported_consent() is
  'Trigger: records consent that an import or a manual edit gives to a lead as an unproven consent, and consent that '
  'a manual edit removes as a revocation. Definer: as record_imported_consents.';
create trigger _600_record_consent after update of consent, consented_at on public.leads
  for each row when (new.consent and (not old.consent or old.consented_at <> new.consented_at) or old.consent
    and not new.consent)
  execute function private.tg_leads__record_imported_consent();

-- sql/35_consent/20_suppressions.sql

-- "Never contact", kept by value and not by lead: whatever is imported, merged, undone or replayed later, the value
-- stays suppressed. Rows are only added.

create table public.suppressions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  kind public.contact_kind not null,
  channel text,
  reason text not null,
  source text not null,
  nth integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint value_is_suppressed_once_per_channel unique nulls not distinct (org_id, value_bidx, channel, nth),
  constraint suppressed_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint suppression_says_why check (length(btrim(reason)) > 0 and length(btrim(source)) > 0)
);
comment on table public.suppressions is
  'Phones and e-mails that the org never contacts, by blind index. Insert-only; the first reason and time are kept.';
comment on column public.suppressions.channel is 'email, sms, voice_manual or voice_ai; null means all of them.';
comment on column public.suppressions.reason is
  'Why: stop_keyword (START reverses it), opt_out, unsubscribe, complaint, bounce, litigator, request …';
comment on column public.suppressions.nth is
  'Counts repeated suppressions: after a consent, or for a reason that no keyword lifts.';
comment on column public.suppressions.source is 'Origin: a reply, a webhook, an import, a person.';

create function private.tg_suppressions__only_grow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Suppressions are deleted only together with their org.
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception 'suppressions are append-only' using errcode = 'SL502';
end
$$;
comment on function private.tg_suppressions__only_grow() is
  'Trigger: rejects updates and deletions (SL502). Definer: looks up the org without the policies.';
create trigger _100_only_grow before update or delete on public.suppressions
  for each row execute function private.tg_suppressions__only_grow();
create trigger _100_refuse_truncate before truncate on public.suppressions
  for each statement execute function private.tg_suppressions__only_grow();

create function private.tg_suppressions__opt_out_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_actor text := current_setting('sluice.actor', true);
  v_clock text := current_setting('sluice.as_of', true);
begin
  -- The effects on a lead are dated like the suppression.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of',
    (select max(n.created_at) from new_rows n)::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out'
    and (l.org_id, l.id) in (
      select c.org_id, c.lead_id
      from new_rows n
      join public.contact_points c on c.org_id = n.org_id and c.value_bidx = n.value_bidx
      where n.channel is null);
  perform set_config('sluice.actor', coalesce(v_actor, ''), true),
    set_config('sluice.as_of', coalesce(v_clock, ''), true);
  return null;
end
$$;
comment on function private.tg_suppressions__opt_out_leads() is
  'Trigger: a suppression on all channels opts out every lead with the value. It waits for a feed that has locked '
  'the lead, and a feed skips leads that it has locked, so one of the two always sees the other. Definer: the writer '
  'may not edit campaign states.';
create trigger _200_opt_out_leads after insert on public.suppressions
  referencing new table as new_rows for each statement execute function private.tg_suppressions__opt_out_leads();

alter table public.suppressions enable row level security;
revoke all on public.suppressions from anon, authenticated;
grant select on public.suppressions to authenticated;
grant select, insert on public.suppressions to pipeline_writer;
create policy select_admins on public.suppressions for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.suppressions for select to pipeline_writer using (true);
create policy insert_writer on public.suppressions for insert to pipeline_writer with check (true);

-- sql/35_consent/21_suppression_lifts.sql

-- Suppressions are never deleted. A later consent can outrank one, channel by channel, as a row of its own; the next
-- reason suppresses the value again.

-- Both tables are append-only and the trigger below looks them up, so there is no foreign key to either.
create table public.suppression_lifts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  suppression_id bigint not null,
  channel text not null,
  consent_id bigint not null,
  lifted_at timestamptz not null,
  primary key (org_id, suppression_id, channel),
  constraint lifted_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai'))
);
comment on table public.suppression_lifts is
  'Which suppression a later consent outranks, on which channel, and since when. Insert-only.';
create index suppression_lifts_consent_idx on public.suppression_lifts (org_id, consent_id);
create trigger _100_append_only before update or delete on public.suppression_lifts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.suppression_lifts
  for each statement execute function private.refuse_change();

create function private.can_lift_suppression(p_suppression public.suppressions, p_consent public.consents,
  p_channel text) returns boolean
language sql immutable set search_path = '' as $$
  select p_consent.action = 'grant' and not p_consent.is_unproven
    and p_consent.org_id = p_suppression.org_id and p_consent.value_bidx = p_suppression.value_bidx
    and p_consent.occurred_at > p_suppression.created_at
    and p_channel = any (p_consent.channels)
    and coalesce(p_suppression.channel = p_channel, true)
    and case when p_consent.is_keyword then p_suppression.reason = 'stop_keyword'
      else p_suppression.reason not in ('bounce', 'complaint', 'litigator') end
$$;
comment on function private.can_lift_suppression(public.suppressions, public.consents, text) is
  'Whether a consent outranks a suppression on a channel: later, proven and of the same value. START outranks only a '
  'STOP; nothing outranks a bounce, a complaint or a litigator.';

create function private.tg_suppression_lifts__check() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.suppressions s join public.consents c on c.org_id = s.org_id and c.id = new.consent_id
    where s.org_id = new.org_id and s.id = new.suppression_id and private.can_lift_suppression(s, c, new.channel)) then
    raise exception 'no later consent outranks this suppression' using errcode = 'SL402';
  end if;
  return new;
end
$$;
comment on function private.tg_suppression_lifts__check() is
  'Trigger: rejects lifts that can_lift_suppression does not allow (SL402). Definer: reads both tables without the '
  'policies.';
create trigger _200_check before insert on public.suppression_lifts
  for each row execute function private.tg_suppression_lifts__check();

alter table public.suppression_lifts enable row level security;
revoke all on public.suppression_lifts from anon, authenticated, service_role;
grant select on public.suppression_lifts to authenticated, service_role;
grant select, insert on public.suppression_lifts to pipeline_writer;
create policy select_admins on public.suppression_lifts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.suppression_lifts for select to pipeline_writer using (true);
create policy insert_writer on public.suppression_lifts for insert to pipeline_writer with check (true);
revoke execute on function private.can_lift_suppression(public.suppressions, public.consents, text) from public;

-- sql/35_consent/22_suppress_and_lift.sql

create function private.is_suppressed(p_org_id uuid, p_value_bidx bytea, p_channel text default null) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.suppressions s
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx
      and (s.channel is null or p_channel is null or s.channel = p_channel)
      and (select case
          when p_channel = 'all' or s.channel is not null then count(*) = 0
          when p_channel is null then count(*) < case s.kind when 'phone' then 3 else 1 end
          else count(*) filter (where l.channel = p_channel) = 0 end
        from public.suppression_lifts l
        where l.org_id = s.org_id and l.suppression_id = s.id));
end
$$;
comment on function private.is_suppressed(uuid, bytea, text) is
  'Whether a value is suppressed on a channel and no later consent has lifted that. Without a channel: on any; with '
  '''all'': on all channels at once.';
grant execute on function private.is_suppressed(uuid, bytea, text) to service_role;

create function private.suppress_value(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_reason text, p_source text,
  p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(p_value_bidx, 'hex'), 2));
  -- One active suppression is enough, except that one which START can lift does not replace one which it cannot.
  if exists (
    select from public.suppressions s
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.channel is not distinct from p_channel
      and (s.reason <> 'stop_keyword' or p_reason = 'stop_keyword')
      and (s.reason in ('bounce', 'complaint', 'litigator') or p_reason not in ('bounce', 'complaint', 'litigator'))
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
  then
    return false;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, created_at, nth)
  select p_org_id, p_value_bidx, p_kind, p_channel, p_reason, p_source, p_as_of,
    coalesce(max(s.nth), 0) + 1
  from public.suppressions s
  where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.channel is not distinct from p_channel;
  return true;
end
$$;
comment on function private.suppress_value(uuid, bytea, public.contact_kind, text, text, text, timestamptz) is
  'Suppresses a value on a channel (null: on all); false when it already was, for an equally lasting reason. On all '
  'channels, every lead with the value opts out.';

create function private.lift_suppressions(p_org_id uuid, p_consent_id bigint,
  p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  c public.consents;
  v_count integer;
begin
  select x.* into strict c from public.consents x where x.org_id = p_org_id and x.id = p_consent_id;
  if c.value_bidx is null then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(c.value_bidx, 'hex'), 2));
  insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id, lifted_at)
  select s.org_id, s.id, ch, c.id, p_as_of
  from public.suppressions s cross join unnest(c.channels) ch
  where s.org_id = p_org_id and s.value_bidx = c.value_bidx and private.can_lift_suppression(s, c, ch)
  on conflict do nothing;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform set_config('sluice.actor', 'system', true);
    update public.leads l set campaign_status = 'new'
    where l.campaign_status = 'opted_out'
      and (l.org_id, l.id) in (select p.org_id, p.lead_id from public.contact_points p where p.org_id = p_org_id
        and p.value_bidx = c.value_bidx)
      and not exists (
        select from public.contact_points p
        where p.org_id = l.org_id and p.lead_id = l.id and private.is_suppressed(p.org_id, p.value_bidx));
    perform set_config('sluice.actor', v_actor, true);
  end if;
  return v_count;
end
$$;
comment on function private.lift_suppressions(uuid, bigint, timestamptz) is
  'Lifts the suppressions that a consent outranks; returns how many (suppression, channel) pairs. A lead whose '
  'contacts are all free again can be fed again. Definer: the caller may not edit campaign states.';
revoke execute on function private.lift_suppressions(uuid, bigint, timestamptz) from public;
grant execute on function private.lift_suppressions(uuid, bigint, timestamptz) to pipeline_writer;

-- The rows decide whether a lead may become new again, not the role that writes.
create function private.tg_leads__stay_opted_out() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.campaign_status <> 'new'
    or exists (select from public.contact_points p
      where p.org_id = new.org_id and p.lead_id = new.id and private.is_suppressed(p.org_id, p.value_bidx))
    or not exists (
      select from public.contact_points p
      join public.suppressions s on s.org_id = p.org_id and s.value_bidx = p.value_bidx
      join public.suppression_lifts l on l.org_id = s.org_id and l.suppression_id = s.id
      where p.org_id = new.org_id and p.lead_id = new.id)
  then
    raise exception 'a lead that opted out can be reopened only by a new consent' using errcode = 'SL403';
  end if;
  return new;
end
$$;
comment on function private.tg_leads__stay_opted_out() is
  'Trigger: an opted-out lead may only become new, and only after consents have lifted its suppressions (SL403). '
  'Definer: reads suppressions without the policies.';
create trigger _150_stay_opted_out before update of campaign_status on public.leads
  for each row when (old.campaign_status = 'opted_out' and new.campaign_status <> 'opted_out')
  execute function private.tg_leads__stay_opted_out();

-- sql/35_consent/30_consent_tokens.sql

create table public.consent_tokens (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  nonce_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  text_version integer,
  channels text[] not null default '{}',
  phone_bidx bytea,
  phone_masked text,
  email_bidx bytea,
  email_masked text,
  primary key (org_id, id),
  constraint token_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint token_names_a_text_of_its_org foreign key (org_id, text_version)
    references public.consent_texts (org_id, version) on delete restrict,
  constraint token_expires_after_creation check (expires_at > created_at),
  constraint token_is_used_in_its_life check (used_at is null or used_at between created_at and expires_at),
  constraint used_token_was_bound check (used_at is null or text_version is not null),
  constraint token_channels_are_known check (channels <@ '{email,sms,voice_manual,voice_ai}'::text[]),
  constraint token_channels_have_their_contact check (
    (phone_bidx is not null or not channels && '{sms,voice_manual,voice_ai}')
    and (email_bidx is not null or not channels && '{email}')),
  constraint nonce_hash_is_sha256 check (octet_length(nonce_hash) = 32)
);
comment on table public.consent_tokens is 'Single-use links to a consent form; only the hash of the nonce is stored.';
comment on column public.consent_tokens.text_version is 'The text that the form shows.';
comment on column public.consent_tokens.channels is 'The channels that the form may ask consent for.';
comment on column public.consent_tokens.phone_bidx is
  'The phone that the form is about; phone_masked is the masked form that is shown. email_bidx likewise.';
create index consent_tokens_lead_idx on public.consent_tokens (org_id, lead_id);
create index consent_tokens_text_idx on public.consent_tokens (org_id, text_version);

alter table public.consent_tokens enable row level security;
grant select, insert, update, delete on public.consent_tokens to pipeline_writer;
create policy select_writer on public.consent_tokens for select to pipeline_writer using (true);
create policy insert_writer on public.consent_tokens for insert to pipeline_writer with check (true);
create policy update_writer on public.consent_tokens for update to pipeline_writer using (true) with check (true);

create function private.tg_lead_merges__move_tokens() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.consent_tokens t set lead_id = new.survivor_id where t.org_id = new.org_id
    and t.lead_id = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_tokens() is
  'Trigger: moves consent links to the lead that remains, before the other is deleted. Definer: matching has no '
  'rights on consent.';
create trigger _100_move_tokens after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_tokens();

create function private.tg_orgs__delete_consent_tokens() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.consent_tokens t where t.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_consent_tokens() is
  'Trigger: deletes consent links with their org, before the leads that they refer to. Definer: no role may delete '
  'tokens.';
create trigger _050_delete_consent_tokens before delete on public.orgs
  for each row execute function private.tg_orgs__delete_consent_tokens();

create function private.tg_consent_tokens__keep_evidence() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    if old.used_at is null or pg_catalog.pg_trigger_depth() > 1 then
      return old;
    end if;
  elsif old.used_at is null
    and (to_jsonb(new) - '{used_at,lead_id}'::text[]) = (to_jsonb(old) - '{used_at,lead_id}'::text[]) then
    return new;
  -- A merge moves the token to the remaining lead.
  elsif to_jsonb(new) - 'lead_id' = to_jsonb(old) - 'lead_id' then
    return new;
  end if;
  raise exception 'consent_tokens is append-only' using errcode = 'SL002';
end
$$;
comment on function private.tg_consent_tokens__keep_evidence() is
  'Trigger: a token may be used once and is otherwise immutable; used tokens are deleted only with their org '
  '(SL002). Definer: as the tables it guards.';
create trigger _100_keep_evidence before update or delete on public.consent_tokens
  for each row execute function private.tg_consent_tokens__keep_evidence();

-- sql/35_consent/31_consent_form.sql

-- The consent form: a link with a random nonce that can be opened repeatedly and submitted once. Only the hash of the
-- nonce is stored; the token is bound to lead, contacts, text and channels, and is kept as evidence.

create function private.issue_consent_token(
  p_org_id uuid, p_lead_id uuid, p_channels text[], p_text_version integer default null,
  p_ttl interval default '14 days', p_as_of timestamptz default now()
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_nonce constant text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  t public.consent_texts;
  v_phone record;
  v_email record;
begin
  select x.* into t from public.consent_texts x
  where x.org_id = p_org_id and x.version = coalesce(p_text_version,
    (select max(y.version) from public.consent_texts y where y.org_id = p_org_id));
  if not found or not p_channels <@ t.channels or coalesce(cardinality(p_channels), 0) = 0 then
    raise exception 'the org has no consent text for these channels' using errcode = 'SL401';
  end if;
  select c.value_bidx, c.masked into v_phone from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'phone' and c.invalid_at is null
    and p_channels && '{sms,voice_manual,voice_ai}'
  order by c.verified desc, c.position, c.id limit 1;
  select c.value_bidx, c.masked into v_email from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'email' and c.invalid_at is null
    and p_channels && '{email}'
  order by c.verified desc, c.position, c.id limit 1;
  if (p_channels && '{sms,voice_manual,voice_ai}' and v_phone.value_bidx is null)
    or (p_channels && '{email}' and v_email.value_bidx is null) then
    raise exception 'the lead has no contact point for these channels' using errcode = 'SL401';
  end if;
  insert into public.consent_tokens (org_id, lead_id, nonce_hash, created_at, expires_at, text_version, channels,
    phone_bidx, phone_masked, email_bidx, email_masked)
  values (p_org_id, p_lead_id, sha256(convert_to(v_nonce, 'UTF8')), p_as_of, p_as_of + p_ttl, t.version, p_channels,
    v_phone.value_bidx, v_phone.masked, v_email.value_bidx, v_email.masked);
  return v_nonce;
end
$$;
comment on function private.issue_consent_token(uuid, uuid, text[], integer, interval, timestamptz) is
  'Creates a link to the consent form and returns its nonce (43 characters, 256 bits), which cannot be retrieved '
  'again. Uses the lead''s best phone and e-mail, and the newest text unless one is named. Raises SL401 when the '
  'text or the lead does not support these channels.';

create function private.show_consent_form(p_nonce text, p_as_of timestamptz default now()) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'state', case when t.used_at is null then 'open' else 'already_used' end,
    'title', x.title, 'text', x.body, 'text_sha256', encode(sha256(convert_to(x.body, 'UTF8')), 'hex'),
    'text_version', x.version, 'language', x.language, 'seller', x.seller, 'privacy_url', x.privacy_url,
    'channels', t.channels, 'phone', t.phone_masked, 'email', t.email_masked, 'expires_at', t.expires_at)
  from public.consent_tokens t
  join public.consent_texts x on x.org_id = t.org_id and x.version = t.text_version
  where t.nonce_hash = sha256(convert_to(p_nonce, 'UTF8')) and t.expires_at > p_as_of
$$;
comment on function private.show_consent_form(text, timestamptz) is
  'The content of the form; null when the nonce is unknown or expired, without saying which. Changes nothing.';

create function private.submit_consent(
  p_nonce text, p_form jsonb, p_page_url text, p_ip inet, p_user_agent text, p_as_of timestamptz default now()
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  t public.consent_tokens;
  x public.consent_texts;
  v_chosen text[];
  v_signature constant text := nullif(btrim(p_form ->> 'signature'), '');
  v_zone constant text := (select z.name from pg_catalog.pg_timezone_names z where z.name = p_form ->> 'time_zone');
  v_consent bigint;
  v record;
begin
  -- Concurrent submissions: the second waits here and then finds the token used.
  select c.* into t from public.consent_tokens c
  where c.nonce_hash = sha256(convert_to(p_nonce, 'UTF8')) and c.text_version is not null for update;
  if not found or t.expires_at <= p_as_of or t.created_at > p_as_of then
    return 'link_invalid';
  elsif t.used_at is not null then
    return 'already_used';
  end if;
  select y.* into strict x from public.consent_texts y where y.org_id = t.org_id and y.version = t.text_version;
  v_chosen := array(select distinct jsonb_array_elements_text(p_form -> 'channels') order by 1);
  if p_form ->> 'text_sha256' is distinct from encode(sha256(convert_to(x.body, 'UTF8')), 'hex')
    or not v_chosen <@ t.channels then
    return 'not_what_was_shown';
  elsif cardinality(v_chosen) = 0 or v_signature is null or p_form -> 'agree' is distinct from 'true'::jsonb then
    return 'incomplete';
  end if;
  update public.consent_tokens c set used_at = p_as_of where c.org_id = t.org_id and c.id = t.id;
  for v in
    select k.kind, k.bidx, k.masked, array(select ch from unnest(v_chosen) ch where ch = any (k.channels)) as channels
    from (values ('phone'::public.contact_kind, t.phone_bidx, t.phone_masked, '{sms,voice_manual,voice_ai}'::text[]),
      ('email', t.email_bidx, t.email_masked, '{email}')) k (kind, bidx, masked, channels)
    where k.channels && v_chosen
  loop
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, channels,
      purpose,
      shown_text, text_sha256, text_version, language, seller, automated_disclosed, not_condition_of_purchase,
      method, signature, page_url, ip, user_agent, certificate_id, token_id, occurred_at, time_zone, recorded_by,
        recorded_at)
    values (t.org_id, t.lead_id, (select c.id from public.contact_points c
        where c.org_id = t.org_id and c.lead_id = t.lead_id and c.value_bidx = v.bidx),
      v.bidx, v.kind, v.masked, 'grant', case when x.automated_disclosed and x.not_condition_of_purchase then 'pewc'
        else 'pec' end,
      v.channels, x.purpose, x.body, sha256(convert_to(x.body, 'UTF8')), x.version, x.language, x.seller,
      x.automated_disclosed, x.not_condition_of_purchase, 'consent form', v_signature, p_page_url, p_ip, p_user_agent,
      p_form ->> 'certificate_id', t.id, p_as_of, v_zone, 'person', p_as_of)
    returning id into v_consent;
    perform private.lift_suppressions(t.org_id, v_consent, p_as_of);
  end loop;
  return 'recorded';
end
$$;
comment on function private.submit_consent(text, jsonb, text, inet, text, timestamptz) is
  'Accepts the form {channels, signature, agree, text_sha256, time_zone} once. Returns recorded, or the reason for '
  'rejection: link_invalid (unknown or expired), already_used, not_what_was_shown (another text, or channels that '
  'the link does not cover), incomplete. Only recorded uses up the token; it lifts the suppressions that a new '
  'consent lifts.';

-- sql/35_consent/32_record_consent.sql

-- Consent given on paper or orally, and business relationships: a member records the evidence under their own name.

create function private.may_act_for_lead(p_org_id uuid, p_lead_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.leads l
    where l.org_id = p_org_id and l.id = p_lead_id
      and (private.is_trusted_caller() or l.org_id = any (private.my_org_ids('{owner,admin}'))
        or (l.assigned_broker_id = any (private.my_broker_ids()) and l.org_id = any (private.my_org_ids()))))
$$;
comment on function private.may_act_for_lead(uuid, uuid) is
  'Whether the caller may act for the lead: owners and admins, its assigned broker, the service. Definer: reads '
  'leads without the policies.';
revoke execute on function private.may_act_for_lead(uuid, uuid) from public, pipeline_writer;

create function private.consent_error(p_consent jsonb, p_kind public.contact_kind, p_as_of timestamptz) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_method constant text := p_consent ->> 'method';
  v_type constant text := p_consent ->> 'type';
  v_at timestamptz;
begin
  if jsonb_typeof(p_consent) is distinct from 'object' then
    return 'the value is not a JSON object';
  elsif p_consent - '{method,type,channels,purpose,occurred_at,text,language,seller,signature,automated_disclosed,'
    'not_condition_of_purchase,evidence,evidence_sha256,time_zone}'::text[] <> '{}' then
    return 'unknown field';
  elsif exists (select from jsonb_each(p_consent) f where jsonb_typeof(f.value) <> case
    when f.key = 'channels' then 'array' when f.key in ('automated_disclosed', 'not_condition_of_purchase')
      then 'boolean' else 'string' end
    and jsonb_typeof(f.value) <> 'null') then
    return 'a field has a value of the wrong type';
  elsif v_method is null or v_method not in ('paper', 'spoken', 'purchase', 'inquiry') then
    return 'method must be paper, spoken, purchase or inquiry';
  elsif v_type is null or not v_type = any (case v_method when 'paper' then '{pec,pewc}' when 'spoken' then '{pec}'
    when 'purchase' then '{ebr_purchase}' else '{ebr_inquiry}' end::text[]) then
    return format('type does not match method: %s', case v_method when 'paper' then 'for paper it is pec or pewc'
      when 'spoken' then 'for spoken it is pec'
      else format('it must be ebr_%s', v_method) end);
  elsif coalesce(p_consent -> 'channels', '[]') in ('[]', 'null')
    or not private.channels_for_kind(p_kind) @> array(select jsonb_array_elements_text(p_consent -> 'channels')) then
    return format('channels must be among those of this contact: %s',
      array_to_string(private.channels_for_kind(p_kind), ', '));
  elsif p_consent ->> 'purpose' not in ('marketing', 'transactional') then
    return 'purpose must be marketing or transactional';
  end if;
  v_at := private.read_instant(p_consent -> 'occurred_at');
  if v_at is null or not isfinite(v_at) then
    return 'occurred_at is not a valid time';
  elsif v_at > p_as_of then
    return 'occurred_at is in the future';
  elsif length(btrim(coalesce(p_consent ->> 'evidence', ''))) < 3 then
    return 'evidence is required: where the paper, the recording or the record is kept';
  elsif p_consent ->> 'evidence_sha256' !~ '^[0-9a-f]{64}$' then
    return 'evidence_sha256 must be 64 hexadecimal digits';
  elsif length(btrim(coalesce(p_consent ->> 'seller', ''))) = 0 then
    return 'seller is required: who may contact the person';
  end if;
  if v_method in ('paper', 'spoken') then
    if length(btrim(coalesce(p_consent ->> 'text', ''))) = 0
      or position(p_consent ->> 'seller' in p_consent ->> 'text') = 0 then
      return 'text is required: the words that were agreed to, naming the seller';
    end if;
  end if;
  if v_method = 'paper' and length(btrim(coalesce(p_consent ->> 'signature', ''))) = 0 then
    return 'signature is required: the name that was signed';
  elsif v_type = 'pewc' and (p_consent -> 'automated_disclosed' is distinct from 'true'
    or p_consent -> 'not_condition_of_purchase' is distinct from 'true') then
    return 'written consent requires automated_disclosed and not_condition_of_purchase';
  end if;
  return null;
end
$$;
comment on function private.consent_error(jsonb, public.contact_kind, timestamptz) is
  'The first reason why a consent cannot be recorded; null when it is valid.';

create function public.record_consent(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_consent jsonb, p_as_of timestamptz default now()
) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  c public.contact_points;
  v_fault text;
  v_id bigint;
  v_at timestamptz;
begin
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  end if;
  -- Only the service may set the time.
  p_as_of := case when private.is_trusted_caller() then p_as_of else now() end;
  v_fault := private.consent_error(p_consent, c.kind, p_as_of);
  if v_fault is not null then
    raise exception 'invalid consent: %', v_fault using errcode = 'SL404';
  end if;
  v_at := private.read_instant(p_consent -> 'occurred_at');
  -- Recording the same document twice returns one consent.
  select x.id into v_id from public.consents x
  where x.org_id = p_org_id and x.value_bidx = c.value_bidx and x.action = 'grant' and x.occurred_at = v_at
    and x.method = p_consent ->> 'method' and x.evidence = btrim(p_consent ->> 'evidence');
  if found then
    return v_id;
  end if;
  insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, channels,
    purpose,
    shown_text, text_sha256, language, seller, automated_disclosed, not_condition_of_purchase, method, signature,
      evidence, evidence_sha256,
    occurred_at, time_zone, recorded_by, recorded_by_user, recorded_at)
  select p_org_id, p_lead_id, c.id, c.value_bidx, c.kind, c.masked, 'grant', p_consent ->> 'type',
    array(select distinct jsonb_array_elements_text(p_consent -> 'channels') order by 1),
      coalesce(p_consent ->> 'purpose', 'marketing'),
    t.body, sha256(convert_to(t.body, 'UTF8')), p_consent ->> 'language', p_consent ->> 'seller',
    (p_consent -> 'automated_disclosed')::boolean, (p_consent -> 'not_condition_of_purchase')::boolean,
    p_consent ->> 'method', nullif(btrim(p_consent ->> 'signature'), ''), btrim(p_consent ->> 'evidence'),
    decode(p_consent ->> 'evidence_sha256', 'hex'), v_at,
    (select z.name from pg_catalog.pg_timezone_names z where z.name = p_consent ->> 'time_zone'), 'member',
      auth.uid(), p_as_of
  from (select nullif(btrim(p_consent ->> 'text'), '') as body) t
  returning id into v_id;
  -- A broker's entry does not lift suppressions; owners and admins have seen the document.
  if p_consent ->> 'type' in ('pec', 'pewc') and (private.is_trusted_caller() or p_org_id
    = any (private.my_org_ids('{owner,admin}'))) then
    perform private.lift_suppressions(p_org_id, v_id, p_as_of);
  end if;
  return v_id;
end
$$;
comment on function public.record_consent(uuid, uuid, bigint, jsonb, timestamptz) is
  'Records a consent that was given outside the form, for one phone or e-mail of a lead that the caller may act for: '
  '{method: paper | spoken | purchase | inquiry, type: pec | pewc | ebr_purchase | ebr_inquiry, channels, '
  'occurred_at, seller, text, signature, automated_disclosed, not_condition_of_purchase, evidence, evidence_sha256, '
  'purpose, language, time_zone}. Returns its id; recording it again returns the same id. Lifts suppressions only '
  'when an owner, an admin or the service records it. Definer: no role writes consents directly. Raises SL404 (the '
  'reason), SL405 (contact not found).';

revoke execute on function private.consent_error(jsonb, public.contact_kind, timestamptz) from pipeline_writer;
revoke execute on function public.record_consent(uuid, uuid, bigint, jsonb, timestamptz) from public, anon;
grant execute on function public.record_consent(uuid, uuid, bigint, jsonb, timestamptz) to authenticated, service_role;

alter table public.orgs add constraint consent_page_is_https check (settings ->> 'consent_page' ~ '^https://[^#]+$');

create function public.issue_consent_link(
  p_org_id uuid, p_lead_id uuid, p_channels text[], p_text_version integer default null,
    p_ttl interval default '14 days'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_nonce text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL405';
  elsif p_ttl is null or p_ttl < interval '1 minute' or p_ttl > interval '90 days' then
    raise exception 'the lifetime of a link must be between one minute and 90 days' using errcode = 'SL401';
  end if;
  v_nonce := private.issue_consent_token(p_org_id, p_lead_id, p_channels, p_text_version, p_ttl, now());
  return (select jsonb_build_object('nonce', v_nonce, 'url', (o.settings ->> 'consent_page') || '#' || v_nonce,
    'expires_at', now() + p_ttl)
    from public.orgs o where o.id = p_org_id);
end
$$;
comment on function public.issue_consent_link(uuid, uuid, text[], integer, interval) is
  'Creates a link to the consent form for a lead that the caller may act for: {nonce, url, expires_at}; the nonce '
  'cannot be retrieved again. url requires consent_page in the org''s settings (the https address that serves '
  'pages/consent). Definer: no role writes tokens directly. Raises SL401 (invalid text, contacts or lifetime), SL405 '
  '(lead not found).';
revoke execute on function public.issue_consent_link(uuid, uuid, text[], integer, interval) from public, anon;
grant execute on function public.issue_consent_link(uuid, uuid, text[], integer, interval) to authenticated,
  service_role;

-- sql/35_consent/40_opt_outs.sql

-- An opt-out from any source: suppressed, revoked and removed from the campaigns in one transaction, for every lead
-- with the value.

create function private.record_opt_out(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_source text,
  p_words text default null, p_reason text default 'opt_out', p_reach text[] default null,
  p_provider_confirms boolean default false, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_reach text[] := coalesce(p_reach, private.opt_out_reach(p_words, p_channel));
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_values bytea[] := '{}'::bytea[];
  v_confirm boolean := false;
  v_seller text;
  v record;
begin
  if p_channel is not null and not p_channel = any (v_reach) then
    v_reach := v_reach || p_channel;
  end if;
  perform set_config('sluice.actor', 'system', true);
  -- The value itself, and the other contacts of its leads where the opt-out reaches further.
  for v in
    select x.value_bidx, x.kind, x.masked, x.lead_id, x.contact_point_id,
      array(select ch from unnest(private.channels_for_kind(x.kind)) ch where ch = any (v_reach)) as channels
    from (
      select p_value_bidx as value_bidx, p_kind as kind, c.masked, c.lead_id, c.id as contact_point_id
      from (select) one
      left join lateral (
        select c.masked, c.lead_id, c.id from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.id desc limit 1) c on true
      union all
      select distinct on (o.value_bidx) o.value_bidx, o.kind, o.masked, o.lead_id, o.id
      from public.contact_points c
      join public.contact_points o on o.org_id = c.org_id and o.lead_id = c.lead_id and o.kind <> p_kind
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx
    ) x
    where private.channels_for_kind(x.kind) && v_reach
    order by x.value_bidx
  loop
    v_values := v_values || v.value_bidx;
    if v.kind = p_kind then
      v_confirm := p_channel = 'sms' and not p_provider_confirms
        and not private.is_suppressed(p_org_id, v.value_bidx, 'sms');
    end if;
    -- An opt-out from all channels also ends the campaigns; one from e-mail alone does not.
    if v.channels @> private.channels_for_kind(v.kind) and v_reach && '{sms,voice_manual,voice_ai}' then
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, null, p_reason, p_source, p_as_of);
    else
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, ch, p_reason, p_source, p_as_of)
        from unnest(v.channels) ch;
    end if;
    -- A repeated webhook records the same revocation once.
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
      revoked_scope,
      method, is_keyword, text_cipher, key_id, confirm_before, occurred_at, recorded_by, recorded_at)
    select p_org_id, v.lead_id, v.contact_point_id, v.value_bidx, v.kind, v.masked, 'revoke', v.channels,
      case when cardinality(v_reach) = 4 then 'all' else 'channel' end, p_source, p_reason = 'stop_keyword',
      private.encrypt_value(p_words, private.org_key(p_org_id, v_key)), case when p_words is not null then v_key end,
      case when v_confirm and v.kind = p_kind then p_as_of + interval '5 minutes' end,
      p_as_of, 'person', p_as_of
    where not exists (
      select from public.consents c
      where c.org_id = p_org_id and c.value_bidx = v.value_bidx and c.action = 'revoke'
        and c.occurred_at = p_as_of and c.method = p_source and c.channels = v.channels);
  end loop;
  -- Leads that only unsubscribed from e-mail may still be called if they have a phone that is not suppressed.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out'
    and (l.org_id, l.id) in (select c.org_id, c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = any (v_values))
    and (v_reach <> '{email}' or not exists (
      select from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id and c.kind = 'phone' and c.invalid_at is null
        and not private.is_suppressed(c.org_id, c.value_bidx)));
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  select o.name into v_seller from public.orgs o where o.id = p_org_id;
  return jsonb_build_object('channels', to_jsonb(array(select distinct unnest(v_reach) order by 1)),
    'confirmation', case when v_confirm then jsonb_build_object(
      'text', format('%s: You are unsubscribed and will receive no more messages. Reply START to resubscribe.',
        v_seller),
      'not_after', p_as_of + interval '5 minutes') end);
end
$$;
comment on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[], boolean,
  timestamptz) is
  'Records an opt-out of a value that arrived on a channel, in the person''s words where known: suppresses it, '
  'records the revocation and opts out its leads. The reach follows from the words unless given. Returns {channels, '
  'confirmation: {text, not_after} or null}: one text, for a new opt-out by SMS that the provider does not confirm '
  'itself. Definer: the caller may not edit campaign states and history.';
revoke execute on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[],
  boolean, timestamptz) from public;
grant execute on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[],
  boolean, timestamptz) to pipeline_writer;

create function private.record_opt_in(p_org_id uuid, p_value_bidx bytea, p_source text,
  p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_channels text[];
  v_consent bigint;
  v_lifted integer := 0;
begin
  v_channels := array(
    select distinct ch
    from public.suppressions s
    cross join lateral unnest(case when s.channel is null then private.channels_for_kind(s.kind)
      else array[s.channel] end) ch
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.kind = 'phone'
      and s.reason = 'stop_keyword' and s.created_at < p_as_of
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id
        and l.channel = ch)
    order by ch);
  if cardinality(v_channels) > 0 then
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, purpose,
      channels,
      seller, method, is_keyword, occurred_at, recorded_by, recorded_at)
    select o.id, c.lead_id, c.id, p_value_bidx, 'phone', c.masked, 'grant', 'pec', 'marketing', v_channels,
      o.name, p_source, true, p_as_of, 'person', p_as_of
    from public.orgs o
    left join lateral (
      select c.lead_id, c.id, c.masked from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.id desc limit 1) c on true
    where o.id = p_org_id
    returning id into v_consent;
    v_lifted := private.lift_suppressions(p_org_id, v_consent, p_as_of);
  end if;
  return jsonb_build_object('lifted', v_lifted, 'channels', to_jsonb(v_channels),
    'still_suppressed', private.is_suppressed(p_org_id, p_value_bidx, 'sms'));
end
$$;
comment on function private.record_opt_in(uuid, bytea, text, timestamptz) is
  'START: lifts what the keyword STOP suppressed and nothing else, as a new row in public.consents. Returns {lifted, '
  'channels, still_suppressed}. Definer: as record_opt_out.';
revoke execute on function private.record_opt_in(uuid, bytea, text, timestamptz) from public;
grant execute on function private.record_opt_in(uuid, bytea, text, timestamptz) to pipeline_writer;

create function private.record_reply_opt_out(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_body text,
  p_provider_type text default null, p_model_says_opt_out boolean default false, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_words constant text := private.normalise_reply(p_body);
  v_provider constant text := upper(coalesce(p_provider_type, ''));
  v_keyword boolean;
  v_opt_out boolean;
begin
  v_keyword := coalesce(p_channel = 'sms' and (v_provider = 'STOP' or private.is_stop_keyword(v_words)), false);
  v_opt_out := v_keyword or v_provider = 'STOP' or private.is_opt_out(p_body);
  -- The model may add opt-outs but cannot remove any.
  if v_opt_out or coalesce(p_model_says_opt_out, false) then
    return jsonb_build_object('kind', 'opt_out', 'keyword', case when v_keyword then 'stop' else 'opt_out' end)
      || private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel,
      'reply by ' || p_channel, p_body,
      -- A keyword with further words is not a keyword.
      case when v_keyword and (coalesce(v_words, '') = '' or private.is_stop_keyword(v_words)) then 'stop_keyword'
        else 'opt_out' end,
      null, v_provider = 'STOP', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'START' or private.is_opt_in_keyword(p_body)) then
    return jsonb_build_object('kind', 'opt_in', 'keyword', 'start')
      || private.record_opt_in(p_org_id, p_value_bidx, 'reply START', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'HELP' or replace(v_words, ' |',
    '') ~ '^(help|info|ayuda)( please)?$') then
    return jsonb_build_object('kind', 'help', 'answer', case when v_provider <> 'HELP' then (
      select format('%s: for help, write to %s. Reply STOP to end messages.', o.name,
        coalesce(o.settings ->> 'help_contact', 'your broker'))
      from public.orgs o where o.id = p_org_id) end);
  end if;
  return jsonb_build_object('kind', 'none');
end
$$;
comment on function private.record_reply_opt_out(uuid, bytea, public.contact_kind, text, text, text, boolean,
  timestamptz) is
  'Interprets a reply or the transcript of a call and applies it: {kind: opt_out, keyword: stop or opt_out, '
  'channels, confirmation} | {kind: opt_in, keyword: start, lifted, …} | {kind: help, answer} | {kind: none}. '
  'p_provider_type is Twilio''s OptOutType; when it is set, the provider has already answered.';

-- sql/35_consent/41_unsubscribe.sql

-- Unsubscribe links: the address they name is signed with a key of the org, so they need no storage and no login,
-- cannot be guessed and do not expire.

create function private.unsubscribe_signature(p_org_id uuid, p_payload bytea) returns bytea
language sql stable set search_path = '' as $$
  -- A key of its own, derived from the org's permanent key.
  select substr(extensions.hmac(p_payload,
    extensions.hmac('sluice unsubscribe 1'::bytea, private.blind_key(p_org_id), 'sha256'), 'sha256'), 1, 16)
$$;
comment on function private.unsubscribe_signature(uuid, bytea) is
  'First 128 bits of HMAC-SHA-256 under a key derived for unsubscribe links.';

create function private.unsubscribe_token(p_org_id uuid, p_value_bidx bytea) returns text
language sql stable set search_path = '' as $$
  select translate(encode(p.payload || private.unsubscribe_signature(p_org_id, p.payload), 'base64'), E'+/=\n', '-_')
  from (select '\x01'::bytea || decode(replace(p_org_id::text, '-', ''), 'hex') || p_value_bidx as payload) p
$$;
comment on function private.unsubscribe_token(uuid, bytea) is
  'The token of a List-Unsubscribe link: version, org, blind index and signature, base64url, 66 characters.';

create function private.read_unsubscribe_token(p_token text) returns table (org_id uuid, value_bidx bytea)
language plpgsql stable set search_path = '' as $$
declare
  v_bytes bytea;
begin
  if p_token !~ '^[A-Za-z0-9_-]{66}$' then
    return;
  end if;
  v_bytes := decode(translate(p_token, '-_', '+/') || '==', 'base64');
  org_id := encode(substr(v_bytes, 2, 16), 'hex')::uuid;
  value_bidx := substr(v_bytes, 18, 16);
  if octet_length(v_bytes) <> 49 or get_byte(v_bytes, 0) <> 1
    or not exists (select from public.orgs o where o.id = read_unsubscribe_token.org_id)
    -- Each token has one spelling: the spare bits of its last character are zero.
    or translate(encode(v_bytes, 'base64'), E'+/=\n', '-_') <> p_token
    -- Compared as digests, so that timing does not reveal how much of a guess is right.
    or sha256(substr(v_bytes, 34)) <> sha256(private.unsubscribe_signature(org_id, substr(v_bytes, 1, 33)))
  then
    return;
  end if;
  return next;
end
$$;
comment on function private.read_unsubscribe_token(text) is
  'Org and value of an unsubscribe link; no row when its signature is invalid.';

create function private.unsubscribe(p_token text, p_source text, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v record;
begin
  select * into v from private.read_unsubscribe_token(p_token);
  if not found then
    return false;
  end if;
  if not exists (
    select from public.suppressions s
    where s.org_id = v.org_id and s.value_bidx = v.value_bidx and s.reason = 'unsubscribe'
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
  then
    perform private.record_opt_out(v.org_id, v.value_bidx, 'email', 'email', p_source, null, 'unsubscribe', '{email}',
      false, p_as_of);
  end if;
  return true;
end
$$;
comment on function private.unsubscribe(text, text, timestamptz) is
  'Unsubscribes the e-mail address of a link at once; repeating it changes nothing. False when the signature is '
  'invalid.';

-- sql/35_consent/42_endpoint_rates.sql

-- Request counts of the public endpoints, per caller and minute.

create table private.endpoint_rates (
  endpoint text not null,
  caller bytea not null,
  minute timestamptz not null,
  requests integer not null,
  primary key (endpoint, caller),
  constraint endpoint_caller_is_a_hash check (octet_length(caller) = 32)
);
comment on table private.endpoint_rates is
  'Requests of each caller (SHA-256 of endpoint and address) in the current minute.';
alter table private.endpoint_rates enable row level security;

create function private.count_endpoint_request(p_endpoint text, p_caller text, p_limit integer,
  p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_requests integer;
begin
  insert into private.endpoint_rates as r (endpoint, caller, minute, requests)
  values (p_endpoint, sha256(convert_to(p_endpoint || ' ' || p_caller, 'UTF8')), date_trunc('minute', p_as_of), 1)
  on conflict (endpoint, caller) do update
    set minute = excluded.minute,
      requests = case when r.minute = excluded.minute then r.requests + 1 else 1 end
  returning r.requests into v_requests;
  -- Occasionally removes idle counters.
  if random() < 0.001 then
    delete from private.endpoint_rates r where r.minute < p_as_of - interval '1 hour';
  end if;
  return v_requests <= p_limit;
end
$$;
comment on function private.count_endpoint_request(text, text, integer, timestamptz) is
  'Counts a request; true while the caller is within its limit per minute. Definer: only the owner may write the '
  'counters.';
revoke execute on function private.count_endpoint_request(text, text, integer, timestamptz) from public;
grant execute on function private.count_endpoint_request(text, text, integer, timestamptz) to pipeline_writer;

-- sql/35_consent/50_suppression_lists.sql

-- Import and export of suppression lists.

create function private.read_suppressions(p_org_id uuid, p_rows jsonb, p_reason text)
returns table (line integer, bidx bytea, kind public.contact_kind, channel text, reason text)
language sql stable set search_path = '' as $$
  select r.line, x.bidx, x.kind,
    case when nullif(r.channel, '') is null or r.channel = any (private.channels_for_kind(x.kind))
      then nullif(r.channel, '') else 'wrong' end as channel,
    coalesce(nullif(r.reason, ''), p_reason) as reason
  from jsonb_to_recordset(p_rows) r (line integer, value text, hash text, kind text, channel text, reason text)
  cross join lateral (
    select private.normalise_phone(r.value) as phone,
      case when position('@' in r.value) > 0 then private.normalise_email(r.value) end as email,
      case when r.hash ~ '^[0-9a-fA-F]{32}$' and r.kind in ('phone', 'email') then decode(r.hash, 'hex') end as hash
  ) n
  cross join lateral (
    select coalesce(n.hash, private.blind_index(coalesce(n.email, n.phone), private.blind_key(p_org_id))) as bidx,
      (case when n.hash is not null then r.kind when n.email is not null then 'email' when n.phone is not null
        then 'phone' end)::public.contact_kind as kind
  ) x
$$;
comment on function private.read_suppressions(uuid, jsonb, text) is
  'The rows of a list as blind indexes: bidx is null where a value is unreadable, channel is wrong where it does not '
  'fit the kind.';

create function private.import_suppressions(
  p_org_id uuid, p_rows jsonb, p_reason text, p_source text, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_unreadable integer[];
  v_all integer;
  v_added integer := 0;
  v record;
begin
  perform set_config('sluice.actor', 'system', true);
  select count(*), coalesce(array_agg(i.line order by i.line) filter (where i.bidx is null or i.channel = 'wrong'),
    '{}'::integer[])
  into v_all, v_unreadable from private.read_suppressions(p_org_id, p_rows, p_reason) i;
  for v in
    select distinct on (i.bidx, i.channel) i.* from private.read_suppressions(p_org_id, p_rows, p_reason) i
    where i.bidx is not null and i.channel is distinct from 'wrong' order by i.bidx, i.channel, i.line
  loop
    if private.suppress_value(p_org_id, v.bidx, v.kind, v.channel, v.reason, p_source, p_as_of) then
      v_added := v_added + 1;
    end if;
  end loop;
  perform set_config('sluice.actor', v_actor, true);
  return jsonb_build_object('rows', v_all, 'added', v_added, 'known', v_all - v_added - cardinality(v_unreadable),
    'unreadable', to_jsonb(v_unreadable));
end
$$;
comment on function private.import_suppressions(uuid, jsonb, text, text, timestamptz) is
  'Imports a suppression list [{line, value | hash, kind, channel, reason}]: values in any spelling, or the hashes '
  '(blind indexes, hex) of an export of the same org, which need their kind. Returns {rows, added, known, '
  'unreadable: [lines]}. Definer: writes as the system.';

create function private.export_suppressions(p_org_id uuid, p_plain boolean default false, p_after bigint default 0,
  p_limit integer default 10000)
returns table (id bigint, hash text, kind public.contact_kind, channel text, reason text, source text,
  created_at timestamptz, value text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
  with page as (
    select s.* from public.suppressions s
    where s.org_id = p_org_id and s.id > p_after
      and case when s.channel is not null then private.is_suppressed(s.org_id, s.value_bidx, s.channel)
        else private.is_suppressed(s.org_id, s.value_bidx) end
    order by s.id limit p_limit
  ),
  shown as (
    select distinct on (p.id) p.id as suppression_id, c.lead_id,
      private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as plain
    from page p join public.contact_points c on c.org_id = p_org_id and c.value_bidx = p.value_bidx
    where p_plain order by p.id, c.id
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select p_org_id, h.lead_id, auth.uid(), session_user, count(*)::smallint from shown h group by h.lead_id
  )
  select p.id, encode(p.value_bidx, 'hex'), p.kind, p.channel, p.reason, p.source, p.created_at, h.plain
  from page p left join shown h on h.suppression_id = p.id
  order by p.id;
end
$$;
comment on function private.export_suppressions(uuid, boolean, bigint, integer) is
  'Exports the active suppressions of the org in pages (p_after: the last id seen). Plain values only on request, '
  'only those that a contact point still has, and each access is logged. Definer: the caller may not read keys or '
  'write the log.';
-- Only for the project owner and the command line; no endpoint returns suppression lists.
revoke execute on function private.import_suppressions(uuid, jsonb, text, text, timestamptz),
  private.export_suppressions(uuid, boolean, bigint, integer) from public, pipeline_writer;
