begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.add(p_who text, p_url text, p_org text default 'a') returns text language sql as $$
  select cast_.run(p_who, format('insert into public.pulls (org_id, source_id, kind, url, terms)
    values (%L, %L, ''file'', %L, ''public record'')', p_org || '0000000-0000-4000-8000-000000000000',
    p_org || '0000000-0000-4000-8000-00000000005c', p_url))
$$;

create function pg_temp.sftp() returns jsonb language sql as $$
  select '{"user": "u", "host_key": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'::jsonb
$$;

delete from vault.secrets where name = 'sluice_loopback_urls';
select matches(pg_temp.add('owner', url), '^23514 the URL'::text, format('%s is refused', url))
from unnest(array['http://example.com/list.csv', 'https://127.0.0.1/list.csv', 'https://localhost/list.csv',
  'https://[::1]/', 'https://169.254.169.254/latest', 'https://user@example.com/', 'https://example.com:22/',
  'ftp://example.com/list.csv', 'https://db.internal/list.csv']) url;
select matches(pg_temp.add(who, 'https://example.com/list.csv'), '^42501'::text, format('%s adds none', who))
from unnest(array['broker', 'viewer', 'anon', 'rival']) who;
select is(pg_temp.add('admin', 'https://example.com/list.csv'), 'rows 1', 'an admin adds a pull');
select is(pg_temp.add('rival', 'https://example.com/list.csv', 'b'), 'rows 1', 'and so does another org');

create function pg_temp.add_kind(p_kind text, p_url text, p_options jsonb) returns text language sql as $$
  delete from public.pulls where org_id = 'a0000000-0000-4000-8000-000000000000';
  select cast_.run('admin', format('insert into public.pulls (org_id, source_id, kind, url, options, terms)
    values (%L, %L, %L, %L, %L, ''contract'')',
    'a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000005c', p_kind, p_url, p_options))
$$;
select matches(pg_temp.add_kind('sftp', url, pg_temp.sftp()), '^23514 the URL'::text, format('%s is refused', url))
from unnest(array['https://example.com/a.csv', 'sftp://127.0.0.1/a.csv', 'sftp://user@example.com/a.csv',
  'sftp://example.com:25/a.csv', 'sftp://example.com', 'sftp://db.internal/a.csv', 'sftp://localhost/a.csv',
  'sftp://10.0.0.1/a.csv', 'sftp://example.com/a.csv?x', 'ftp://example.com/a.csv']) url;
select matches(pg_temp.add_kind('file', 'sftp://example.com/a.csv', '{}'), '^23514 the URL'::text,
  'nor is sftp an address of a file');
select matches(pg_temp.add_kind('sftp', 'sftp://example.com/a.csv', o), '^23514.*sftp_pull_pins_its_server'::text,
  format('SFTP with %s is refused', o))
from unnest(array['{}', '{"user": "u"}', '{"user": "u", "host_key": "SHA256:short"}',
  '{"host_key": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}']::jsonb[]) o;
select is(pg_temp.add_kind('sftp', url, pg_temp.sftp()), 'rows 1', format('%s is accepted', url))
from unnest(array['sftp://example.com/out/list*.csv', 'sftp://files.example.com:2222/a%20b.csv',
  'sftp://example.com:22/a.csv']) url;
select matches(pg_temp.add_kind('s3', 'https://b.s3.amazonaws.com/a.csv', '{}'),
  '^23514.*s3_pull_names_its_access_key'::text, 'S3 without the id of a key is refused');
select is(pg_temp.add_kind('s3', 'https://b.s3.amazonaws.com/a*.csv', '{"access_key_id": "AK"}'), 'rows 1',
  'and with one accepted');
delete from public.pulls where org_id = 'a0000000-0000-4000-8000-000000000000';
select is(pg_temp.add('admin', 'https://example.com/list.csv'), 'rows 1', 'back to a file');

select is(cast_.run(who, 'select url from public.pulls'), n, format('%s sees %s', who, n))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('broker', 'rows 0'), ('viewer', 'rows 0'),
  ('rival', 'rows 1')) v (who, n);
select matches(cast_.run('owner', 'select token_cipher from public.pulls'), '^42501'::text, 'nobody reads tokens');
select is(cast_.run('owner', 'select public.set_pull_token(''a0000000-0000-4000-8000-00000000005c'', ''x'')'),
  'rows 1', 'an owner stores one');
