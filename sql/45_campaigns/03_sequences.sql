-- The touches of a campaign: a list in order, or a drawn sequence with edges (05_sequence_edges.sql). When a step is
-- due is computed in 04_step_times.sql.

create table public.sequences (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  first_step smallint,
  origin text,
  primary key (org_id, id),
  constraint sequence_version_is_unique unique (org_id, name, version),
  constraint sequence_version_counts_from_one check (version >= 1),
  constraint sequence_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint sequence_origin_is_a_name check (length(btrim(origin)) between 1 and 200)
);
comment on table public.sequences is 'Versions of named sequences of touches; a campaign runs one.';
comment on column public.sequences.version is
  'Counts from 1 by name: an edit with save_sequence is a new version, and leads stay in the one that they are in.';
comment on column public.sequences.first_step is
  'Where leads begin in a drawn sequence, whose steps follow sequence_edges; null: a list, in the order of its steps.';
comment on column public.sequences.origin is
  'The workflow that published the version, as it names itself (n8n INSTANCE WORKFLOW); null: the desk or a command.';
create trigger _100_set_updated_at before update on public.sequences
  for each row execute function private.set_updated_at();

create table public.sequence_steps (
  org_id uuid not null,
  sequence_id uuid not null,
  step smallint not null,
  channel text,
  delay interval not null default '0',
  delay_kind text not null default 'business',
  send_from time not null default '09:00',
  send_until time not null default '17:00',
  purpose text not null default 'marketing',
  sender_id uuid,
  node text,
  kind text not null default 'send',
  event text,
  within interval,
  note text,
  primary key (org_id, sequence_id, step),
  constraint step_belongs_to_a_sequence_of_its_org foreign key (org_id, sequence_id)
    references public.sequences (org_id, id) on delete cascade,
  constraint step_names_a_sender_of_its_org foreign key (org_id, sender_id)
    references public.senders (org_id, id) on delete set null (sender_id),
  constraint steps_count_from_one check (step >= 1),
  constraint step_node_is_unique unique (org_id, sequence_id, node),
  constraint step_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint step_kind_is_known check (kind in ('send', 'branch', 'hand_over')),
  constraint only_send_steps_have_a_channel check ((kind = 'send') = (channel is not null)),
  constraint only_branches_have_an_event check ((kind = 'branch') = (num_nulls(event, within) = 0)
    and num_nulls(event, within) <> 1),
  constraint step_event_is_known check (event in ('replied', 'clicked', 'no_answer')),
  constraint branch_decides_within_a_year check (within >= '0' and within <= '365 days' and extract(year from within) = 0
    and extract(month from within) = 0),
  constraint only_hand_overs_have_a_note check ((note is null or kind = 'hand_over') and length(note) <= 500),
  constraint step_node_has_a_name check (length(btrim(node)) between 1 and 100),
  constraint step_delay_is_days_and_less check (delay >= '0' and extract(year from delay) = 0
    and extract(month from delay) = 0),
  constraint step_delay_kind_is_known check (delay_kind in ('calendar', 'business')),
  constraint step_window_opens_before_it_closes check (send_from < send_until),
  constraint step_purpose_is_known check (purpose in ('marketing', 'transactional'))
);
comment on table public.sequence_steps is
  'One touch: its channel, its delay after the previous step, and its hours. In a drawn sequence also a branch, which '
  'decides by what the person did, or a hand-over to the broker, which ends it.';
comment on column public.sequence_steps.step is
  'In a list, the order. In a drawn sequence, the number that the node of this name has in all versions.';
comment on column public.sequence_steps.delay is
  'After the previous step was sent; for step 1, after the feed. Days and shorter units, no months. In a drawn '
  'sequence, of the first step only; the others wait for the delay of the edge that leads to them.';
comment on column public.sequence_steps.node is 'The name in a drawn sequence; null in a list.';
comment on column public.sequence_steps.kind is
  'send: a message; branch: yes or no, by event; hand_over: the broker gets a task, and the run ends.';
comment on column public.sequence_steps.event is
  'What the person did since the last message. replied; clicked: a person, not a scanner; no_answer: neither.';
