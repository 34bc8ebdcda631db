begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
\ir ../support/reveal.sql
select no_plan();

-- Every function that decrypts, and every one that calls such a function, by the text of all functions. Functions
-- that
-- unwrap keys are not followed: members may call none of them, and whoever encrypts needs one. Trigger functions
-- return nothing to a caller.
create temp table source as
select p.oid, n.nspname as schema, p.proname as name, p.oid::regprocedure::text as label,
  p.prorettype = 'trigger'::regtype as is_trigger, regexp_replace(p.prosrc, '--[^\n]*', '', 'g') as body
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private') and p.prokind in ('f', 'p');
create temp table decrypting as
with recursive keys as (
  select oid from source where name in ('wrapping_key', 'org_key', 'blind_key', 'dnc_key', 'add_org_key')
), calls as (
  select a.oid as caller, b.oid as callee
  from source a join source b on a.oid <> b.oid and a.body ~ ('\m' || b.schema || '\.' || b.name || '\s*\(')
  where a.oid not in (select oid from keys)
), reach as (
  select s.oid from source s
  where s.body ~* '(pgp_(sym|pub)_decrypt|\mdecrypt(_iv)?\s*\(|decrypted_secret)'
    and s.oid not in (select oid from keys)
  union
  select c.caller from reach r join calls c on c.callee = r.oid
  where not exists (select from source s where s.oid = c.callee and s.is_trigger)
)
select s.* from reach r join source s using (oid);

select cmp_ok((select count(*) from decrypting), '>', 20::bigint, 'functions that decrypt are found');
select ok(exists (select from decrypting where label like 'redeem_reveal(%'), 'the redeeming function is among them');
select ok(exists (select from decrypting where name = 'begin_requests'), 'functions that send are among them');

-- The reviewed list: what an API caller may call although it decrypts, and what comes back.
create temp table reviewed (name text primary key, returns text not null);
insert into reviewed values
  ('redeem_reveal', 'values, logged by a grant that was committed before'),
  ('list_conflicts', 'masked contacts of stored rows; names and addresses, which leads show in plain, too'),
  ('close_conflict', 'the state of the conflict; the row is encrypted again'),
  ('close_conflicts', 'counts'),
  ('add_conflict_rule', 'counts'),
  ('contact_outlook', 'times and reasons; the phone is read for its area code'),
  ('gate_preview', 'a decision without contact values'),
  ('gate_forecast', 'counts by reason'),
  ('forecast_campaign', 'counts by reason, as gate_forecast'),
  ('my_day', 'leads with their outlook'),
  ('source_webhook_secret', 'a secret that signs webhooks; no value of a person'),
  ('source_leads_access', 'a secret that signs leads, and a key that posts them; no value of a person'),
  ('erase_lead', 'counts; values are read to find errors that quote them'),
  ('erase_leads', 'counts, as erase_lead'),
  ('send_consent_link', 'the id and state of the message'),
  ('check_call', 'a decision without contact values'),
  ('record_call', 'the id of the call, reasons and ids of tasks'),
  ('send_answer', 'the id and state of the message, and reasons'),
  ('send_text', 'the id and state of the message, and reasons'),
  ('desk_day', 'leads with their outlook and masked phones'),
  ('desk_outlook', 'masked contacts with times and reasons'),
  ('list_senders', 'senders; Vault is read for whether the project''s account may be used'),
  ('list_provider_settings', 'names of settings, budgets and costs; Vault is read as for list_senders');
select is_empty($$
  select d.label, r.who from decrypting d cross join unnest('{anon,authenticated}'::text[]) r (who)
  where not d.is_trigger and has_schema_privilege(r.who, d.schema, 'usage')
    and has_function_privilege(r.who, d.oid, 'execute')
    and (r.who = 'anon' or d.schema <> 'public' or d.name not in (select name from reviewed))
$$, 'members may call no other function that decrypts, and anon none');
select is_empty($$
  select name from reviewed v where not exists (select from decrypting d
    where d.name = v.name and has_function_privilege('authenticated', d.oid, 'execute'))
$$, 'the reviewed list has no entries that are gone');

