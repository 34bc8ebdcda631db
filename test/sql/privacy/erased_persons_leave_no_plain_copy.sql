-- A person whose name, phone, e-mail and words are put wherever the pipeline puts them. After the erasure, a search
-- of
-- the whole database, decrypted, finds them only where the erasure says so.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
\ir ../support/markers.sql
select no_plan();
\set person 'quillmarker|213\\D{0,3}555\\D{0,2}0177'
\ir ../support/a_known_person.sql

-- The search finds them before: without this, the empty result below would prove nothing.
create temp table found as select t from cast_.tables_with(:'person') t;
select results_eq('select t from found order by t collate "C"', $$ values
  ('pgboss.job_common'), ('private.conflict_rows (encrypted)'), ('private.provider_answers (encrypted)'),
  ('private.upload_part_chunks (encrypted)'),
  ('public.calls (encrypted)'), ('public.consents (encrypted)'), ('public.contact_points (encrypted)'),
  ('public.deal_budget_lines'), ('public.deal_files'), ('public.deal_tasks'), ('public.deals'),
  ('public.lead_changes'), ('public.lead_facts (encrypted)'), ('public.lead_merges'),
    ('public.lead_merges (encrypted)'), ('public.lead_splits'),
  ('public.leads'), ('public.messages'), ('public.messages (encrypted)'), ('public.notifications'),
  ('public.pipeline_dlq'),
  ('public.replies (encrypted)'), ('public.tasks (encrypted)'), ('public.upload_rejects (encrypted)'),
    ('public.uploads'), ('public.webhook_inbox'),
  ('public.webhook_inbox (encrypted)') $$, 'the person is in every table that can have them');

-- A table that can hold text about an org's people has the person, or a reason why it cannot. Who adds a table adds
-- it
-- to the known person, or here.
create temp table others (name text primary key, holds text not null);
insert into others select format('public.%s', n), 'the org''s own names, texts and settings' from unnest(
  '{brokers,sources,consent_texts,org_gate_rules,senders,templates,sequences,sequence_steps,
  sequence_edges,step_variants,campaigns,subscriptions,throttles,conflict_rules,pulls,provider_budgets,
  trace_steps,deal_stages}'::text[]) n;
insert into others select format('public.%s', n), 'ids, codes, counts and keyed hashes' from unnest(
  '{lead_addresses,lead_joins,pipeline_events,ingest_replay_guard,conflict_answers,match_candidates,suppressions,
  suppression_lifts,wrong_contacts,gate_decisions,contact_attempts,sequence_runs,campaign_feeds,webhook_events,
  bookings,lead_conflicts,reassigned_checks,pull_runs,enrichment_runs,provider_calls,provider_drift}'::text[]) n;
insert into others select format('private.%s', n), 'ids, codes, counts and keyed hashes' from unnest(
  '{unread_contacts,phone_scrubs,throttle_windows,provider_circuits,opt_out_pushes,reveal_grants,dnc_lists,
  dnc_loads,reassigned_questions,resolve_progress,call_reservations,call_spend,fact_renewals,enrichment_items,
  resolve_slices,submitted_rows,trace_claims}'::text[]) n;
insert into others values ('private.possible_wishes', 'ids and keyed hashes'),
  ('public.canned_answers', 'words for everybody; what fills them is not kept'),
  ('private.test_messages', 'ids of members and senders, and how it ended'),
  ('public.saved_views', 'filters, never the words of a search');
insert into others select format('public.%s', n), 'businesses; contacts_of_businesses_are_erased.sql has their persons'
from unnest('{businesses,business_facts,business_contacts,business_places,place_displays}'::text[]) n;
insert into others select format('public.%s', n), 'settings, ids and counts of a pack'
from unnest('{org_packs,universes,source_runs,source_cells}'::text[]) n;
insert into others select format('public.%s', n), 'measures of websites, without contact values'
from unnest('{website_audits,website_audit_parts,website_findings,website_reports,website_report_links}'::text[]) n;
insert into others values
  ('public.api_keys', 'names, scopes and hashes of keys'),
  ('private.api_requests', 'ids and states, and hashes that go after seven days'), ('private.org_keys', 'keys'),
    ('private.source_secrets', 'secrets of sources'),
  ('private.provider_accounts', 'keys of accounts, encrypted'),
  ('private.pii_access_log', 'ids, and reasons of members'), ('public.erasures', 'ids, and reasons of members'),
  ('public.leads_staging', 'rows that are resolved within minutes'), ('public.upload_parts', 'counts and errors'),
  ('public.upload_shared_keys', 'parcels and MAKs with too many places; blind indexes'),
  ('private.leads_staging_contacts', 'rows that are resolved within minutes'),
  ('private.leads_staging_raw', 'rows that are resolved within minutes'),
  ('private.resolve_plan', 'rows that are resolved within minutes'),
  ('private.resolve_rows', 'shape of a temporary table'), ('private.resolve_leads', 'shape of a temporary table'),
  ('public.match_models', 'shares and weights by level of agreement'),
  ('public.score_versions', 'the org''s own rules'), ('private.score_statements', 'the org''s own rules'),
  ('public.score_activations', 'ids and codes'), ('public.score_models', 'weights per rule and counts'),
  ('public.lead_scores', 'points, deleted by an erasure'),
  ('public.property_facts', 'numbers and codes, deleted by an erasure'),
  ('public.lead_score_snapshots', 'points, deleted by an erasure'),
  ('public.invitations', 'masked addresses and keyed hashes of members'),
  ('public.campaign_forecasts', 'counts and codes'), ('public.deal_events', 'ids, codes and amounts'),
  ('private.message_daily', 'ids, codes and counts'), ('private.message_deltas', 'ids, codes and counts'),
  ('private.funnel_sums', 'ids, codes and counts'), ('private.cohort_sums', 'ids, codes and counts'),
  ('private.metric_counts', 'ids, codes and counts'), ('private.metric_deltas', 'ids, codes and counts'),
  ('private.cost_sums', 'ids, codes and amounts'), ('private.place_counts', 'places and counts'),
  ('private.duration_sums', 'ids, codes and counts'),
  ('private.place_deltas', 'places and counts'),
  ('private.audit_events', 'ids, and names and settings of the org'),
  ('private.audit_links', 'ids and hashes of the audit log'),
  ('private.audit_heads', 'the last hash of the audit log'),
  ('public.consent_tokens', 'masked contacts, which an erasure empties');
