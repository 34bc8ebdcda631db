-- What follows a step of a drawn sequence. Edges lead forward: save_sequence refuses a loop, so every run ends.

create table public.sequence_edges (
  org_id uuid not null,
  sequence_id uuid not null,
  step smallint not null,
  outcome text not null,
  to_step smallint not null,
  delay interval not null default '0',
  delay_kind text not null default 'business',
  primary key (org_id, sequence_id, step, outcome),
  constraint edge_begins_at_a_step foreign key (org_id, sequence_id, step)
    references public.sequence_steps (org_id, sequence_id, step) on delete cascade,
  constraint edge_ends_at_a_step foreign key (org_id, sequence_id, to_step)
    references public.sequence_steps (org_id, sequence_id, step) on delete cascade,
  constraint edge_outcome_is_known check (outcome in ('next', 'yes', 'no')),
  constraint edge_leads_elsewhere check (to_step <> step),
  constraint edge_delay_is_a_year_at_most check (delay >= '0' and delay <= '365 days' and extract(year from delay) = 0
    and extract(month from delay) = 0),
  constraint edge_delay_kind_is_known check (delay_kind in ('calendar', 'business'))
);
comment on table public.sequence_edges is
  'What follows a step of a drawn sequence. After a step without an edge, the sequence ends.';
comment on column public.sequence_edges.outcome is
  'next: after a message was sent or skipped; yes, no: the answer of a branch.';
comment on column public.sequence_edges.delay is 'Between the two steps, counted as in sequence_steps.delay_kind.';
create index sequence_edges_to_idx on public.sequence_edges (org_id, sequence_id, to_step);

alter table public.sequence_edges enable row level security;
revoke all on public.sequence_edges from anon, authenticated;
grant select on public.sequence_edges to authenticated, pipeline_writer;
create policy select_members on public.sequence_edges for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.sequence_edges for select to pipeline_writer using (true);

create function private.awaits_reply(p_org_id uuid, p_sequence_id uuid, p_step smallint) returns boolean
language sql stable set search_path = '' as $$
  with recursive ahead as (
    select s.step, s.kind, s.event, true as is_first from public.sequence_steps s
    where s.org_id = p_org_id and s.sequence_id = p_sequence_id and s.step = p_step
    union
    select t.step, t.kind, t.event, false
    from ahead a
    join public.sequence_edges e on e.org_id = p_org_id and e.sequence_id = p_sequence_id and e.step = a.step
    join public.sequence_steps t on t.org_id = e.org_id and t.sequence_id = e.sequence_id and t.step = e.to_step
    where a.is_first or a.kind = 'branch'
  )
  select exists (select from ahead a where a.kind = 'branch' and a.event in ('replied', 'no_answer'))
$$;
comment on function private.awaits_reply(uuid, uuid, smallint) is
  'Whether a branch on a reply is at this step, or comes before the next message after it.';
