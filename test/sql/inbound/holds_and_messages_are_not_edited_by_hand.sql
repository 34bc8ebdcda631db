-- In Studio's grid the owner of the database may write every row, but not what a hold, a link or a message rests on.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
\ir ../support/markers.sql
\ir ../support/a_known_person.sql
select no_plan();
insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
select c.org_id, c.value_bidx, c.lead_id, now() from public.contact_points c limit 1;
set local sluice.repair = '';
set local sluice.actor = '';

select 'delete from private.possible_wishes' as statement,
  'SL311 a row of possible_wishes is not written by hand: it ends when somebody has read the message and finished '
  || 'its task' as expected \gset
\ir ../support/by_hand.sql
select 'delete from public.tasks' as statement,
  'SL311 a row of tasks is not written by hand: it may hold back messages to a person; finish it with '
  || 'complete_task' as expected \gset
\ir ../support/by_hand.sql
select 'update public.tasks set done_at = now() where done_at is null' as statement,
  'SL311 whether it is done of tasks is not written by hand: it may hold back messages to a person; use complete_task '
  || 'or reopen_task' as expected \gset
\ir ../support/by_hand.sql
select 'update public.consent_tokens set nonce_hash = sha256(''x'')' as statement,
  'SL311 a consent link of consent_tokens is not written by hand: whoever writes one knows its secret, and its form '
  || 'lifts an opt-out; use issue_consent_link' as expected \gset
\ir ../support/by_hand.sql
select 'delete from public.messages' as statement,
  'SL311 a row of messages is not written by hand: it records what was sent; use control_lead or control_campaign'
  as expected \gset
\ir ../support/by_hand.sql
select 'update public.sequence_runs set next_step = 1' as statement,
  'SL311 a run of sequence_runs is not written by hand: it follows what was sent and answered; use control_lead, '
  || 'control_campaign or move_runs' as expected \gset
\ir ../support/by_hand.sql

\set expected '00000 written'
select 'update public.tasks set due_at = now() where done_at is null' as statement \gset
\ir ../support/by_hand.sql
set local sluice.repair = 'a task of a test person';
select 'delete from public.tasks' as statement \gset
\ir ../support/by_hand.sql
set local sluice.repair = '';
select is(cast_.run('owner', 'update public.tasks set done_at = now() where done_at is null'), 'rows 3',
  'a member finishes tasks');
set local role pipeline_writer;
select 'update public.messages set error_detail = null' as statement \gset
\ir ../support/by_hand.sql
reset role;

select * from finish();
rollback;
