-- A list or a merge replaces the name of a lead and keeps its contacts.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/requests.sql
select no_plan();

select cast_.runner(n) from generate_series(1, 2) n \g /dev/null
select is(cast_.claim(), '1 2', 'two steps are claimed');
update public.contact_points set created_at = now() - interval '1 day' where lead_id in (cast_.nth(1), cast_.nth(2));
create function pg_temp.greeted() returns text language sql as $$
  select b.request #>> '{variables,lead,full_name}' from private.build_requests(cast_.org(), array[cast_.message(1)]) b
$$;
-- The owner as a writer changes it.
create function pg_temp.rename(p_actor text, p_first text, p_last text) returns void language plpgsql as $$
begin
  perform set_config('sluice.actor', p_actor, true);
  update public.leads set owner_1_first = p_first, owner_1_last = p_last where id = cast_.nth(1);
  perform set_config('sluice.actor', '', true);
end
$$;
select pg_temp.rename('upload', 'Joanna', 'Ames') \g /dev/null
select is(pg_temp.greeted(), 'Joanna Ames', 'a longer form of the name is greeted');
savepoint same_owner;
select pg_temp.rename('', 'Kim', 'Ames') \g /dev/null
select is(pg_temp.greeted(), 'Kim Ames', 'what a person corrected is greeted');
rollback to same_owner;
select pg_temp.rename('upload', 'Kim', 'Bell') \g /dev/null
select is(pg_temp.greeted(), null, 'the address of the former owner is not greeted by the new one''s name');
select cast_.add_contact(cast_.nth(1), 'email', 'kim@example.com') as contact \gset
update public.contact_points set created_at = now() + interval '1 day' where id = :contact;
select is(private.came_with_another_name(cast_.org(), :contact), false, 'one that came with it is');
rollback to same_owner;
select pg_temp.rename('upload', 'Kim', 'Ames') \g /dev/null
select is(pg_temp.greeted(), null, 'nor is that of another person of the household');
rollback to same_owner;

-- A merge.
update public.leads set owner_1_first = 'Kim' where id = cast_.nth(2);
select public.merge_leads(cast_.org(), cast_.nth(2), cast_.nth(1), cast_.noon()) as merge \gset
select is(private.came_with_another_name(cast_.org(), c.id), c.id = any (m.merged_contacts),
  'after a merge, the survivor''s contacts are greeted by its name, the other lead''s are not: ' || c.masked)
from public.contact_points c, public.lead_merges m
where c.lead_id = cast_.nth(2) and m.id = :merge order by c.id;
select public.undo_merge(cast_.org(), :merge, cast_.noon()) \gset ignored_
select is(pg_temp.greeted(), 'Joanna Ames', 'its undo brings the name back');
select * from finish();
rollback;
