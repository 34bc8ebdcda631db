-- An audit from request to link: who may, what is kept, what expires, and what another org sees of it.
begin;
\ir ../support/cast.sql
select no_plan();

insert into public.org_packs (org_id, pack) values ('a0000000-0000-4000-8000-000000000000', 'prospects');
create temporary table seen (name text primary key, value jsonb);
grant all on seen to authenticated, pipeline_writer;

select alike(cast_.run('broker', $$ select public.request_website_audit('a0000000-0000-4000-8000-000000000000',
  'https://shop.example.com/') $$), 'SL111%', 'a broker requests no audit');
select is(cast_.run('owner', $$ insert into seen select 'first', public.request_website_audit(
  'a0000000-0000-4000-8000-000000000000', 'https://shop.example.com/') $$), 'rows 1', 'an owner does');
select alike(cast_.run('rival', $$ select public.request_website_audit('b0000000-0000-4000-8000-000000000000',
  'https://shop.example.com/') $$), 'SL141%', 'an org without the pack does not');
select alike(cast_.run('owner', $$ select public.request_website_audit('a0000000-0000-4000-8000-000000000000',
  'https://10.0.0.1/') $$), 'SL717%', 'an address in a private network is refused');
select alike(cast_.run('owner', $$ select public.request_website_audit('a0000000-0000-4000-8000-000000000000',
  'http://plain.example.com/') $$), 'rows 1', 'a site without TLS is a site');
select is((public.request_website_audit('a0000000-0000-4000-8000-000000000000', 'https://shop.example.com/x')
  ->> 'kept')::boolean, true, 'a second request is answered with the audit that waits');

-- The worker.
update public.website_audits set requested_at = requested_at - interval '1 minute' where domain = 'shop.example.com';
set local role pipeline_writer;
insert into seen select 'claim', to_jsonb(c) from private.claim_website_audit('10 minutes', now()) c;
select is((select value ->> 'id' from seen where name = 'claim'),
  (select value ->> 'id' from seen where name = 'first'),
  'the audit that waits longest is claimed');
select is((select count(*)::int from private.claim_website_audit('10 minutes', now())), 1, 'then the next one');
select is((select count(*)::int from private.claim_website_audit('10 minutes', now())), 0, 'then none');
insert into seen select 'later', to_jsonb(c)
from private.claim_website_audit('10 minutes', now() + interval '11 min') c;
select is((select value ->> 'id' from seen where name = 'later'),
  (select value ->> 'id' from seen where name = 'first'),
  'after its lease another worker takes it');
select is(private.record_website_part('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), 1::smallint, 'page', '{"measures": {}}', null, 5),
  false, 'what the first worker says counts no more');
select is(private.record_website_part('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), 2::smallint, 'page', '{"measures": {}}', null, 5),
  true, 'what the second one says does');
select is(private.record_website_part('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), 2::smallint, 'page', null, 'failed', 5),
  true, 'a failed attempt at a part is heard');
select is((select result from public.website_audit_parts), '{"measures": {}}', 'but keeps the result that there is');
select is(private.end_website_audit('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), 2::smallint, 'https://shop.example.com/', null, null,
  '[{"rule": "no_tls", "ruleVersion": 1, "category": "Security", "title": "t", "cost": "c", "fix": "f", "impact": 10,
    "confidence": 1, "effort": 1, "priority": 10, "evidence": {"url": "u", "value": false, "threshold": "yes"}}]',
  1000, 300), true, 'an audit ends with its findings');
select is(private.end_website_audit('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), 2::smallint, null, 'x', 'y', '[]', 1, 1), false,
  'and only once');
select is((select position || ' ' || rule from public.website_findings), '1 no_tls', 'the finding is kept');

-- Three workers that die.
select private.claim_website_audit('10 minutes', now() + n * interval '11 min') from generate_series(2, 3) n;
select private.claim_website_audit('10 minutes', now() + interval '50 min');
reset role;
select is((select state || ' ' || code from public.website_audits where domain = 'plain.example.com'),
  'failed stopped',
  'an audit that three workers did not finish fails');

-- What members see.
select is(cast_.run('viewer', $$ select from public.website_audits $$), 'rows 2', 'a viewer sees audits of the org');
select is(cast_.run('rival', $$ select from public.website_audits $$), 'rows 0', 'another org sees none');
select alike(cast_.run('owner', $$ update public.website_audits set state = 'queued' where true $$), '42501%',
  'nobody writes them');

-- Reports and their links.
insert into seen select 'report', to_jsonb(private.record_website_report('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), repeat('a', 64),
  'a0000000-0000-4000-8000-000000000000/x.html', null, 1));
select is(private.record_website_report('a0000000-0000-4000-8000-000000000000',
  (select (value ->> 'id')::uuid from seen where name = 'first'), repeat('a', 64),
  'a0000000-0000-4000-8000-000000000000/x.html', 'a0000000-0000-4000-8000-000000000000/x.pdf', 1),
  (select (value #>> '{}')::uuid from seen where name = 'report'), 'the same bytes are one report');
insert into seen select 'link', private.add_report_link('a0000000-0000-4000-8000-000000000000',
  (select (value #>> '{}')::uuid from seen where name = 'report'), 7);
select is((select value ->> 'path' from seen where name = 'link'), (select org_id || '/links/' || id || '.pdf'
  from public.website_report_links), 'a link has a copy of its own');
select throws_ok($$ select private.add_report_link('b0000000-0000-4000-8000-000000000000',
  (select (value #>> '{}')::uuid from seen where name = 'report'), 7) $$, 'SL718', null,
  'another org has no link to it');
select is(private.revoke_report_links('a0000000-0000-4000-8000-000000000000',
  (select (value #>> '{}')::uuid from seen where name = 'report')),
  array[(select value ->> 'path' from seen where name = 'link')], 'revoking names the copies to delete');
select is(private.revoke_report_links('a0000000-0000-4000-8000-000000000000',
  (select (value #>> '{}')::uuid from seen where name = 'report')), '{}', 'once');
select is(cast_.run('viewer', $$ select from public.website_report_links $$), 'rows 0', 'a viewer sees no links');
select is(cast_.run('admin', $$ select from public.website_report_links $$), 'rows 1', 'an admin does');

-- Off and away.
delete from public.org_packs where true;
select is(cast_.run('viewer', $$ select from public.website_audits $$), 'rows 0', 'without the pack nothing is shown');
select is(public.forget_website('a0000000-0000-4000-8000-000000000000', 'shop.example.com'),
  array['a0000000-0000-4000-8000-000000000000/x.html', 'a0000000-0000-4000-8000-000000000000/x.pdf'],
  'a website can be forgotten all the same, and its files are named');
select is((select count(*)::int from public.website_reports), 0, 'its reports are gone');

select * from finish();
rollback;
