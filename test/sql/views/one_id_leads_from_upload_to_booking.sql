-- The correlation id of an upload goes on: its leads' feed, messages, replies and bookings have it, and notifications.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create temporary table of_upload on commit drop as
select correlation_id as id, id as upload_id from public.uploads where org_id = cast_.org() limit 1;
grant select on of_upload to public;

-- Lead 1 came with the upload, lead 2 by hand.
select cast_.feedable(n) from generate_series(1, 2) n \g /dev/null
update public.leads set created_upload_id = (select upload_id from of_upload) where id = cast_.nth(1);
insert into public.subscriptions (org_id, id, url, events, secret_cipher, key_id)
select cast_.org(), gen_random_uuid(), 'https://hooks.example.com/x', '{booking.made,feed.done,dead_letter.filed}',
  private.encrypt_value('x', private.org_key(cast_.org(), k)), k
from private.active_key_id(cast_.org(), 'data') k;
select cast_.nominate() \g /dev/null
select cast_.feed() \g /dev/null
create function pg_temp.ids(p_lead integer) returns text language sql as $$
  select string_agg(x.what || case when x.id = (select id from of_upload) then ' upload'
    when x.id = (select correlation_id from public.campaign_feeds) then ' feed' when x.id is null then ' none'
    else ' other' end, ', ' order by x.what)
  from (
    select kind::text as what, correlation_id as id from public.pipeline_events where lead_id = cast_.nth(p_lead)
    union all select 'run', correlation_id from public.sequence_runs where lead_id = cast_.nth(p_lead)
    union all select 'message', correlation_id from public.messages where lead_id = cast_.nth(p_lead)) x
$$;
select is(pg_temp.ids(1), 'fed upload, run upload', 'feed and run of a lead have the id of its upload');
select is(pg_temp.ids(2), 'fed feed, run feed', 'those of a lead without one have the id of the feed');

set local role pipeline_writer;
select private.mark_leads_replied(cast_.org(), array[cast_.nth(1), cast_.nth(2)], cast_.noon(), '{"channel": "sms"}');
reset role;
select is(pg_temp.ids(1), 'fed upload, replied upload, run upload', 'a reply has it');
select is(pg_temp.ids(2), 'fed feed, replied feed, run feed', 'a reply of the other lead');
insert into public.bookings (org_id, provider, uid, lead_id, made_at, starts_at)
select cast_.org(), 'cal', 'uid' || n, cast_.nth(n), cast_.noon(), cast_.noon() from generate_series(1, 2) n;
select private.settle_bookings(cast_.org(), cast_.nth(n), cast_.noon()) from generate_series(1, 2) n \g /dev/null
select is(pg_temp.ids(1), 'booked upload, fed upload, replied upload, run upload', 'a booking has it');
select private.queue_message(cast_.org(), cast_.nth(n),
  (select id from public.contact_points where lead_id = cast_.nth(n)), 'sms', 'help', 'Help.')
from generate_series(1, 1) n \g /dev/null
select is(pg_temp.ids(1), 'booked upload, fed upload, message upload, replied upload, run upload', 'and an answer');

-- What is announced names the lead's id, or the feed's.
select private.announce(cast_.org(), 'booking.made', '{}', cast_.noon(),
  private.lead_correlation(cast_.org(), cast_.nth(1))) \g /dev/null
select private.record_dead_letter(cast_.org(), 'stage-part', '{}', 'x', null, (select id from of_upload)) \g /dev/null
select is((select string_agg(event || case when correlation_id = (select id from of_upload) then ' upload'
  when correlation_id = (select correlation_id from public.campaign_feeds) then ' feed' else ' other' end, ', '
    order by event) from public.notifications),
  'booking.made upload, dead_letter.filed upload, feed.done feed', 'notifications');
select is((select count(*) from public.notifications n, private.notification_to_send(n.id) s
  where s.correlation_id = n.correlation_id), 3::bigint, 'and what is sent of them');

-- `sluice follow`
create function pg_temp.found(p_id uuid) returns text language sql as $$
  select coalesce(string_agg(case when f.upload_id is not null then 'upload'
    when f.lead_id = cast_.nth(1) then 'lead 1'
    else 'other' end, ' '), 'nothing') from private.find_followed(p_id) f
$$;
select is(pg_temp.found(id), what, what || ' is found by ' || id) from (
  select id, 'upload' as what from of_upload union all select upload_id, 'upload' from of_upload
  union all select cast_.nth(1), 'lead 1'
  union all select id, 'lead 1' from public.messages where lead_id = cast_.nth(1)
  union all select id, 'lead 1' from public.bookings where lead_id = cast_.nth(1)
  union all select gen_random_uuid(), 'nothing') x;
select is((select string_agg(distinct kind, ', ') from private.follow_lead(cast_.org(), cast_.nth(1))
  where correlation_id = (select id from of_upload)), 'booking, event, message, run, upload',
  'everything of the lead');
select is((select count(*) from private.follow_lead(cast_.org('b'), cast_.nth(1))), 0::bigint,
  'nothing in another org');
select ok((select bool_or(kind = 'lead' and id = cast_.nth(1)::text) and bool_or(kind = 'dead_letter')
  and bool_or(kind = 'upload') and bool_and(correlation_id = (select id from of_upload))
  from private.follow_upload(cast_.org(), (select upload_id from of_upload))), 'and of the upload');
select * from finish();
rollback;
