begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1'), cast_.decide('a1'), cast_.decide('b1') \g /dev/null

select is(cast_.decide('a2', 'voice_manual'), 'yes', 'an unlisted number can be called by hand');
select cast_.load_dnc(2135550102, '2026-11-11Z') \g /dev/null
select is(cast_.decide('a2', 'voice_manual'), 'dnc_federal @ never', 'a listed number is refused');
select is(cast_.decide('a3', 'voice_manual'), 'yes', 'the adjacent number is not refused');
select is(cast_.decide('a3', 'voice_manual', '2026-12-12T00:00:00Z'), 'yes', 'a copy of 31 days is still valid');
select is(cast_.decide('a3', 'voice_manual', '2026-12-12T00:00:01Z'), 'dnc_scrub_stale @ never',
  'an older copy is not valid');
select cast_.load_dnc(3055550100, '2026-11-11Z', 'state', 'FL') \g /dev/null
select is(cast_.decide('a3', 'voice_manual'), 'yes', 'a list of another state does not matter');
select cast_.load_dnc(2135550103, '2026-11-12Z', 'litigator') \g /dev/null
select is(cast_.decide('a3', 'voice_manual'), 'known_litigator @ never', 'a known litigator is refused');
select is((select count(*)::int from private.phone_scrubs), 4, 'every decision stores the status of its phone');

select * from finish();
rollback;
