-- Accounts at providers belong to orgs: their keys, the secrets of their webhooks, and which senders may use them. The
-- keys are encrypted under the org's data key; members can replace them and never read them. An org without an account
-- of its own uses the project's, whose keys are in the environment of the functions.

create table private.provider_accounts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  name text not null,
  settings_cipher bytea,
  key_id integer,
  setting_names text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, provider, name),
  constraint account_has_a_name_of_its_own check (length(btrim(name)) >= 1 and length(btrim(name)) <= 60
    and name <> 'default'),
  constraint account_settings_have_their_key check ((settings_cipher is null) = (key_id is null)),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table private.provider_accounts is
  'Accounts of orgs at providers. The account default is the project''s, and has no row.';
comment on column private.provider_accounts.settings_cipher is
  'JSON object of settings, named as in the environment, encrypted under key_id. Null: the keys of this account are in '
  'the environment; only the owner of the database adds such a row.';
comment on column private.provider_accounts.setting_names is 'Names of the settings that are stored.';
create unique index provider_accounts_stored_name_key on private.provider_accounts (provider, name)
  where settings_cipher is not null;
create index provider_accounts_key_idx on private.provider_accounts (key_id, org_id) where key_id is not null;
create trigger _100_set_updated_at before update on private.provider_accounts
  for each row execute function private.set_updated_at();
alter table private.provider_accounts enable row level security;

create table private.provider_settings (
  provider text not null,
  name text not null,
  primary key (provider, name)
);
comment on table private.provider_settings is
  'Settings that an org may store for an account: keys and secrets, but no addresses.';
alter table private.provider_settings enable row level security;

create function private.default_accounts_allowed() returns boolean
language sql stable security definer set search_path = '' as $$
  select not exists (select from vault.decrypted_secrets s
    where s.name = 'sluice_default_accounts' and s.decrypted_secret = 'off')
$$;
comment on function private.default_accounts_allowed() is
  'Whether orgs without an account of their own use the project''s: unless the Vault secret sluice_default_accounts is '
  'off. Definer: only the owner may read Vault.';
revoke execute on function private.default_accounts_allowed() from pipeline_writer;

create function private.account_problem(p_org_id uuid, p_provider text, p_account text) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when p_account <> 'default' and not exists (select from private.provider_accounts a
      where a.org_id = p_org_id and a.provider = p_provider and a.name = p_account)
      then 'is not an account of the org'
    when p_account = 'default' and not private.default_accounts_allowed()
      then 'is switched off: the org needs an account of its own'
    when p_account = 'default' and exists (select from private.provider_accounts a
      where a.org_id = p_org_id and a.provider = p_provider)
      then 'is for orgs without an account of their own'
  end
$$;
comment on function private.account_problem(uuid, text, text) is
  'Why a sender of the org may not use an account; null when it may. Definer: callers have no rights on accounts.';
revoke execute on function private.account_problem(uuid, text, text) from pipeline_writer;

create function private.tg_senders__check_account() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_problem constant text := private.account_problem(new.org_id, new.provider, new.account);
begin
  if v_problem is not null then
    raise exception 'account % %', new.account, v_problem using errcode = 'SL541';
  end if;
  -- Of an account that several orgs use: what one sends from, the others cannot. Two at once wait for each other.
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sluice senders', new.provider, new.account), 0));
  if exists (select from public.senders x
    where x.org_id <> new.org_id and x.provider = new.provider and x.account = new.account
      and (lower(x.address) = lower(new.address) or x.messaging_service_sid = new.messaging_service_sid
        or x.phone_number_id = new.phone_number_id or x.assistant_id = new.assistant_id)) then
    raise exception 'account % has a sender of another org with this address, number or assistant', new.account
      using errcode = 'SL541';
  end if;
  return new;
end
$$;
comment on function private.tg_senders__check_account() is
  'Trigger: a sender uses an account of its org, or the project''s where the org has none, and there no address, '
  'number, messaging service or assistant of another org. Raises SL541. Definer: members have no rights on accounts, '
  'and see no senders of others.';
create trigger _300_check_account before insert or update of account, provider, address, messaging_service_sid,
  phone_number_id, assistant_id on public.senders
  for each row execute function private.tg_senders__check_account();

