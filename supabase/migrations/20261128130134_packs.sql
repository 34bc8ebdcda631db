-- packs: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."pack_tasks" (
  "name"     text NOT NULL,
  "pack"     text NOT NULL,
  "schedule" text NOT NULL,
  "timeout"  text NOT NULL,
  "command"  text NOT NULL,
  CONSTRAINT "pack_tasks_pkey" PRIMARY KEY (name),
  CONSTRAINT "task_is_named_for_the_schedule" CHECK ((name ~ '^sluice-[a-z-]+$'::text))
);

ALTER TABLE "private"."pack_tasks"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."business_chains" (
  "name_key"       text NOT NULL,
  "name"           text NOT NULL,
  "website_domain" text,
  CONSTRAINT "business_chains_pkey" PRIMARY KEY (name_key)
);

ALTER TABLE "public"."business_chains"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."business_chains" FROM "anon";

CREATE TABLE "public"."business_contacts" (
  "org_id"       uuid                     NOT NULL,
  "id"           bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "business_id"  uuid                     NOT NULL,
  "kind"         public.contact_kind      NOT NULL,
  "value_bidx"   bytea                    NOT NULL,
  "value_cipher" bytea                    NOT NULL,
  "key_id"       integer                  NOT NULL,
  "masked"       text                     NOT NULL,
  "provider"     text                     NOT NULL,
  "source_url"   text,
  "obtained_at"  timestamp with time zone NOT NULL,
  CONSTRAINT "business_contacts_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "contact_is_kept_once_per_business" UNIQUE (org_id, business_id, value_bidx)
);

ALTER TABLE "public"."business_contacts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."business_contacts" FROM "anon", "service_role";

CREATE TABLE "public"."business_facts" (
  "org_id"      uuid                     NOT NULL,
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "business_id" uuid                     NOT NULL,
  "provider"    text                     NOT NULL,
  "name"        text                     NOT NULL,
  "value"       jsonb                    NOT NULL,
  "terms"       text                     NOT NULL,
  "source_url"  text,
  "obtained_at" timestamp with time zone NOT NULL,
  "expires_at"  timestamp with time zone,
  CONSTRAINT "business_fact_expires_after_it_came" CHECK ((expires_at > obtained_at)),
  CONSTRAINT "business_fact_has_a_name" CHECK ((name ~ '^[a-z0-9_]{1,60}$'::text)),
  CONSTRAINT "business_fact_is_kept_once" UNIQUE (org_id, business_id, PROVIDER, name),
  CONSTRAINT "business_facts_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."business_facts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."business_facts" FROM "anon";

CREATE TABLE "public"."business_match_weights" (
  "field"   text    NOT NULL,
  "level"   text    NOT NULL,
  "bits"    numeric NOT NULL,
  "meaning" text    NOT NULL,
  CONSTRAINT "business_match_weights_pkey" PRIMARY KEY (field, level)
);

ALTER TABLE "public"."business_match_weights"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."business_match_weights" FROM "anon";

CREATE TABLE "public"."businesses" (
  "org_id"         uuid                     NOT NULL,
  "id"             uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "name"           text                     NOT NULL,
  "name_key"       text                     NOT NULL,
  "website_domain" text,
  "street"         text,
  "house_number"   text,
  "street_key"     text,
  "unit"           text,
  "city"           text,
  "state"          text,
  "zip"            text,
  "latitude"       double precision,
  "longitude"      double precision,
  "chain"          text,
  "created_at"     timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"     timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "business_has_a_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200))),
  CONSTRAINT "businesses_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "latitude_is_on_earth" CHECK (latitude between -90 and 90),
  CONSTRAINT "longitude_is_on_earth" CHECK (longitude between -180 and 180),
  CONSTRAINT "position_is_whole" CHECK ((num_nonnulls(latitude, longitude) = ANY (ARRAY[0, 2]))),
  CONSTRAINT "website_domain_is_a_host" CHECK ((website_domain ~ '^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$'::text))
);

ALTER TABLE "public"."businesses"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."businesses" FROM "anon";

CREATE TABLE "public"."org_packs" (
  "org_id"         uuid                     NOT NULL,
  "pack"           text                     NOT NULL,
  "switched_on_at" timestamp with time zone NOT NULL DEFAULT now(),
  "switched_on_by" uuid,
  CONSTRAINT "org_packs_pkey" PRIMARY KEY (org_id, pack)
);

