-- Scheduled pulls on the desk: who adds, changes, pauses and reads them, and what is refused in words.
begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
\set source 'a0000000-0000-4000-8000-00000000005c'
create function cast_.save(p_who text, p_values text, p_version text default null, p_token text default null,
  p_source uuid default 'a0000000-0000-4000-8000-00000000005c') returns text language sql as $$
  select cast_.run(p_who, format('select public.save_pull(%L, %L, %L, %L)', p_source, p_version, p_values, p_token))
$$;
create function cast_.pull(p_what text, p_who text default 'owner') returns text language sql as $$
  select cast_.ask(p_who, format('select %s from public.list_pulls(%L) p', p_what,
    'a0000000-0000-4000-8000-000000000000'))
$$;
\set file '{"url": "https://example.com/owners.csv", "terms": "Contract of 2026"}'
select is(left(cast_.save(who, :'file'), 5), 'SL111', who || ' adds no pull')
from unnest('{broker,viewer,rival,stranger}'::text[]) who;
select is(cast_.save('anon', :'file') like '42501%', true, 'nor does anon');
select is(cast_.save('owner', values), 'SL841 ' || answer, answer) from (values
  ('{"url": "https://example.com/a.csv"}', 'a value is missing or not valid'),
  ('{"url": "https://10.0.0.1/a.csv", "terms": "x"}', 'the URL ' || private.url_problem('https://10.0.0.1/a.csv')),
  ('{"url": "https://example.com/a.csv", "terms": " "}', 'write under which terms the data is used'),
  ('{"url": "https://example.com/a.csv", "terms": "x", "at_times": ["25:00"]}',
    'times are like 05:30, and days of the week are 1 (Monday) to 7'),
  ('{"url": "https://example.com/a.csv", "terms": "x", "weekdays": []}', 'choose at least one day of the week'),
  ('{"url": "https://example.com/a.csv", "terms": "x", "most_lost": 3}',
    'the share of rows that may be lost is 0 to 100 %'),
  ('{"url": "https://example.com/a.csv", "terms": "x", "options": {"where": "1=1"}}', 'unknown settings: where'),
  ('{"url": "https://example.com/a.csv", "terms": "x", "owner": "me"}', 'unknown settings: owner'),
  ('{"kind": "sftp", "url": "sftp://example.com/a.csv", "terms": "x", "options": {"user": "me"}}',
    'SFTP needs a user, and the fingerprint of the server''s key: SHA256: and 43 characters')) x (values, answer);
select is(cast_.save('admin', :'file', null, 'a secret'), 'rows 1', 'an admin adds one with a token');
select is(cast_.pull($$ concat_ws(' ', source, kind, active, at_times, weekdays, most_lost, time_zone, has_token,
  run_state) $$), 'List A file t {05:00:00} {1,2,3,4,5,6,7} 0.2 America/Los_Angeles t',
  'with what counts where nothing was said');
select is(cast_.pull('p::text') ~ 'a secret', false, 'the token is not shown');
select is(cast_.save('owner', :'file'), 'SL841 this source has a pull already: change that one', 'a source has one');
select is(cast_.save('owner', '{"active": false}', 'old'),
  'SL842 somebody changed this pull meanwhile: look at it again', 'a foreign change is not overwritten');
select cast_.pull('version') as version \gset
select is(cast_.save('rival', '{"active": false}', :'version') like 'SL111%', true, 'another org pauses none');
select is(cast_.save('owner', '{"active": false, "most_lost": 0.5, "weekdays": [1, 3]}', :'version'), 'rows 1',
  'an owner pauses it');
select is(cast_.pull($$ concat_ws(' ', active, most_lost, weekdays, has_token) $$, 'viewer'), 'f 0.5 {1,3} t',
  'a viewer sees it');
select cast_.pull('version') as version \gset
select is(cast_.save('owner', '{"kind": "s3"}', :'version'),
  'SL841 the kind of a pull does not change: make another source', 'the kind stays');
select is(cast_.save('owner', '{"url": "https://files.example.com/owners.csv"}', :'version'), 'rows 1',
  'another server');
select is(cast_.pull('has_token'), 'false', 'gets no token of the old one');
select cast_.pull('version') as version \gset
select is(cast_.save('owner', '{"active": true}', :'version', ''), 'rows 1', 'it runs again');
select is(left(cast_.pull('count(*)', who), 5), 'SL111', who || ' sees no pulls')
from unnest('{broker,rival,stranger}'::text[]) who;

-- The history, page by page, and a run that is held.
insert into public.pull_runs (org_id, source_id, due_at, state, rows, ended_at)
select :'org', :'source', now() - n * interval '1 day', 'completed', 100, now() from generate_series(1, 5) n;
insert into public.pull_runs (org_id, source_id, due_at, state, rows, error)
values (:'org', :'source', now(), 'held', 10, '10 rows, after 100 in the last good run');
create function cast_.runs(p_who text, p_what text, p_more text default '') returns text language sql as $$
  select cast_.ask(p_who, format('select %s from public.list_pull_runs(%L%s) r', p_what,
    'a0000000-0000-4000-8000-00000000005c', p_more))
$$;
select is(cast_.runs(who, 'count(*)'), '6', who || ' sees the runs') from unnest('{owner,admin,viewer}'::text[]) who;
select is(left(cast_.runs(who, 'count(*)'), 5), 'SL111', who || ' sees none')
from unnest('{broker,rival,stranger}'::text[]) who;
select is(cast_.runs('owner', 'string_agg(state, '' '')', ', 2'), 'held completed', 'the latest first');
select is(cast_.runs('owner', 'count(*)', format(', 50, %L', cast_.runs('owner', '(array_agg(cursor))[2]',
  ', 2'))), '4',
  'and the rest behind the cursor');
select is(cast_.run(who, format('select public.decide_pull(%L, false)', :'source')), 'SL210 pull not found',
  who || ' decides nothing') from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run('admin', format('select public.decide_pull(%L, false)', :'source')), 'rows 1',
  'an admin refuses it');
select is(cast_.pull('run_state'), 'dropped', 'and nothing of it is kept');
select * from finish();
rollback;
