-- Built from sql/57_decide by `npm run db:build`; edit there.

-- sql/57_decide/01_decisions.sql

-- What was decided, on which facts, and what was done: the record that answers a lawyer years later.

create table public.gate_decisions (
  org_id uuid not null,
  id bigint generated always as identity,
  decided_at timestamptz not null default now(),
  lead_id uuid not null,
  contact_point_id bigint not null,
  value_bidx bytea,
  channel text not null,
  purpose text not null,
  campaign_id uuid,
  as_of timestamptz not null,
  allow boolean not null,
  rules text[] not null,
  reasons jsonb not null,
  next_allowed_at timestamptz,
  zones text[] not null,
  states text[] not null,
  rule_version text not null,
  facts jsonb not null,
  primary key (org_id, decided_at, id),
  constraint decision_has_reasons_or_allows check (allow = (cardinality(rules) = 0)),
  constraint decision_facts_are_an_object check (jsonb_typeof(facts) = 'object')
) partition by range (decided_at);
comment on table public.gate_decisions is
  'Every answer of gate_decide: append-only, kept five years, written by gate_decide alone. No contact values: the facts name the contact point by id and blind index. Partitioned by month.';
comment on column public.gate_decisions.decided_at is 'When it was decided and stored; as_of is the instant for which it was decided.';
comment on column public.gate_decisions.facts is 'The facts as gate_evaluate had them, less phone and e-mail; area_code stays, since zones and states follow from it.';
comment on column public.gate_decisions.rules is 'The ids of the reasons; see gate_rules and decision_rules.';
create index gate_decisions_lead_idx on public.gate_decisions (org_id, lead_id, decided_at desc);
create index gate_decisions_id_idx on public.gate_decisions (org_id, id);

create table private.gate_decisions_other partition of public.gate_decisions default;
comment on table private.gate_decisions_other is 'Catches what no month was made for, so that a decision is never lost.';
alter table private.gate_decisions_other enable row level security;

-- A row trigger is copied to every partition, a statement trigger is not.
create trigger _100_append_only before update or delete on public.gate_decisions
  for each row execute function private.refuse_change();
create trigger _100_never_empty before truncate on public.gate_decisions
  for each statement execute function private.refuse_change();

alter table public.gate_decisions enable row level security;
revoke all on public.gate_decisions from anon, authenticated, service_role;
grant select on public.gate_decisions to authenticated, service_role, pipeline_writer;
create policy select_members on public.gate_decisions for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.gate_decisions for select to pipeline_writer using (true);

create function private.ensure_decision_partitions(p_as_of timestamptz default now(), p_months integer default 3) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_month timestamp;
  v_name text;
  v_made integer := 0;
begin
  for v_month in
    select m from generate_series(date_trunc('month', p_as_of at time zone 'UTC'),
      date_trunc('month', p_as_of at time zone 'UTC') + make_interval(months => p_months), interval '1 month') m
  loop
    v_name := 'gate_decisions_' || to_char(v_month, 'YYYY_MM');
    if to_regclass('private.' || v_name) is null and not exists (
      select from private.gate_decisions_other d
      where d.decided_at >= v_month at time zone 'UTC' and d.decided_at < (v_month + interval '1 month') at time zone 'UTC')
    then
      execute format('create table private.%I partition of public.gate_decisions for values from (%L) to (%L)',
        v_name, v_month at time zone 'UTC', (v_month + interval '1 month') at time zone 'UTC');
      execute format('alter table private.%I enable row level security', v_name);
      v_made := v_made + 1;
    end if;
  end loop;
  return v_made;
end
$$;
comment on function private.ensure_decision_partitions(timestamptz, integer) is
  'Makes the monthly partitions up to p_months ahead; returns how many were missing. A month that the default partition has rows of stays there. Definer: partitions belong to the owner.';

create function private.drop_expired_decisions(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_name text;
  v_dropped integer := 0;
begin
  for v_name in
    select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.gate_decisions'::regclass and c.relname ~ '^gate_decisions_\d{4}_\d{2}$'
      -- The whole month is older than five years.
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= (p_as_of at time zone 'UTC') - interval '5 years'
    order by 1
  loop
    execute format('drop table private.%I', v_name);
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$$;
comment on function private.drop_expired_decisions(timestamptz) is
  'Drops the months of which every decision is older than five years (16 CFR 310.5); returns how many. The only way in which decisions go. Definer: partitions belong to the owner.';
revoke execute on function private.ensure_decision_partitions(timestamptz, integer), private.drop_expired_decisions(timestamptz)
  from pipeline_writer;

create table public.contact_attempts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  channel text not null,
  direction text not null,
  at timestamptz not null,
  subject text,
  campaign_id uuid,
  lead_id uuid,
  decision_id bigint,
  keyword text,
  primary key (org_id, id),
  constraint attempt_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint attempt_direction_is_known check (direction in ('outbound', 'inbound')),
  constraint only_the_person_uses_keywords check (keyword is null or direction = 'inbound'),
  constraint keyword_is_known check (keyword in ('stop', 'opt_out', 'start'))
);
comment on table public.contact_attempts is
  'Every contact with a phone or e-mail, by value: what the caps count, across leads and campaigns. Outreach writes the row in the transaction of its claim, before it sends. Insert-only; no text of messages.';
comment on column public.contact_attempts.subject is 'The matter that it was about: some states count by it; null counts as the same as any.';
comment on column public.contact_attempts.keyword is
  'What an inbound message asked: stop (the keyword, which start takes back), opt_out (in words, which it does not).';
create index contact_attempts_value_idx on public.contact_attempts (org_id, value_bidx, at desc);
create index contact_attempts_lead_idx on public.contact_attempts (org_id, lead_id, at desc);
create index contact_attempts_day_idx on public.contact_attempts (org_id, at) where direction = 'outbound';
create trigger _100_append_only before update or delete on public.contact_attempts
  for each row execute function private.refuse_change_while_org_lives();