select matches(cast_.run('rival', 'select public.set_pull_token(''a0000000-0000-4000-8000-00000000005c'', ''x'')'),
  '^SL210'::text, 'another org does not');

-- A token stays with the server for which it was stored.
create function pg_temp.set_url(p_url text) returns text language sql as $$
  select cast_.run('admin', format('update public.pulls set url = %L', p_url))
$$;
create function pg_temp.has_token() returns boolean language sql as $$
  select token_cipher is not null from public.pulls where org_id = 'a0000000-0000-4000-8000-000000000000'
$$;
select is(pg_temp.set_url('https://example.com/other.csv?x=1'), 'rows 1', 'an admin changes the path');
select ok(pg_temp.has_token(), 'and the token stays');
select is(pg_temp.set_url('https://example.org/list.csv'), 'rows 1', 'an admin changes the server');
select ok(not pg_temp.has_token(), 'and the token is gone, so that no other server receives it');
select is(pg_temp.set_url('https://example.com/list.csv'), 'rows 1', 'changed back');
select ok(not pg_temp.has_token(), 'it does not return');

create function pg_temp.run_now(p_who text) returns text language sql as $$
  select cast_.run(p_who, 'select public.run_pull(''a0000000-0000-4000-8000-00000000005c'')')
$$;
select matches(pg_temp.run_now(who), '^(SL210|42501)'::text, format('%s starts no run', who))
from unnest(array['broker', 'viewer', 'anon', 'rival']) who;
select is(pg_temp.run_now('owner'), 'rows 1', 'an owner does');
select matches(pg_temp.run_now('owner'), '^SL211'::text, 'one at a time');
select is(cast_.run(who, 'select id from public.pull_runs'), n, format('%s sees %s of the ledger', who, n))
from (values ('owner', 'rows 1'), ('broker', 'rows 0'), ('viewer', 'rows 0'), ('rival', 'rows 0')) v (who, n);

update public.pull_runs set state = 'held' where org_id = 'a0000000-0000-4000-8000-000000000000';
create function pg_temp.decide(p_who text) returns text language sql as $$
  select cast_.run(p_who, 'select public.decide_pull(''a0000000-0000-4000-8000-00000000005c'', true)')
$$;
select matches(pg_temp.decide(who), '^(SL210|42501)'::text, format('%s releases none', who))
from unnest(array['broker', 'viewer', 'anon', 'rival']) who;
select is(pg_temp.decide('admin'), 'rows 1', 'an admin does');
select matches(pg_temp.decide('admin'), '^SL212'::text, 'once');


-- Another list begins at its beginning.
delete from public.pull_runs where org_id = 'a0000000-0000-4000-8000-000000000000';
create function pg_temp.stopped(p_state text) returns void language sql as $$
  update public.pulls set cursor_value = '2026-11-01T00:00:00'
  where org_id = 'a0000000-0000-4000-8000-000000000000';
  delete from public.pull_runs where org_id = 'a0000000-0000-4000-8000-000000000000';
  insert into public.pull_runs (org_id, source_id, due_at, state, parts, position, error, ended_at)
  values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000005c', '2026-11-20', p_state, 3,
    '{"after": 60000}', 'stopped', case when p_state = 'failed' then now() end)
$$;
create function pg_temp.now_is() returns text language sql as $$
  select concat_ws(' ', r.state, coalesce(p.cursor_value, 'whole'))
  from public.pulls p join public.pull_runs r on r.source_id = p.source_id
  where p.org_id = 'a0000000-0000-4000-8000-000000000000'
$$;
select pg_temp.stopped('failed') \g /dev/null
update public.pulls set at_times = '{06:00}' where org_id = 'a0000000-0000-4000-8000-000000000000';
select is(pg_temp.now_is(), 'failed 2026-11-01T00:00:00', 'another time changes nothing');
select is(pg_temp.set_url('https://example.org/another.csv'), 'rows 1', 'another list');
select is(pg_temp.now_is(), 'dropped whole', 'is fetched whole, and a failed run of the old one is not continued');
select pg_temp.stopped('running') \g /dev/null
update public.pulls set options = '{"entry": "b.csv"}' where org_id = 'a0000000-0000-4000-8000-000000000000';
select is(pg_temp.now_is(), 'dropped whole', 'nor one that runs, where an option changed');

select * from finish();
rollback;
