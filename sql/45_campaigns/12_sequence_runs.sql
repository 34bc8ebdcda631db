create type public.sequence_run_state as enum ('active', 'paused', 'stopped', 'completed');
comment on type public.sequence_run_state is 'In the order of life; see sql/STATES.md.';

create table public.sequence_runs (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  campaign_id uuid not null,
  lead_id uuid not null,
  sequence_id uuid not null,
  state public.sequence_run_state not null default 'active',
  next_step smallint not null default 1,
  next_channel text not null,
  next_at timestamptz,
  message_id uuid,
  sent_count integer not null default 0,
  refusal jsonb,
  skipped jsonb not null default '[]',
  correlation_id uuid not null default gen_random_uuid(),
  started_at timestamptz not null default now(),
  paused_at timestamptz,
  paused_by text,
  ended_at timestamptz,
  end_reason text,
  merged_from uuid,
  branch_since timestamptz,
  branch_until timestamptz,
  replied_at timestamptz,
  primary key (org_id, id),
  constraint run_belongs_to_a_campaign_of_its_org foreign key (org_id, campaign_id)
    references public.campaigns (org_id, id) on delete restrict,
  constraint run_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint run_follows_a_sequence_of_its_org foreign key (org_id, sequence_id)
    references public.sequences (org_id, id) on delete restrict,
  constraint live_run_waits_for_its_hour_or_its_message
    check ((state in ('active', 'paused')) = (num_nonnulls(next_at, message_id) = 1)
      and num_nonnulls(next_at, message_id) <= 1),
  constraint paused_run_has_its_time check ((state = 'paused') = (paused_at is not null)
    and (paused_at is null) = (paused_by is null)),
  constraint run_is_paused_by_lead_or_campaign check (paused_by in ('lead', 'campaign')),
  constraint ended_run_has_its_time_and_reason check ((state in ('stopped', 'completed')) = (ended_at is not null)
    and (ended_at is null) = (end_reason is null)),
  constraint run_refusal_is_an_object check (jsonb_typeof(refusal) = 'object'),
  constraint run_skipped_is_a_list check (jsonb_typeof(skipped) = 'array')
);
comment on table public.sequence_runs is
  'One lead in a sequence: started by the feed, ended by the last step, a reply, an opt-out, a booking or a person.';
comment on column public.sequence_runs.next_step is 'The step that is due at next_at, or whose message is message_id.';
comment on column public.sequence_runs.next_channel is
  'Channel of next_step, so that due steps can be found by channel; branch or hand_over where it sends nothing.';
comment on column public.sequence_runs.message_id is 'The message of next_step while it is in flight.';
comment on column public.sequence_runs.refusal is
  'The last refusal of next_step by the gate: {at, step, channel, decision_id, rules, next_allowed_at}.';
comment on column public.sequence_runs.skipped is
  'Steps that were skipped, with the reasons: [{step, channel, at, rules, decision_id}].';
comment on column public.sequence_runs.paused_by is
  'lead: a person paused this run; campaign: it resumes with the campaign.';
comment on column public.sequence_runs.branch_since is
  'Of a drawn sequence: when the last message was sent or skipped. A branch counts what the person did since.';
comment on column public.sequence_runs.branch_until is
  'When the branch at next_step stops waiting for its event; null before it begins to, and elsewhere.';
comment on column public.sequence_runs.replied_at is
  'A reply that a branch has not followed yet. Where none does before the next message, the run ends.';
comment on column public.sequence_runs.merged_from is 'The lead of the run until that lead was merged into lead_id.';
create index sequence_runs_due_idx on public.sequence_runs (org_id, campaign_id, next_channel, next_at, id)
  where state = 'active' and next_at is not null;
create unique index sequence_runs_one_live_run_idx on public.sequence_runs (org_id, lead_id)
  where state in ('active', 'paused');
create index sequence_runs_lead_idx on public.sequence_runs (org_id, lead_id, started_at);
create index sequence_runs_campaign_idx on public.sequence_runs (org_id, campaign_id, state);
create index sequence_runs_sequence_idx on public.sequence_runs (org_id, sequence_id);
create index sequence_runs_merged_idx on public.sequence_runs (org_id, merged_from) where merged_from is not null;

alter table public.sequence_runs enable row level security;
revoke all on public.sequence_runs from anon, authenticated;
grant select on public.sequence_runs to authenticated;
grant select, insert, update on public.sequence_runs to pipeline_writer;
create policy select_members on public.sequence_runs for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.sequence_runs for select to pipeline_writer using (true);
create policy insert_writer on public.sequence_runs for insert to pipeline_writer with check (true);
create policy update_writer on public.sequence_runs for update to pipeline_writer using (true) with check (true);

create function private.tg_sequence_steps__update_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.sequence_runs r set next_channel = coalesce(new.channel, new.kind)
  where r.org_id = new.org_id and r.sequence_id = new.sequence_id and r.next_step = new.step
    and r.state in ('active', 'paused') and r.next_channel <> coalesce(new.channel, new.kind);
  return null;
end
$$;
comment on function private.tg_sequence_steps__update_runs() is
  'Trigger: updates the channel of runs that wait for a step. Definer: members may not write runs.';
create trigger _200_update_runs after insert or update of channel on public.sequence_steps
  for each row execute function private.tg_sequence_steps__update_runs();

create function private.lead_correlation(p_org_id uuid, p_lead_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(
    (select u.correlation_id from public.leads l join public.uploads u on u.id = l.created_upload_id
      where l.org_id = p_org_id and l.id = p_lead_id),
    (select r.correlation_id from public.sequence_runs r where r.org_id = p_org_id and r.lead_id = p_lead_id
      order by r.started_at desc limit 1));
end
$$;
comment on function private.lead_correlation(uuid, uuid) is
  'The correlation id of what happens to a lead: that of the upload that made it; otherwise that of its last run; null '
  'if it has neither.';
