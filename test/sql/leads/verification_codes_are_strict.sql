begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.codes(p_where text) returns text language plpgsql as $$
declare
  v_codes text;
begin
  execute format('select string_agg(format(''%%s %%s %%s'', provider, channel, code), '', '' order by provider, '
    'channel, code) from public.verification_code_map where %s', p_where) into v_codes;
  return v_codes;
end
$$;

-- The strict list: a new verifying code has to be added here as well.
select is(pg_temp.codes('is_verified'), concat_ws(', ', 'melissa address AS01', 'melissa address AV24',
  'melissa address AV25',
  'melissa email ES01', 'melissa email ES21', 'melissa person VR01', 'melissa person VR02', 'melissa person VR03',
  'melissa phone PS01', 'neverbounce email valid', 'zerobounce email valid'), 'exactly these codes verify');
select is(pg_temp.codes('provider = ''twilio'' and (is_verified or is_invalid)'), 'twilio phone invalid_number',
  'no line type verifies or invalidates; only a number that does not exist is invalid');
select is(pg_temp.codes('provider = ''melissa'' and channel = ''phone'' and is_invalid'),
  'melissa phone PE01, melissa phone PE03, melissa phone PE05', 'these codes mark phones that cannot be reached');
select is(pg_temp.codes('code in (''PS02'', ''PS07'', ''ES03'', ''ES07'', ''catch-all'', ''catchall'', ''unknown'', '
  '''accept_all'', ''role_based'') and (is_verified or is_invalid)'), null,
  'a partial match, a line type, an accept-all server, a role address: neither verified nor invalid');
select is((select string_agg(distinct code collate "C", ' ' order by code collate "C")
  from public.verification_code_map where is_uncertain and level = ''),
  'AC02 AC10 AC11 AC12 AC14 AC20 AS14 AS15 AS18 DA00 DA10 ES03 ES07 PE04 PS02 '
    'VS00 VS02 VS12 VS13 accept_all accepts_all catch-all catchall connect_fails role_based_accept_all '
    'role_based_catch_all spelling_mistake squatter_host temporary_dns_error unknown',
    'inconclusive checks are uncertain');
select is((select string_agg(concat_ws(' ', code, level), ' ') from public.verification_code_map
  where level <> '' and is_uncertain and not is_verified), 'ES01 express', 'and what was only looked up');
select is((select count(*) from public.verification_code_map where level <> '' and is_verified), 0::bigint,
  'no level verifies what the code does not');
select is((select bool_and(is_invalid) from public.verification_code_map
  where code in ('EE01', 'EE02', 'EE03', 'EE04', 'ES02', 'ES05', 'ES06', 'ES36', 'invalid', 'disposable', 'spamtrap',
  'toxic', 'abuse', 'mailbox_not_found')), true,
  'dead, throwaway and trap mailboxes are invalid');
select throws_like($$ insert into public.verification_code_map (provider, channel, code, is_verified,
  is_invalid) values ('x', 'phone', 'X1', true, true) $$,
  '%code_says_one_thing%', 'no code is both verifying and invalid');
select throws_like($$ insert into public.verification_code_map (provider, channel, code, is_verified,
  is_invalid) values ('x', 'fax', 'X1', true, false) $$,
  '%channel_is_known%', 'a channel is e-mail, phone or address');

-- Staging knows a code and its channel, but not the provider that wrote it.
select is_empty($$ select channel, upper(code) from public.verification_code_map
  where level = '' group by 1, 2 having count(distinct (is_verified, is_invalid, is_uncertain)) > 1 $$,
  'codes shared by providers have the same meaning');
select is_empty($$ select code from public.verification_code_map where code ~ '^[0-9]*$' or code ~ '[\s,;|]' $$,
  'no code is a bare number or contains a list separator');
select is_empty($$ select provider, channel, code from public.verification_code_map where meaning = ''
  or length(meaning) > 80 $$, 'every code has a short meaning');

-- Running the seed again adds nothing and keeps an operator's changes.
update public.verification_code_map set is_invalid = false where code = 'abuse';
create temporary table before on commit drop as select * from public.verification_code_map;
\ir ../../../sql/20_leads/08_verification_codes.sql
select results_eq('select * from public.verification_code_map order by 1, 2, 3, 4',
  'select * from before order by 1, 2, 3, 4', 'the seed runs twice without effect');

-- Effect on staging contacts: verified only by a verifying code that no other code contradicts.
select set_config('role', 'pipeline_writer', true), set_config('sluice.actor', 'upload', true) \g /dev/null
select a.part_id from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_1',
  extensions.digest('x', 'sha256'), 40, null,
  null, 1, 1, false, 'list.csv', gen_random_uuid()) a \gset
update public.upload_parts set state = 'staging' where id = :'part_id';
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, phones, emails, result_codes, raw) values
  (1, '[{"v": "2135550111", "codes": ["PS01"]}]', '[{"v": "a@example.com", "codes": ["ES01"]}]', null, '[]'),
  (2, '[{"v": "2135550112", "codes": ["ps01"]}]', '[{"v": "b@example.com", "codes": ["valid"]}]', null, '[]'),
  (3, '[{"v": "2135550113", "codes": ["PS07", "PS02"]}]', '[{"v": "c@example.com", "codes": ["catch-all"]}]', null,
    '[]'),
  (4, '[{"v": "2135550114", "codes": ["PS01", "PE01"]}]', '[{"v": "d@example.com", "codes": ["ES01", "ES05"]}]',
    null, '[]'),
  (5, '[{"v": "2135550115"}, {"v": "2135550116"}]', '[{"v": "e@example.com"}]', 'AS01,PS01,ES01,NS05', '[]'),
  (6, '[{"v": "2135550117", "codes": ["mobile"]}]', '[{"v": "f@example.com", "codes": ["0", "1", "GOLD"]}]', null,
    '[]'),
  (7, '[{"v": "2135550118"}]', '[{"v": "g@example.com", "codes": ["PS01"]}]', null, '[]'),
  (8, '[{"v": "2135550119", "codes": ["PS01", "PS02"]}]', '[{"v": "h@example.com", "codes": ["ES01", "ES07"]}]',
    null, '[]');
select private.stage_rows(:'part_id') \g /dev/null
reset role;
select is((select string_agg(case when c.verified then 'verified' when c.invalid then 'invalid' else '-' end, ' '
  order by c.kind, c.position)
  from private.leads_staging_contacts c where c.part_id = :'part_id' and c.line_number = line), answer,
    format('%s: %s', claim, answer))
from (values
  (1, 'PS01, ES01', 'verified verified'),
  (2, 'small letters, another provider', 'verified verified'),
  (3, 'half a match, accept-all', '- -'),
  (4, 'a contradicted verification', 'invalid invalid'),
  (5, 'results of the row speak of the first contact', 'verified - verified'),
  (6, 'line type, bare numbers, unknown words', '- -'),
  (7, 'no code, a code of another channel', '- -'),
  (8, 'a doubted verification', '- -')) x (line, claim, answer);
select is((select codes from private.leads_staging_contacts where part_id = :'part_id' and line_number = 5
  and kind = 'phone' and position = 1), '{PS01}', 'each contact keeps the row''s result codes of its channel');
select is((select codes from private.leads_staging_contacts where part_id = :'part_id' and line_number = 3
  and kind = 'phone'), '{PS02,PS07}', 'codes without effect are kept');
select is((select (phone_verified, email_verified) from public.leads_staging where part_id = :'part_id'
  and line_number = 4), (false, false), 'a row without a verified contact is not verified');
select is((select (phone_verified, email_verified) from public.leads_staging where part_id = :'part_id'
  and line_number = 1), (true, true), 'a row with verified contacts is verified');

select * from finish();
rollback;
