create table public.calling_laws (
  law text primary key,
  state text not null,
  channel_classes text[] not null,
  cap_count smallint,
  cap_hours smallint,
  cap_same_subject boolean not null default false,
  reaches_texts text not null,
  restates_federal boolean not null default false,
  also_standard_time boolean not null default false,
  source text not null,
  verification public.rule_verification not null,
  effective_from date,
  effective_to date,
  reviewed_on date not null,
  notes text not null default '',
  constraint calling_law_classes_are_known check (channel_classes <@ '{voice,sms,voice_automated,email}'
    and channel_classes <> '{}'),
  constraint cap_has_a_period check ((cap_count is null) = (cap_hours is null)),
  constraint reaches_texts_is_said check (reaches_texts in ('yes', 'no', 'unclear')),
  constraint calling_law_starts_before_it_ends check (effective_to >= effective_from)
);
create index calling_laws_caps_idx on public.calling_laws (state) where cap_count is not null;
comment on table public.calling_laws is
  'Laws on calling hours and frequency, one row per law and period in force. US is the federal minimum that applies '
  'everywhere; ALL is e-mail.';
comment on column public.calling_laws.channel_classes is
  'voice: every call; voice_automated: additionally for AI and other artificial voices; sms: texts, also where it is '
  'unconfirmed that the law covers them (reaches_texts).';
comment on column public.calling_laws.cap_hours is
  'Period of the cap in hours. Attempts on every phone channel of its classes count.';
comment on column public.calling_laws.cap_same_subject is
  'The cap counts attempts on the same subject matter; an unknown subject counts as the same.';
comment on column public.calling_laws.restates_federal is
  'No stricter state rule was found: kept as a record, not evaluated in addition to the federal row.';
comment on column public.calling_laws.also_standard_time is
  'The law says standard time: the hours apply both to the wall clock and to standard time.';

create table public.calling_windows (
  law text not null references public.calling_laws (law) on delete cascade,
  state text not null,
  channel_class text not null,
  weekday_group text not null,
  start_local time,
  end_local time,
  effective daterange not null,
  also_standard_time boolean not null,
  binding boolean not null,
  primary key (law, channel_class, weekday_group),
  constraint weekday_group_is_known check (weekday_group in ('mon_fri', 'sat', 'sun', 'holiday', 'all')),
  constraint window_is_closed_or_a_span check ((start_local is null) = (end_local is null) and start_local < end_local)
);
create index calling_windows_state_idx on public.calling_windows (state, weekday_group) where binding;
comment on table public.calling_windows is
  'Hours of each law by channel class and weekday group, in the local time of the called party: start inclusive, end '
  'exclusive, both null: closed. Derived from calling_laws by its seed.';
comment on column public.calling_windows.binding is
  'False where the law only repeats the federal hours: a record that is not evaluated.';
comment on column public.calling_windows.effective is 'Local dates on which the law is in force.';

alter table public.calling_laws enable row level security;
alter table public.calling_windows enable row level security;
revoke all on public.calling_laws, public.calling_windows from service_role;
grant select on public.calling_laws, public.calling_windows to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.calling_laws for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.calling_windows for select to authenticated, pipeline_writer using (true);
