begin;
\ir ../support/cast.sql
\ir ../support/consent_links.sql
select no_plan();

select is(cast_.submit('used'), 'recorded', 'one link of the lead is used, another one is open');
select is((select string_agg(concat_ws(' ', used_at is not null, phone_masked, email_masked), ' | ' order by used_at)
  from public.consent_tokens where lead_id = cast_.lead('a1')), 't ***-***-0101 a***@example.com | f ***-***-0101',
  'both have masked contacts');
select is(cast_.ask('owner', format('select public.erase_lead(%L, %L, ''asked on the phone'') #>> ''{erased,links}''',
  :org, cast_.lead('a1'))), '2', 'the person is erased');
select results_eq($$ select used_at is not null, phone_masked, email_masked, phone_bidx is not null, text_version
  from public.consent_tokens where lead_id = cast_.lead('a1') $$, $$ values (true, null::text, null::text, true, 2) $$,
  'the used link stays as evidence, without masks');
select is(cast_.submit('other'), 'link_invalid', 'the open one ended');
select is(private.show_consent_form(cast_.nonce('other'), '2026-11-21 12:30Z'), null, 'and shows nothing');
select is((select string_agg(phone_masked, ' ') from public.consent_tokens), '***-***-0103',
  'links of others keep their masks');
select is(cast_.submit('merged'), 'recorded', 'and can be used');

-- Nobody else empties a mask.
select throws_ok($$ update public.consent_tokens set phone_masked = null where used_at is not null $$, 'SL002', null,
  'masks are not emptied without an erasure');
set local sluice.erasing = 'yes';
select is(cast_.run('pipeline_writer', $$ update public.consent_tokens set phone_masked = null, email_masked = null
  where true $$), 'SL002 consent_tokens is append-only', 'the pipeline cannot, whatever it sets');
select throws_ok($$ update public.consent_tokens set phone_masked = '***-***-0109' where used_at is not null $$,
  'SL002', null, 'and an erasure writes no other mask');

select * from finish();
rollback;
