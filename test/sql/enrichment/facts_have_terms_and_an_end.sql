begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
create function cast_.fact(p_provider text, p_name text, p_value text, p_extra jsonb default '{}',
  p_as_of timestamptz default '2126-11-20T18:00Z') returns text language sql as $$
  select cast_.run('pipeline_writer', format('select private.record_facts(%L, %L, %L, %L)', cast_.org(), p_provider,
    jsonb_build_array(jsonb_build_object('lead_id', cast_.lead('a1'), 'name', p_name, 'value', p_value) || p_extra),
    p_as_of))
$$;

-- Content that may only be shown fills no table.
select matches(cast_.fact('google', 'phone', '+12135550101'), '^SL701 phone of google may not be stored',
  'no content');
select matches(cast_.fact('yelp', 'rating', '4.5'), '^SL701', 'of Google or Yelp is stored');
select matches(cast_.fact('newcomer', 'rating', '4.5'), '^SL701 no terms are known',
  'nor of a provider without terms');
select is(cast_.fact('google', 'place_id', 'p1'), 'rows 1', 'but ids are');
select is(cast_.fact('google', 'location', '34.05,-118.24'), 'rows 1', 'and locations');
select is(cast_.fact('attom', 'estimated_value', '500000'), 'rows 1', 'and what was bought');
select is((select array_agg((name, terms, expires_at is null) order by name)::text from public.lead_facts),
  '{"(estimated_value,bought,t)","(location,location_30_days,f)","(place_id,provider_id,t)"}', 'each with its terms');
select is((select expires_at from public.lead_facts where name = 'location'), '2126-12-20T18:00Z'::timestamptz,
  'and its end');
select is(cast_.fact('google', 'location', '34.05,-118.24', '{"expires_at": "2130-01-01T00:00Z"}'), 'rows 1',
  'a later end');
select is((select expires_at from public.lead_facts where name = 'location'), '2126-12-20T18:00Z'::timestamptz,
  'is cut to the terms');
select is(cast_.fact('attom', 'estimated_value', '510000', '{"expires_at": "2126-11-25T00:00Z"}',
  '2126-11-20T19:00Z'), 'rows 1', 'an earlier one is kept');
select is(cast_.fact('attom', 'estimated_value', '1', p_as_of => '2126-11-19T18:00Z'), 'rows 1', 'an older value');
select is((select value from public.lead_facts where name = 'estimated_value'), '"510000"', 'replaces no newer one');
update public.lead_facts set terms = 'bought', expires_at = null where name = 'location';
select is((select terms || ' ' || expires_at from public.lead_facts where name = 'location'),
  'location_30_days ' || '2126-12-20T18:00Z'::timestamptz, 'and nobody gives a fact other terms');

-- Facts about the person are encrypted.
select is(cast_.fact('batchdata', 'person_1', null, '{"secret": "Pat Ames"}'), 'rows 1', 'a fact about the person');
select is((select (value, position('Ames' in encode(value_cipher, 'escape'))) from public.lead_facts
  where name = 'person_1'), (null::jsonb, 0), 'is encrypted');

-- Who reads them.
select is(cast_.run(who, 'select name from public.lead_facts'), answer, who || ' reads facts: ' || answer)
from (values ('owner', 'rows 4'), ('viewer', 'rows 4'), ('broker', 'rows 4'), ('colleague', 'rows 0'),
  ('rival', 'rows 0')) x (who, answer);
select matches(cast_.run('owner', 'delete from public.lead_facts'), '^42501', 'members do not write them');

-- The sweep.
select is(private.sweep_facts('2126-11-24T00:00Z') - 'answers', '{"erased": 0, "to_renew": 0}', 'nothing has ended');
select is(private.sweep_facts('2126-12-20T18:00Z') - 'answers', '{"erased": 2, "to_renew": 1}', 'two have');
select is((select array_agg(name order by name) from public.lead_facts), '{person_1,place_id}', 'and are erased');
select is((select array_agg(name) from private.fact_renewals), '{location}', 'one is to be asked for again');
select is(cast_.fact('google', 'location', '34.05,-118.24', p_as_of => '2126-12-21T18:00Z'), 'rows 1', 'a new answer');
select is((select count(*) from private.fact_renewals), 0::bigint, 'ends that');
-- An expired fact is not seen, even before the sweep.
update public.lead_facts set obtained_at = now() - interval '40 days' where name = 'location';
select is(cast_.run('owner', 'select name from public.lead_facts where name = ''location'''), 'rows 0',
  'what has ended is not shown');

-- Leads are merged, deleted, with their facts.
insert into public.leads (org_id, id, owner_1_last) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000008ea', 'Dunn'), (cast_.org(), 'a0000000-0000-4000-8000-0000000009ea',
    'Dunn');
update public.lead_facts set lead_id = cast_.lead('a8') where lead_id = cast_.lead('a1');
select is(cast_.run('owner', format('select public.merge_leads(%L, %L, %L)', cast_.org(), cast_.lead('a9'),
  cast_.lead('a8'))), 'rows 1', 'a merge');
select is((select array_agg(distinct merged_id = cast_.lead('a8')) from public.lead_merges), '{t}',
  'of the first lead');
select is((select count(*) from public.lead_facts where lead_id = (select survivor_id from public.lead_merges)),
  3::bigint, 'takes the facts along');
delete from public.leads where org_id = cast_.org();
select is((select count(*) from public.lead_facts), 0::bigint, 'a deleted lead has none');

select * from finish();
rollback;