create trigger _100_never_empty before truncate on public.contact_attempts
  for each statement execute function private.refuse_change();

alter table public.contact_attempts enable row level security;
revoke all on public.contact_attempts from anon, authenticated, service_role;
grant select (org_id, id, channel, direction, at, subject, campaign_id, lead_id, decision_id, keyword)
  on public.contact_attempts to authenticated;
grant select, insert on public.contact_attempts to pipeline_writer, service_role;
create policy select_members on public.contact_attempts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.contact_attempts for select to pipeline_writer using (true);
create policy insert_writer on public.contact_attempts for insert to pipeline_writer with check (true);

create table public.emergencies (
  state text not null,
  declared_at timestamptz not null,
  ended_at timestamptz,
  source text not null,
  primary key (state, declared_at),
  constraint emergency_state_is_a_usps_code check (state ~ '^[A-Z]{2}$'),
  constraint emergency_ends_after_it_began check (ended_at > declared_at),
  constraint emergency_names_its_source check (length(btrim(source)) > 0)
);
comment on table public.emergencies is
  'Declared emergencies in which a state bars solicitations. Entered by people (service role or SQL desk); open while ended_at is null.';
alter table public.emergencies enable row level security;
revoke all on public.emergencies from anon, authenticated;
grant select on public.emergencies to authenticated, pipeline_writer;
create policy select_everybody on public.emergencies for select to authenticated, pipeline_writer using (true);

create table public.decision_rules (
  rule text primary key,
  title text not null,
  source text not null,
  constraint decision_rule_is_snake_case check (rule ~ '^[a-z][a-z0-9_]*$')
);
comment on table public.decision_rules is
  'Reasons that gate_decide adds to those of gate_evaluate (gate_rules): what only the database knows of a contact.';
insert into public.decision_rules (rule, title, source) values
  ('suppressed', 'The org never contacts this phone or e-mail', 'the org''s list; 47 CFR 64.1200(d); 15 U.S.C. 7704(a)(4)'),
  ('contact_invalid', 'The phone or e-mail is known not to reach the person', 'verification, or the person at the other end'),
  ('contact_of_other_kind', 'A phone channel needs a phone, e-mail an e-mail', 'policy'),
  ('known_litigator', 'A litigator list has the number', 'policy'),
  ('lead_opted_out', 'The lead is opted out or invalid', 'policy'),
  ('house_lead_cap', 'The org''s own limit per lead and day is reached', 'settings of the org: lead_attempts_24h'),
  ('house_org_cap', 'The org''s own limit per day is reached', 'settings of the org: org_attempts_24h')
on conflict (rule) do nothing;
alter table public.decision_rules enable row level security;
revoke all on public.decision_rules from anon, authenticated;
grant select on public.decision_rules to authenticated, pipeline_writer;
create policy select_everybody on public.decision_rules for select to authenticated, pipeline_writer using (true);

alter table public.orgs add constraint daily_limits_are_numbers check (
  settings ->> 'lead_attempts_24h' ~ '^[0-9]{1,6}$' and settings ->> 'org_attempts_24h' ~ '^[0-9]{1,6}$'
  and length(btrim(settings ->> 'seller')) > 0);

-- sql/57_decide/02_collect_facts.sql

-- From rows to the facts of gate_evaluate, for one contact or for the many of a claim: one statement, whose plan is
-- kept, collects them all. Phone and e-mail are decrypted into the facts for the length of a call;
-- private.facts_without_values takes them out before anything is stored or shown.

create function private.line_type_of(p_codes text[]) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_code text;
  v_one text;
  v_type text;
begin
  foreach v_code in array p_codes loop
    v_one := case when v_code = 'PS07' then 'mobile' when v_code = 'PS08' then 'landline' when v_code = 'PS09' then 'nonFixedVoip'
      when v_code = any ('{mobile,landline,fixedVoip,nonFixedVoip,personal,tollFree,premium,sharedCost,uan,voicemail,pager}') then v_code end;
    if v_one <> v_type then
      return 'unknown';
    end if;
    v_type := coalesce(v_one, v_type);
  end loop;
  return coalesce(v_type, 'unknown');
end
$$;
comment on function private.line_type_of(text[]) is
  'Line type out of the verification codes of a phone; codes that contradict each other, and none, are unknown. A VoIP line of unknown kind counts as the one that moves about.';

create function private.org_of_lead(p_lead_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    -- One probe per org: an index of leads by id alone would cost every import.
    select o.id from public.orgs o
    where exists (select from public.leads l where l.org_id = o.id and l.id = p_lead_id) limit 1);
end
$$;
comment on function private.org_of_lead(uuid) is 'The org that has the lead; null when none has. Definer: asks across orgs.';
revoke execute on function private.org_of_lead(uuid) from pipeline_writer;

create type private.contact_case as (
  n integer, lead_id uuid, contact_point_id bigint, value_bidx bytea, kind public.contact_kind, channel text, purpose text,
  message jsonb, campaign_id uuid, invalid_at timestamptz, campaign_status public.campaign_status, litigator boolean,
  suppressions jsonb, facts jsonb);
comment on type private.contact_case is
  'What is on record for the nth contact that was asked about: the facts for gate_evaluate, and beside them what only the database weighs.';

