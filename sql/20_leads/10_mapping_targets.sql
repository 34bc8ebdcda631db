-- What a column of a list can be mapped to, and the check of every source's column map against it. A column map with
-- a wrong target would leave out a column that somebody counts on, so it is an error where it is written.

create table public.mapping_targets (
  target text primary key,
  meaning text not null,
  most smallint,
  constraint target_is_a_name check (target ~ '^[a-z0-9_]*(_N[a-z_]*)?$'),
  constraint numbered_target_has_its_limit check ((target like '%\_N%') = (most is not null))
);
comment on table public.mapping_targets is 'Fields that a column of a list can be mapped to.';
comment on column public.mapping_targets.target is 'Name of the field; N stands for a number from 1 to most.';
alter table public.mapping_targets enable row level security;
revoke all on public.mapping_targets from service_role;
grant select on public.mapping_targets to authenticated, service_role, pipeline_writer;
create policy select_members on public.mapping_targets for select to authenticated using (true);
create policy select_writer on public.mapping_targets for select to pipeline_writer using (true);

create function private.is_mapping_target(p_target text) returns boolean
language sql stable set search_path = '' as $$
  select p_target = 'attribute' or exists (
    select from public.mapping_targets t
    where case when t.most is null then t.target = p_target
      else substring(p_target from '^' || replace(t.target, '_N', '_([1-9][0-9]?)') || '$')::integer <= t.most end
  )
$$;
comment on function private.is_mapping_target(text) is
  'Whether a column map may name this target: a field of mapping_targets with its number, or attribute.';
