-- Scheduled pulls: lists that Sluice fetches itself. A run is an upload of kind pull whose parts are stored while it
-- fetches; the upload is resolved only when the run has ended and lost no more rows than may be, so that a run that is
-- held has changed no lead.

create table public.pulls (
  org_id uuid not null,
  source_id uuid primary key,
  kind text not null,
  url text not null,
  options jsonb not null default '{}',
  at_times time[] not null default '{05:00}',
  weekdays smallint[] not null default '{1,2,3,4,5,6,7}',
  time_zone text not null default 'America/Los_Angeles',
  active boolean not null default true,
  most_lost numeric not null default 0.2,
  terms text not null,
  cursor_value text,
  token_cipher bytea,
  key_id integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pulls_are_found_with_their_org unique (org_id, source_id),
  constraint pull_belongs_to_its_source foreign key (org_id, source_id)
    references public.sources (org_id, id) on delete cascade,
  constraint pull_kind_is_known check (kind in ('file', 'socrata', 'arcgis', 's3', 'sftp')),
  constraint sftp_pull_pins_its_server check (kind <> 'sftp' or (coalesce(options ->> 'user', '') <> ''
    and coalesce(options ->> 'host_key', '') ~ '^SHA256:[A-Za-z0-9+/]{43}$')),
  constraint s3_pull_names_its_access_key check (kind <> 's3' or coalesce(options ->> 'access_key_id', '') <> ''),
  constraint pull_options_are_an_object check (jsonb_typeof(options) = 'object'),
  constraint pull_has_a_time check (cardinality(at_times) between 1 and 24),
  constraint pull_weekdays_are_iso check (cardinality(weekdays) > 0
    and weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]),
  constraint pull_loss_is_a_share check (most_lost between 0 and 1),
  constraint pull_names_its_terms check (length(btrim(terms)) > 0),
  constraint pull_token_has_its_key check ((token_cipher is null) = (key_id is null)),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.pulls is 'Sources whose lists are fetched by schedule: from where, and when.';
comment on column public.pulls.options is
  'where: a filter in the language of the server; since_field: fetch only rows whose value changed since the last run; '
  'entry, sheet: file of a ZIP file, sheet of a workbook; access_key_id, region, bucket: of S3; user, host_key: of '
  'SFTP, the fingerprint of the server''s key as OpenSSH shows it.';
comment on column public.pulls.at_times is 'When it is due, in time_zone, on the ISO weekdays.';
comment on column public.pulls.most_lost is
  'A run that has fewer rows than the last good one by more than this share is held for a person.';
comment on column public.pulls.terms is 'Under which terms the data is used: a licence or contract, and its address.';
comment on column public.pulls.cursor_value is 'With since_field: from when the next run fetches.';
comment on column public.pulls.token_cipher is
  'Token, secret access key, password or private key for the server, encrypted; members cannot read it.';
create index pulls_key_idx on public.pulls (key_id, org_id) where key_id is not null;
create trigger _100_set_updated_at before update on public.pulls
  for each row execute function private.set_updated_at();
create trigger _200_check_time_zone before insert or update of time_zone on public.pulls
  for each row execute function private.check_time_zone();

create function private.pull_url_problem(p_kind text, p_url text, p_loopback boolean default false) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case
    when p_kind <> 'sftp' then private.url_problem(p_url, p_loopback)
    when length(p_url) > 2000 then 'is longer than 2000 characters'
    when p_loopback and p_url ~ '^sftp://127\.0\.0\.1(:[0-9]{1,5})?/' then null
    when p_url !~ '^sftp://[^/:@]+(:(22|[1-9][0-9]{3,4}))?/[\x21\x22\x24-\x3e\x40-\x5b\x5d-\x7e]*$'
      then 'must be sftp://, a public host name, port 22 or one above 999, and the path of a file'
    else private.url_problem(regexp_replace(p_url, '^sftp://([^/:]+).*$', 'https://\1/')) end
$$;
comment on function private.pull_url_problem(text, text, boolean) is
  'Why a pull of this kind cannot have the URL, in words that follow "the URL"; null where it can. Loopback: also this '
  'machine.';

create function private.tg_pulls__check_url() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_problem constant text := private.pull_url_problem(new.kind, new.url, private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the URL %', v_problem using errcode = 'check_violation', constraint = 'pull_url_is_public';
  end if;
  -- A token is for one server. Otherwise who may change the URL could have it sent to a server of their own.
  if tg_op = 'UPDATE' and substring(new.url from '^[a-z]+://[^/]+') <> substring(old.url from '^[a-z]+://[^/]+') then
    new.token_cipher := null;
    new.key_id := null;
  end if;
  return new;
end
$$;
comment on function private.tg_pulls__check_url() is
  'Trigger: a new or changed URL has the form of a public one, and a token does not follow to another server. Raises '
  '23514. Definer: reads the switch of development machines, and tokens are not writable.';
create trigger _100_check_url before insert or update of kind, url on public.pulls
  for each row execute function private.tg_pulls__check_url();

create table public.pull_runs (
  org_id uuid not null,
  id uuid primary key default gen_random_uuid(),
  source_id uuid not null,
  due_at timestamptz not null,
  state text not null default 'due',
  attempts integer not null default 0,
  claims integer not null default 0,
  lease_until timestamptz,
  position jsonb not null default '{}',
  parts integer not null default 0,
  new_parts integer not null default 0,
  rows bigint not null default 0,
  upload_id uuid,
  error text,
  opened_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  constraint pull_run_belongs_to_its_org foreign key (org_id, source_id)
    references public.sources (org_id, id) on delete cascade,
  constraint pull_runs_once_per_due_time unique (source_id, due_at),
  constraint pull_run_is_of_a_pull_of_its_org foreign key (org_id, source_id)
    references public.pulls (org_id, source_id) on delete cascade,
  constraint pull_run_upload_is_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete set null (upload_id),
  constraint pull_run_state_is_known
    check (state in ('due', 'running', 'held', 'completed', 'unchanged', 'dropped', 'failed')),
  constraint ended_pull_run_has_its_time
    check ((state in ('completed', 'unchanged', 'dropped', 'failed')) = (ended_at is not null)),
  constraint failed_pull_run_says_why check (state <> 'failed' or error is not null)
);
comment on table public.pull_runs is 'The ledger of pulls: one row per source and due time.';
comment on column public.pull_runs.claims is 'How often it was begun or continued since a part was stored.';
comment on column public.pull_runs.position is 'Where the next part begins, so that a run continues after a crash.';
comment on column public.pull_runs.new_parts is 'Parts whose content was not known already.';
create index pull_runs_org_idx on public.pull_runs (org_id, source_id, due_at desc);
create index pull_runs_upload_idx on public.pull_runs (org_id, upload_id) where upload_id is not null;
create index pull_runs_open_idx on public.pull_runs (due_at) where state in ('due', 'running');

alter table public.pulls enable row level security;
alter table public.pull_runs enable row level security;
revoke all on public.pulls, public.pull_runs from anon, authenticated, service_role;
grant select (org_id, source_id, kind, url, options, at_times, weekdays, time_zone, active, most_lost, terms, cursor_value,
  created_at, updated_at) on public.pulls to authenticated;
grant insert (org_id, source_id, kind, url, options, at_times, weekdays, time_zone, active, most_lost, terms),
  update (url, options, at_times, weekdays, time_zone, active, most_lost, terms) on public.pulls to authenticated;
grant select on public.pull_runs to authenticated;
create policy select_admins on public.pulls for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy insert_admins on public.pulls for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.pulls for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_admins on public.pull_runs for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