create function private.collect_cases(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store boolean default true, p_outbound boolean default true
) returns setof private.contact_case
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months', (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id, (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose, coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
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
      'org_id', p_org_id, 'channel', a.channel, 'purpose', a.purpose, 'seller', coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.state_list_answer(array[l.situs_state, l.mailing_state] || z.states, (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at', (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'marketing_content', 'confirmations_already_sent', 'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The suppressions that stand: when the person asked last, what mail providers reported, and why each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at) order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that reaches the channel. A claim counts only where nothing
  -- was ever revoked; the typed name of a signature stays behind.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_claim, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels) and e.occurred_at <= p_as_of
      union all
      -- What names no value is about every contact of its lead.
      select e.id, e.action, e.type, e.is_claim, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels) and e.occurred_at <= p_as_of
    ),
    -- START takes back the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_claim and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id and u.state = 'undone' and g.is_claim)
        and not exists (select from revoked r where g.is_claim or (g.is_keyword and not r.is_keyword))
      order by g.is_claim, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_claim', g.is_claim, 'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_claim and length(btrim(coalesce(g.signature, ''))) > 0,
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The channels of the row are what it reaches, so for this channel it reaches everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, whatever lead or campaign they were for. What an inbound message
  -- asked stands as its plainest words; the words themselves are not here.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject', t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out' then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$$;
comment on function private.collect_cases(uuid, jsonb, timestamptz, boolean, boolean) is
  'Everything on record that bears on the contacts [{lead_id, contact_point_id, channel, purpose, message, campaign_id}], in this order; contacts that are not there are left out. Of a message only the facts that the gate knows are taken. p_store keeps a looked-up do-not-call status, p_outbound false leaves out our own attempts. Definer: keys, lists and statuses are the owner''s.';
revoke execute on function private.collect_cases(uuid, jsonb, timestamptz, boolean, boolean) from pipeline_writer;

create function private.facts_without_values(p_facts jsonb) returns jsonb
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return p_facts - '{phone,email,org_id,channel,purpose}'::text[]
    || case when jsonb_typeof(p_facts -> 'phone') = 'string' then jsonb_build_object('area_code', substr(p_facts ->> 'phone', 3, 3)) else '{}' end
    || case when jsonb_typeof(p_facts -> 'email') = 'string' then jsonb_build_object('email_domain', split_part(p_facts ->> 'email', '@', 2)) else '{}' end;
end
$$;
comment on function private.facts_without_values(jsonb) is
  'Facts as they may be stored: of a phone the area code, of an e-mail the domain; what has a column of its own is left out.';

-- sql/57_decide/03_gate_decide.sql

