-- Which leads have to be compared with the org's others: those that are new or changed since they were last compared.
-- An upload or the nightly task queues them, and the job match-leads takes them in batches (54_find_candidates.sql).

create table private.match_queue (
  org_id uuid not null,
  lead_id uuid not null,
  queued_at timestamptz not null default now(),
  primary key (org_id, lead_id)
);
comment on table private.match_queue is
  'Leads to compare. A batch takes its leads out in its own transaction, so a run continues where one ended.';

create table private.match_uploads (
  org_id uuid not null references public.orgs (id) on delete cascade,
  upload_id uuid not null,
  completed_at timestamptz not null,
  primary key (org_id, upload_id),
  constraint leads_come_from_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade
);
comment on table private.match_uploads is
  'Completed uploads whose leads are not queued yet. Queueing them is work of the job, not of the upload.';

create table private.match_profiles (
  org_id uuid not null,
  lead_id uuid not null,
  keys bigint[] not null,
  print bigint not null,
  compared_at timestamptz not null,
  primary key (org_id, lead_id),
  constraint profile_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade
);
comment on table private.match_profiles is
  'What leads have in common with others, as hashes: by it the candidates of a lead are found.';
comment on column private.match_profiles.keys is 'Hashes of the keys of private.fill_match_keys and of the org.';
comment on column private.match_profiles.print is
  'Hash of everything that is compared. A lead that changed otherwise (its campaign) is not compared again.';
-- Without a list of pending entries, which every look-up would read.
create index match_profiles_keys_idx on private.match_profiles using gin (keys) with (fastupdate = off);

create table private.match_words (
  org_id uuid not null references public.orgs (id) on delete cascade,
  word bigint not null,
  leads integer not null,
  primary key (org_id, word)
);
comment on table private.match_words is 'How many leads of the org have a word in their names; words as hashes.';

create table private.match_finders (
  org_id uuid primary key references public.orgs (id) on delete cascade,
  leads bigint not null default 0,
  changed_until timestamptz,
  ran_at timestamptz
);
comment on table private.match_finders is 'How far the search for candidates of an org is.';
comment on column private.match_finders.leads is 'Leads that have a profile.';
comment on column private.match_finders.changed_until is 'Changes of leads up to here are queued.';

create table private.match_pattern_counts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  levels smallint[] not null,
  is_random boolean not null default false,
  pairs bigint not null,
  primary key (org_id, levels, is_random)
);
comment on table private.match_pattern_counts is
  'All pairs that were compared, counted by their levels: what the model learns from besides answers. is_random: pairs '
  'drawn to know how often strangers agree.';

alter table private.match_queue enable row level security;
alter table private.match_uploads enable row level security;
alter table private.match_profiles enable row level security;
alter table private.match_words enable row level security;
alter table private.match_finders enable row level security;
alter table private.match_pattern_counts enable row level security;
grant select, insert, delete on private.match_queue to pipeline_writer;
grant select, delete on private.match_uploads to pipeline_writer;
grant select, insert, update on private.match_profiles, private.match_words, private.match_finders,
  private.match_pattern_counts to pipeline_writer;
create policy select_writer on private.match_queue for select to pipeline_writer using (true);
create policy insert_writer on private.match_queue for insert to pipeline_writer with check (true);
create policy delete_writer on private.match_queue for delete to pipeline_writer using (true);
create policy select_writer on private.match_uploads for select to pipeline_writer using (true);
create policy delete_writer on private.match_uploads for delete to pipeline_writer using (true);
create policy select_writer on private.match_profiles for select to pipeline_writer using (true);
create policy insert_writer on private.match_profiles for insert to pipeline_writer with check (true);
create policy update_writer on private.match_profiles for update to pipeline_writer using (true) with check (true);
create policy select_writer on private.match_words for select to pipeline_writer using (true);
create policy insert_writer on private.match_words for insert to pipeline_writer with check (true);
create policy update_writer on private.match_words for update to pipeline_writer using (true) with check (true);
create policy select_writer on private.match_finders for select to pipeline_writer using (true);
create policy insert_writer on private.match_finders for insert to pipeline_writer with check (true);
create policy update_writer on private.match_finders for update to pipeline_writer using (true) with check (true);
create policy select_writer on private.match_pattern_counts for select to pipeline_writer using (true);
create policy insert_writer on private.match_pattern_counts for insert to pipeline_writer with check (true);
create policy update_writer on private.match_pattern_counts for update to pipeline_writer
  using (true) with check (true);

