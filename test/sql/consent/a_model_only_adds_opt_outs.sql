begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();

-- The model only adds opt-outs.
select is(cast_.reply(4, 'hmm', '2026-11-21 10:00Z', p_model => true) ->> 'kind', 'opt_out',
  'a model may add an opt-out');
select is(cast_.reply(5, 'unsubscribe', '2026-11-21 10:00Z', p_model => false) ->> 'kind', 'opt_out',
  'a model cannot remove an opt-out');
select is(cast_.reply(4, 'START', '2026-11-21 11:00Z') ->> 'still_suppressed', 'true',
  'an opt-out found by a model is not a keyword');
select is((select count(*) from public.consents where value_bidx = cast_.bidx('+12135550104') and action = 'grant'),
  0::bigint, 'START after an opt-out found by a model records no consent');
select is(cast_.reply(6, 'START', '2026-11-21 11:00Z', p_model => true) ->> 'kind', 'opt_out',
  'START that a model reads as an opt-out is an opt-out');

select * from finish();
rollback;