select is_empty($$
  select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'private')
    and exists (select from pg_attribute a where a.attrelid = c.oid
      and a.attname in ('org_id', 'upload_id', 'part_id'))
    and exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
      and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'text[]'::regtype, 'bytea'::regtype, 'bytea[]'::regtype))
  except all (select name from others union select split_part(t, ' ', 1) from found)
$$, 'every other table has a reason why it has no values of a person');
select is_empty($$ select name from others where to_regclass(name) is null $$, 'and every table named here exists');

create temp table before as
select (select count(*) from public.contact_points where lead_id <> cast_.nth(77)) as contacts,
  (select count(*) from public.webhook_inbox where body_cipher is not null) as bodies,
  (select count(*) from public.lead_changes where lead_id = cast_.lead('a1') and changes is not null) as changes;
create temp table erased as
select cast_.ask('owner', format('select public.erase_lead(%L, %L, ''asked on the phone'')', cast_.org(),
  cast_.nth(77)))::jsonb as kept;

select results_eq(format($$ select t from cast_.tables_with(%L) t order by t collate "C" $$, :'person'), $$ values
  ('private.upload_part_chunks (encrypted)'), ('public.consents (encrypted)'), ('public.upload_rejects (encrypted)')
$$, 'an erasure leaves the stored upload and the evidence of consents');
select is((select array_agg((s ->> 'what') || ': ' || (s ->> 'until') order by n) from erased
  cross join jsonb_array_elements(kept -> 'stays') with ordinality x (s, n)
  where s ->> 'what' ~ '^(consents|stored)'), array[
  'consents and opt-outs with their evidence: texts, signatures, words, masked contacts, links used: '
    || 'the org is deleted',
  'stored uploads and rejected rows of the org, encrypted, which may list the person: '
    || (now() + interval '30 days')::text], 'and says so, and until when');
select cmp_ok((select (kept -> 'erased' ->> 'changes')::integer from erased), '>', 15, 'it counts changes');
select is((select (kept -> 'erased') - 'changes' from erased), '{"deals": 1, "links": 1, "errors": 4, "replies": 3,
  "contacts": 4, "answers": 1, "transcripts": 1, "task_notes": 1, "conflict_rows": 1, "webhook_bodies": 2}'::jsonb,
  'it counts what else was erased');
select is((select e.kept from public.erasures e), (select kept from erased), 'and keeps the list');
select is((select last_error from public.pipeline_dlq where reason = 'failed'),
  'invalid input syntax: "[erased]", [erased]', 'an error keeps the rest of its text');

insert into public.leads (org_id, id, owner_full, owner_1_last, owner_2_last)
values (cast_.org(), 'd0000000-0000-4000-8000-0000000000d1', 'Zed O''Hara-Lee (Trust) Jr.', 'Lee', '.*');
select is(regexp_replace(said, private.person_pattern(cast_.org(), '{d0000000-0000-4000-8000-0000000000d1}'), '#',
  'gi'), answer, said)
from (values ('no ZED O''HARA-LEE (TRUST) JR. here', 'no #. here'),
  ('Leeds, Lee and the rest', 'Leeds, Lee and the rest'),
  ('zed ohara', 'zed ohara')) x (said, answer);

-- Others keep theirs.
select is((select count(*) from public.contact_points where lead_id <> cast_.nth(77)), (select contacts from before),
  'the contacts of others stay');
select is((select count(*) from public.webhook_inbox where body_cipher is not null), (select bodies - 2 from before),
  'the webhooks of others stay');
select is((select count(*) from public.lead_changes where lead_id = cast_.lead('a1') and changes is not null
  and changes::text !~ 'erased'), (select changes from before), 'the history of others stays');

-- After raw_days, the stored upload is gone, too.
select private.purge_expired(now() + interval '31 days') \g /dev/null
select results_eq(format($$ select t from cast_.tables_with(%L) t $$, :'person'),
  $$ values ('public.consents (encrypted)') $$, 'a month later only the evidence of consents is left');

select * from finish();
rollback;