-- The API exposes public only; what the service may call there beyond that returns no values either.
select is((select string_agg(distinct d.name, ' ') from decrypting d
  where d.schema = 'public' and not d.is_trigger and has_function_privilege('service_role', d.oid, 'execute')
    and d.name not in (select name from reviewed)),
  'claim_due_steps gate_decide gate_still_allows',
  'through the API, the service claims and decides besides, and reads no values');

-- Views and materialised views, by the functions that they depend on.
select is_empty($$
  select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_rewrite w on w.ev_class = c.oid
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_proc'::regclass
  where n.nspname in ('public', 'private')
    and d.refobjid in (select oid from decrypting where name not in (select name from reviewed) union
      select p.oid from pg_proc p where p.proname ~ '^pgp_(sym|pub)_decrypt' or p.proname = 'decrypt')
$$, 'no view decrypts, except with reviewed functions');
create view public.open_book as select private.decrypt_value(c.value_cipher, 'x') as v from public.contact_points c;
select isnt_empty($$
  select 1 from pg_rewrite w join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
  where w.ev_class = 'public.open_book'::regclass and d.refobjid in (select oid from decrypting)
$$, 'a view that decrypts would be found');
drop view public.open_book;

-- Ciphertexts cannot be read either, however little they help without a key.
select is_empty($$
  select a.attrelid::regclass, a.attname, r.who from pg_attribute a join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace cross join unnest('{anon,authenticated}'::text[]) r (who)
  where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
    and a.atttypid = 'bytea'::regtype and a.attname ~ '(cipher|secret|content|body|raw|wrapped)'
    and has_schema_privilege(r.who, n.oid, 'usage') and has_column_privilege(r.who, c.oid, a.attnum, 'select')
$$, 'members and anon may select no ciphertext');

-- The reviewed ones in fact: called by an owner, their answers have no value.
select cast_.reply('+12135550101', 'Call 213 555 0101, ames@example.com', 'k1', p_more => '{"label": "question"}')
\g /dev/null
create temp table answers as
select sql,
  cast_.ask('owner', format('select coalesce(string_agg(x::text, '' ''), ''none'') from (%s) x', sql)) as answer
from (values
  (format('select public.gate_preview(%L, %s, ''sms'')', cast_.lead('a1'),
    (select id from public.contact_points c where c.lead_id = cast_.lead('a1') and kind = 'phone'))),
  (format('select * from public.contact_outlook(array[%L]::uuid[])', cast_.lead('a1'))),
  ('select * from public.my_day()'), ('select * from public.lead_outlook'),
  ('select * from public.lead_messages'), ('select id, kind, detail, has_note from public.tasks'),
    ('select * from public.leads'),
  ('select * from public.desk_day(''all'')'), ('select * from public.desk_tasks(''team'')'),
  ('select * from public.desk_inbox()'), ('select * from public.desk_calls(null, false)'),
  ('select * from public.desk_search(''ames@example.com'')'),
  (format('select * from public.desk_lead(%L, %L)', 'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'))),
  (format('select * from public.desk_outlook(%L, %L)', 'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'))),
  (format('select * from public.desk_timeline(%L, %L)', 'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'))),
  (format('select * from public.desk_consents(%L, %L)', 'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'))),
  ('select * from public.lead_changes'), ('select * from public.webhook_events'),
  ('select * from public.list_conflicts(''a0000000-0000-4000-8000-000000000000'')')) x (sql);
select ok(answer !~ '(2135550101|213 555 0101|ames@example)', 'no value in: ' || sql) from answers;
select is_empty($$ select sql, answer from answers where answer ~ '^(SL|[0-9]{5} )' $$, 'and none of them failed');

select * from finish();
rollback;
