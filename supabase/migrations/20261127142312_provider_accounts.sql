-- provider accounts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."provider_accounts" (
  "org_id"          uuid                     NOT NULL,
  "provider"        text                     NOT NULL,
  "name"            text                     NOT NULL,
  "settings_cipher" bytea,
  "key_id"          integer,
  "setting_names"   text[]                   NOT NULL DEFAULT '{}'::text[],
  "created_at"      timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"      timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "account_has_a_name_of_its_own" CHECK ((((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 60)) AND (name <> 'default'::text))),
  CONSTRAINT "account_settings_have_their_key" CHECK (((settings_cipher IS NULL) = (key_id IS NULL))),
  CONSTRAINT "provider_accounts_pkey" PRIMARY KEY (org_id, PROVIDER, name)
);

ALTER TABLE "private"."provider_accounts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."provider_settings" (
  "provider" text NOT NULL,
  "name"     text NOT NULL,
  CONSTRAINT "provider_settings_pkey" PRIMARY KEY (PROVIDER, name)
);

ALTER TABLE "private"."provider_settings"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.account_problem (
  p_org_id   uuid,
  p_provider text,
  p_account  text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.default_accounts_allowed()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select not exists (select from vault.decrypted_secrets s
    where s.name = 'sluice_default_accounts' and s.decrypted_secret = 'off')
$function$;

CREATE OR REPLACE FUNCTION private.provider_account (
  p_provider text,
  p_name     text,
  p_org_id   uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    org_id   uuid,
    settings jsonb
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select a.org_id, private.decrypt_value(a.settings_cipher, private.org_key(a.org_id, a.key_id))::jsonb
  from private.provider_accounts a
  where a.provider = p_provider and a.name = p_name and (p_org_id is null or a.org_id = p_org_id)
  order by a.org_id limit 1
$function$;

CREATE OR REPLACE FUNCTION private.resolve_unclear_slice (
  p_upload     public.uploads,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_slice integer := (select max(s.slice) + 1 from resolve_slices s
    where s.org_id = p_upload.org_id and s.upload_id = p_upload.id and s.phase = p_phase);
begin
  perform private.open_resolve_scratch();
  insert into resolve_gaps (addr_hash, other, fits)
  select m.addr_hash, m.other, m.fits
  from resolve_progress x
  cross join lateral jsonb_to_recordset(x.gaps) m (addr_hash bytea, other bytea, fits integer)
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id and p_phase = 1;
  with taken as (
    delete from resolve_plan p where p.upload_id = p_upload.id and p.lead_id is null returning *
  )
  insert into resolve_rows (row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner,
    without_mak, without_parcel, by_mak, by_parcel, by_place, by_email, near, twin, component, component_size,
    reason, evidence, answer)
  select t.row_no, t.part_id, t.line_number, t.kind, t.mak, t.parcel, t.apn, t.addr_hash, t.phone, t.email, t.owner,
    t.without_mak, t.without_parcel, t.by_mak, t.by_parcel, t.by_place, t.by_email, t.near, t.twin, t.component,
    t.component_size, t.reason, t.evidence, t.answer
  from taken t;
  perform private.resolve_unclear(p_upload, p_as_of, p_slice_rows);
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload.id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.verdict is null;
  if not found then
    perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
    return 'resolved';
  end if;
  delete from resolve_rows r where r.verdict is null;
  perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
  update resolve_progress x set touched_at = p_as_of
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id;
  return 'more';
end
$function$;

CREATE OR REPLACE FUNCTION private.save_plan (
  p_org_id     uuid,
  p_upload_id  uuid,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_plan (upload_id, row_no, part_id, line_number, kind, addr_hash, without_mak, without_parcel,
    component, component_size, lead_id, verdict, evidence, answer)
  select p_upload_id, r.row_no, r.part_id, r.line_number, r.kind,
    case when r.component_size > 1 or r.verdict <> 'created' then r.addr_hash end, r.without_mak, r.without_parcel,
    r.component, r.component_size, r.lead_id, r.verdict, r.evidence, r.answer
  from resolve_rows r where r.lead_id is not null;
  -- By name: after an upgrade the order of columns may differ.
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload_id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.lead_id is null;
  insert into resolve_slices (org_id, upload_id, phase, slice, first_component, last_component)
  select p_org_id, p_upload_id, p_phase, c.slice, min(c.component), max(c.component)
  from (
    -- The first row of a component gives it its number.
    select r.component, 1 + (row_number() over (order by r.component) - 1) / p_slice_rows as slice
    from resolve_rows r where r.lead_id is not null and r.row_no = r.component
  ) c
  group by c.slice
  union all
  -- For the counts of the unclear rows, and to tell that nothing is lost.
  select p_org_id, p_upload_id, p_phase, 0, null, null;
  update resolve_slices s set applied_at = p_as_of
  where s.org_id = p_org_id and s.upload_id = p_upload_id and s.phase = p_phase and s.slice = 0;
  update resolve_progress x
  set step = 'apply', touched_at = p_as_of, gaps = (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from resolve_gaps m)
  where x.org_id = p_org_id and x.upload_id = p_upload_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_senders__check_account()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_problem constant text := private.account_problem(new.org_id, new.provider, new.account);
begin
  if v_problem is not null then
    raise exception 'account % %', new.account, v_problem using errcode = 'SL541';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.webhook_settings (
  p_org_id   uuid,
  p_provider text
)
  RETURNS TABLE (
    settings    jsonb[],
    use_default boolean
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(private.decrypt_value(a.settings_cipher, private.org_key(a.org_id, a.key_id))::jsonb
      order by a.name), '{}'),
    count(*) = 0 and private.default_accounts_allowed()
  from private.provider_accounts a
  where a.org_id = p_org_id and a.provider = p_provider and a.settings_cipher is not null
$function$;

CREATE OR REPLACE FUNCTION public.list_provider_accounts (
  p_org_id uuid
)
  RETURNS TABLE (
    provider       text,
    name           text,
    settings       text[],
    in_environment boolean,
    updated_at     timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select a.provider, a.name, a.setting_names, a.settings_cipher is null, a.updated_at
  from private.provider_accounts a
  where a.org_id = p_org_id
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
  order by a.provider, a.name
$function$;

REVOKE ALL ON FUNCTION "public"."list_provider_accounts"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_provider_account (
  p_org_id   uuid,
  p_provider text,
  p_name     text,
  p_settings jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."set_provider_account"(uuid, text, text, jsonb) FROM PUBLIC, "anon";

ALTER TABLE "private"."provider_accounts"
  ADD CONSTRAINT "provider_accounts_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "private"."provider_accounts"
  ADD CONSTRAINT "provider_accounts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX provider_accounts_key_idx ON private.provider_accounts USING btree (key_id)
  WHERE (key_id IS NOT NULL);

CREATE UNIQUE INDEX provider_accounts_stored_name_key ON private.provider_accounts USING btree (PROVIDER, name)
  WHERE (settings_cipher IS NOT NULL);

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON private.provider_accounts
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE TRIGGER _300_check_account
  BEFORE INSERT OR UPDATE OF account, PROVIDER ON public.senders
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_senders__check_account();

COMMENT ON COLUMN "private"."provider_accounts"."setting_names" IS 'Names of the settings that are stored.';

COMMENT ON COLUMN "private"."provider_accounts"."settings_cipher" IS 'JSON object of settings, named as in the environment, encrypted under key_id. Null: the keys of this account are in the environment; only the owner of the database adds such a row.';

COMMENT ON FUNCTION "private"."account_problem"(uuid, text, text) IS 'Why a sender of the org may not use an account; null when it may. Definer: callers have no rights on accounts.';

COMMENT ON FUNCTION "private"."default_accounts_allowed"() IS 'Whether orgs without an account of their own use the project''s: unless the Vault secret sluice_default_accounts is off. Definer: only the owner may read Vault.';

COMMENT ON FUNCTION "private"."provider_account"(text, text, uuid) IS 'Keys of an account, for sending; settings is null where they are in the environment. No row: there is no such account, or it is not one of p_org_id. Definer: only the owner reads accounts and keys.';

COMMENT ON FUNCTION "private"."tg_senders__check_account"() IS 'Trigger: a sender uses an account of its org, or the project''s where the org has none. Raises SL541. Definer: members have no rights on accounts.';

COMMENT ON FUNCTION "private"."webhook_settings"(uuid, text) IS 'Settings of the org''s accounts, one of which must have signed a webhook for the org; use_default: it has none, and the project''s secrets in the environment count. Definer: only the owner reads accounts and keys.';

COMMENT ON FUNCTION "public"."list_provider_accounts"(uuid) IS 'Accounts of the org with the names of their settings, never the values. For owners, admins and the service. Definer: callers have no rights on accounts.';

COMMENT ON FUNCTION "public"."set_provider_account"(uuid, text, text, jsonb) IS 'Stores the keys of an account and the secrets of its webhooks, named as in the environment, in place of those stored before. Senders of the org that used the project''s account use this one from then on. For owners, admins and the service. Raises SL542 and SL543. Definer: callers have no rights on accounts and keys.';

COMMENT ON TABLE "private"."provider_accounts" IS 'Accounts of orgs at providers. The account default is the project''s, and has no row.';

COMMENT ON TABLE "private"."provider_settings" IS 'Settings that an org may store for an account: keys and secrets, but no addresses.';

REVOKE ALL ON FUNCTION "private"."account_problem"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."default_accounts_allowed"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."provider_account"(text, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."provider_account"(text, text, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_senders__check_account"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_senders__check_account"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."webhook_settings"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."webhook_settings"(uuid, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."list_provider_accounts"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_provider_accounts"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_provider_account"(uuid, text, text, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_provider_account"(uuid, text, text, jsonb) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.account_problem(uuid,text,text) from pipeline_writer;
revoke execute on function private.default_accounts_allowed() from pipeline_writer;

-- Data, written by hand: accounts of the environment belong to the orgs whose senders use them today.

insert into private.provider_accounts (org_id, provider, name)
select distinct s.org_id, s.provider, s.account from public.senders s
where s.account <> 'default' and length(btrim(s.account)) between 1 and 60
on conflict do nothing;

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('private.provider_accounts', 'settings_cipher', 'row', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;

insert into private.provider_settings (provider, name) values
  ('sendgrid', 'SENDGRID_API_KEY'),
  ('sendgrid', 'SENDGRID_ACTIVITY'),
  ('sendgrid', 'SENDGRID_WEBHOOK_PUBLIC_KEY'),
  ('sendgrid', 'SENDGRID_INBOUND_PUBLIC_KEY'),
  ('sendgrid', 'SENDGRID_INBOUND_SECRET'),
  ('twilio', 'TWILIO_ACCOUNT_SID'),
  ('twilio', 'TWILIO_AUTH_TOKEN'),
  ('twilio', 'TWILIO_CONSENTS'),
  ('vapi', 'VAPI_API_KEY'),
  ('vapi', 'VAPI_WEBHOOK_SECRET'),
  ('calcom', 'CALCOM_WEBHOOK_SECRET'),
  ('stripe', 'STRIPE_WEBHOOK_SECRET')
on conflict (name, provider) do nothing;