create function private.tg_uploads__match_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.match_uploads (org_id, upload_id, completed_at)
  values (new.org_id, new.id, new.completed_at)
  on conflict (org_id, upload_id) do update set completed_at = excluded.completed_at;
  perform private.send_job('match-leads', jsonb_build_object('org_id', new.org_id), new.org_id::text);
  return null;
end
$$;
comment on function private.tg_uploads__match_leads() is
  'Trigger: the leads of a completed upload are compared with the others. Definer: not every role that completes '
  'uploads may send jobs.';
create trigger _300_match_leads after update of state on public.uploads
  for each row when (new.state = 'completed' and old.state <> 'completed' and not new.dry_run)
  execute function private.tg_uploads__match_leads();

create function private.match_waits_for_intake(p_org_id uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not exists (
    select from pgboss.job j
    where j.name in ('stage-part', 'resolve-upload') and j.state < 'completed' and j.start_after <= now()
  ) then
    return false;
  end if;
  perform private.send_job('match-leads', jsonb_build_object('org_id', p_org_id), p_org_id::text);
  update pgboss.job j set start_after = now() + interval '10 seconds'
  where j.name = 'match-leads' and j.singleton_key = p_org_id::text and j.state = 'created';
  return true;
end
$$;
comment on function private.match_waits_for_intake(uuid) is
  'Whether parts wait to be staged or uploads to be resolved; then the search for candidates is sent for ten seconds '
  'later. An upload that waits for its retry does not count. Definer: reads and writes the queues.';
revoke execute on function private.match_waits_for_intake(uuid) from public;
grant execute on function private.match_waits_for_intake(uuid) to pipeline_writer;

create function private.queue_upload_leads(p_org_id uuid, p_upload_id uuid, p_as_of timestamptz) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_count bigint;
begin
  insert into private.match_queue (org_id, lead_id, queued_at)
  select p_org_id, l.id, p_as_of
  from public.uploads u
  join public.leads l on l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
  where u.org_id = p_org_id and u.id = p_upload_id
  union
  select p_org_id, c.lead_id, p_as_of from public.lead_changes c
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.action = 'updated'
  union
  select p_org_id, j.lead_id, p_as_of from public.lead_joins j
  where j.org_id = p_org_id and j.upload_id = p_upload_id
  on conflict (org_id, lead_id) do nothing;
  get diagnostics v_count = row_count;
  delete from private.match_uploads m where m.org_id = p_org_id and m.upload_id = p_upload_id;
  return v_count;
end
$$;
comment on function private.queue_upload_leads(uuid, uuid, timestamptz) is
  'Queues the leads that an upload created, changed or joined; returns how many.';

create function private.queue_changed_leads(p_as_of timestamptz default now()) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count bigint;
begin
  -- One pass over leads and contact points for all orgs: neither has an index by time, which would slow every import.
  insert into private.match_finders (org_id) select o.id from public.orgs o on conflict (org_id) do nothing;
  insert into private.match_queue (org_id, lead_id, queued_at)
  select l.org_id, l.id, p_as_of
  from public.leads l join private.match_finders f on f.org_id = l.org_id
  where l.updated_at > coalesce(f.changed_until, '-infinity') and l.updated_at <= p_as_of
  union
  select c.org_id, c.lead_id, p_as_of
  from public.contact_points c join private.match_finders f on f.org_id = c.org_id
  where c.created_at > coalesce(f.changed_until, '-infinity') and c.created_at <= p_as_of
  on conflict (org_id, lead_id) do nothing;
  get diagnostics v_count = row_count;
  update private.match_finders f set changed_until = p_as_of where f.changed_until is distinct from p_as_of;
  perform private.send_job('match-leads', jsonb_build_object('org_id', o.id), o.id::text)
  from public.orgs o
  where exists (select from private.match_queue q where q.org_id = o.id)
    or exists (select from private.match_uploads u where u.org_id = o.id);
  return v_count;
end
$$;
comment on function private.queue_changed_leads(timestamptz) is
  'Queues the leads of all orgs that changed since the last time, and sends a job for each org that has any: edits '
  'of persons, and what the run of an upload missed. Returns how many. Definer: the task of the owner.';
revoke execute on function private.queue_changed_leads(timestamptz) from pipeline_writer;
