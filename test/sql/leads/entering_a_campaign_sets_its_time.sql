begin;
\ir ../support/cast.sql
select no_plan();
insert into public.campaigns (org_id, id, name)
  values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000000ca', 'Spring');

-- added_to_campaign_at: set when a lead changes from `new` to queued or active, and kept afterwards.
set local sluice.actor = 'system';
create function pg_temp.become(p_name text, p_status text, p_more text default '')
  returns timestamptz language plpgsql as $$
declare
  v_at timestamptz;
begin
  execute format('update public.leads set campaign_status = %L, campaign_id = '
    '''a0000000-0000-4000-8000-0000000000ca'' %s where id = %L returning added_to_campaign_at',
    p_status, p_more, cast_.lead(p_name)) into strict v_at;
  return v_at;
end
$$;
select is(pg_temp.become('a1', 'completed'), null, 'a lead that never enters a campaign has no time');
select is(pg_temp.become('a1', 'new'), null, 'staying new sets no time');
select is(pg_temp.become('a1', 'queued'), now(), 'entering a campaign sets the time');
select is(pg_temp.become('a2', 'queued', ', added_to_campaign_at = ''2026-01-02 03:04:05Z'''),
  '2026-01-02 03:04:05Z', 'a time supplied by the writer is kept');
select is(pg_temp.become('a2', 'active'), '2026-01-02 03:04:05Z', 'becoming active keeps the time');
select is(pg_temp.become('a2', 'replied', ', last_reply_at = now()'), '2026-01-02 03:04:05Z',
  'a reply keeps the time');
select is(pg_temp.become('a3', 'active'), now(), 'entering as active sets the time');
insert into public.leads (org_id, mak, campaign_status, campaign_id)
  values ('a0000000-0000-4000-8000-000000000000', '1000000055', 'queued', 'a0000000-0000-4000-8000-0000000000ca');
select is((select added_to_campaign_at from public.leads where mak = '1000000055'), now(),
  'a lead inserted as queued gets its time');
select has_function('public', 'set_added_to_campaign_at', '{}'::name[],
  'the function has the name of the production plan');

select * from finish();
rollback;
