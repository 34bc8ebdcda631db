-- Requests of a person on the page of a lead: which leads are theirs, the typed confirmation, who may, two factors.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
create function cast_.org() returns uuid language sql immutable as $$
  select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
-- The lead without a broker has a phone of the broker's lead; the colleague's is another person's.
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550101') \g /dev/null
create function cast_.theirs(p_who text, p_what text default 'count(*)') returns text language sql as $$
  select cast_.ask(p_who, format('select %s from public.leads_of_person(%L, %L) f', p_what, cast_.org(),
    cast_.lead('a1')))
$$;
create function cast_.erase(p_who text, p_typed text default ' ames ', p_reason text default 'Request 7',
  p_leads text default '{a1,a3}', p_request text default '{}') returns text language sql as $$
  select cast_.run(p_who, format('select public.erase_leads(%L, %L, %L, %L, %L)', cast_.org(),
    array(select cast_.lead(x) from unnest(p_leads::text[]) x), p_reason, p_typed, p_request))
$$;
select is(left(cast_.theirs(who), 5), 'SL111', who || ' does not look')
from unnest('{broker,viewer,colleague,rival,stranger}'::text[]) who;
select is(cast_.theirs('admin', $$ string_agg(concat_ws(' ', name, found_by, contacts, is_this), ', ') $$),
  'Ames {"this lead"} 2 t, Cole {phone} 2 f', 'an admin sees the lead and the other one with the phone');

select is(left(cast_.erase(who), 5), 'SL111', who || ' erases nobody')
from unnest('{broker,viewer,colleague,rival,stranger}'::text[]) who;
select is(cast_.erase('anon') like '42501%', true, 'nor does anon');
select is(cast_.erase('owner', 'Bell'), 'SL430 to erase, type “Ames” as it is written here', 'the name is typed');
select is(left(cast_.erase('owner', p_reason => 'x'), 5), 'SL430', 'with a reason');
select is(left(cast_.erase('owner', p_leads => '{}'), 5), 'SL430', 'of a lead');
select is(left(cast_.erase('owner', p_leads => '{a1,b1}'), 5), 'SL426', 'of the org alone');
select is(left(cast_.erase('owner', p_request => '{"phone": "+12135550101"}'), 5), 'SL430',
  'and no values for the log');
select is((select count(*) from public.erasures), 0::bigint, 'nothing was erased');
-- One factor is not enough.
update auth.sessions set aal = 'aal1' where user_id = 'a0000000-0000-4000-8000-000000000001';
select is(left(cast_.erase('owner'), 5), 'SL106', 'an owner with one factor is asked for the second');
update auth.sessions set aal = 'aal2' where user_id = 'a0000000-0000-4000-8000-000000000001';
select is(cast_.erase('owner', p_request => '{"request_id": "7", "received_on": "2026-11-20"}'), 'rows 1',
  'with two it is done');
select is((select count(*) from public.contact_points where org_id = :'org' and lead_id in (cast_.lead('a1'),
  cast_.lead('a3'))), 0::bigint, 'the contacts of both leads are gone');
select is((select count(*) from public.contact_points where lead_id = cast_.lead('a2')), 1::bigint,
  'those of the neighbour stay');
select is((select count(*) from public.contact_points where lead_id = cast_.lead('b1')), 1::bigint,
  'and those of the other org');
select is(private.is_suppressed(:'org', private.blind_index('+12135550101', private.blind_key(:'org'))), true,
  'the number is never contacted again');
select is((select detail ->> 'received_on' from private.audit_events where action = 'person.erased'
  and subject_id = '7'), '2026-11-20', 'the log has the request');
select is(cast_.ask('admin', format($$ select concat_ws(' ', erased_by, reason,
  jsonb_array_length(kept -> 'stays') > 0)
  from public.list_erasures(%L, %L) $$, :'org', cast_.lead('a1'))), 'Owner Request 7 t', 'an admin sees what stays');
select is(left(cast_.ask(who, format('select count(*) from public.list_erasures(%L)', :'org')), 5), 'SL111',
  who || ' does not') from unnest('{broker,viewer,rival,stranger}'::text[]) who;
select * from finish();
rollback;
