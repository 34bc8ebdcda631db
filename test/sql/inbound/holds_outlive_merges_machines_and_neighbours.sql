begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
\ir ../support/decide.sql
select no_plan();

create function cast_.maybe(p_lead text, p_key text) returns text
language sql as $$
  select cast_.reply((select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id))
    from public.contact_points c where c.id = cast_.contact(p_lead)), 'enough for one week, I think', p_key,
    cast_.noon(), '{"reading": {"request": "none", "keyword": false, "ends": [], "keeps": [], "scope": "contact",
    "never": false, "wrong_contact": false, "language": null, "unread": false, "by": "rules", "possible": true}}')
$$;
create function cast_.look(p_lead text) returns text language sql as $$
  select cast_.run('broker', format($q$ update public.tasks set done_at = now() where lead_id = %L
    and kind = 'answer_reply' and done_at is null $q$, cast_.lead(p_lead)))
$$;
-- One property.
update public.leads set mak = null, county_fips = null, apn = null where org_id = cast_.org_of('a1');
select cast_.consent('a1') \g /dev/null
select cast_.consent('a2') \g /dev/null

-- A merge
select private.create_task(cast_.org_of('a1'), cast_.lead('a1'), 'answer_reply', '{"channel": "sms"}', cast_.noon())
  \g /dev/null
select cast_.maybe('a2', 'k1') \g /dev/null
-- From an address that is no contact of the lead.
select private.hold_for_possible_wish(cast_.org_of('a2'), '\x01', array[cast_.lead('a2')], cast_.noon()) \g /dev/null
select public.merge_leads(cast_.org_of('a1'), cast_.lead('a1'), cast_.lead('a2')) as merge \gset
select set_eq('select lead_id, value_bidx from private.possible_wishes', format($$ values (%L::uuid, %L::bytea),
  (%1$L, '\x01') $$, cast_.lead('a1'), (select value_bidx from public.replies where event_key = 'k1')),
  'a hold moves with a merged lead');
select matches(cast_.decide('a1'), 'possible_wish', 'and the survivor is held');
select is((select t.detail from public.tasks t where t.lead_id = cast_.lead('a1') and t.kind = 'answer_reply'),
  '{"channel": "sms", "possible_wish": true}'::jsonb, 'whose open task says why');
select public.undo_merge(cast_.org_of('a1'), :merge) \g /dev/null
select matches(cast_.decide('a2'), 'possible_wish', 'after the merge is undone, the other is held again');
select matches(cast_.decide('a1'), 'possible_wish', 'and the survivor still is');
select cast_.look('a1') \g /dev/null
select is(concat_ws(', ', cast_.decide('a1'), cast_.decide('a2')), 'yes, yes', 'a person who looks ends both');

-- Machines
select cast_.maybe('a1', 'k2') \g /dev/null
create function cast_.as_worker() returns text language plpgsql as $$
begin
  set local role pipeline_writer;
  update public.tasks set done_at = now() where kind = 'answer_reply' and done_at is null;
  reset role;
  return 'done';
exception when insufficient_privilege then
  reset role;
  return sqlstate;
end
$$;
select is(cast_.as_worker(), '42501', 'the worker cannot finish the task');
select matches(cast_.decide('a1'), 'possible_wish', 'so the hold is there');
select matches(cast_.run('service_role', statement), '^' || answer, 'nor can the service key: ' || statement)
from (values
  ('update public.tasks set done_at = now() where kind = ''answer_reply''', '42501 permission denied for table tasks'),
  ('delete from public.tasks where true', '42501'), ('truncate public.tasks', '42501'),
  ('delete from private.possible_wishes where true', '42501')) x (statement, answer);
select matches(cast_.decide('a1'), 'possible_wish', 'the hold is still there');
select matches(cast_.verdict(public.gate_decide(cast_.lead('a1'), cast_.contact('a1'), 'sms', 'marketing',
  cast_.noon(),
  private.message_facts('sms', 'manual', 'marketing', null, null))), 'possible_wish',
  'a message that answers nothing, such as a link to the consent form, is held');

-- Neighbours
select private.create_task(cast_.org_of('a2'), cast_.lead('a2'), 'answer_reply', '{"channel": "sms"}', cast_.noon())
  \g /dev/null
insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
select c.org_id, cast_.lead('a2'), c.kind, c.value_bidx, c.value_cipher, c.key_id, c.masked
from public.contact_points c where c.id = cast_.contact('a1');
select cast_.look('a2') \g /dev/null
select matches(cast_.decide('a1'), 'possible_wish',
  'a task of a lead with the same phone, about another message, ends nothing');
select cast_.look('a1') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'the task of the lead that got the message does');

select * from finish();
rollback;
