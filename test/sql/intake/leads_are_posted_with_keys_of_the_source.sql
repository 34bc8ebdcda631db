begin;
\ir ../support/cast.sql
select no_plan();

select public.rotate_source_secret('a0000000-0000-4000-8000-00000000005c') as secret \gset
create function pg_temp.asks(p_who text) returns text language sql as $$
  select cast_.run(p_who, 'select * from public.source_leads_access(''a0000000-0000-4000-8000-00000000005c'')')
$$;
select is(pg_temp.asks(who), 'rows 1', format('%s reads the leads secret and key', who))
from unnest(array['owner', 'admin', 'service_role']) who;
select matches(pg_temp.asks(who), '^(SL201|42501)'::text, format('%s does not', who))
from unnest(array['broker', 'viewer', 'rival', 'anon']) who;

select is(a.secret, private.derive_secret(:'secret', 'sluice leads'), 'the secret is derived for this purpose')
from public.source_leads_access('a0000000-0000-4000-8000-00000000005c') a;
select matches(a.api_key, '^slk_[A-Za-z0-9_-]{43}$', 'the key is safe in a header and a URL')
from public.source_leads_access('a0000000-0000-4000-8000-00000000005c') a;

-- A submission of org A.
select * from private.submit_leads('a0000000-0000-4000-8000-00000000005c', 'delivery-1',
  sha256('x'::bytea), 1, gen_random_uuid()) \gset s_
select is(:'s_outcome'::text, 'accepted', 'leads are accepted');
select is((select u.kind from public.uploads u where u.id = :'s_upload_id'), 'api', 'as an upload of kind api');
select is((select r.outcome || ' ' || (r.stored_upload_id = :'s_upload_id')
    from private.submit_leads('a0000000-0000-4000-8000-00000000005c', 'delivery-2',
      sha256('x'::bytea), 1, gen_random_uuid()) r),
  'duplicate true', 'equal content is a duplicate of it');
select is((select r.outcome from private.submit_leads('a0000000-0000-4000-8000-00000000005c', 'delivery-1',
    sha256('y'::bytea), 1, gen_random_uuid()) r),
  'webhook_id_reused', 'the name of a delivery is not used for other content');
select is((select r.outcome from private.submit_leads('b0000000-0000-4000-8000-00000000005c', 'delivery-1',
    sha256('x'::bytea), 1, gen_random_uuid()) r),
  'accepted', 'another org posts the same');

select matches(cast_.run(who, 'select * from private.submitted_rows'), '^42501'::text,
  format('%s reads no verdicts', who))
from unnest(array['owner', 'viewer', 'anon', 'service_role']) who;

select * from finish();
rollback;