create function private.own_refusals(
  k private.contact_case, p_org_id uuid, p_settings jsonb, p_of_lead integer, p_of_org integer, p_as_of timestamptz,
  out reasons jsonb, out heals_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
declare
  w jsonb;
  v_confirmation constant boolean := coalesce(k.message ->> 'message_kind' = 'opt_out_confirmation', false);
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- heals_at: null as long as nothing here refuses; infinity when time does not end it.
  reasons := '[]';
  if (k.kind = 'email') <> (k.channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail', format('a %s cannot be contacted by %s', k.kind, k.channel));
  end if;
  if k.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail', format('known since %s not to reach the person', k.invalid_at::date));
  end if;
  if k.campaign_status in ('opted_out', 'invalid') and not v_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail', format('the lead is %s', replace(k.campaign_status::text, '_', ' ')));
  end if;
  if k.litigator then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'a litigator list has the number');
  end if;
  if not v_confirmation and k.suppressions <> '[]' then
    for w in select x from jsonb_array_elements(k.suppressions) x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail', format('on the list of the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    heals_at := 'infinity';
  end if;
  -- Contacts that the same claim has just been allowed are as good as made.
  v_cap := (p_settings ->> 'lead_attempts_24h')::integer;
  if v_cap is not null and k.channel <> 'email' and not v_confirmation then
    select p_of_lead + count(*), case when v_cap > p_of_lead then (array_agg(a.at order by a.at desc))[v_cap - p_of_lead] when v_cap > 0 then p_as_of end
    into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_org_id and a.lead_id = k.lead_id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail', format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      heals_at := greatest(heals_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_settings ->> 'org_attempts_24h')::integer;
  if v_cap is not null and not v_confirmation then
    select p_of_org + count(*), case when v_cap > p_of_org then min(x.at) when v_cap > 0 then p_as_of end into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit greatest(v_cap - p_of_org, 0)) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail', format('the org allows %s contacts in 24 hours, and has made them', v_cap));
      heals_at := greatest(heals_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$$;
comment on function private.own_refusals(private.contact_case, uuid, jsonb, integer, integer, timestamptz) is
  'What the database knows beyond the facts: suppressions, a dead contact, a litigator, limits per lead and org (p_of_lead, p_of_org: contacts that the same claim was allowed already). The one text that confirms an opt-out is not stopped by a suppression. Definer: counts attempts that the caller need not see.';
revoke execute on function private.own_refusals(private.contact_case, uuid, jsonb, integer, integer, timestamptz) from pipeline_writer;

create function private.judge_contacts(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store text, p_outbound boolean default true
) returns table (n integer, answer jsonb)
-- One plan for one contact and for many: planning anew for each array would cost more than running it.
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  k private.contact_case;
  g jsonb;
  w record;
  d public.gate_decisions;
  v_settings jsonb;
  v_facts jsonb;
  v_new public.gate_decisions[] := '{}'::public.gate_decisions[];
  v_clock constant timestamptz := clock_timestamp();
  v_seen integer := 0;
  -- What this call has allowed so far.
  v_values bytea[] := '{}'::bytea[];
  v_leads uuid[] := '{}'::uuid[];
  v_channels text[] := '{}'::text[];
  v_subjects text[] := '{}'::text[];
  v_of_lead integer := 0;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  if not found then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  for k in select * from private.collect_cases(p_org_id, p_requests, p_as_of, p_store <> 'never', p_outbound) loop
    v_seen := v_seen + 1;
    v_facts := k.facts;
    if k.value_bidx = any (v_values) then
      v_facts := v_facts || jsonb_build_object('history', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('channel', x.channel, 'direction', 'outbound', 'at', p_as_of, 'subject', x.subject)))
        from unnest(v_values, v_channels, v_subjects) x (value_bidx, channel, subject) where x.value_bidx = k.value_bidx) || (v_facts -> 'history'));
    end if;
    if v_settings ? 'lead_attempts_24h' then
      v_of_lead := (select count(*) from unnest(v_leads, v_channels) x (lead_id, channel) where x.lead_id = k.lead_id and x.channel <> 'email');
    end if;
    g := public.gate_evaluate(v_facts, p_as_of);
    w := private.own_refusals(k, p_org_id, v_settings, v_of_lead, cardinality(v_values), p_as_of);
    d.reasons := (g -> 'reasons') || w.reasons;
    d.allow := d.reasons = '[]';
    d.next_allowed_at := case
      when w.heals_at is null then (g ->> 'next_allowed_at')::timestamptz
      when w.heals_at = 'infinity' or (g ->> 'next_allowed_at') is null then null
      -- A limit of our own ends while the hours may be closed.
      else (public.gate_evaluate(v_facts, greatest(w.heals_at, (g ->> 'next_allowed_at')::timestamptz)) ->> 'next_allowed_at')::timestamptz end;
    d.id := null;
    if p_store = 'always' or (p_store = 'refusals' and not d.allow) then
      d.org_id := p_org_id; d.decided_at := v_clock; d.lead_id := k.lead_id; d.contact_point_id := k.contact_point_id;
      d.id := nextval('public.gate_decisions_id_seq');
      d.value_bidx := k.value_bidx; d.channel := k.channel; d.purpose := k.purpose; d.campaign_id := k.campaign_id; d.as_of := p_as_of;
      d.rules := case when d.allow then '{}' else array(select distinct x ->> 'rule' from jsonb_array_elements(d.reasons) x) end;
      d.zones := array(select jsonb_array_elements_text(g -> 'zones'));
      d.states := array(select jsonb_array_elements_text(g -> 'states'));
      d.rule_version := g ->> 'rule_version';
      d.facts := private.facts_without_values(v_facts);
      v_new := v_new || d;
    elsif p_store = 'never' then
      g := g || jsonb_build_object('facts', private.facts_without_values(v_facts));
    end if;
    if d.allow and p_store = 'always' then
      v_values := v_values || k.value_bidx;
      v_leads := v_leads || k.lead_id;
      v_channels := v_channels || k.channel;
      v_subjects := v_subjects || (k.message ->> 'subject');
    end if;
    n := k.n;
    answer := g || jsonb_build_object('allow', d.allow, 'reasons', d.reasons, 'decision_id', d.id,
      'next_allowed_at', to_char(d.next_allowed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    return next;
  end loop;
  if v_seen < jsonb_array_length(p_requests) then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  insert into public.gate_decisions (org_id, id, decided_at, lead_id, contact_point_id, value_bidx, channel, purpose, campaign_id, as_of, allow,
    rules, reasons, next_allowed_at, zones, states, rule_version, facts)
  overriding system value
  select x.org_id, x.id, x.decided_at, x.lead_id, x.contact_point_id, x.value_bidx, x.channel, x.purpose, x.campaign_id, x.as_of, x.allow,
    x.rules, x.reasons, x.next_allowed_at, x.zones, x.states, x.rule_version, x.facts
  from unnest(v_new) x;
end
$$;
comment on function private.judge_contacts(uuid, jsonb, timestamptz, text, boolean) is
  'Collects, evaluates, and stores: always, refusals or never. For each request of collect_cases the answer of gate_evaluate with the reasons that only the database knows, and decision_id; with p_store never also the facts, less contact values. With always, what an earlier request of the same call was allowed counts as made. Definer: facts and decisions are the owner''s. Raises SL421, SL422.';

create function private.raise_missing_contact(p_org_id uuid, p_requests jsonb) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  r jsonb;
begin
  for r in select x from jsonb_array_elements(p_requests) x loop
    if not exists (select from public.leads l where l.org_id = p_org_id and l.id = (r ->> 'lead_id')::uuid) then
      raise exception 'there is no lead %', r ->> 'lead_id' using errcode = 'SL421';
    elsif not exists (select from public.contact_points c where c.org_id = p_org_id and c.lead_id = (r ->> 'lead_id')::uuid
      and c.id = (r ->> 'contact_point_id')::bigint) then
      raise exception 'lead % has no contact point %', r ->> 'lead_id', r ->> 'contact_point_id' using errcode = 'SL422';
    end if;
  end loop;
end
$$;
comment on function private.raise_missing_contact(uuid, jsonb) is
  'Says which of the requests names a lead (SL421) or a contact point (SL422) that is not there. Definer: asks without the policies.';
revoke execute on function private.judge_contacts(uuid, jsonb, timestamptz, text, boolean), private.raise_missing_contact(uuid, jsonb)
  from pipeline_writer;

-- Values and leads of a batch, each in one order, so that two batches never wait for each other in a circle.
create function private.lock_contacts(p_org_id uuid, p_lead_ids uuid[], p_values bytea[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_settings jsonb;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  -- From wide to narrow, leads by id and values by blind index, always in this order.
  if v_settings ? 'org_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 3));
  end if;
  if v_settings ? 'lead_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(l.id::text, 3))
    from (select distinct x as id from unnest(p_lead_ids) x order by 1) l;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v.bidx, 'hex'), 3))
  from (select distinct x as bidx from unnest(p_values) x order by 1) v;
end
$$;
comment on function private.lock_contacts(uuid, uuid[], bytea[]) is
  'Holds the values of a batch (and its leads and org, where they have limits of their own) until the end of the transaction, in the order of leads and of blind indexes.';

create function private.hold_contacts(p_org_id uuid, p_lead_ids uuid[], p_contact_point_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A caller that reads one snapshot for its whole transaction would wait for the lock and still not see what
  -- the holder wrote.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'decisions need read committed, not %', current_setting('transaction_isolation') using errcode = 'SL423';
  end if;
  perform private.lock_contacts(p_org_id, p_lead_ids, array(
    select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.id = any (p_contact_point_ids)));
end
$$;
comment on function private.hold_contacts(uuid, uuid[], bigint[]) is
  'Holds the values of contact points (and leads and org, where they have limits of their own) until the end of the transaction. Raises SL423 outside read committed. Definer: asks for values without the policies.';
revoke execute on function private.hold_contacts(uuid, uuid[], bigint[]) from pipeline_writer;

create function private.gate_decide_many(p_org_id uuid, p_requests jsonb, p_as_of timestamptz default now())
returns table (n integer, answer jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.hold_contacts(p_org_id, array_agg((x ->> 'lead_id')::uuid), array_agg((x ->> 'contact_point_id')::bigint))
  from jsonb_array_elements(p_requests) x;
  -- A statement of its own: its snapshot is taken when the locks are held, and sees what their last holders did.
  return query select j.n, j.answer from private.judge_contacts(p_org_id, p_requests, p_as_of, 'always') j;
end
$$;
comment on function private.gate_decide_many(uuid, jsonb, timestamptz) is
  'gate_decide for a whole claim of one org, [{lead_id, contact_point_id, channel, purpose, message, campaign_id}]: the nth answer is that of the nth request, and what an earlier one was allowed counts as made. Much cheaper than one by one. Definer: as gate_decide. Raises SL421, SL422, SL423.';

create function public.gate_decide(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz default now(),
  p_message jsonb default '{}', p_campaign_id uuid default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  perform private.hold_contacts(v_org, array[p_lead_id], array[p_contact_point_id]);
  return (select j.answer from private.judge_contacts(v_org, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message, 'campaign_id', p_campaign_id)),
    p_as_of, 'always') j);
end
$$;
comment on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid) is
  'Decides whether a contact may be made, stores the decision and returns it with decision_id. p_message: the facts of the message (subject, message_kind, postal_address_in_body …). Call it in the transaction that claims the message and write contact_attempts there: the value stays locked until its end, so that two claims cannot pass a cap together. Ask gate_still_allows just before sending. Definer: keys, lists and decisions are the owner''s. Raises SL421 (no such lead), SL422 (no such contact), SL423 (isolation).';

create function public.gate_still_allows(p_org_id uuid, p_decision_id bigint, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.gate_decisions;
begin
  select x.* into d from public.gate_decisions x where x.org_id = p_org_id and x.id = p_decision_id;
  if not found or not d.allow then
    return false;
  end if;
  perform private.hold_contacts(d.org_id, array[d.lead_id], array[d.contact_point_id]);
  return (select (j.answer -> 'allow')::boolean from private.judge_contacts(d.org_id, jsonb_build_array(jsonb_build_object('lead_id', d.lead_id,
    'contact_point_id', d.contact_point_id, 'channel', d.channel, 'purpose', d.purpose, 'message', d.facts -> 'message', 'campaign_id', d.campaign_id)),
    p_as_of, 'refusals', false) j);
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  -- The lead or its contact is gone.
  return false;
end
$$;
comment on function public.gate_still_allows(uuid, bigint, timestamptz) is
  'Asks again between claim and provider call: false when anything came up since the decision (a STOP, a closed window, an erasure), and stores why. Our own attempts do not count, since the claim has made its own. Definer: as gate_decide.';

create function public.gate_preview(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text default 'marketing', p_as_of timestamptz default now(),
  p_message jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  if not private.is_trusted_desk() and not coalesce(private.sees_lead(v_org, p_lead_id), false) then
    raise exception 'there is no lead %', p_lead_id using errcode = 'SL421';
  end if;
  return (select j.answer from private.judge_contacts(v_org, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message)), p_as_of, 'never') j);
end
$$;
comment on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) is
  'What gate_decide would answer at an instant, past or future, on what is on record now; stores nothing. For those who may see the lead. Definer: as gate_decide. Raises SL421, SL422.';

