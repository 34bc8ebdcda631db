-- How far the resolve of an upload is. A large upload is resolved in slices that are each one transaction, so that no
-- transaction outlasts a call of a hosted function:
--
--   match   find out what each row means, among all rows of the upload; keep the result (private.resolve_plan)
--   apply   write the clear components, slice by slice; several slices may run at the same time
--   rows    decide the unclear rows one by one
--
-- in phase 1 for the rows with a property key, then in phase 2 for those with a phone or e-mail only. Nothing else is
-- resolved for the org meanwhile. A small upload takes all steps in one transaction.

create table private.resolve_progress (
  org_id uuid not null,
  upload_id uuid not null,
  parts uuid[] not null,
  phase smallint not null default 1,
  step text not null default 'match',
  restarts smallint not null default 0,
  gaps jsonb not null default '[]',
  touched_at timestamptz not null,
  primary key (org_id, upload_id),
  constraint step_is_known check (step in ('match', 'apply', 'rows')),
  constraint progress_belongs_to_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade
);
comment on table private.resolve_progress is
  'The uploads that are being resolved, in which phase (1 property keys, 2 phones and e-mails) and step.';
comment on column private.resolve_progress.parts is 'The parts that were staged when the resolve began.';
comment on column private.resolve_progress.restarts is
  'How often it began again: the database had crashed, or somebody changed a lead of the plan in between.';
comment on column private.resolve_progress.gaps is
  'Rows of resolve_gaps, to be suggested when all rows with a property key are leads.';
comment on column private.resolve_progress.touched_at is 'Of the last step; other uploads of the org wait meanwhile.';

-- UNLOGGED like staging: after a database crash both are empty, and the resolve begins again.
create unlogged table private.resolve_slices (
  org_id uuid not null,
  upload_id uuid not null,
  phase smallint not null,
  slice integer not null,
  first_component bigint,
  last_component bigint,
  counts jsonb not null default '[]',
  verified jsonb not null default '{}',
  applied_at timestamptz,
  primary key (org_id, upload_id, phase, slice),
  constraint slice_belongs_to_a_resolve foreign key (org_id, upload_id)
    references private.resolve_progress (org_id, upload_id) on delete cascade
);
comment on table private.resolve_slices is 'Parts of a plan that are each applied in one transaction, with their counts.';
comment on column private.resolve_slices.counts is 'Verdicts: [{part_id, created, updated, unchanged, merged, conflict}].';
comment on column private.resolve_slices.verified is 'New leads with a verified phone: {part: number}.';

alter table private.resolve_progress enable row level security;
alter table private.resolve_slices enable row level security;
grant select, insert, update, delete on private.resolve_progress, private.resolve_slices to pipeline_writer;
create policy select_writer on private.resolve_progress for select to pipeline_writer using (true);
create policy insert_writer on private.resolve_progress for insert to pipeline_writer with check (true);
create policy update_writer on private.resolve_progress for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.resolve_progress for delete to pipeline_writer using (true);
create policy select_writer on private.resolve_slices for select to pipeline_writer using (true);
create policy insert_writer on private.resolve_slices for insert to pipeline_writer with check (true);
create policy update_writer on private.resolve_slices for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.resolve_slices for delete to pipeline_writer using (true);

create function private.claim_resolve(p_upload_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_org uuid := (select u.org_id from public.uploads u where u.id = p_upload_id);
  v_key bigint := hashtextextended(v_org::text, 1);
  v_step text := (select p.step from private.resolve_progress p where p.org_id = v_org and p.upload_id = p_upload_id);
begin
  if v_org is null then
    return 'gone';
  end if;
  if not (case when v_step = 'apply' then pg_try_advisory_xact_lock_shared(v_key)
      else pg_try_advisory_xact_lock(v_key) end)
    or exists (
      select from private.resolve_progress p
      where p.org_id = v_org and p.upload_id <> p_upload_id and (p.step <> 'match' or p.phase > 1)
        and greatest(p.touched_at, (select max(s.applied_at) from private.resolve_slices s
          where s.org_id = v_org and s.upload_id = p.upload_id)) > p_as_of - interval '10 minutes') then
    return 'busy';
  end if;
  return 'free';
end
$$;
comment on function private.claim_resolve(uuid, timestamptz) is
  'Whether the upload can be resolved now: free, busy (something else is resolved for the org: try again soon), or '
  'gone. Slices of one upload may be applied at the same time.';
