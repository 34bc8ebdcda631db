create type public.contact_kind as enum ('phone', 'email');
comment on type public.contact_kind is 'How a contact point is reached.';

create table public.contact_points (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  kind public.contact_kind not null,
  value_bidx bytea not null,
  value_cipher bytea not null,
  key_id integer not null,
  masked text not null,
  label text,
  position smallint not null default 1,
  verified boolean not null default false,
  codes text[] not null default '{}',
  invalid_at timestamptz,
  created_upload_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint contact_point_is_unique_per_lead unique (org_id, lead_id, value_bidx)
);
comment on table public.contact_points is
  'One phone or e-mail of a lead: encrypted (value_cipher, key_id), found by value_bidx, shown by '
  'public.redeem_reveal.';
comment on column public.contact_points.value_bidx is
  'Blind index of the E.164 phone or lower-case e-mail, keyed per org.';
comment on column public.contact_points.position is 'Order in the list: 1 is the first choice of its kind.';
comment on column public.contact_points.codes is 'Result codes of the latest verification that returned any.';
comment on column public.contact_points.key_id is
  'Key of the org in private.org_keys. A foreign key would cost a look-up per imported row: keys are checked once per '
  'statement instead (06_check_parents.sql), and no key in use is deleted (97_keys).';

-- The best contact point of a kind: what outreach uses first, and what the flags and codes of the lead follow.
create function private.contact_order(c public.contact_points) returns bigint[]
language sql immutable parallel safe as $$
  select array[
    case when c.invalid_at is not null then 2 when not c.verified then 1 else 0 end::bigint, c.position::bigint, -c.id]
$$;
comment on function private.contact_order(public.contact_points) is
  'To order the contact points of a lead and kind, the best first: verified ones, then others, then '
  'invalid ones; of each the order of the list or the rank of the trace (position), then the newest.';
create index contact_points_value_idx on public.contact_points (org_id, value_bidx);

create table public.verification_code_map (
  provider text not null,
  channel text not null,
  code text not null,
  level text not null default '',
  is_verified boolean not null,
  is_invalid boolean not null default false,
  is_uncertain boolean not null default false,
  meaning text not null default '',
  primary key (provider, channel, code, level),
  constraint channel_is_known check (channel in ('email', 'phone', 'address', 'property', 'person')),
  constraint code_says_one_thing check (is_verified::integer + is_invalid::integer + is_uncertain::integer <= 1)
);
comment on table public.verification_code_map is
  'Meaning of a verification provider''s result code for a contact point. An unlisted code verifies nothing.';
comment on column public.verification_code_map.level is
  'The level of the check, such as express, at which the code means something else; empty: at all others.';
comment on column public.verification_code_map.is_invalid is
  'The code says that the value cannot be reached, or must not be used (a trap, a throwaway address).';
comment on column public.verification_code_map.is_uncertain is
  'The code says that the value could not be confirmed; it outweighs a verifying code in the same result.';

create table private.pii_access_log (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  lead_id uuid,
  user_id uuid,
  db_role text not null default current_user,
  accessed_at timestamptz not null default now(),
  values_shown smallint not null,
  subject text,
  upload_id uuid,
  grant_id uuid,
  reason text,
  refused text,
  key_id text,
  constraint access_is_to_a_lead_or_an_upload check (num_nonnulls(lead_id, upload_id)
    = case when refused is null then 1 else 0 end or (subject = 'search' and refused is null and upload_id is null)),
  constraint refusal_shows_nothing check (refused is null or (values_shown = 0 and grant_id is null))
);
comment on table private.pii_access_log is
  'Log of who was granted the plain values of which lead or upload, what for, and when. Written before any value is '
  'returned; see public.request_reveal. Ids only, and the reason as the member wrote it.';
comment on column private.pii_access_log.values_shown is 'Number of values that the caller may read.';
comment on column private.pii_access_log.subject is
  'contacts, replies, transcripts, tasks, person or rejects; search: a phone or e-mail was looked up, and the lead found '
  '(null: none); null: contacts in an export of suppressions.';
comment on column private.pii_access_log.refused is
  'hourly_limit: nothing was shown, because it would have exceeded reveals_per_hour; null: granted.';
comment on column private.pii_access_log.key_id is 'The API key that asked; user_id is null then.';
create index pii_access_log_lead_idx on private.pii_access_log (org_id, lead_id, accessed_at desc);
create index pii_access_log_user_idx on private.pii_access_log (org_id, user_id, accessed_at desc);
alter table private.pii_access_log enable row level security;
grant select on private.pii_access_log to authenticated;
create policy select_members on private.pii_access_log for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (user_id = (select auth.uid()) and org_id = any ((select private.my_org_ids())::uuid[])));
create trigger _100_append_only before update or delete or truncate on private.pii_access_log
  for each statement execute function private.refuse_change();
