-- What rules of a score may ask about a lead. The catalogue is data: a domain that brings new facts adds rows, and no
-- rule can ask for anything else. The compiler (edge-functions/_shared/scoring) puts the expressions into one query
-- over leads `l`, in which $1 is the org, $2 the leads (null: all of the org) and $3 the clock.

create table public.score_exclusions (
  pattern text primary key,
  in_expressions boolean not null,
  reason text not null,
  constraint exclusion_gives_a_reason check (length(reason) >= 20)
);
comment on table public.score_exclusions is
  'What no score may be made of, and why: characteristics that fair lending (ECOA, 15 USC 1691; 12 CFR 1002) and fair '
  'housing (42 USC 3604, 3605) protect, and what stands for them.';
comment on column public.score_exclusions.pattern is 'Regular expression on the name of a field.';
comment on column public.score_exclusions.in_expressions is
  'Whether the pattern also applies to the words of an expression, joined by dots: columns of lists have any name.';

create table public.score_relations (
  name text primary key,
  sql text not null,
  next_change text
);
comment on table public.score_relations is
  'What fields read besides the lead: a left join on l.org_id and l.id or a column of l, at most one row per lead.';
comment on column public.score_relations.next_change is
  'SQL: when the next fact of the relation expires; null: none does.';

create table public.score_fields (
  name text primary key,
  type text not null,
  relation text references public.score_relations (name) on delete restrict,
  expression text not null,
  observed text,
  fresh_days integer,
  words text not null,
  counts_since text,
  next_change text,
  constraint field_name_has_a_group check (name ~ '^[a-z][a-z_]*\.[a-z][a-z0-9_]*$' and name !~ '^activity\.'),
  constraint field_type_is_known check (type in ('bool', 'number', 'text', 'list')),
  constraint field_says_when_it_gets_old check ((observed is null) = (fresh_days is null) and fresh_days > 0)
);
comment on table public.score_fields is
  'The facts that rules of a score may ask for. Null is unknown, which is not false and not zero.';
comment on column public.score_fields.type is 'bool, number, text, or list (of texts; never null elements).';
comment on column public.score_fields.relation is 'What the expression reads besides the lead.';
comment on column public.score_fields.expression is 'SQL over l and the relation; $3 is the clock.';
comment on column public.score_fields.observed is 'SQL: when the fact was observed; null: it is always current.';
comment on column public.score_fields.fresh_days is 'Days for which the fact counts as fresh.';
comment on column public.score_fields.counts_since is
  'SQL: the time since which the field counts whole days; null: it does not count days.';
comment on column public.score_fields.next_change is
  'SQL: when the clock changes the field next. A field that reads the clock ($3) and says neither is taken to change '
  'every day.';
create index score_fields_relation_idx on public.score_fields (relation) where relation is not null;

create table public.score_activities (
  kind text primary key,
  words text not null,
  constraint activity_kind_is_a_word check (kind ~ '^[a-z][a-z_]*$')
);
comment on table public.score_activities is
  'What people do, as rules count it (per: activity.KIND); private.lead_activities has the counts per day.';

create function private.why_excluded(p_name text) returns text
language sql stable set search_path = '' as $$
  select x.reason from public.score_exclusions x where p_name ~ x.pattern order by x.pattern collate "C" limit 1
$$;
comment on function private.why_excluded(text) is 'Why no rule may use a field of this name; null: it may.';

create function private.tg_score_fields__check() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_words constant text := regexp_replace(lower(new.expression), '[^a-z0-9]+', '.', 'g');
  v_reason constant text := coalesce(private.why_excluded(new.name), (
    select x.reason from public.score_exclusions x
    where x.in_expressions and v_words ~ x.pattern order by x.pattern collate "C" limit 1));
begin
  if v_reason is not null then
    raise exception 'a score cannot use %: %', new.name, v_reason using errcode = 'SL721';
  end if;
  return new;
end
$$;
comment on function private.tg_score_fields__check() is
  'Trigger: the catalogue gets no field that encodes a protected class (SL721).';
create trigger _100_check before insert or update on public.score_fields
  for each row execute function private.tg_score_fields__check();

alter table public.score_exclusions enable row level security;
alter table public.score_relations enable row level security;
alter table public.score_fields enable row level security;
alter table public.score_activities enable row level security;
revoke all on public.score_exclusions, public.score_relations, public.score_fields, public.score_activities
  from anon, authenticated, service_role;
grant select on public.score_exclusions, public.score_fields, public.score_activities
  to authenticated, service_role, pipeline_writer;
grant select on public.score_relations to service_role, pipeline_writer;
create policy select_everybody on public.score_exclusions for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.score_fields for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.score_activities for select to authenticated, pipeline_writer using (true);
create policy select_writer on public.score_relations for select to pipeline_writer using (true);