ALTER TABLE "public"."org_packs"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."org_packs" FROM "anon";

CREATE TABLE "public"."pack_parts" (
  "pack"    text NOT NULL,
  "kind"    text NOT NULL,
  "name"    text NOT NULL,
  "meaning" text NOT NULL DEFAULT ''::text,
  CONSTRAINT "pack_parts_pkey" PRIMARY KEY (pack, kind, name),
  CONSTRAINT "part_kind_is_known" CHECK ((kind = ANY (ARRAY['domain'::text, 'table'::text, 'cipher'::text, 'role'::text, 'queue'::text, 'secret'::text, 'provider'::text])))
);

ALTER TABLE "public"."pack_parts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."pack_parts" FROM "anon";

CREATE TABLE "public"."packs" (
  "name"    text NOT NULL,
  "meaning" text NOT NULL,
  CONSTRAINT "pack_has_a_name" CHECK ((name ~ '^[a-z][a-z0-9_]{1,39}$'::text)),
  CONSTRAINT "packs_pkey" PRIMARY KEY (name)
);

ALTER TABLE "public"."packs"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."packs" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."business_contacts_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."business_contacts_id_seq" FROM "authenticated";

REVOKE ALL ON SEQUENCE "public"."business_facts_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."business_facts_id_seq" FROM "authenticated";

