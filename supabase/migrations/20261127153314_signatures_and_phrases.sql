-- signatures and phrases: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.collect_contact_facts (
  p_org_id   uuid,
  p_requests jsonb,
  p_as_of    timestamp with time zone,
  p_store    boolean                  DEFAULT true,
  p_outbound boolean                  DEFAULT true
)
  RETURNS SETOF private.contact_facts
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
  v_reassigned boolean;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months',
      (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  v_reassigned := exists (select from public.reassigned_checks r where r.org_id = p_org_id);
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id,
      (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose,
        coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
      (r.x ->> 'campaign_id')::uuid as campaign_id
    from jsonb_array_elements(p_requests) with ordinality r (x, n)
  ),
  family (lead_id, id) as (
    select a.lead_id, a.lead_id from asked a
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  ),
  families as (select f.lead_id, array_agg(f.id) as ids from family f group by f.lead_id)
  select a.n, a.lead_id, a.contact_point_id, c.value_bidx, c.kind, a.channel, a.purpose, a.message, a.campaign_id,
    c.invalid_at, l.campaign_status, coalesce((s.s).litigator, false), held.why,
    jsonb_build_object(
      'org_id', p_org_id, 'channel', a.channel, 'purpose', a.purpose, 'seller',
        coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.is_on_state_dnc_list(array[l.situs_state, l.mailing_state] || z.states,
            (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at',
            (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'unread_since', private.unread_since(p_org_id, a.lead_id),
      'reassigned', case when v_reassigned and c.kind = 'phone' then private.reassigned_answer(p_org_id, c.value_bidx,
        p_as_of) end,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'marketing_content', 'confirmations_already_sent',
          'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret
      else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx
    and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The active suppressions: the person's latest request, reports of mail providers, and the reason for each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at)
        order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that covers the channel. An unproven consent counts only where
  -- nothing was ever revoked; the typed name of a signature is not included.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
      union all
      -- A row without a value applies to every contact of its lead.
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
    ),
    -- START reverses the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_unproven
          and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id
          and u.state = 'undone' and g.is_unproven)
        and not exists (select from revoked r where g.is_unproven or (g.is_keyword and not r.is_keyword))
      order by g.is_unproven, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_unproven', g.is_unproven,
      'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_unproven and private.is_typed_signature(g.signature),
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The row's channels are its scope, so for this channel it covers everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case
        when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, for whatever lead or campaign. The request of an inbound message is
  -- represented by a standard phrase; its own words are not included.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject',
        t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out'
          then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_read_consent (
  INOUT     c private.gate_facts,
  p_consent jsonb,
  p_seller  text,
  p_phone   text
)
  RETURNS private.gate_facts
  LANGUAGE plpgsql
  IMMUTABLE
  AS $function$
declare
  v_type text;
  v_seller boolean;
  v_phone boolean;
  v_signed boolean;
  v_fault text[] := '{}'::text[];
  v_via text;
  v_scope text;
  v_reach text[];
  v_last timestamptz;
begin
  c.consent_faults := '{consent_missing}';
  c.written_consent := false; c.written_for_calls := false; c.signed_agreement := false; c.given_consent := false;
  c.revoked := false;
  if coalesce(jsonb_typeof(p_consent), 'null') = 'null' then
    return;
  elsif jsonb_typeof(p_consent) <> 'object' then
    c.unreadable := c.unreadable || 'consent'::text;
    return;
  end if;
  v_type := case when jsonb_typeof(p_consent -> 'type') = 'string' then p_consent ->> 'type' end;
  c.consent_type := case when v_type in ('none', 'pec', 'pewc', 'ebr_purchase', 'ebr_inquiry') then v_type
    else 'none' end;
  v_seller := coalesce(p_seller = private.normalise_spacing(
    case when jsonb_typeof(p_consent -> 'seller') = 'string' then p_consent ->> 'seller' end), false);
  -- A flag, or the number itself.
  v_phone := coalesce(p_consent -> 'phone_covered' = 'true' or p_consent ->> 'phone_covered' = p_phone, false);
  v_signed := coalesce(p_consent -> 'signature' = 'true', false)
    or coalesce(jsonb_typeof(p_consent -> 'signature') = 'string', false)
      and private.is_typed_signature(p_consent ->> 'signature');

  -- Revocation first: a revocation without a date counts as made.
  if coalesce(jsonb_typeof(p_consent -> 'revoked_at'), 'null') <> 'null'
    or (not p_consent ? 'revoked_at' and coalesce(p_consent ->> 'revoked_via', '') <> '') then
    c.revoked_at := coalesce(private.read_instant(p_consent -> 'revoked_at'), 'infinity');
    v_via := lower(coalesce(p_consent ->> 'revoked_via', ''));
    v_scope := lower(coalesce(p_consent ->> 'revoked_scope', ''));
    v_reach := case
      when v_scope not in ('channel', 'matter') then '{email,sms,voice_manual,voice_ai}'
      when v_via ~ '(^|[^a-z])(sms|text|stop|mms)' then '{sms,voice_ai}'
      when v_via ~ '(^|[^a-z])(voice|call|phone|spoken|oral|verbal|telephone|agent)' then '{sms,voice_manual,voice_ai}'
      when v_via ~ 'unsubscribe|one.?click' then '{email}'
      -- Any reasonable means: an e-mail or a form can also end texts and automated calls.
      when v_via ~ '(mail|web|form|link)' then '{email,sms,voice_ai}'
      else '{email,sms,voice_manual,voice_ai}' end::text[];
    c.revoked := c.channel is null or c.channel = any (v_reach);
  end if;

  if c.consent_type in ('pec', 'pewc') then
    c.consent_at := private.read_instant(p_consent -> 'obtained_at');
    -- A grant later than the revocation is a new consent.
    if c.revoked and c.consent_at > c.revoked_at then
      c.revoked := false;
    end if;
    if c.consent_at is null then v_fault := v_fault || 'consent_undated'::text; end if;
    if c.consent_at > c.as_of then v_fault := v_fault || 'consent_in_the_future'::text; end if;
    if not v_seller then v_fault := v_fault || 'consent_for_another_seller'::text; end if;
    if not v_phone then v_fault := v_fault || 'consent_without_this_number'::text; end if;
    if c.revoked then v_fault := v_fault || 'consent_revoked'::text; end if;
    if c.consent_at + make_interval(months => (c.house ->> 'consent_max_age_months')::int) < c.as_of then
      v_fault := v_fault || 'house_consent_stale'::text;
    end if;
    c.given_consent := v_fault = '{}';
    if not v_signed then v_fault := v_fault || 'consent_unsigned'::text; end if;
    c.signed_agreement := v_fault = '{}';
    if p_consent -> 'not_condition_of_purchase' is distinct from 'true' then
      v_fault := v_fault || 'consent_condition_of_purchase'::text;
    end if;
    if c.consent_type <> 'pewc' then v_fault := 'consent_not_written'::text || v_fault; end if;
    c.written_for_calls := v_fault = '{}';
    if p_consent -> 'automated_disclosed' is distinct from 'true' then
      v_fault := v_fault || 'consent_without_automation'::text;
    end if;
    c.written_consent := v_fault = '{}';
    c.consent_faults := v_fault;
  elsif c.consent_type in ('ebr_purchase', 'ebr_inquiry') then
    v_last := private.read_instant(case c.consent_type
      when 'ebr_purchase' then p_consent -> 'last_transaction_at' else p_consent -> 'last_inquiry_at' end);
    c.consent_faults := '{relationship_is_no_consent}';
    -- Calendar months in UTC; the last second of the last day counts.
    if v_seller and not c.revoked and v_last <= c.as_of then
      c.ebr_from := v_last;
      c.ebr_until := (v_last at time zone 'UTC'
        + case c.consent_type when 'ebr_purchase' then interval '18 months'
          else interval '3 months' end) at time zone 'UTC';
      -- Giving this number in the course of a matter is consent to messages about it.
      c.given_consent := v_phone and c.ebr_until >= c.as_of;
    end if;
    if not v_seller then c.consent_faults := c.consent_faults || 'consent_for_another_seller'::text; end if;
    if c.revoked then c.consent_faults := c.consent_faults || 'consent_revoked'::text; end if;
  elsif c.revoked then
    c.consent_faults := '{consent_missing,consent_revoked}';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.has_wish_in_a_language (
  p_body text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.is_typed_signature (
  p_text text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  -- A mark without a letter (a blank that is not a space, a dash, a date) is not a name.
  select coalesce(p_text ~ '^[^0-9]*([[:alpha:]]|[\u00c0-\u1fff\u2c00-\ud7ff])'
    and lower(btrim(p_text)) not in ('false', 'none', 'no', 'null', 'missing', 'unsigned', 'unknown', 'n/a', 'oral',
      'verbal')
    and lower(p_text) !~ 'pre.?(checked|ticked|selected)', false)
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
      '(?:stop|quit|refrain from|avoid)(?: \w+ing)(?: me| us| here| on)? (?:before|(?!(?:after (?'
      ':all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|emails?|one|point|conve'
      'rsation))?(?= ,|$))))after|until|till|past) \w+)|(?:do not (?:text|texts|texting|messages?'
      '|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spam'
      'ming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soli'
      'citing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|r'
      'obocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hittin'
      'g me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|ho'
      'und|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respo'
      'nding)(?: me)?(?: now)? , (?:i am|we are) (?:driving|at work|busy|working|sleeping|cooking'
      '|in (?:a|the)|on the|with (?:a|my))(?: \w+)*)|(?:(?:not|never) (?:put |been |be |listed )?'
      '(?:on|in) (?:the|any|a|your|that) (?:\w+ )?do not (?:call|contact)(?: \w+)?)|(?:(?<!if |ra'
      'ther |prefer |wish |that |it |appreciated )you (?:did|have|had)(?: not| never) (?:text|tex'
      'ts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|m'
      'ailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|'
      'phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyin'
      'g|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting'
      ' up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbin'
      'g|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|re'
      'plying|respond|responding)(?: \w+){0,3})|(?:(?<!if you )(?:do not|never|can not|could not|'
      '(?<!you )will not|would not|did not|does not|doesnt|not going to|rather not|please not)(?:'
      ' ever| just| even| really)* (?:stop|quit|cease)(?: (?:text|texts|texting|messages?|messagi'
      'ng|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bot'
      'her|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|s'
      'olicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|'
      'robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|'
      'blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houn'
      'ding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))?'
      '(?: me)?(?: \w+ing(?: \w+)?)?)|(?:(?:do not|please not|never|not) (?:lose|delete|forget|bl'
      'ock|erase|remove|take|unsubscribe|leave me|drop)(?: \w+){0,4})|(?:(?:an|no|any|the) opt ou'
      't(?: \w+)?)|(?:stop it ,? ?(?:really|lol|haha|ha|no way|(?:i|you) (?:am |are )?(?:love|lik'
      'e|blush|kidding|making|killing))(?: \w+)*)|(?:(?:you|they) will not stop(?: \w+)* (?:haha|'
      'lol|lmao))|(?:stop ,? ?(?:wait|hold on|let me|right there|you are breaking)(?: \w+)*)|(?:('
      '?:can|could|will|would|does|do|has|did) (?:he|she|it|they|this thing)(?: ever| just)* (?:s'
      'top|quit)(?: \w+)*)|(?:(?:not|is not|am not|are not) (?:a )?(?:spam|harassment|harassing|h'
      'arass)(?: \w+)*)|(?:why (?:do|does|did|have|can|could|would|will) not (?:you|they|anyone|s'
      'omeone|he|she) (?!stop|quit|leave|go |lose|remove|take)\w+(?: \w+)*)|(?:(?:did not|never|h'
      'ave not|not|had not|has not) (?:unsubscribe\w*|opt(?:ed)? out))|(?:(?<!(?:do|can|could|sho'
      'uld|would|must|may|how|that) )(?:i|we|he|she|they(?! (?:need|have|got|must|better|should))'
      '|who|tenants?|neighbou?rs?|(?:my|his|her|their|our) (?:\w+ )?(?!says|said|told|wants|asked'
      '|says|and|will)\w+|the (?!texts|calls|messages|emails|spam|messaging|texting|calling)\w+)('
      '?: (?:will|would|can|could|did|do|does|have|has|had|just|also|finally|once|ever|already|re'
      'cently|need|needs|got|want|wants|tried|try|trying|am|are|is|going|must|should|may|might|be'
      'tter|to|then|really|even|all))* (?:stop|stops|stopped|quit|quits|cease)(?! getting| receiv'
      'ing| these| all| your| (?:the|this) (?:service|program|subscription|campaign|(?:(?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? ('
      '?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailin'
      'gs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|noti'
      'ces|solicitations?|contact(?! info| number| details| information| person)|communications?|'
      'stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|ca'
      'mpaigns?|updates|advertisements?|advertising|marketing|sales calls))*)))(?: \w+ing)?(?: \w'
      '+)?)|(?:(?:told|asked|ordered|made|got|helped|forced|advised|let) (?:me|us)(?: to)? (?:sto'
      'p|quit|cease)(?: \w+){0,4})|(?:(?:he|she|they|(?:my|our|his|her|the) (?:neighbou?r|friend|'
      'brother|sister|agent|boss|buddy|cousin|uncle|aunt|son|daughter|tenant|lawyer|realtor)s?) ('
      '?:just |already |had |has |have )?(?:told|asked|tells|asks|wants|wanted|begged|said|says)('
      '?! you)(?: (?:his|her|their|the|my|our) \w+| him| her| them| to| it| that| \w+){0,3}? (?:t'
      'o )?(?:stop|quit|leave|remove|unsubscribe|opt out|never)(?: \w+){0,4})|(?:(?:why|when|how '
      'come)(?: \w+)? (?:did|have|had|do|has|does)(?: not)? (?:you|they|he|she|it|the \w+|everyon'
      'e)(?! not)(?: ever| already| just)? (?:stop|quit|stopped)(?: \w+)*)|(?:(?:how come|why) (?'
      ':you|they) (?:stopped|quit|stop)(?: \w+)*)|(?:(?:stop|stops|stopping|stopped) (?:me|us|you'
      '|him|her|them) from)|(?:(?:nothing|what|who) (?:is |will |would |can |could )?(?:to |going'
      ' to )?stops?(?: me| us| you)?)|(?:(?:bus|next|last|first|second|third|fourth|pit|full|non|'
      'truck|one|quick|rest|train|metro|short|final|every|each|two|three) stops?(?: \w+)?)|(?:sto'
      'p (?:by|in|over|off|sign|signs|light|lights|loss|watch|gap|work|and (?:talk|see|chat|think'
      '|look|visit|say)|at(?! once))(?: \w+)*)|(?:(?:end|ends|ending) (?:of|in|on|at|unit|date|up'
      '|table|user|result))|(?:(?:remove|take|get|delete|drop|pull)(?: (?:me|my name|us|him|her|m'
      'y \w+))? (?:(?:off|out|off of|out of|from|of))(?: of)? (?:the |my |our |that |his |her )?('
      '?:\w+ )?(?:deed|title|loan|mortgage|lease|waiting list|waitlist|contract|will|insurance|po'
      'licy|account|bill|market|mls|house|property|listing|trust))|(?:(?:the|an|our|any) (?:opt o'
      'ut|cancellation) (?:period|clause|date|deadline|fee|option|window|form))|(?:(?:opt|opting|'
      'opted) out of (?:the|my|our|a|an|that|his|her)(?! (?:\w+ )?(?:(?:list|lists|database|recor'
      'ds|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|conta'
      'ct list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|direct'
      'ory|dialer|crm|drip|texts|texting|messages|program|sequence)|(?:(?:texts?|text messages?|m'
      'essages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam'
      '|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contac'
      't(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|sh'
      'it|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertis'
      'ements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text me'
      'ssages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|let'
      'ters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitation'
      's?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bulls'
      'hit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates'
      '|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|mes'
      'saging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming'
      '|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciti'
      'ng|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|roboc'
      'all|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me'
      ' up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|'
      'hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondin'
      'g)|service|program|campaign))(?: \w+)+)|(?:(?:take|put|have|got) me (?:off|on) (?:speaker|'
      'hold|mute|the (?:hook|phone))(?: \w+)?)|(?:(?:stop|quit)(?: \w+ing)(?: \w+){0,4}? (?:my|th'
      'e|that|an) (?:old|previous|former|wrong) (?:\w+ )?(?:address|number|phone|email|house|plac'
      'e|box))|(?:(?:the|a|an|at|near|which|where|every)(?: (?!hint|time|times|love|god|number|pe'
      'ople|person)\w+){0,3} stop(?= ,|$))|(?:(?:there (?:are|is|were)|(?:have|had|got|get|see|sa'
      'w|received)) no more(?: \w+)?)|(?:(?:my|the|that|this|his|her|their) (?:old|other|previous'
      '|former|first|second|work|office|home|business|ex) (?:wife |husband )?(?:number|phone|emai'
      'l|address|line|cell|one))|(?:(?:i|we|he|she|they|nobody|no one|my \w+|the (?!national|fede'
      'ral|state|internal)\w+|somebody|someone) (?:do|did|does|can|could|will|would|have|has|had|'
      'may|might|am|are|was|were|is)(?: not| never)(?: really| even| usually| always| often| just'
      '| able to| want to| trying to| wanting to)* (?:(?:(?:text|texts|texting|messages?|messagin'
      'g|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|both'
      'er|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|so'
      'licitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|r'
      'obocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|b'
      'low up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hound'
      'ing|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|as'
      'k|asking|trouble|troubling|hassle|hassling|badger|badgering|follow up|following up|approac'
      'h|approaching|pursue|inquire|inquiring|come back|coming back|come|check in|checking in|kno'
      'ck|show up))(?: \w+)?)|(?:(?:is|are|was) this (?:a )?(?:spam|scam)(?: \w+)?)|(?:(?:sexual|'
      'tenant|tenants) harassment)|(?:if you are not the (?:right|intended) \w+)|(?:do not distur'
      'b(?: \w+ \w+ on| mode| while driving)?(?= turned| is| on| mode| while| while driving|$)))('
      '?!\S)'
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
      '?:it|this|them|these) stop)|(?:(?:stop|quit|cease) (?:wasting|clogging|filling|flooding|cl'
      'uttering|polluting|jamming)(?: up)? (?:my|our|this) (?:inbox|mailbox|voicemail|phone|email'
      '|line))|(?:(?:do not|never)(?: ever| please| you)? send(?: me| us)?(?: any)? more(?= ,|$| '
      'please| thanks| ever))|(?:(?:if|wish|rather|hope) you (?:would |could |all )?(?:just |plea'
      'se )?(?:stopped|stop|quit)(?= ,|$| (?:(?:text|texts|texting|messages?|messaging|calls?|cal'
      'ling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering'
      '|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|r'
      'each out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|t'
      'elemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowi'
      'ng up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|vi'
      'siting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))| sending| thi'
      's| these| it)(?: \w+){0,2})|(?:(?!(?:the|a|an|to|it|they|he|she|we|i|not|would|will|could|'
      'should|must|might|may|can|that|which|who|and|or|ever|never|does|do|did|you|this|these|if) '
      ')\w+ stop(?: (?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|o'
      'k|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for'
      ' good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i'
      ' mean it|for the last time|seriously)|(?:dear|sir|maam|madam|friend|buddy|pal|honey|hun|ma'
      'n|bro|dude|people|folks|guys|sweetie|mister|miss|fam)))*(?= ,|$))|(?:(?:times?|now|so|and|'
      'no|me|you) stop(?= ,|$))|(?:you(?: have)?(?: all)? (?:been|were|are|got) told(?: \w+){0,2}'
      '? (?:to (?:stop|quit|leave)|not to)(?: \w+){0,3})|(?:(?:asked|requested|request|want|wante'
      'd|wish|like|need|asking|demand|begged|prefer|hope)(?: you)? (?:to be|being|be) (?:(?:remov'
      'ed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted'
      ' out)|left alone|off)(?! as )(?! (?:from |off )?(?:the|my) (?:deed|title|loan|mortgage|lea'
      'se))(?: \w+){0,4})|(?:(?:cut|knock) it (?:out|off)(?: \w+){0,3}|give it a rest|enough is e'
      'nough)|(?:wrong (?:number|person|phone)(?: so)?(?: please| just)? stop(?: \w+){0,2})|(?:(?'
      ':for|sake|christ|hell|god|jesus|enough) (?:(?:please|just) )?stop(?= ,|$))|(?:(?:(?:tell|t'
      'elling|told|ask|asking|asked|want|wanted|need|beg|begging|warn|warned|warning|like|request'
      'ed|instructed|demanding|demand) (?:you|your \w+|them|him|her)(?: \w+){0,3}? to|(?:wish|hop'
      'e|demand|insist|ask|request|prefer)(?: that)? you(?: would| will)?|said to|said|saying|typ'
      'ed|texted you|texted|wrote|replied|repeating|say|asked|asking) (?:(?:please|just) )?(?:sto'
      'p|quit|unsubscribe|opt out|leave me alone|remove me|not to (?:(?:text|texts|texting|messag'
      'es?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|s'
      'pamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|s'
      'oliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pesterin'
      'g|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hit'
      'ting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging'
      '|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|re'
      'sponding)))(?= ,|$| (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|con'
      'tacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|'
      'bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching '
      'out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marke'
      'ting|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|'
      'communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalk'
      'ing|talk to|talking to|reply|replying|respond|responding)| it| this| me| you| already| aga'
      'in| please| now| before| twice| and| three| \w+ times))|(?:(?:please )?(?:can|could|would|'
      'will|can not|why do not|when will|how about) you(?: please| just| kindly| all| ever| not)*'
      ' (?:stop|quit)(?: it| this| that| now| please| already| (?:(?:please|just|kindly|now|alrea'
      'dy|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|rig'
      'ht now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|y'
      'eah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously)))*(?= ,|$'
      '))|(?:(?:do not|please not|not to|no longer|stop and do not|(?:^|(?<=please |and |just |to'
      ' |, |that you |or |about you |again ))never)(?: (?:ever|you|be|dare|even|want you to|try t'
      'o|please|bother to|think of|again|any of you))* (?:(?:text|texts|texting|messages?|messagi'
      'ng|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bot'
      'her|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|s'
      'olicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|'
      'robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|'
      'blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houn'
      'ding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?'
      ':(?: , (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|email'
      's?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|r'
      'ing|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|wri'
      'ting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertis'
      'ing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating'
      '|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|t'
      'alking to|reply|replying|respond|responding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to )?(?'
      ':text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emaili'
      'ng|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringi'
      'ng|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|anno'
      'y|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit u'
      'p|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|'
      'disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to'
      '|reply|replying|respond|responding)| (?:or|nor) (?:text|texts|texting|messages?|messaging|'
      'calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother'
      '|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|soli'
      'citation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|rob'
      'ocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blo'
      'w up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houndin'
      'g|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))?)(?'
      ': to| with| on| at)? (?:(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly'
      '|damn|fucking) )?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|moth'
      'er|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa'
      '|family|house|home|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mo'
      'bile) )?(?:number|phone|line|address|email|account|cell|person|house)|here|any more|again|'
      'at all|ever|it again|him any more|her any more|him again|her again))(?! (?:the|a|an) (?!sa'
      'me|damn|fuck)\w+)(?! (?:\w+ ){0,2}?(?:(?:before|(?!(?:after (?:all|(?:this|that|today|toni'
      'ght|now)(?: (?:texts?|messages?|calls?|emails?|one|point|conversation))?(?= ,|$))))after|u'
      'ntil|till|til|between|while|yet|later|unless|(?<!after )(?:today|tonight|now)|tomorrow|rig'
      'ht now|at (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tues|wed'
      'nes|thurs|fri|satur|sun|week)\w*|this (?:morning|afternoon|evening|week|weekend|early|late'
      '|month)|(?:so|too|that) (?:early|late)|first|if|in the (?:morning|evening|afternoon|middle'
      ')|when|past|late|early|next week|back until))(?: |$)))|(?:(?:^|(?<=please |and |just |, |h'
      'ey |so |number |ok |but ))(?:do not|never)(?: ever| please)* (?:(?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit'
      '|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pester'
      'ing|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|h'
      'itting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pingi'
      'ng|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|'
      'responding)(?:(?: , (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|con'
      'tacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|'
      'bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching '
      'out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marke'
      'ting|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|'
      'communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalk'
      'ing|talk to|talking to|reply|replying|respond|responding))*(?: ,)?(?: (?:or|nor|and or|and'
      ')) (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|e'
      'mails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggi'
      'ng|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write'
      '|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adve'
      'rtising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communica'
      'ting|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk '
      'to|talking to|reply|replying|respond|responding)| (?:or|nor) (?:text|texts|texting|message'
      's?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|sp'
      'amming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|so'
      'liciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering'
      '|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitt'
      'ing me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|'
      'hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|res'
      'ponding))?)(?: (?:please|again|any more|thanks|thank you|ever|period|back|dear|sir))*(?= ,'
      '|$| (?:just |only |please )*(?:text|call|email|message) (?:me|us)(?: |$)| (?:just|i|becaus'
      'e|we) (?!(?:am|are) (?:at|in|on|driving|busy|sleeping|working))))|(?:(?:do not|never|stop)'
      '(?: ever| please)? (?:send|sending|give|forward|mail|shoot|leave)(?: me| us| my \w+| this '
      '\w+| out)?(?: any| more| any more| another| these| this| your| further| the| a)* (?:(?:(?:'
      'texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings'
      '?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notice'
      's|solicitations?|contact(?! info| number| details| information| person)|communications?|st'
      'uff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|camp'
      'aigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|n'
      'or))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?'
      '|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notification'
      's?|notices|solicitations?|contact(?! info| number| details| information| person)|communica'
      'tions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pit'
      'ches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|any more|any'
      'thing|again|these))|(?:(?:do|does|did|would) (?:not|rather not)(?: ever| really)? (?:wish|'
      'want|care|need|like|consent|agree|appreciate|permit|authori[sz]e|give you permission|appro'
      've)(?: (?:to|for|you|be|receive|receiving|get|getting|have|having|see|any|more|any more|fu'
      'rther|these|those|your|the|all|of|such|from|anything|in|a|being|sending|me|us|fucking|damn'
      '|stupid))* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|ema'
      'ils?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|n'
      'otifications?|notices|solicitations?|contact(?! info| number| details| information| person'
      ')|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreac'
      'h|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?'
      ': ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboc'
      'alls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?'
      '|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informatio'
      'n| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondenc'
      'e|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales ca'
      'lls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emai'
      'ls?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|'
      'ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|wr'
      'iting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adverti'
      'sing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicatin'
      'g|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|'
      'talking to|reply|replying|respond|responding)|(?:contacted|called|texted|messaged|emailed|'
      'solicited|bothered|harassed|mailed|reached)|any more from you|on (?:your|this|the|any) (?:'
      '\w+ )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mail'
      'ing list|call list|calling list|contact list|phone list|text list|marketing list|mailings|'
      'newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|se'
      'quence))|hear from you)(?! (?:\w+ ){0,2}?(?:(?:before|(?!(?:after (?:all|(?:this|that|toda'
      'y|tonight|now)(?: (?:texts?|messages?|calls?|emails?|one|point|conversation))?(?= ,|$))))a'
      'fter|until|till|til|between|while|yet|later|unless|(?<!after )(?:today|tonight|now)|tomorr'
      'ow|right now|at (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tu'
      'es|wednes|thurs|fri|satur|sun|week)\w*|this (?:morning|afternoon|evening|week|weekend|earl'
      'y|late|month)|(?:so|too|that) (?:early|late)|first|if|in the (?:morning|evening|afternoon|'
      'middle)|when|past|late|early|next week|back until))(?: |$)))|(?:(?:no longer|never)(?: eve'
      'r)? (?:wish|want|care|need|consent|agree)(?: (?:to|for|you|be|receive|get|any|more|further'
      '|these|your|the|all|of|such|from))*(?: (?:(?:(?:texts?|text messages?|messages?|sms|calls?'
      '|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promo'
      'tions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| '
      'details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|ga'
      'rbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising'
      '|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|s'
      'ms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|prom'
      'os?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info|'
      ' number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsens'
      'e|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|ad'
      'vertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calli'
      'ng|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|h'
      'arass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|rea'
      'ch out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|tel'
      'emarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing'
      ' up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visi'
      'ting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|(?:contacted|cal'
      'led|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)|hear from you|thes'
      'e|this|on \w+ list)))|(?:(?:do not|never|no longer) (?:want|wish|need|care)(?: to)? (?:(?:'
      'receive|get|see) (?:these|this|them|those|anything|any more|your)|hear(?: anything| any mo'
      're| any)? from|hear from (?:you|any of you)|hear it)(?: \w+)?)|(?:(?:^|(?<=please |just |o'
      'k |and |, ))no more(?: of (?:this|these|it|that)|(?: (?:please|just|kindly|now|already|imm'
      'ediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now'
      '|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|an'
      'd|but|well|look|listen|again|i said|i mean it|for the last time|seriously)| (?:dear|sir|ma'
      'am|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam'
      ')))*(?= ,|$))|(?:no (?:more|further|additional)(?: of)?(?: these| your| this| the| unsolic'
      'ited| stupid| fucking)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|r'
      'obocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslett'
      'ers?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inform'
      'ation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspon'
      'dence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sale'
      's calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone'
      ' calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?'
      '|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detail'
      's| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|'
      'correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marke'
      'ting|sales calls))*)|this|these|(?:text|texts|texting|messages?|messaging|calls?|calling|c'
      'ontacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|haras'
      's|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach o'
      'ut|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemar'
      'keting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|'
      'communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting'
      '|stalk|stalking|talk to|talking to|reply|replying|respond|responding))(?: please)?)|(?:(?:'
      '^|(?<=please |, ))no (?:texts?|sms|texting|calls?|calling|messages?|messaging|emails?|emai'
      'ling|spam|soliciting|solicitations?|solicitors|contact)(?:(?:(?: or| and)(?: no)?|(?: ,)? '
      'no) (?:texts?|sms|calls?|messages?|emails?))*(?: please| thanks| thank you| any more| ever'
      '| period)*(?= ,|$))|(?:if you(?: ever)? (?:text|texts|texting|messages?|messaging|calls?|c'
      'alling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|botheri'
      'ng|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation'
      '|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling'
      '|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blo'
      'wing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|'
      'visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?: me| us| t'
      'his number| here)?(?: again| any more| one more))|(?:if you (?:(?:do not|will not) (?:stop'
      '|quit|leave|remove|take)|(?:keep|continue)(?: on)? (?:text|texts|texting|messages?|messagi'
      'ng|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bot'
      'her|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|s'
      'olicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|'
      'robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|'
      'blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houn'
      'ding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))('
      '?: \w+){0,3})|(?:(?:not|never|no longer)(?: (?:ever|please|be|bother|try|to|even|dare|have'
      ' to|need to|(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacti'
      'ng|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|b'
      'ugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)(?:(?: , (?:text|texts|texting|message'
      's?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|sp'
      'amming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|so'
      'liciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering'
      '|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitt'
      'ing me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|'
      'hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|res'
      'ponding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to )?(?:text|texts|texting|messages?|messag'
      'ing|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bo'
      'ther|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|'
      'solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall'
      '|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up'
      '|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hou'
      'nding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|'
      ' (?:or|nor) (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|'
      'emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugg'
      'ing|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|writ'
      'e|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adv'
      'ertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communic'
      'ating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk'
      ' to|talking to|reply|replying|respond|responding))?)))*? (?:(?:(?:text|texts|texting|messa'
      'ges?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|'
      'spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|'
      'soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pesteri'
      'ng|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hi'
      'tting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pingin'
      'g|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|r'
      'esponding)|ask|asking|trouble|troubling|hassle|hassling|badger|badgering|follow up|followi'
      'ng up|approach|approaching|pursue|inquire|inquiring|come back|coming back|come|check in|ch'
      'ecking in|knock|show up))(?: (?!not|but|and|then|if|him|her|them|the)\w+){0,5}? (?:(?:agai'
      'n|any more|ever|ever again|further|any further|in (?:the )?future|going forward|from now o'
      'n|at all)))|(?:(?:not|never)(?: \w+)? bother(?: \w+)? (?:text|texts|texting|messages?|mess'
      'aging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|'
      'bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|solicitin'
      'g|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|roboca'
      'll|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me '
      'up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|h'
      'ounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding'
      ')(?: \w+)?)|(?:(?:rather|prefer|appreciate it|grateful|appreciated|wish|happy|glad|kind|be'
      'tter)(?: it)?(?: if| that)? you(?: would| could| did| do| to)? not (?:text|texts|texting|m'
      'essages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|s'
      'pam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|soli'
      'cit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pes'
      'tering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me u'
      'p|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pi'
      'nging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respo'
      'nd|responding)(?: \w+){0,2})|(?:(?:stop|quit|cease) (?:asking|inquiring|begging|pressuring'
      '|pushing|nagging|trying to (?:buy|sell|reach|get|call|contact|convince|purchase))(?! for |'
      ' less| so low)(?: \w+){0,3})|(?:(?:prefer|rather|like|want|wish|choose|care|appreciate)(?:'
      ' (?:to|it|if|you|i|we|would|you would))* not(?: \w+){0,2}? (?:get|getting|receive|receivin'
      'g|hear|hearing|see|be|have)(?: (?:any|more|any more|such|of))* (?:these|this|those|it|from'
      ' you|anything|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|ema'
      'ils?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|n'
      'otifications?|notices|solicitations?|contact(?! info| number| details| information| person'
      ')|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreac'
      'h|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?'
      ': ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboc'
      'alls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?'
      '|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informatio'
      'n| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondenc'
      'e|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales ca'
      'lls))*)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|rea'
      'ched)|on (?:your|this|the) (?:\w+ )?(?:(?:list|lists|database|records|system|files|rolodex'
      '|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|text'
      ' list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|tex'
      'ts|texting|messages|program|sequence)))(?: \w+){0,2})|(?:(?:not|never)(?: ever)? (?:use|ke'
      'ep|store|save|dial)(?: to)? (?:my (?:number|phone|info|information|data|details|cell|email'
      '|contact)|this (?:number|phone|email|address|line)|it again)(?: (?:again|for \w+|any more|'
      'ever))?(?= ,|$))|(?:no (?:contact|call|solicit\w*|soliciting|solicitation|text|marketing) '
      '(?:policy|order|rule|list|request))|(?:no further(?: \w+)? (?:(?:(?:texts?|text messages?|'
      'messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spa'
      'm|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|conta'
      'ct(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|s'
      'hit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adverti'
      'sements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text m'
      'essages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|le'
      'tters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitatio'
      'ns?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bull'
      'shit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|update'
      's|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|me'
      'ssaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammin'
      'g|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|solicit'
      'ing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robo'
      'call|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting m'
      'e up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound'
      '|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondi'
      'ng)))|(?:no (?:need|reason|point)(?: in| for you)?(?: to)? (?:(?:text|texts|texting|messag'
      'es?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|s'
      'pamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|s'
      'oliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pesterin'
      'g|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hit'
      'ting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging'
      '|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|re'
      'sponding)(?:(?: , (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|conta'
      'cting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bu'
      'g|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching ou'
      't|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketi'
      'ng|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|co'
      'mmunicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalkin'
      'g|talk to|talking to|reply|replying|respond|responding))*(?: ,)?(?: (?:or|nor|and or|and))'
      ' (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|ema'
      'ils?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging'
      '|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|w'
      'riting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advert'
      'ising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicati'
      'ng|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to'
      '|talking to|reply|replying|respond|responding)| (?:or|nor) (?:text|texts|texting|messages?'
      '|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spam'
      'ming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soli'
      'citing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|r'
      'obocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hittin'
      'g me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|ho'
      'und|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respo'
      'nding))?)(?: (?:me|us|back|to))* (?:(?:again|any more|ever|ever again|further|any further|'
      'in (?:the )?future|going forward|from now on|at all)))|(?:(?:this|that|it|let this|make th'
      'is)(?: \w+){0,2}? (?:be|is|was) (?:the|your) last (?:(?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls)|time you (?:text|texts|texting|messages?|messaging|calls?|'
      'calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bother'
      'ing|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|solicitatio'
      'n|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocallin'
      'g|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|bl'
      'owing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit'
      '|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))(?! i)(?: \'
      'w+){0,3})|(?:(?:this|these|those|they|it|your(?: \w+)?|(?:(?:texts?|text messages?|message'
      's?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|'
      'promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! i'
      'nfo| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|non'
      'sense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements'
      '?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages'
      '?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|s'
      'pam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|con'
      'tact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs'
      '|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adver'
      'tisements?|advertising|marketing|sales calls))*))(?: \w+)? (?:is|are) (?:unwanted|not want'
      'ed|not welcome|unwelcome|unsolicited and unwanted)(?: \w+)?)|(?:(?:do|does|will|can) not ('
      '?:accept|take|welcome|want|do|respond to|allow|permit)(?: any| these| your| kind| kinds| t'
      'ype| types| of| such| unsolicited| cold| sales| marketing)* (?:solicitations?|soliciting|s'
      'olicitors|telemarketers|(?:sales|cold|marketing|unsolicited) (?:calls?|texts?|emails?|mess'
      'ages?))(?: \w+){0,3})|(?:^dnc(?: please| list| thanks| me)*$)|(?:(?:revocation|withdrawal)'
      ' of(?: my| all| any| prior| express)* consent(?: \w+){0,4}|(?:opt out|unsubscribe|removal|'
      'stop|dnc|do not call|do not contact) (?:request|notice|notification))|(?:(?:did not|never|'
      'not|no one|have not|had not)(?: \w+)? (?:sign up|signed up|subscribe|subscribed|opt in|opt'
      'ed in|opt into|register|registered|enroll|enrolled|ask|asked|request|requested|agree|agree'
      'd|consent|consented|authori[sz]ed?)(?: for| to| receive| get| be on)*(?: (?:this|these|tha'
      't|it)(?= ,|$)|(?: this| these| your| any| the)* (?:(?:(?:texts?|text messages?|messages?|s'
      'ms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|prom'
      'os?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info|'
      ' number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsens'
      'e|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|ad'
      'vertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|me'
      'ssages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|'
      'ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact'
      '(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shi'
      't|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertise'
      'ments?|advertising|marketing|sales calls))*)|(?:list|lists|database|records|system|files|r'
      'olodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone lis'
      't|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|dr'
      'ip|texts|texting|messages|program|sequence))(?: \w+)?))|(?:forget (?:you|about|that you|i|'
      'we)(?: \w+){0,3}? (?:number|me|us|exist|contact|phone))|(?:^stop(?= (?:(?:now |it |this )?'
      'or (?:else|i|we|my)|i|we|wrong|not|no|do not|never|please|this (?:is not|number)|my name)('
      '?: |$))(?!.*(?:lol|haha|laugh)))|(?:(?:done with|done getting|done receiving|(?:tired|sick'
      '|fed up|had enough|annoyed)(?: with| of| and tired| by)+)(?: (?:getting|receiving|having|b'
      'eing|hearing from))* (?:(?:these|this|your|all these|all this|your stupid|the constant) (?'
      ':(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|m'
      'ailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?'
      '|notices|solicitations?|contact(?! info| number| details| information| person)|communicati'
      'ons?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitch'
      'es|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:o'
      'r|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?'
      '|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notif'
      'ications?|notices|solicitations?|contact(?! info| number| details| information| person)|co'
      'mmunications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pi'
      'tch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*))|(?:c'
      'ontacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)(?: by '
      'you)?|you (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|em'
      'ails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggin'
      'g|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|write|'
      'writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adver'
      'tising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicat'
      'ing|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk t'
      'o|talking to|reply|replying|respond|responding) me))|(?:(?:will|going to|am|are)(?: \w+)? '
      '(?:call|calling|contact|contacting|notify|notifying) (?:the )?(?:police|cops|fcc|ftc|attor'
      'ney general))|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|'
      'thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|t'
      'y|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i s'
      'aid|i mean it|for the last time|seriously) )*(?:i am |we are )?(?:so )?done (?:with (?:you'
      '|this|it|all this|all of this|these)|talking)(?: to you| guys)?(?= ,|$))|(?:^(?:please |ju'
      'st |now |so |then )*(?:take|get) (?:it|this|me|us) off(?= ,|$| please| now| thanks))|(?:(?'
      ':can|could|would|will|should|must|may|ask that|ask|prefer|rather) (?:you|y all)(?: \w+)?? '
      'not(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacti'
      'ng|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|b'
      'ugging|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)(?:(?: , (?:text|texts|texting|message'
      's?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|sp'
      'amming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|so'
      'liciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering'
      '|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitt'
      'ing me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|'
      'hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|res'
      'ponding))*(?: ,)?(?: (?:or|nor|and or|and)) (?:to )?(?:text|texts|texting|messages?|messag'
      'ing|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bo'
      'ther|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|soliciting|'
      'solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall'
      '|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up'
      '|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hou'
      'nding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|'
      ' (?:or|nor) (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|'
      'emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugg'
      'ing|ring|ringing|phone|phoning|solicit|soliciting|solicitation|reach out|reaching out|writ'
      'e|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adv'
      'ertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communic'
      'ating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk'
      ' to|talking to|reply|replying|respond|responding))?)(?= ,|$| (?:me|us|myself|my (?:(?:cell'
      '|personal|mobile|private|poor|elderly|damn|fucking) )?(?:phone|number|cell|line|mobile|inb'
      'ox|email|address|(?:wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|siste'
      'r|brother|grandma|grandmother|grandpa|family|house|home|office|work|landline))(?: number| '
      'phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:number|phone|line|address|email|account|ce'
      'll|person|house)|here|any more|again|at all|ever|it again|him any more|her any more|him ag'
      'ain|her again)| (?:again|any more|ever|ever again|further|any further|in (?:the )?future|g'
      'oing forward|from now on|at all))|^can you not$)|(?:(?:not|no longer) interested in (?:rec'
      'eiving|getting|hearing|these|your|any more|any further)(?: \w+){0,2}? (?:(?:(?:texts?|text'
      ' messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|'
      'letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitat'
      'ions?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bu'
      'llshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|upda'
      'tes|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:te'
      'xts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|'
      'mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|'
      'solicitations?|contact(?! info| number| details| information| person)|communications?|stuf'
      'f|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campai'
      'gns?|updates|advertisements?|advertising|marketing|sales calls))*)|from you|(?:text|texts|'
      'texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mail'
      'ing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|pho'
      'ning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|p'
      'ester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up'
      '|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|d'
      'm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|reply'
      'ing|respond|responding)))|(?:(?:consent|permission)(?: to \w+| for \w+)? (?:is|has been|wa'
      's|hereby|is hereby) (?:withdrawn|revoked|rescinded|cancel\w+))|(?:(?:take (?:a|the)|(?<!i '
      '|we )get the) hint)|(?:(?:block|blocked|blocking)(?: \w+){0,3}? (?:your|you|this|these)(?:'
      ' other)? (?:numbers?|phones?|texts?))|(?:(?:mark|list|flag|put|set|register|note|classify)'
      ' (?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )'
      '*(?:name|number|numbers|phone|cell|info|information|email|address|contact|contacts|details'
      '|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phon'
      'e |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)'
      '|our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|detail'
      's|house|property)))(?: down)?(?: as| on| to)? (?:a )?(?:do not (?:call|contact|text)|dnc|n'
      'o contact|opted out|opt out))|(?:(?:no|zero) (?:desire|wish|intention|interest|need)(?: to'
      '| in| of)* (?:hear|hearing|receive|receiving|get|getting|be|being|have|having)(?: \w+){0,2'
      '}? (?:from you|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|em'
      'ails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|'
      'notifications?|notices|solicitations?|contact(?! info| number| details| information| perso'
      'n)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outrea'
      'ch|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:('
      '?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robo'
      'calls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters'
      '?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informati'
      'on| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponden'
      'ce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales c'
      'alls))*)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|re'
      'ached))(?: \w+){0,2})|(?:you (?:do not|did not|never) (?:have|had|get|got) (?:my |our )?(?'
      ':consent|permission)(?: \w+){0,4}|i (?:do not|did not|never) (?:give|gave) (?:you )?(?:my '
      '|any )?(?:consent|permission)(?= ,|$))|(?:(?:how|what|where|is there|who)(?: \w+){0,7}? (?'
      ':get|be|become|being|getting) (?:(?:me |us )?(?:off|out)(?: of)? (?:this|these|those|your|'
      'whatever|the(?: \w+)? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rota'
      'tion|mailer|mailing list|call list|calling list|contact list|phone list|text list|marketin'
      'g list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|mes'
      'sages|program|sequence)))|(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken ('
      '?:off|out|down)|unsubscribed|opted out))(?! (?:\w+ ){0,2}?(?:house|deed|loan|mortgage|leas'
      'e|contract|deal))(?: \w+){0,4})|(?:(?:(?:me|us|my (?:full |home |cell |mobile |phone |emai'
      'l |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|information|emai'
      'l|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|fathe'
      'r|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|l'
      'ine|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|information'
      '|email|address|contact|data|details|house|property)))(?: \w+){0,2}? (?:be|is|are|get|gets|'
      'been|was|were|being) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:'
      'off|out|down)|unsubscribed|opted out))(?! (?:from|off) the)(?: from \w+(?: \w+)?)?)|(?:(?:'
      'want|like|confirm|asked|see|know)(?: \w+){0,2}? (?:i|we) (?:am|are|was|have been|be|get) ('
      '?:(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscr'
      'ibed|opted out))(?: \w+){0,3})|(?:(?:stop|end|cancel|discontinue|terminate) (?:the|this|yo'
      'ur) (?:service|program|subscription|campaign|drip))|(?:(?:stopall|stop all|seize all|cease'
      ' all)(?: \w+){0,2})|(?:(?:(?:how|where|what)(?: (?:do|can|could|would|should|must|am|the|h'
      'ell|fuck|heck|else))* (?:i|we|one|you|to)|is there|how to)(?: \w+){0,4}? (?:opt out|unsubs'
      'cribe|(?:stop|end|cancel|turn off|block|prevent|avoid)(?: all| getting| receiving| the| yo'
      'u from)* (?:this|these|those|it|your|you|(?:(?:texts?|text messages?|messages?|sms|calls?|'
      'phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promot'
      'ions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| d'
      'etails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|gar'
      'bage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|'
      'marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls))*))(?: \w+){0,2}|make (?:it|this|these|them|the (?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls)|these (?:texts?|text messages?|'
      'messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spa'
      'm|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|conta'
      'ct(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|s'
      'hit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adverti'
      'sements?|advertising|marketing|sales calls)) stop))|(?:(?:request|requesting|requested|ask'
      ' for|want|demand|demanding)(?: my| an?| immediate)* removal(?: \w+){0,4}|removal (?:please'
      '|from (?:your|this|the|all))(?: \w+){0,2})|(?:(?:take|get|pull|took|keep|leave) (?:(?:me|u'
      's|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|nu'
      'mber|numbers|phone|cell|info|information|email|address|contact|contacts|details|data|famil'
      'y|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |em'
      'ail |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:nam'
      'e|names|number|numbers|phone|info|information|email|address|contact|data|details|house|pro'
      'perty))) (?:(?:off|out|off of|out of|from|of))(?: \w+){0,5}? (?:(?:list|lists|database|rec'
      'ords|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|con'
      'tact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|dire'
      'ctory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:take|get|pull|tak) '
      '(?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*'
      '(?:name|number|numbers|phone|cell|info|information|email|address|contact|contacts|details|'
      'data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone'
      ' |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|'
      'our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|details'
      '|house|property))) (?:off|out|off of here|off this|off of this|off your|off the|out of her'
      'e|down from)(?: \w+)?)|(?:(?:remove|delete|drop|scrub|scratch|erase|strike|unlist|block|pu'
      'rge|exclude|clear|suppress|unenroll|deregister)(?: all)?(?: of)? (?:(?:me|us|my (?:full |h'
      'ome |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|ph'
      'one|cell|info|information|email|address|contact|contacts|details|data|family|line|records?'
      '|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?('
      '?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|'
      'numbers|phone|info|information|email|address|contact|data|details|house|property)))(?= ,|$'
      '| (?:off|out|off of|out of|from|of)| please| now| immediately| thank| thanks| and| permane'
      'ntly| asap| right| of| already| dear| thx)(?: (?:(?:off|out|off of|out of|from|of))(?: \w+'
      '){0,4}? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|ma'
      'iling list|call list|calling list|contact list|phone list|text list|marketing list|mailing'
      's|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|'
      'sequence)))?)|(?:(?:remove|removed|taken off|deleted|struck|off|out)(?: from| of)* (?:your'
      '|this|ya|whatever|any|all|every)(?: \w+){0,2}? (?:(?:list|lists|database|records|system|fi'
      'les|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phon'
      'e list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|c'
      'rm|drip|texts|texting|messages|program|sequence))(?: you have)?)|(?:(?:remove|delete|strik'
      'e|take)(?: (?!the |a )\w+){1,6}? (?:from|off)(?: of)? (?:your|this|ya)(?: \w+)? (?:(?:list'
      '|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call li'
      'st|calling list|contact list|phone list|text list|marketing list|mailings|newsletter|outre'
      'ach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:'
      'want|get|be|please|i am|am)(?: to be)? (?:off|out|removed|taken off)(?: from| of)* (?:the|'
      'that)(?: \w+)? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|ma'
      'iler|mailing list|call list|calling list|contact list|phone list|text list|marketing list|'
      'mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|p'
      'rogram|sequence)))|(?:(?:^|(?<=, ))(?:(?:please|just|kindly|now|already|immediately|today|'
      'thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|d'
      'ude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look'
      '|listen|again|i said|i mean it|for the last time|seriously) )*(?:take|remove|get|delete|cu'
      't)? ?(?:(?:me|us|my (?:full |home |cell |mobile |phone |email |contact |personal |own |who'
      'le )*(?:name|number|numbers|phone|cell|info|information|email|address|contact|contacts|det'
      'ails|data|family|line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:'
      'phone |cell |email |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mob'
      'ile)|our (?:name|names|number|numbers|phone|info|information|email|address|contact|data|de'
      'tails|house|property)))? ?(?:off|from|out of)(?: of| from)? (?:the |your |this |that |any '
      '|all )?(?:\w+ )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|m'
      'ailer|mailing list|call list|calling list|contact list|phone list|text list|marketing list'
      '|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|'
      'program|sequence)|these (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robo'
      'calls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters'
      '?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informati'
      'on| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponden'
      'ce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales c'
      'alls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone ca'
      'lls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|ne'
      'wsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| '
      'information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|cor'
      'respondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketin'
      'g|sales calls))*)|this (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocall'
      's?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|al'
      'erts|notifications?|notices|solicitations?|contact(?! info| number| details| information| '
      'person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|o'
      'utreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls'
      '))(?: (?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asa'
      'p|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|thou'
      'gh|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|f'
      'or the last time|seriously))*(?= ,|$))|(?:(?:take|get|remove|cut) (?:(?:me|us|my (?:full |'
      'home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|p'
      'hone|cell|info|information|email|address|contact|contacts|details|data|family|line|records'
      '?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?'
      '(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number'
      '|numbers|phone|info|information|email|address|contact|data|details|house|property))) (?:of'
      'f|from|out)(?: of| from)* (?:this|these|your|that)(?: \w+){0,2} (?:(?:(?:texts?|text messa'
      'ges?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letter'
      's|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|'
      'contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit'
      '|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|ad'
      'vertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|t'
      'ext messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailer'
      's?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solici'
      'tations?|contact(?! info| number| details| information| person)|communications?|stuff|crap'
      '|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|u'
      'pdates|advertisements?|advertising|marketing|sales calls))*)|thing|program|system|campaign'
      '))|(?:(?:put|place|add)(?: \w+){0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do not c'
      'all|do not contact|dnc|no call|no contact)(?: list| registry)?)|(?:(?:(?:on|to) (?:the |a '
      '|your )?(?:national |federal |state )?|(?:^|(?<=, )))do not (?:call|contact|text|solicit)('
      '?: list| registry| register)?(?= ,|$| and| for| since))|(?:(?:dnc|do not call) (?:list|reg'
      'istry))|(?:(?:lose|loose|forget|delete|block|erase|trash) (?:my|this|the|our) (?:number|ph'
      'one|phone number|contact|digits|info|contact info|information)(?! (?:, )?(?:use|and use|i '
      'gave|it is|, here)))|(?:(?:unsubscrib(?:e|ed|ing)|opt(?:ed|ing)?(?: me| us| my \w+| this \'
      'w+)? out|optout|optedout)(?: me| us)?(?: from(?: \w+){0,3})?(?! (?:newsletter|by mistake))'
      ')|(?:(?:revok\w*|withdraw\w*|rescind\w*|cancel\w*)(?: my| all| any| the| prior| express| w'
      'ritten| and all)* (?:consent|permission|authori[sz]ation|opt in)(?: \w+){0,6})|(?:(?:do no'
      't|never|did not|no)(?: have| give| gave| get| got| had)?(?: you| anyone)?(?: my| any)? (?:'
      'consent|permission|authori[sz]ation)(?: to| for)(?: be)? (?:(?:text|texts|texting|messages'
      '?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spa'
      'mming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|solicit|sol'
      'iciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|'
      'robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitti'
      'ng me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|h'
      'ound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|resp'
      'onding))(?: me)?)|(?:(?:leave|let) (?:me|us|my family|my wife|my husband|my mother|my mom|'
      'my dad|my parents|this number)(?: \w+){0,2}? (?:alone|be(?= ,|$| please| now)))|(?:(?:^|(?'
      '<=please |just |and |, |now |so |fuck ))go away(?= ,|$| and| now| please))|(?:(?:fuck|piss'
      '|buzz|bugger|screw|sod|jog|bog|bug)(?: right| the fuck)? off|back off(?= ,|$| now| please|'
      ' or)|get lost(?! in)|get bent|cease and desist|fuck (?:you|yourself|yourselves|u)|go to he'
      'll|drop dead|go fuck \w+|screw you|eat shit|take a hike|kiss my ass)|(?:(?:harass(?:ing|ed'
      ')? (?:me|us|my \w+)|(?:this|it|you|that) (?:is|are)(?: \w+){0,2} harass(?:ing|ment)|you ar'
      'e harassing)(?! free)(?: \w+)?)|(?:(?:(?:will|going to|i|am|be|to|have|and|we)(?: just| al'
      'ready| also| now| be)* )(?:report|reporting|reported|sue|suing)(?: all of)? (?:you|your|th'
      'is (?:number|as|text|call|message)|u)(?: \w+)?)|(?:^(?:(?:this |your )?number (?:is )?|you'
      ' are |you have been |you are being |getting |consider yourself )?(?:blocked|blocking|repor'
      'ted|reporting|harassment)(?: and (?:blocked|reported|blocking|reporting))?(?= ,|$))|(?:(?:'
      'block|blocked|blocking)(?: all of)? (?:you|your number|this number|your \w+)(?: now)?)|(?:'
      '(?:next|one more|another|any more|any further|any other|any future|any additional|further|'
      'future|more)(?: \w+)? ?(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboc'
      'alls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?'
      '|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informatio'
      'n| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondenc'
      'e|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales ca'
      'lls))(?: \w+){0,5}? (?:and|i|we|you|gets?|will|is|goes|constitutes?|are|means)(?: \w+){0,8'
      '}? (?:lawyer|attorney|sue|report\w*|block\w*|police|ftc|fcc|legal|court|harassment|complai'
      'nt|cops|violations?|tcpa|lawsuit|litigation|damages|fined?))|(?:(?:(?:text|texts|texting|m'
      'essages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|s'
      'pam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|soli'
      'cit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pes'
      'tering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me u'
      'p|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pi'
      'nging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respo'
      'nd|responding)) (?:me|us|this number|here)(?: one more time| again| ever again| any more) '
      '(?:and|or)(?: \w+){0,8}? (?:lawyer|attorney|sue|report\w*|block\w*|police|ftc|fcc|legal|co'
      'urt|harassment|complaint|cops|regret)))(?!\S)'
$function$;

COMMENT ON FUNCTION "private"."is_typed_signature"(text) IS 'Whether text can be a name that somebody typed as a signature: it has a letter, does not begin with a digit before it, and does not say that there is no signature.';

REVOKE ALL ON FUNCTION "private"."is_typed_signature"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_typed_signature"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_typed_signature"(text) TO "service_role";
