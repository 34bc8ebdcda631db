begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function cast_.hold(p_n integer, p_channel text,
  p_at timestamptz default '2026-01-01Z') returns void language sql as $$
  select private.suppress_value(cast_.org(), cast_.phone_bidx(p_n), 'phone', p_channel, 'opt_out', 'test', p_at)
$$;
create function cast_.lift(p_n integer, p_channels text[],
  p_at timestamptz default '2026-02-01Z') returns void language sql as $$
  with c as (
    insert into public.consents (org_id, lead_id, value_bidx, kind, action, type, channels, method, occurred_at,
      recorded_by)
    values (cast_.org(), cast_.nth(p_n), cast_.phone_bidx(p_n), 'phone', 'grant', 'pec', p_channels, 'test', p_at,
      'system') returning id)
  select private.lift_suppressions(cast_.org(), c.id) from c
$$;
create function cast_.nominated() returns text language plpgsql as $$
begin
  perform cast_.nominate();
  return (select string_agg(right(n.lead_id::text, 1), ' ' order by n.lead_id) from public.mv_contactable_leads n
    where n.org_id = cast_.org());
end
$$;

select cast_.feedable(n) from generate_series(1, 6) n \g /dev/null
select cast_.hold(2, null), cast_.hold(3, null), cast_.hold(4, 'sms'), cast_.hold(5, 'sms'),
  cast_.hold(6, null) \g /dev/null
select is(cast_.nominated(), '1', 'a lead suppressed on any channel is not nominated');
select cast_.lift(2, '{sms,voice_manual,voice_ai}'), cast_.lift(3, '{sms}'), cast_.lift(4, '{sms}'),
  cast_.lift(5, '{voice_manual}'),
  cast_.lift(6, '{sms,voice_manual,voice_ai}') \g /dev/null
select is(cast_.nominated(), '1 2 4 6',
  'only a lead with a new consent on every suppressed channel is nominated');
select cast_.hold(6, 'voice_ai', '2026-03-01Z') \g /dev/null
select is(cast_.nominated(), '1 2 4', 'the next opt-out ends the nomination');
select is(cast_.feed(), '1 2 4', 'the live check of the feed agrees');

-- The view and the live check agree on every possible suppression.
select is_empty($$
  select c.lead_id from public.contact_points c where c.org_id = cast_.org()
    and private.is_suppressed(c.org_id, c.value_bidx) and exists (select from public.mv_contactable_leads n
      where n.lead_id = c.lead_id) $$,
  'no nominated lead is suppressed for the gate');

select * from finish();
rollback;