create function public.set_provider_account(p_org_id uuid, p_provider text, p_name text, p_settings jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_known constant text[] := array(
    select d.name from private.provider_settings d where d.provider = p_provider order by d.name);
  v_names text[];
  v_key integer;
begin
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'org not found' using errcode = 'SL542';
  end if;
  -- One statement per name, so that two orgs cannot take it at once.
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sluice account', p_provider, p_name), 0));
  if exists (select from private.provider_accounts a
    where a.provider = p_provider and a.name = p_name
      and (a.org_id <> p_org_id or a.settings_cipher is null)) then
    raise exception 'the account name is taken' using errcode = 'SL543';
  end if;
  select coalesce(array_agg(e.key order by e.key), '{}') into v_names
  from jsonb_each(case when jsonb_typeof(p_settings) = 'object' then p_settings else '{}' end) e
  where jsonb_typeof(e.value) = 'string' and length(e.value #>> '{}') between 1 and 4000 and e.key = any (v_known);
  if cardinality(v_names) = 0
    or v_names <> coalesce((select array_agg(k order by k) from jsonb_object_keys(p_settings) k), '{}') then
    raise exception 'settings of % are: %', p_provider, v_known using errcode = 'SL543';
  end if;
  v_key := private.active_key_id(p_org_id, 'data');
  insert into private.provider_accounts as a (org_id, provider, name, settings_cipher, key_id, setting_names)
  values (p_org_id, p_provider, p_name, private.encrypt_value(p_settings::text, private.org_key(p_org_id, v_key)), v_key,
    v_names)
  on conflict (org_id, provider, name) do update set settings_cipher = excluded.settings_cipher,
    key_id = excluded.key_id, setting_names = excluded.setting_names;
  -- The project's account is for orgs without one.
  update public.senders s set account = p_name
  where s.org_id = p_org_id and s.provider = p_provider and s.account = 'default';
end
$$;
comment on function public.set_provider_account(uuid, text, text, jsonb) is
  'Stores the keys of an account and the secrets of its webhooks, named as in the environment, in place of those stored '
  'before. Senders of the org that used the project''s account use this one from then on. For owners, admins and the '
  'service. Raises SL542 and SL543. Definer: callers have no rights on accounts and keys.';
revoke execute on function public.set_provider_account(uuid, text, text, jsonb) from public, anon;
grant execute on function public.set_provider_account(uuid, text, text, jsonb) to authenticated, service_role;

create function public.list_provider_accounts(p_org_id uuid)
returns table (provider text, name text, settings text[], in_environment boolean, updated_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select a.provider, a.name, a.setting_names, a.settings_cipher is null, a.updated_at
  from private.provider_accounts a
  where a.org_id = p_org_id
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
  order by a.provider, a.name
$$;
comment on function public.list_provider_accounts(uuid) is
  'Accounts of the org with the names of their settings, never the values. For owners, admins and the service. '
  'Definer: callers have no rights on accounts.';
revoke execute on function public.list_provider_accounts(uuid) from public, anon;
grant execute on function public.list_provider_accounts(uuid) to authenticated, service_role;

create function private.provider_account(p_provider text, p_name text, p_org_id uuid default null)
returns table (org_id uuid, settings jsonb)
language sql stable security definer set search_path = '' as $$
  select a.org_id, private.decrypt_value(a.settings_cipher, private.org_key(a.org_id, a.key_id))::jsonb
  from private.provider_accounts a
  where a.provider = p_provider and a.name = p_name and (p_org_id is null or a.org_id = p_org_id)
  order by a.org_id limit 1
$$;
comment on function private.provider_account(text, text, uuid) is
  'Keys of an account, for sending; settings is null where they are in the environment. No row: there is no such '
  'account, or it is not one of p_org_id. Definer: only the owner reads accounts and keys.';
grant execute on function private.provider_account(text, text, uuid) to pipeline_writer;

create function private.webhook_settings(p_org_id uuid, p_provider text)
returns table (settings jsonb[], use_default boolean)
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(private.decrypt_value(a.settings_cipher, private.org_key(a.org_id, a.key_id))::jsonb
      order by a.name), '{}'),
    count(*) = 0 and private.default_accounts_allowed()
  from private.provider_accounts a
  where a.org_id = p_org_id and a.provider = p_provider and a.settings_cipher is not null
$$;
comment on function private.webhook_settings(uuid, text) is
  'Settings of the org''s accounts, one of which must have signed a webhook for the org; use_default: it has none, and '
  'the project''s secrets in the environment count. Definer: only the owner reads accounts and keys.';
grant execute on function private.webhook_settings(uuid, text) to pipeline_writer;