comment on column public.sequence_steps.within is
  'How long a branch waits for the event. The answer is yes as soon as it happens, otherwise no after this time; for '
  'no_answer the other way round.';
comment on column public.sequence_steps.note is 'What the broker reads in the task of a hand-over. No personal data.';
comment on column public.sequence_steps.delay_kind is
  'business: counts Monday to Friday without the org''s holidays, and the step is never due on another day; '
  'calendar: any day.';
comment on column public.sequence_steps.send_from is
  'Hours in the time zone of the org; the gate applies those of the person. Until send_until, exclusive. Leads are '
  'spread over them.';
comment on column public.sequence_steps.sender_id is
  'The sender to use; null: any sender of the org with this channel, the same one for the same lead while it has '
  'capacity.';
create index sequence_steps_sender_idx on public.sequence_steps (org_id, sender_id) where sender_id is not null;

create table public.step_variants (
  org_id uuid not null,
  sequence_id uuid not null,
  step smallint not null,
  variant text not null default 'a',
  template_id uuid not null,
  share integer not null default 1,
  primary key (org_id, sequence_id, step, variant),
  constraint variant_belongs_to_a_step foreign key (org_id, sequence_id, step)
    references public.sequence_steps (org_id, sequence_id, step) on delete cascade,
  constraint variant_uses_a_template_of_its_org foreign key (org_id, template_id)
    references public.templates (org_id, id) on delete restrict,
  constraint variant_has_a_name check (variant ~ '^[a-z0-9_]{1,20}$'),
  constraint variant_share_range check (share between 0 and 10000)
);
comment on table public.step_variants is
  'The texts of a step. Several are an A/B test: a hash assigns each lead to one, always the same.';
comment on column public.step_variants.share is 'Weight among the variants of the step; 0: no longer assigned.';
create index step_variants_template_idx on public.step_variants (org_id, template_id);

create function private.tg_step_variants__check_channel() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.sequence_steps s
    join public.templates t on t.org_id = s.org_id and t.id = new.template_id
    where s.org_id = new.org_id and s.sequence_id = new.sequence_id and s.step = new.step
      and (t.channel is distinct from s.channel or (t.purpose = 'marketing' and s.purpose <> 'marketing')))
  then
    raise exception 'the template is for another channel, or is marketing in a transactional step'
      using errcode = 'SL522';
  end if;
  return new;
end
$$;
comment on function private.tg_step_variants__check_channel() is
  'Trigger: a variant''s template must have the channel of its step, and marketing must not be sent as '
  'transactional. Raises SL522.';
create trigger _100_check_channel before insert or update on public.step_variants
  for each row execute function private.tg_step_variants__check_channel();

create function private.tg_sequence_steps__check_sender() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.sender_id is not null and not exists (
    select from public.senders s where s.org_id = new.org_id and s.id = new.sender_id and s.channel = new.channel) then
    raise exception 'the sender is for another channel' using errcode = 'SL522';
  end if;
  return new;
end
$$;
comment on function private.tg_sequence_steps__check_sender() is
  'Trigger: the sender of a step must have its channel. Raises SL522.';
create trigger _100_check_sender before insert or update of sender_id, channel on public.sequence_steps
  for each row execute function private.tg_sequence_steps__check_sender();

alter table public.sequences enable row level security;
alter table public.sequence_steps enable row level security;
alter table public.step_variants enable row level security;
revoke all on public.sequences, public.sequence_steps, public.step_variants from anon, authenticated;
-- Members write with save_sequence and use_template, so that every edit is a version or is confirmed.
grant select on public.sequences, public.sequence_steps, public.step_variants to authenticated;
grant delete on public.sequences to authenticated;
grant select on public.sequences, public.sequence_steps, public.step_variants to pipeline_writer;
do $$
declare
  v_table text;
begin
  foreach v_table in array '{sequences,sequence_steps,step_variants}'::text[] loop
    execute format($p$
      create policy select_members on public.%1$I for select to authenticated
        using (org_id = any ((select private.my_org_ids())::uuid[]));
      create policy select_writer on public.%1$I for select to pipeline_writer using (true)$p$, v_table);
  end loop;
end
$$;
create policy delete_admins on public.sequences for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