revoke execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz), public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) from public, anon, authenticated;
grant execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz) to pipeline_writer, service_role;
grant execute on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) to authenticated, service_role, pipeline_writer;

-- sql/57_decide/04_why.sql

-- "Why was this person (not) contacted": decisions in words, with the evidence behind them.

create function private.reason_words(p_reasons jsonb) returns text
language sql stable set search_path = '' as $$
  select coalesce(string_agg(r.detail || ' [' || r.rule || ', ' || r.source || ']', '; ' order by r.n), 'nothing speaks against it')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule, coalesce(g.source, d.source, 'unknown rule') as source
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
    left join public.gate_rules g on g.rule = x.reason ->> 'rule'
    left join public.decision_rules d on d.rule = x.reason ->> 'rule'
  ) r
$$;
comment on function private.reason_words(jsonb) is 'Reasons as one sentence: what, which rule, and the law or policy behind it.';

create function private.day_words(p_at text) returns text
language sql stable parallel safe set search_path = '' as $$
  select to_char(p_at::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
$$;
comment on function private.day_words(text) is 'An instant of the facts as people read it; null stays null.';

create function private.evidence_words(p_facts jsonb, p_channel text) returns text
language sql stable set search_path = '' as $$
  select concat_ws('; ',
    case when c ->> 'type' = 'none' then 'no consent on record'
      else format('consent %s (%s%s) of %s for %s', c ->> 'consent_id', c ->> 'type', case when c -> 'is_claim' = 'true' then ', claimed by the list' else '' end,
        private.day_words(c ->> 'obtained_at'), coalesce(c ->> 'seller', 'no seller named')) end,
    case when c ->> 'revoked_at' is not null then format('revoked by %s on %s (record %s)', c ->> 'revoked_via', private.day_words(c ->> 'revoked_at'), c ->> 'revocation_id') end,
    case when p_channel <> 'email' then coalesce(
      format('registry copy of %s%s, asked %s', private.day_words(d ->> 'scrubbed_at'),
        case d ->> 'federal_listed' when 'true' then ' lists the number' when 'false' then ' does not list the number' else '' end,
        private.day_words(d ->> 'looked_up_at')), 'no registry copy for the area code') end,
    case when d -> 'states_listed' <> '[]' then 'on the state list of ' || (select string_agg(s, ', ') from jsonb_array_elements_text(d -> 'states_listed') s) end,
    case when d ->> 'internal_request_at' is not null then 'asked us to stop on ' || private.day_words(d ->> 'internal_request_at') end,
    case when d ->> 'email_unsubscribed_at' is not null then 'unsubscribed on ' || private.day_words(d ->> 'email_unsubscribed_at') end,
    case jsonb_array_length(h) when 0 then 'never contacted before'
      else format('%s contacts on record, the last on %s', jsonb_array_length(h), private.day_words(h -> 0 ->> 'at')) end)
  from (select p_facts -> 'consent' as c, p_facts -> 'dnc' as d, p_facts -> 'history' as h) f
$$;
comment on function private.evidence_words(jsonb, text) is
  'What a decision rests on, in words: which consent and revocation, which registry copy, which requests, how many contacts.';
grant execute on function private.reason_words(jsonb), private.day_words(text), private.evidence_words(jsonb, text)
  to authenticated, service_role;

create view public.why_not_contacted with (security_invoker = true) as
select d.org_id, d.lead_id, d.decided_at, d.as_of, d.channel, d.purpose, c.masked as contact,
  case when d.allow then 'allowed' else 'refused' end as verdict,
  private.reason_words(d.reasons) as why,
  private.evidence_words(d.facts, d.channel) as evidence,
  d.next_allowed_at, array_to_string(d.zones, ', ') as zones, array_to_string(d.states, ', ') as states,
  d.rules, d.rule_version, d.campaign_id, d.contact_point_id, d.id as decision_id
from public.gate_decisions d
left join public.contact_points c on c.org_id = d.org_id and c.id = d.contact_point_id;
comment on view public.why_not_contacted is
  'Every decision in words, with the evidence behind it, of the leads one may see: where lead_id = … order by decided_at desc. next_allowed_at: when time alone would permit it; empty: something has to change.';
revoke all on public.why_not_contacted from anon, authenticated;
grant select on public.why_not_contacted to authenticated, service_role;

create function private.lawful_mail() returns jsonb
language sql immutable parallel safe as $$
  select '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, "from_authenticated": true}'::jsonb
$$;
comment on function private.lawful_mail() is 'The facts of a mail that carries what the law asks of it.';

create function private.outlook_of(p_answer jsonb, p_time_zone text, p_date date) returns text
language sql stable parallel safe as $$
  select case when (p_answer -> 'allow')::boolean then 'now' when p_answer ->> 'next_allowed_at' is null then 'never'
    when ((p_answer ->> 'next_allowed_at')::timestamptz at time zone p_time_zone)::date = p_date then 'later today' else 'later' end
$$;
comment on function private.outlook_of(jsonb, text, date) is 'now, later today, later or never, on a date of the org, from an answer of the gate.';
revoke execute on function private.lawful_mail(), private.outlook_of(jsonb, text, date) from pipeline_writer;

create function public.contact_outlook(
  p_lead_ids uuid[], p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_purpose text default 'marketing',
  p_as_of timestamptz default now()
) returns table (org_id uuid, lead_id uuid, contact_point_id bigint, contact text, channel text, outlook text, why text,
  evidence text, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  o record;
  v_asked jsonb;
begin
  for o in
    select x.id, x.time_zone from public.orgs x
    where exists (select from public.leads l where l.org_id = x.id and l.id = any (p_lead_ids))
  loop
    -- A mail is taken to carry what the law asks of it: whether this one does is known when it is written.
    select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'masked', c.masked, 'channel', ch.channel,
        'purpose', p_purpose, 'message', private.lawful_mail()) order by c.lead_id, c.kind, c.position, c.id, ch.n)
    into v_asked
    from (select l.lead_id from (select distinct i.lead_id from unnest(p_lead_ids) i (lead_id)) l
      where private.is_trusted_desk() or private.sees_lead(o.id, l.lead_id) offset 0) i
    join public.contact_points c on c.org_id = o.id and c.lead_id = i.lead_id
    join unnest(p_channels) with ordinality ch (channel, n) on (c.kind = 'email') = (ch.channel = 'email');
    continue when v_asked is null;
    return query
      select o.id, (a.x ->> 'lead_id')::uuid, (a.x ->> 'contact_point_id')::bigint, a.x ->> 'masked', a.x ->> 'channel',
        private.outlook_of(j.answer, o.time_zone, (p_as_of at time zone o.time_zone)::date),
        private.reason_words(j.answer -> 'reasons'), private.evidence_words(j.answer -> 'facts', a.x ->> 'channel'),
        array(select distinct r ->> 'rule' from jsonb_array_elements(j.answer -> 'reasons') r), (j.answer ->> 'next_allowed_at')::timestamptz
      from private.judge_contacts(o.id, v_asked, p_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
      order by a.n;
  end loop;
end
$$;
comment on function public.contact_outlook(uuid[], text[], text, timestamptz) is
  'Contactable now, later today, later, or never as things stand, and why, per contact point and channel, at an instant; stores nothing. Leads that the caller may not see give nothing. Definer: as gate_preview.';
revoke execute on function public.contact_outlook(uuid[], text[], text, timestamptz) from public, anon;
grant execute on function public.contact_outlook(uuid[], text[], text, timestamptz) to authenticated, service_role, pipeline_writer;

create view public.lead_outlook with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.assigned_broker_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score, l.campaign_status,
  o.contact, o.channel, o.outlook, o.why, o.next_allowed_at, o.contact_point_id, o.rules
from public.leads l
cross join lateral public.contact_outlook(array[l.id]) o;
comment on view public.lead_outlook is
  'The brokers'' day: who can be contacted now, later today, later or never, on which channel, and why. Live, so name few leads: where lead_id in (…), or assigned_broker_id = … limit 100.';
revoke all on public.lead_outlook from anon, authenticated;
grant select on public.lead_outlook to authenticated, service_role;

create function public.gate_forecast(
  p_campaign_id uuid, p_date date, p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_sample integer default 500,
  p_at time default '10:00'
) returns table (channel text, outlook text, rule text, leads bigint, share numeric, sampled integer, candidates bigint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  k public.campaigns;
  v_as_of timestamptz;
  v_zone text;
  v_leads uuid[];
  v_nominated integer;
  v_all bigint;
  v_asked jsonb;
begin
  select c.* into k from public.orgs o join public.campaigns c on c.org_id = o.id and c.id = p_campaign_id
  where private.is_trusted_desk() or o.id = any (private.my_org_ids('{owner,admin,viewer}'));
  if not found then
    raise exception 'there is no campaign %', p_campaign_id using errcode = 'SL424';
  end if;
  select o.time_zone, (p_date + p_at) at time zone o.time_zone into v_zone, v_as_of from public.orgs o where o.id = k.org_id;
  -- Of those whom the last refresh nominated; ids grow with time, so their hash makes a fair sample, and always the same.
  select count(*) into v_all from private.candidates_of(k);
  v_leads := array(select c.lead_id from private.candidates_of(k) c order by uuid_hash_extended(c.lead_id, 0), c.lead_id limit p_sample);
  -- What has changed since the refresh is left out of both.
  v_nominated := cardinality(v_leads);
  v_leads := array(select l.id from public.leads l
    where l.org_id = k.org_id and l.id = any (v_leads) and l.campaign_status = 'new' and l.phone_verified order by l.id);
  v_all := round(v_all::numeric * cardinality(v_leads) / greatest(v_nominated, 1));
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', c.channel, 'purpose', 'marketing',
    'message', private.lawful_mail()))
  into v_asked
  from (
    -- The one that outreach would take: the best of its kind.
    select distinct on (c.lead_id, ch) c.lead_id, c.id, ch as channel
    from unnest(v_leads) i (id)
    join public.contact_points c on c.org_id = k.org_id and c.lead_id = i.id and c.invalid_at is null
    join unnest(p_channels) ch on (ch = 'email') = (c.kind = 'email')
    order by c.lead_id, ch, c.verified desc, c.position, c.id
  ) c;
  return query
    with judged as materialized (
      select (a.x ->> 'lead_id')::uuid as lead_id, a.x ->> 'channel' as channel, j.answer
      from private.judge_contacts(k.org_id, coalesce(v_asked, '[]'), v_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
    ), verdicts as (
      select ch as channel,
        case when j.answer is null then 'never' else private.outlook_of(j.answer, v_zone, p_date) end as outlook,
        case when j.answer is null then '{no_contact}' else array(select distinct r ->> 'rule' from jsonb_array_elements(j.answer -> 'reasons') r) end as rules
      from unnest(v_leads) i (id) cross join unnest(p_channels) ch
      left join judged j on j.lead_id = i.id and j.channel = ch
    ), counted as (
      select v.channel, v.outlook, null::text as rule, count(*) as n from verdicts v group by 1, 2
      union all
      select v.channel, v.outlook, r, count(*) from verdicts v cross join unnest(v.rules) r group by 1, 2, 3
    )
    select c.channel, c.outlook, c.rule, round(c.n * v_all::numeric / cardinality(v_leads))::bigint,
      round(c.n::numeric / cardinality(v_leads), 4), cardinality(v_leads), v_all
    from counted c
    order by array_position(p_channels, c.channel), c.rule is not null, c.n desc, c.outlook, c.rule;
end
$$;
comment on function public.gate_forecast(uuid, date, text[], integer, time) is
  'Before launch: of the leads that the campaign could feed, how many could be contacted on a date at p_at (org''s time) per channel, and how many each rule refuses; a lead with two reasons counts under both. Judges p_sample leads and scales up to all candidates; share is the part of the sample. Rows without rule are the totals; no_contact: the lead has no contact of the kind. Definer: as gate_preview, for owners, admins and viewers. Raises SL424.';
revoke execute on function public.gate_forecast(uuid, date, text[], integer, time) from public, anon;
grant execute on function public.gate_forecast(uuid, date, text[], integer, time) to authenticated, service_role;

-- sql/57_decide/05_export_and_erase.sql

-- A person's complete record for a lawyer or a data request, and what an erasure leaves.

create table public.erasures (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  lead_id uuid not null,
  reason text not null,
  erased_at timestamptz not null,
  erased_by uuid,
  kept jsonb not null,
  primary key (org_id, id),
  constraint erasure_says_why check (length(btrim(reason)) >= 3)
);
comment on table public.erasures is 'Which lead was erased when, by whom, why, and what had to be kept. Append-only.';
create index erasures_lead_idx on public.erasures (org_id, lead_id);
create trigger _100_append_only before update or delete on public.erasures
  for each row execute function private.refuse_change_while_org_lives();
create trigger _100_never_empty before truncate on public.erasures
  for each statement execute function private.refuse_change();
alter table public.erasures enable row level security;
revoke all on public.erasures from anon, authenticated, service_role;
grant select on public.erasures to authenticated, service_role;
create policy select_admins on public.erasures for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));

