begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.rotate(p_source text, p_overlap text default '24 hours') returns text language sql as $$
  select format('select public.rotate_source_secret(%L, %L)', p_source || '0000000-0000-4000-8000-00000000005c',
    p_overlap)
$$;
create function pg_temp.secrets(p_as_of timestamptz default now()) returns text[] language sql as $$
  select s.secrets from private.source_for_key('list-a', p_as_of) s
$$;

-- Rights to rotate.
select is(cast_.run(who, pg_temp.rotate('a')), answer, format('%s rotates a secret of org A: %s', who, answer))
from (values ('broker', 'SL201 source not found'), ('viewer', 'SL201 source not found'),
  ('stranger', 'SL201 source not found'), ('rival', 'SL201 source not found'),
  ('anon', '42501 permission denied for function rotate_source_secret'),
    ('pipeline_writer', '42501 permission denied for function rotate_source_secret'),
  ('owner', 'rows 1'), ('admin', 'rows 1'), ('service_role', 'rows 1'), ('project_owner', 'rows 1')) x (who, answer);
select is(cast_.run('admin', pg_temp.rotate('c')), 'SL201 source not found',
  'an unknown source has no secret to rotate');
-- A token without a subject is not the service.
select set_config('request.jwt.claims', '{"role": "authenticated"}', true) \g /dev/null
select throws_ok(pg_temp.rotate('a'), 'SL201', 'source not found', 'a token without a user cannot rotate secrets');
select set_config('request.jwt.claims', '', true) \g /dev/null

-- Overlap: the previous secret is valid until it expires; the newest comes first.
delete from private.source_secrets;
select cast_.ask('owner', pg_temp.rotate('a')) as first \gset
select cast_.ask('admin', pg_temp.rotate('a', '2 hours')) as second \gset
select matches(:'first'::text, '^whsec_[A-Za-z0-9+/]{43}=$', 'a secret has the Standard Webhooks form and 256 bits');
select isnt(:'first', :'second'::text, 'each rotation creates a new secret');
select is(pg_temp.secrets(), array[:'second', :'first']::text[], 'both secrets are valid, the newest first');
select is(pg_temp.secrets(now() + interval '1 hour 59 minutes'), array[:'second', :'first']::text[],
  'the previous secret is valid until the end of the overlap');
select is(pg_temp.secrets(now() + interval '2 hours'), array[:'second']::text[],
  'the previous secret is invalid after the overlap');
select cast_.ask('owner', pg_temp.rotate('a', '30 days')) as third \gset
select is(pg_temp.secrets(now() + interval '3 hours'), array[:'third', :'second']::text[],
  'a longer overlap does not extend an expiring secret');
select cast_.ask('owner', pg_temp.rotate('a', '0')) as fourth \gset
select is(pg_temp.secrets(), array[:'fourth']::text[],
  'without overlap, after a leak, only the newest secret is valid');

-- The secret for webhooks is derived from the newest one, so it signs no upload.
create function pg_temp.webhook(p_source text) returns text language sql as $$
  select format('select public.source_webhook_secret(%L)', p_source || '0000000-0000-4000-8000-00000000005c')
$$;
select is(cast_.run(who, pg_temp.webhook('a')), answer,
  format('%s reads the webhook secret of org A: %s', who, answer))
from (values ('broker', 'SL201 source or its secret not found'), ('viewer', 'SL201 source or its secret not found'),
  ('stranger', 'SL201 source or its secret not found'), ('rival', 'SL201 source or its secret not found'),
  ('anon', '42501 permission denied for function source_webhook_secret'),
    ('pipeline_writer', '42501 permission denied for function source_webhook_secret'),
  ('owner', 'rows 1'), ('admin', 'rows 1'), ('service_role', 'rows 1'), ('project_owner', 'rows 1')) x (who, answer);
select is(cast_.run('project_owner', pg_temp.webhook('b')), 'SL201 source or its secret not found',
  'a source without a secret has no webhook secret');
select is(cast_.ask('owner', pg_temp.webhook('a')), private.derive_secret(:'fourth', 'sluice webhooks/generic'),
  'the webhook secret is derived from the newest secret');
select isnt(cast_.ask('owner', pg_temp.webhook('a')), :'fourth'::text, 'the webhook secret is not the source''s own');
select is(private.derive_secret('whsec_' || encode(decode(repeat('09', 32), 'hex'), 'base64'),
  'sluice webhooks/generic'),
  'whsec_tyAli8HMvyia6C4jQjLw2yu9Y1acl6PcWsf3m3OkXWk=', 'the database derives what the functions derive');

-- Only the writer can read secrets, by key, of an active source, for the endpoint.
select is(cast_.run(who, 'select * from private.source_for_key(''list-a'')'), answer,
  format('%s reads the secrets: %s', who, left(answer, 5)))
from (values ('pipeline_writer', 'rows 1'), ('owner', '42501 permission denied for function source_for_key'),
  ('broker', '42501 permission denied for function source_for_key'),
  ('service_role', '42501 permission denied for function source_for_key'),
    ('anon', '42501 permission denied for schema private')) x (who, answer);
select is(cast_.run(who, 'select * from private.source_secrets'), answer,
  format('%s reads the table: %s', who, left(answer, 5)))
from (values ('owner', '42501 permission denied for table source_secrets'),
  ('service_role', '42501 permission denied for table source_secrets'),
  ('pipeline_writer', '42501 permission denied for table source_secrets'),
    ('anon', '42501 permission denied for schema private')) x (who, answer);
select is_empty($$ select * from private.source_for_key('list-x') $$, 'an unknown source returns no row');
update public.sources set active = false where key = 'list-a';
select is_empty($$ select * from private.source_for_key('list-a') $$, 'an inactive source returns no row');
update public.sources set active = true where key = 'list-a';
select isnt_empty($$ select * from private.source_for_key('list-a') $$, 'an active source returns its secrets');
select is((select cardinality(s.secrets) from private.source_for_key('list-b') s), 0,
  'a source without secrets returns an empty list, not null');
select is_empty(format($$ select id from private.source_secrets where strpos(source_secrets::text, %L) > 0
  or strpos(source_secrets::text, %L) > 0 $$, :'fourth', substr(:'fourth', 7)),
  'the secret is stored encrypted');

-- Deleting an org deletes its sources and their secrets.
delete from public.orgs where id = 'a0000000-0000-4000-8000-000000000000';
select is((select count(*) from private.source_secrets s where left(s.org_id::text, 1) = 'a'), 0::bigint,
  'deleting an org deletes its secrets');
select is((select count(*) from private.org_keys s where left(s.org_id::text, 1) = 'a'), 0::bigint,
  'deleting an org deletes its keys');
select is((select string_agg(owner_1_last, ',') from public.leads), 'Ames',
  'deleting an org deletes its leads and no others');

select * from finish();
rollback;
