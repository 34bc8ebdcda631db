begin;
\ir ../support/gate.sql
select no_plan();

-- Version.
select is(private.gate_rule_version(), (select s.version from public.rule_sets s
  order by s.released_on desc, s.revision desc limit 1), 'the newest rule set is in force');
select is(private.gate_data_hash(), (select s.data_hash from public.rule_sets s
  where s.version = private.gate_rule_version()),
  'the data matches the released hash: changing a rule needs a new rule set');
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by) values ('9999-01-05', 2, 'x', 'test');
select is(public.gate_evaluate('{}', '2026-11-18T18:00:00Z') ->> 'rule_version', '9999-01-05.2',
  'a newer rule set is named in every answer');

-- Every rule states its source and its review date.
select is_empty($$ select law from public.calling_laws where btrim(source) = '' or reviewed_on is null $$,
  'every calling law has a source');
select is_empty($$ select rule from public.gate_rules where btrim(source) = '' $$, 'every reason has a source');
select is_empty($$ select state from public.state_rules where source = '' and (mobile_ban or call_needs_written_consent
  or automated_needs_written_consent or area_code_presumed or emergency_ban or internal_list_years_text > 5) $$,
    'every state rule has a source');
select is_empty($$ select law from public.calling_laws l where l.verification = 'federal_default'
  and not l.restates_federal and l.state not in ('US') $$,
  'every binding rule has a source that was found');
select is((select count(distinct state)::int from public.calling_laws where state not in ('US', 'ALL')), 52,
  '50 states, DC and Puerto Rico have calling rows');
select is((select count(*)::int from public.calling_windows), 365,
  'every row of the collection, and Nebraska''s holidays');
select is_empty($$ select state, channel_class, weekday_group from public.calling_windows w
  where weekday_group <> 'holiday'
  group by 1, 2, 3, (select coalesce(l.effective_to, 'infinity') from public.calling_laws l
    where l.law = w.law) having count(*) > 1 $$,
  'no two windows for the same day');

select is_empty($$ select r.state from public.state_rules r where r.capped
  is distinct from exists (select from public.calling_laws l where l.state = r.state and l.cap_count is not null) $$,
    'a state is marked as capped exactly when it has a cap');
select is_empty($$ select law from public.calling_laws l where not exists (select from public.calling_windows w
  where w.law = l.law and w.binding = not l.restates_federal
    and w.effective = daterange(l.effective_from, l.effective_to, '[]')) $$,
  'windows match their law');

-- Every reason that the code can give is in the catalogue, and no other.
select is_empty($$ select g.rule from public.gate_rules g where not exists (
    select from pg_proc p where p.proname like 'gate%' and p.prosrc ~ ('[''{,]' || g.rule || '[''},]')) $$,
  'every reason in the catalogue can be given');
select is_empty($$ select distinct m[1] from pg_proc p cross
  join lateral regexp_matches(p.prosrc, 'row\(''([a-z_]+)''', 'g') m
  where p.proname like 'gate%' except select rule from public.gate_rules $$,
    'every reason that is given is in the catalogue');
select is_empty($$ select distinct m[1] from pg_proc p cross
  join lateral regexp_matches(p.prosrc, 'when ''(consent_[a-z_]+|relationship_[a-z_]+|house_[a-z_]+)'' then ''', 'g') m
  where p.proname = 'gate_consent_refusal' except select rule from public.gate_rules $$,
    'every defect of consent is in the catalogue');

select * from finish();
rollback;