create function private.rows_about_lead(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  t record;
  v_rows jsonb;
  v_all jsonb := '{}'::jsonb;
begin
  -- Whatever table hangs on leads, those of later releases too; ciphertext, hashes and blind indexes tell nobody anything.
  for t in
    select c.relname as name,
      array(select b.attname::text from pg_catalog.pg_attribute b where b.attrelid = c.oid and b.atttypid = 'bytea'::regtype) as hidden
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'lead_id' and a.atttypid = 'uuid'::regtype
    join pg_catalog.pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'contact_points'
    order by c.relname
  loop
    execute format('select jsonb_agg(to_jsonb(t) - $3 - ''org_id''::text) from public.%I t where t.org_id = $1 and t.lead_id = $2', t.name)
    into v_rows using p_org_id, p_lead_id, t.hidden;
    v_all := v_all || jsonb_build_object(t.name, coalesce(v_rows, '[]'));
  end loop;
  return v_all;
end
$$;
comment on function private.rows_about_lead(uuid, uuid) is
  'Every row of every exposed table that names the lead, by table. Definer: collects across policies for export_person, which asks who is calling.';
revoke execute on function private.rows_about_lead(uuid, uuid) from pipeline_writer;

create function public.export_person(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into l from public.leads x
  where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_desk() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'there is no lead % to export', p_lead_id using errcode = 'SL425';
  end if;
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
  select p_org_id, p_lead_id, auth.uid(), session_user, count(*) from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,value_cipher,key_id}'::text[]
      || jsonb_build_object('value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id))) order by c.kind, c.position), '[]'),
    array_agg(c.value_bidx)
  into v_contacts, v_values from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  return jsonb_build_object(
    'exported_at', now(), 'lead', jsonb_strip_nulls(to_jsonb(l) - '{org_id,phone_bidx,addr_hash}'::text[]), 'contacts', v_contacts,
    'suppressions', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[] order by s.created_at), '[]')
      from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'consents_of_the_same_contacts', (select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,text_sha256,words_cipher,key_id}'::text[] order by c.occurred_at), '[]')
      from public.consents c where c.org_id = p_org_id and c.value_bidx = any (v_values) and c.lead_id is distinct from p_lead_id),
    'words_of_opt_outs', (select coalesce(jsonb_agg(jsonb_build_object('consent_id', c.id, 'words', private.decrypt_value(c.words_cipher, private.org_key(c.org_id, c.key_id)))), '[]')
      from public.consents c where c.org_id = p_org_id and (c.lead_id = p_lead_id or c.value_bidx = any (v_values)) and c.words_cipher is not null),
    'words_of_messages', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'words', private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id))) order by m.created_at), '[]')
      from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id and m.text_cipher is not null),
    'words_of_replies', (select coalesce(jsonb_agg(jsonb_build_object('reply_id', r.id, 'words', private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id))) order by r.at, r.id), '[]')
      from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id and r.text_cipher is not null),
    'words_of_calls', (select coalesce(jsonb_agg(jsonb_build_object('call_id', k.id, 'words', private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id))) order by k.at, k.id), '[]')
      from public.calls k where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null),
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'united_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]), '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$$;
comment on function public.export_person(uuid, uuid) is
  'Everything on record about a lead as JSON: fields, contacts in plain, consents, decisions, contacts made, changes, messages and whatever else names it. For owners, admins and the service; logged in private.pii_access_log. Definer: keys and logs are the owner''s. Raises SL425.';

