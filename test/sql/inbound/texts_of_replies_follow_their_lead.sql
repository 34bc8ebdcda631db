begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();

select cast_.reply('+12135550101', 'Who is this?', 'k1', p_more => '{"label": "question"}'),
  cast_.reply('+12135550102', 'hello', 'k3', p_more => '{"label": "interested"}') \g /dev/null
select cast_.reply('+12135550101', 'Hello?', 'k4', '2026-11-23T19:00Z', '{"label": "question"}'),
  cast_.reply('+12135550101', 'See you there', 'k5', '2026-11-23T22:00Z'),
  cast_.reply('+12135550102', 'some words that say little', 'k6') \g /dev/null

-- Merge, undo, erasure.
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, merged_contacts, merged_addresses, reason,
  merged_at)
values (cast_.org(), cast_.lead('a1'), cast_.lead('a2'), '{}', '{}', '{}', 'test', now());
select is(cast_.leads('broker', 'public.replies', 'lead_id') || (select count(*) from public.replies
  where merged_from = cast_.lead('a2')), 'a12', 'replies move with a merged lead');
update public.lead_merges set undone_at = now();
select is((select count(*) from public.replies where lead_id = cast_.lead('a2') and merged_from is null), 2::bigint,
  'undoing the merge returns the replies');
select is((select string_agg(w ->> 'text', ' | ') from jsonb_array_elements(private.person_record(cast_.org(),
  cast_.lead('a1')) -> 'reply_texts') w),
  'Who is this? | Hello? | See you there', 'an export contains the texts of replies');
select lives_ok(format('select public.erase_lead(%L, %L, ''asked for it'')', cast_.org(), cast_.lead('a1')),
  'a person can be erased');
select is((select count(*) from public.replies where lead_id = cast_.lead('a1') and text_cipher is not null),
  0::bigint, 'erasure deletes the texts');
select is((select count(*) from public.replies where lead_id = cast_.lead('a1')), 3::bigint,
  'erasure keeps the records');
select is((select count(*) from public.replies where lead_id = cast_.lead('a2') and text_cipher is not null),
  2::bigint, 'erasure keeps the texts of other leads');

select * from finish();
rollback;
