-- Vendors write a header in many ways. A query that scores looks up the ways in which the org's leads have it.
begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

select is(private.list_value('{"Est. Value": "9", "AVM": "8"}', '{avm,estvalue}'), '8', 'the first header wins');
select is(private.list_value('{"Est. Value": "9", "AVM": ""}', '{avm,estvalue}'), '9', 'an empty value is none');
select is(private.list_value('{"Other": "9"}', '{avm,estvalue}'), null, 'without a header there is no value');
select is(private.list_value('{"AVM": "1", "avm": "2"}', '{avm}'), '2', 'of two ways to write it, the last counts');

-- The same by look-ups, for every lead.
create function pg_temp.both(p_attributes jsonb) returns text language plpgsql as $$
declare
  v_call constant text := $q$private.list_value(l.attributes, '{avm,
    estvalue}')$q$;
  v_slow text;
  v_fast text;
begin
  update public.leads set attributes = p_attributes where id = cast_.lead('a1');
  execute format('select %s from public.leads l where l.id = $1', v_call) into v_slow using cast_.lead('a1');
  execute format('select %s from public.leads l where l.id = $1', private.score_query(v_call,
    private.list_headers(cast_.org(), null, v_call))) into v_fast using cast_.lead('a1');
  return case when v_slow is not distinct from v_fast then coalesce(v_fast, 'none') end;
end
$$;
select is(pg_temp.both('{"Est. Value": "9", "AVM": "8"}'), '8', 'look-ups find the first header');
select is(pg_temp.both('{"Est. Value": "9", "AVM": ""}'), '9', 'and pass over an empty value');
select is(pg_temp.both('{"AVM": "1", "avm": "2", "a_v_m": "3"}'), '3', 'and take the last of several ways');
select is(pg_temp.both('{"AVM": "1", "avm": "", "est-value": "4"}'), '1', 'that is not empty');
select is(pg_temp.both('{"Other": "9"}'), 'none', 'and find nothing where nothing is');
select is(pg_temp.both('{"it''s": "9"}'), 'none', 'nor a header with a quote');

-- A header that is new to the org comes with the lead that has it.
update public.leads set attributes = '{}' where org_id = cast_.org();
select private.put_score_version(cast_.org(), 'test', '{"weights": {"fit": 100, "engagement": 0}, "groups": [],
  "rules": [{"id": "r", "words": "W", "group": "g"}]}', '{}', jsonb_build_object('texts', '[]'::jsonb, 'fields',
  '["lead.state"]'::jsonb, 'activities', '[]'::jsonb, 'statement', $q$
  select l.id as lead_id, 0::smallint as fit, 0::smallint as engagement, coalesce(
    private.list_value(l.attributes, '{avm}')::integer, 0)::smallint as score, 'A' as tier,
    100::smallint as confidence, array[0]::smallint[] as points
  from public.leads l where l.org_id = $1 and ($2::uuid[] is null or l.id = any ($2)) and $3 is not null
    and $4::text[] is not null $q$)) \g /dev/null
select public.activate_score(cast_.org(), 1) \g /dev/null
set local role pipeline_writer;
select private.score_leads(cast_.org()) \g /dev/null
reset role;
select is((select headers from private.score_statements), '{}', 'no lead has the header');
update public.leads set attributes = '{"A.V.M.": "7"}' where id = cast_.lead('a1');
set local role pipeline_writer;
select private.score_queued(cast_.org()) \g /dev/null
reset role;
select is((select score from public.lead_scores where lead_id = cast_.lead('a1')), 7::smallint,
  'a changed lead brings its header');
select is((select headers from private.score_statements), '{A.V.M.}', 'which is kept');
set local role pipeline_writer;
select private.score_leads(cast_.org()) \g /dev/null
reset role;
select is((select score from public.lead_scores where lead_id = cast_.lead('a1')), 7::smallint,
  'so that a night finds it, too');
select * from finish();
rollback;