-- History stays, except that an erasure takes the contents out of it.
drop trigger _100_append_only on public.lead_changes;
create function private.tg_lead_changes__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and current_setting('sluice.erasing', true) = 'yes'
    and current_user = (select r.rolname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner where c.oid = tg_relid) then
    return null;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.tg_lead_changes__append_only() is
  'Trigger: raises SL002, except for erase_lead, which runs as the owner of the table and says so in sluice.erasing.';
create trigger _100_append_only before update or delete or truncate on public.lead_changes
  for each statement execute function private.tg_lead_changes__append_only();

create function public.erase_lead(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_contacts integer;
  v_kept jsonb;
begin
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_desk() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'there is no lead % to erase', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.erasing', 'yes', true);
  -- Whoever wants to be forgotten does not want to be contacted because a list brings the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  get diagnostics v_contacts = row_count;
  -- The property is public record, and decisions and consents point to it; who owns it goes.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null, owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null, assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}', phone_bidx = null,
    edited_fields = array(select distinct f from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  update public.lead_changes h
  set changes = (select jsonb_object_agg(k, '"erased"'::jsonb) from jsonb_object_keys(h.changes) k)
  where h.org_id = p_org_id and h.changes is not null and (h.lead_id = p_lead_id
    or h.lead_id in (select m.merged_id from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id));
  update public.lead_merges m set merged_row = jsonb_build_object('id', m.merged_id, 'erased_at', p_as_of)
  where m.org_id = p_org_id and p_lead_id in (m.survivor_id, m.merged_id);
  update public.lead_conflicts c set raw = '\x', row_keys = '{}', state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
  where c.org_id = p_org_id and p_lead_id = any (c.lead_ids);
  -- That something was sent is kept, by ids; a person's own words and the provider's name for it go.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  v_kept := jsonb_build_object(
    'suppressions', v_contacts,
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id and a.lead_id = p_lead_id),
    'why', 'suppressions as hashes, so that nobody contacts the person again; consents, decisions, messages and contacts made for five years (16 CFR 310.5)',
    'uploaded_files', 'the bytes of lists that named the person go with the org''s raw_days');
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.erasing', '', true);
  return v_kept;
end
$$;
comment on function public.erase_lead(uuid, uuid, text, timestamptz) is
  'Erases the person behind a lead: contacts, names, mailing address, list columns and what histories say of them. Keeps and counts what the law makes one keep: suppressions (by hash), consents with their evidence, decisions, contacts made; the property itself is public record. For owners, admins and the service. Definer: history is the owner''s. Raises SL426.';

revoke execute on function public.export_person(uuid, uuid), public.erase_lead(uuid, uuid, text, timestamptz) from public, anon;
grant execute on function public.export_person(uuid, uuid), public.erase_lead(uuid, uuid, text, timestamptz) to authenticated, service_role;