CREATE OR REPLACE FUNCTION private.business_name_key (
  p_name text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select btrim(regexp_replace(regexp_replace(regexp_replace(replace(lower(normalize(p_name, nfkc)), '&', ' and '),
    '[''’.]', '', 'g'),
    '[^a-z0-9]+', ' ', 'g'),
    '( (llc|inc|incorporated|corp|corporation|co|company|ltd|llp|lp|pllc|pc|dba))+$', '', 'g'))
$function$;

CREATE OR REPLACE FUNCTION private.compare_businesses (
  a          public.businesses,
  b          public.businesses,
  p_phones_a bytea[],
  p_phones_b bytea[]
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with levels (field, level) as (
    select 'prior', 'candidate'
    union all
    select 'name', case when a.name_key = b.name_key then 'equal'
      when extensions.similarity(a.name_key, b.name_key) >= 0.6
        or position(' ' || a.name_key || ' ' in ' ' || b.name_key || ' ') > 0
        or position(' ' || b.name_key || ' ' in ' ' || a.name_key || ' ') > 0 then 'similar'
      else 'different' end
    union all
    select 'phone', case when p_phones_a && p_phones_b then 'equal'
      when cardinality(p_phones_a) > 0 and cardinality(p_phones_b) > 0 then 'different' end
    union all
    select 'domain', case when a.website_domain = b.website_domain then
        case when a.chain is not null or b.chain is not null then 'chain' else 'equal' end
      when num_nonnulls(a.website_domain, b.website_domain) = 2 then 'different' end
    union all
    select 'address', case
      when num_nonnulls(a.house_number, b.house_number, a.street_key, b.street_key) < 4 then null
      when a.house_number = b.house_number and a.street_key = b.street_key
        and coalesce(a.zip, '') = coalesce(b.zip, a.zip, '')
        and (a.unit is null or b.unit is null or a.unit = b.unit) then 'equal'
      else 'different' end
    union all
    select 'distance', case when m.metres <= 150 then 'near' when m.metres > 2000 then 'far' end
    from (select private.metres_between(a.latitude, a.longitude, b.latitude, b.longitude) as metres) m
  )
  select jsonb_build_object(
    -- Different businesses share a building, a phone of an answering service, or a website of a landlord.
    'same', sum(w.bits) >= (select d.bits from public.business_match_weights d where d.field = 'decision')
      and not bool_or(l.field = 'name' and l.level = 'different'),
    'bits', sum(w.bits), 'levels', jsonb_object_agg(l.field, l.level) filter (where l.field <> 'prior'))
  from levels l join public.business_match_weights w on w.field = l.field and w.level = l.level
$function$;

CREATE OR REPLACE FUNCTION private.metres_between (
  p_lat1 double precision,
  p_lng1 double precision,
  p_lat2 double precision,
  p_lng2 double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case when num_nonnulls(p_lat1, p_lng1, p_lat2, p_lng2) = 4 then 12742000 * asin(least(1, sqrt(power(sin(radians(p_lat2 - p_lat1) / 2), 2)
    + cos(radians(p_lat1)) * cos(radians(p_lat2)) * power(sin(radians(p_lng2 - p_lng1) / 2), 2)))) end
$function$;

CREATE OR REPLACE FUNCTION private.orgs_with_pack (
  p_pack text
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(o.org_id), '{}') from public.org_packs o where o.pack = p_pack
$function$;

CREATE OR REPLACE FUNCTION private.record_business (
  p_org_id     uuid,
  p_provider   text,
  p_business   jsonb,
  p_source_url text,
  p_as_of      timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_blind constant bytea := private.blind_key(p_org_id);
  v_address record;
  v_phones bytea[];
  n public.businesses;
  c public.businesses;
  v_found record;
  v_match jsonb;
begin
  n.org_id := p_org_id;
  n.name := left(btrim(p_business ->> 'name'), 200);
  n.name_key := private.business_name_key(n.name);
  if coalesce(n.name, '') = '' then
    return jsonb_build_object('business_id', null, 'reason', 'no_name');
  end if;
  n.website_domain := private.website_host(p_business ->> 'website');
  n.latitude := (p_business ->> 'latitude')::double precision;
  n.longitude := (p_business ->> 'longitude')::double precision;
  if p_business ->> 'street' is not null then
    select * into v_address from private.parse_address(p_business ->> 'street', null, p_business ->> 'city',
      p_business ->> 'state', p_business ->> 'zip');
    n.house_number := v_address.situs_house_number;
    n.street := private.street_line(v_address.situs_house_number, v_address.situs_street, null);
    n.street_key := private.street_stem(v_address.situs_street);
    n.unit := v_address.situs_unit;
    n.city := v_address.situs_city;
    n.state := v_address.situs_state;
    n.zip := v_address.situs_zip;
  end if;
  select k.name into n.chain from public.business_chains k
  where k.name_key = n.name_key or k.website_domain = n.website_domain order by k.name_key = n.name_key desc limit 1;
  v_phones := array(select private.blind_index(x.phone, v_blind)
    from (select private.normalise_phone(p.value) as phone
      from jsonb_array_elements_text(coalesce(p_business -> 'phones', '[]')) p) x where x.phone is not null);
  -- Two workers that read one business at once would both find nothing.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice business %s', p_org_id), 0));
  for v_found in
    select b as business, array(select p.value_bidx from public.business_contacts p
      where p.org_id = b.org_id and p.business_id = b.id and p.kind = 'phone') as phones
    from public.businesses b
    where b.org_id = p_org_id and (b.website_domain = n.website_domain
      or b.zip = n.zip and b.house_number = n.house_number
      or b.id in (select p.business_id from public.business_contacts p
        where p.org_id = p_org_id and p.value_bidx = any (v_phones)))
    order by b.created_at, b.id limit 200
  loop
    v_match := private.compare_businesses(n, v_found.business, v_phones, v_found.phones);
    if (v_match -> 'same')::boolean and (c.id is null) then
      c := v_found.business;
      exit;
    end if;
  end loop;
  if c.id is null then
    -- The same website at another address: branches of one business.
    if n.chain is null and n.website_domain is not null and n.street_key is not null then
      select b.name into n.chain from public.businesses b
      where b.org_id = p_org_id and b.website_domain = n.website_domain and b.name_key = n.name_key
        and b.street_key is not null order by b.created_at, b.id limit 1;
    end if;
    insert into public.businesses (org_id, name, name_key, website_domain, street, house_number, street_key, unit, city,
      state, zip, latitude, longitude, chain, created_at)
    values (p_org_id, n.name, n.name_key, n.website_domain, n.street, n.house_number, n.street_key, n.unit, n.city,
      n.state, n.zip, n.latitude, n.longitude, n.chain, p_as_of)
    returning * into c;
    v_match := null;
  else
    update public.businesses b set website_domain = coalesce(b.website_domain, n.website_domain),
      street = coalesce(b.street, n.street), house_number = coalesce(b.house_number, n.house_number),
      street_key = coalesce(b.street_key, n.street_key), unit = coalesce(b.unit, n.unit),
      city = coalesce(b.city, n.city), state = coalesce(b.state, n.state), zip = coalesce(b.zip, n.zip),
      latitude = coalesce(b.latitude, n.latitude), longitude = coalesce(b.longitude, n.longitude)
    where b.org_id = p_org_id and b.id = c.id;
  end if;
  insert into public.business_contacts (org_id, business_id, kind, value_bidx, value_cipher, key_id, masked, provider,
    source_url, obtained_at)
  select p_org_id, c.id, x.kind, private.blind_index(x.value, v_blind),
    private.encrypt_value(x.value, private.org_key(p_org_id, v_key_id)), v_key_id, private.mask_contact(x.value),
    p_provider, p_source_url, p_as_of
  from (
    select 'phone'::public.contact_kind as kind, private.normalise_phone(p.value) as value
    from jsonb_array_elements_text(coalesce(p_business -> 'phones', '[]')) p
    union
    select 'email', private.normalise_email(p.value)
    from jsonb_array_elements_text(coalesce(p_business -> 'emails', '[]')) p) x
  where x.value is not null
  on conflict (org_id, business_id, value_bidx) do update set source_url = excluded.source_url,
    provider = excluded.provider, obtained_at = excluded.obtained_at;
  insert into public.business_facts as f (org_id, business_id, provider, name, value, terms, source_url, obtained_at)
  select p_org_id, c.id, p_provider, x.key, x.value, '', p_source_url, p_as_of
  from jsonb_each(coalesce(p_business -> 'facts', '{}') || jsonb_strip_nulls(jsonb_build_object(
    'name', n.name, 'website', n.website_domain, 'address', concat_ws(', ', n.street, n.city,
      nullif(concat_ws(' ', n.state, n.zip), ''))))) x
  where x.value not in ('null', '""')
  on conflict (org_id, business_id, provider, name) do update set value = excluded.value,
    source_url = excluded.source_url, obtained_at = excluded.obtained_at
    where f.obtained_at <= excluded.obtained_at;
  return jsonb_strip_nulls(jsonb_build_object('business_id', c.id, 'is_new', v_match is null, 'match', v_match));
end
$function$;

CREATE OR REPLACE FUNCTION private.require_pack (
  p_org_id uuid,
  p_pack   text
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.org_packs o where o.org_id = p_org_id and o.pack = p_pack) then
    raise exception 'the pack % is off', p_pack using errcode = 'SL141',
      hint = 'An owner switches it on: sluice pack on ' || p_pack;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_business_contacts__apply_terms()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not coalesce((select d.may_store and d.keep is null
      from public.provider_terms p join public.data_terms d on d.terms = p.terms
      where p.provider = new.provider and p.name in ('contact', '*') order by p.name = '*' limit 1), false)
  then
    raise exception 'contacts of % may not be kept', new.provider using errcode = 'SL701';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_require_pack()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.require_pack(new.org_id, tg_argv[0]);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.website_host (
  p_url text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select substring(lower(btrim(p_url)) from '^(?:https?://)?(?:[^/@]*@)?(?:www\.)?([a-z0-9.-]+(?::[0-9]{1,5})?)(?:[/?#]|$)')
$function$;

CREATE OR REPLACE FUNCTION public.list_packs (
  p_org_id uuid
)
  RETURNS TABLE (
    name           text,
    meaning        text,
    switched_on_at timestamp with time zone,
    parts          jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select p.name, p.meaning, o.switched_on_at, coalesce((
      select jsonb_object_agg(k.kind, k.names)
      from (
        select x.kind, jsonb_agg(x.name order by x.name) as names
        from (select y.kind, y.name from public.pack_parts y where y.pack = p.name
          union all select 'task', t.name from private.pack_tasks t where t.pack = p.name) x
        group by x.kind) k), '{}')
  from public.packs p
  left join public.org_packs o on o.org_id = p_org_id and o.pack = p.name
  order by p.name;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_packs"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.switch_pack (
  p_org_id uuid,
  p_pack   text,
  p_on     boolean
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner}');
  if not exists (select from public.packs p where p.name = p_pack) then
    raise exception 'no pack has the name %', p_pack using errcode = 'SL140';
  end if;
  if coalesce(p_on, false) then
    insert into public.org_packs (org_id, pack, switched_on_by) values (p_org_id, p_pack, (select auth.uid()))
    on conflict do nothing;
  else
    delete from public.org_packs o where o.org_id = p_org_id and o.pack = p_pack;
  end if;
  return found;
end
$function$;

REVOKE ALL ON FUNCTION "public"."switch_pack"(uuid, text, boolean) FROM PUBLIC, "anon";

ALTER TABLE "public"."business_contacts"
  ADD CONSTRAINT "business_contacts_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."business_facts"
  ADD CONSTRAINT "business_facts_terms_fkey" FOREIGN KEY (terms) REFERENCES public.data_terms(terms) ON DELETE RESTRICT;

ALTER TABLE "public"."businesses"
  ADD CONSTRAINT "businesses_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."business_contacts"
  ADD CONSTRAINT "contact_is_of_a_business_of_its_org" FOREIGN KEY (org_id, business_id) REFERENCES public.businesses(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."business_facts"
  ADD CONSTRAINT "business_fact_is_of_its_org" FOREIGN KEY (org_id, business_id) REFERENCES public.businesses(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."org_packs"
  ADD CONSTRAINT "org_packs_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."pack_tasks"
  ADD CONSTRAINT "pack_tasks_pack_fkey" FOREIGN KEY (pack) REFERENCES public.packs(name) ON DELETE CASCADE;

ALTER TABLE "public"."org_packs"
  ADD CONSTRAINT "org_packs_pack_fkey" FOREIGN KEY (pack) REFERENCES public.packs(name) ON DELETE CASCADE;

ALTER TABLE "public"."pack_parts"
  ADD CONSTRAINT "pack_parts_pack_fkey" FOREIGN KEY (pack) REFERENCES public.packs(name) ON DELETE CASCADE;

CREATE INDEX pack_tasks_pack_idx ON private.pack_tasks USING btree (pack);

CREATE UNIQUE INDEX business_chains_domain_key ON public.business_chains USING btree (website_domain);

CREATE INDEX business_contacts_key_idx ON public.business_contacts USING btree (key_id);

CREATE INDEX business_contacts_value_idx ON public.business_contacts USING btree (org_id, value_bidx);

CREATE INDEX business_facts_expiry_idx ON public.business_facts USING btree (expires_at)
  WHERE (expires_at IS NOT NULL);

CREATE INDEX business_facts_terms_idx ON public.business_facts USING btree (terms);

CREATE INDEX businesses_domain_idx ON public.businesses USING btree (org_id, website_domain)
  WHERE (website_domain IS NOT NULL);

CREATE INDEX businesses_name_idx ON public.businesses USING btree (org_id, name_key);

CREATE INDEX businesses_street_idx ON public.businesses USING btree (org_id, zip, house_number)
  WHERE (house_number IS NOT NULL);

CREATE INDEX org_packs_pack_idx ON public.org_packs USING btree (pack);

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.business_contacts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _100_apply_terms
  BEFORE INSERT OR UPDATE OF PROVIDER ON public.business_contacts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_business_contacts__apply_terms();

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.business_facts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _100_apply_terms
  BEFORE INSERT OR UPDATE OF PROVIDER, name, obtained_at, expires_at, terms ON public.business_facts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_facts__apply_terms();

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.businesses
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON public.businesses
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE ON public.org_packs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('pack', 'pack', 'pack');

CREATE POLICY "select_members" ON "public"."business_chains"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."business_chains"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "public"."business_contacts"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."business_contacts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."business_contacts"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."business_contacts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."business_contacts"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "public"."business_facts"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."business_facts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."business_facts"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[])) AND ((expires_at IS NULL) OR (expires_at > now()))));

CREATE POLICY "select_writer" ON "public"."business_facts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."business_facts"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."business_match_weights"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."business_match_weights"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "public"."businesses"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."businesses"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."businesses"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."businesses"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."businesses"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."org_packs"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."org_packs"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."pack_parts"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."pack_parts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."packs"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."packs"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."businesses"."chain" IS 'The chain or franchise that it belongs to; null: it is on its own.';

COMMENT ON COLUMN "public"."businesses"."name_key" IS 'The name without its form, punctuation and case, for matching.';

COMMENT ON COLUMN "public"."businesses"."street_key" IS 'The stem of its street, for matching.';

COMMENT ON COLUMN "public"."businesses"."website_domain" IS 'Host of its website without www, with a port where it has one; audits are keyed by it.';

COMMENT ON COLUMN "public"."pack_parts"."name" IS 'Of a table with its schema; of a cipher schema, table and column, whose key is in key_id of the same row, which has an index; of a secret the name of the variable.';

COMMENT ON FUNCTION "private"."business_name_key"(text) IS 'A business name for matching: lower case, words of letters and digits, without its legal form at the end.';

COMMENT ON FUNCTION "private"."compare_businesses"(public.businesses, public.businesses, bytea[], bytea[]) IS 'Compares two records, with the blind indexes of their phones: {same, bits, levels}. Names that share little veto.';

COMMENT ON FUNCTION "private"."metres_between"(double precision, double precision, double precision, double precision) IS 'Metres between two positions on a sphere; null where one is unknown.';

COMMENT ON FUNCTION "private"."orgs_with_pack"(text) IS 'Orgs with the pack; of a member, those of their orgs. For the policies of a pack''s tables.';

COMMENT ON FUNCTION "private"."record_business"(uuid, text, jsonb, text, timestamp with time zone) IS 'Records what a provider whose terms let it be kept (website, member, bought data) says about a business: {name, website, street, city, state, zip, latitude, longitude, phones: [], emails: [], facts: {name: value}}. It becomes the first business that it matches (compare_businesses), or a new one. Returns {business_id, is_new, match}; without a name {reason: no_name}. Raises SL141 and SL701.';

COMMENT ON FUNCTION "private"."require_pack"(uuid, text) IS 'Raises SL141 where the org does not have the pack. Each function of a pack that members call begins with it, after the check of their role.';

COMMENT ON FUNCTION "private"."tg_business_contacts__apply_terms"() IS 'Trigger: a contact is kept only where the terms of its provider have no end. Raises SL701.';

COMMENT ON FUNCTION "private"."tg_require_pack"() IS 'Trigger on every table of a pack that belongs to orgs, before insert and update: refuses rows of an org without the pack (SL141). Deleting stays possible, so that an erasure needs no pack. The argument names the pack.';

COMMENT ON FUNCTION "private"."website_host"(text) IS 'The host of a URL without www, with its port; null where there is none.';

COMMENT ON FUNCTION "public"."list_packs"(uuid) IS 'The packs of the installation with their parts {kind: [names]}, and since when the org has each; null: it is off. For members and the service. Raises SL111. Definer: checks the role, then reads as one.';

COMMENT ON FUNCTION "public"."switch_pack"(uuid, text, boolean) IS 'Switches a pack on or off for an org; false where it was so. What the pack has stored stays, hidden, until it is on again or the org is deleted. For owners and the service. Raises SL111 and SL140. Definer: nobody else writes org_packs.';

COMMENT ON TABLE "private"."pack_tasks" IS 'Cron tasks of packs, which 99_schedule schedules. A command skips orgs that do not have the pack.';

COMMENT ON TABLE "public"."business_chains" IS 'Chains and franchises. Their branches share name and website, so only address, phone and distance tell them apart.';

COMMENT ON TABLE "public"."business_contacts" IS 'Phones and e-mails that businesses publish, encrypted and found by value_bidx as those of leads are. Only of providers whose terms let contacts be kept.';

COMMENT ON TABLE "public"."business_facts" IS 'What is known about businesses, each fact with its provider, page, terms and end. No contact values.';

COMMENT ON TABLE "public"."business_match_weights" IS 'Evidence for and against two records being one business. They are one from the row (decision, same) on.';

COMMENT ON TABLE "public"."businesses" IS 'Businesses of an org. Nothing here comes from Google or Yelp: see business_places and place_displays.';

COMMENT ON TABLE "public"."org_packs" IS 'Which orgs have which packs switched on. Written by switch_pack.';

COMMENT ON TABLE "public"."pack_parts" IS 'The manifest of each pack: its domains of sql/, tables, encrypted columns (cipher), roles, queues, and the secrets and providers that it uses. Its cron tasks are in private.pack_tasks.';

COMMENT ON TABLE "public"."packs" IS 'The packs of this installation.';

REVOKE ALL ON FUNCTION "private"."business_name_key"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."business_name_key"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_businesses"(public.businesses, public.businesses, bytea[], bytea[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_businesses"(public.businesses, public.businesses, bytea[], bytea[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."metres_between"(double precision, double precision, double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."metres_between"(double precision, double precision, double precision, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."orgs_with_pack"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."orgs_with_pack"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."orgs_with_pack"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."record_business"(uuid, text, jsonb, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_business"(uuid, text, jsonb, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."require_pack"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_pack"(uuid, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_business_contacts__apply_terms"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_business_contacts__apply_terms"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_require_pack"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_require_pack"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."website_host"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."website_host"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."list_packs"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_packs"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."switch_pack"(uuid, text, boolean) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."switch_pack"(uuid, text, boolean) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."business_contacts_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."business_contacts_id_seq" TO "service_role";

REVOKE ALL ON SEQUENCE "public"."business_facts_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."business_facts_id_seq" TO "service_role";

REVOKE ALL ON TABLE "public"."business_chains" FROM "authenticated";

GRANT SELECT ON TABLE "public"."business_chains" TO "authenticated";

GRANT SELECT ON TABLE "public"."business_chains" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."business_chains" FROM "service_role";

GRANT SELECT ON TABLE "public"."business_chains" TO "service_role";

REVOKE ALL ON TABLE "public"."business_contacts" FROM "authenticated";

REVOKE ALL ("business_id") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("business_id") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("kind") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("kind") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("masked") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("masked") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("obtained_at") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("obtained_at") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("provider") ON TABLE "public"."business_contacts" TO "authenticated";

REVOKE ALL ("source_url") ON TABLE "public"."business_contacts" FROM "authenticated";

GRANT SELECT ("source_url") ON TABLE "public"."business_contacts" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."business_contacts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."business_facts" FROM "authenticated";

GRANT SELECT ON TABLE "public"."business_facts" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."business_facts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."business_facts" FROM "service_role";

GRANT SELECT ON TABLE "public"."business_facts" TO "service_role";

REVOKE ALL ON TABLE "public"."business_match_weights" FROM "authenticated";

GRANT SELECT ON TABLE "public"."business_match_weights" TO "authenticated";

GRANT SELECT ON TABLE "public"."business_match_weights" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."business_match_weights" FROM "service_role";

GRANT SELECT ON TABLE "public"."business_match_weights" TO "service_role";

REVOKE ALL ON TABLE "public"."businesses" FROM "authenticated";

GRANT SELECT ON TABLE "public"."businesses" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."businesses" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."businesses" FROM "service_role";

GRANT SELECT ON TABLE "public"."businesses" TO "service_role";

REVOKE ALL ON TABLE "public"."org_packs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."org_packs" TO "authenticated";

GRANT SELECT ON TABLE "public"."org_packs" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."org_packs" FROM "service_role";

GRANT SELECT ON TABLE "public"."org_packs" TO "service_role";

REVOKE ALL ON TABLE "public"."pack_parts" FROM "authenticated";

GRANT SELECT ON TABLE "public"."pack_parts" TO "authenticated";

GRANT SELECT ON TABLE "public"."pack_parts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."pack_parts" FROM "service_role";

GRANT SELECT ON TABLE "public"."pack_parts" TO "service_role";

REVOKE ALL ON TABLE "public"."packs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."packs" TO "authenticated";

GRANT SELECT ON TABLE "public"."packs" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."packs" FROM "service_role";

GRANT SELECT ON TABLE "public"."packs" TO "service_role";

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('public.business_contacts', 'value_cipher', 'row', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;

insert into public.data_terms (terms, may_store, keep, at_end, meaning) values
  ('display_for_a_day', 'true', '24:00:00', 'erase', 'shown for a day at most, never in the business table'),
  ('published', 'true', null, 'erase', 'what a business publishes about itself')
on conflict (terms) do update set may_store = excluded.may_store, keep = excluded.keep, at_end = excluded.at_end, meaning = excluded.meaning;

insert into public.provider_terms (provider, name, terms, source) values
  ('google', 'display', 'display_for_a_day', 'our own choice of a lifetime for what a page of results shows'),
  ('yelp', 'display', 'display_for_a_day', 'Yelp API terms: no more than 24 hours'),
  ('website', '*', 'published', 'the website of the business'),
  ('member', '*', 'published', 'written by a member of the org')
on conflict (name, provider) do update set terms = excluded.terms, source = excluded.source;

insert into public.business_chains (name_key, name, website_domain) values
  ('7 eleven', '7-Eleven', '7-eleven.com'),
  ('ace hardware', 'Ace Hardware', 'acehardware.com'),
  ('allstate', 'Allstate', 'allstate.com'),
  ('anytime fitness', 'Anytime Fitness', 'anytimefitness.com'),
  ('applebees', 'Applebee''s', 'applebees.com'),
  ('aspen dental', 'Aspen Dental', 'aspendental.com'),
  ('autozone', 'AutoZone', 'autozone.com'),
  ('burger king', 'Burger King', 'bk.com'),
  ('chick fil a', 'Chick-fil-A', 'chick-fil-a.com'),
  ('chipotle mexican grill', 'Chipotle Mexican Grill', 'chipotle.com'),
  ('century 21', 'Century 21', 'century21.com'),
  ('coldwell banker', 'Coldwell Banker', 'coldwellbanker.com'),
  ('cvs pharmacy', 'CVS Pharmacy', 'cvs.com'),
  ('dominos pizza', 'Domino''s Pizza', 'dominos.com'),
  ('dunkin', 'Dunkin''', 'dunkindonuts.com'),
  ('great clips', 'Great Clips', 'greatclips.com'),
  ('h and r block', 'H&R Block', 'hrblock.com'),
  ('heartland dental', 'Heartland Dental', 'heartland.com'),
  ('jiffy lube', 'Jiffy Lube', 'jiffylube.com'),
  ('keller williams', 'Keller Williams', 'kw.com'),
  ('kfc', 'KFC', 'kfc.com'),
  ('mcdonalds', 'McDonald''s', 'mcdonalds.com'),
  ('meineke car care center', 'Meineke Car Care Center', 'meineke.com'),
  ('midas', 'Midas', 'midas.com'),
  ('mr rooter plumbing', 'Mr. Rooter Plumbing', 'mrrooter.com'),
  ('orangetheory fitness', 'Orangetheory Fitness', 'orangetheory.com'),
  ('pizza hut', 'Pizza Hut', 'pizzahut.com'),
  ('planet fitness', 'Planet Fitness', 'planetfitness.com'),
  ('re max', 'RE/MAX', 'remax.com'),
  ('roto rooter', 'Roto-Rooter', 'rotorooter.com'),
  ('servpro', 'SERVPRO', 'servpro.com'),
  ('sport clips', 'Sport Clips', 'sportclips.com'),
  ('starbucks', 'Starbucks', 'starbucks.com'),
  ('state farm', 'State Farm', 'statefarm.com'),
  ('subway', 'Subway', 'subway.com'),
  ('supercuts', 'Supercuts', 'supercuts.com'),
  ('wendys', 'Wendy''s', 'wendys.com'),
  ('the ups store', 'The UPS Store', 'theupsstore.com'),
  ('valvoline instant oil change', 'Valvoline Instant Oil Change', 'vioc.com'),
  ('walgreens', 'Walgreens', 'walgreens.com')
on conflict (name_key) do update set name = excluded.name, website_domain = excluded.website_domain;

insert into public.business_match_weights (field, level, bits, meaning) values
  ('prior', 'candidate', '-6', 'two records that share a phone, a website or a house'),
  ('name', 'equal', '7', 'the same name without its form and punctuation'),
  ('name', 'similar', '4', 'three letters in five are shared, or one name is within the other'),
  ('name', 'different', '-4', 'names that share little'),
  ('phone', 'equal', '6', 'a phone in common'),
  ('phone', 'different', '-1', 'both have phones, and none in common'),
  ('domain', 'equal', '6', 'the same website'),
  ('domain', 'chain', '0', 'the website of a chain, which says nothing about the branch'),
  ('domain', 'different', '-3', 'another website'),
  ('address', 'equal', '5', 'the same house and street; it is one comparison, since they go together'),
  ('address', 'different', '-7', 'another house or street'),
  ('distance', 'near', '2', 'within 150 m'),
  ('distance', 'far', '-6', 'more than 2 km apart'),
  ('decision', 'same', '3', 'from here on two records are one')
on conflict (field, level) do update set bits = excluded.bits, meaning = excluded.meaning;

insert into public.packs (name, meaning) values
  ('prospects', 'local businesses: found, their websites read, and kept as prospects')
on conflict (name) do update set meaning = excluded.meaning;

insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'domain', '80_prospects', 'businesses and how they are found'),
  ('prospects', 'table', 'public.businesses', 'businesses, with lasting facts only'),
  ('prospects', 'table', 'public.business_contacts', 'phones and e-mails that they publish'),
  ('prospects', 'table', 'public.business_facts', 'what is known about them, with terms and pages'),
  ('prospects', 'cipher', 'public.business_contacts.value_cipher', ''),
  ('prospects', 'table', 'public.business_match_weights', 'evidence for and against two records being one'),
  ('prospects', 'table', 'public.business_chains', 'chains and franchises')
on conflict (kind, name, pack) do update set meaning = excluded.meaning;
