-- property facts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "public"."property_facts" (
  "org_id"        uuid                     NOT NULL,
  "id"            bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "lead_id"       uuid                     NOT NULL,
  "property_hash" bytea                    NOT NULL,
  "provider"      text                     NOT NULL,
  "name"          text                     NOT NULL,
  "as_of"         date                     NOT NULL,
  "entry"         text                     NOT NULL DEFAULT ''::text,
  "amount_usd"    numeric(14,2),
  "details"       jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  "terms"         text                     NOT NULL,
  "obtained_at"   timestamp with time zone NOT NULL,
  "expires_at"    timestamp with time zone,
  "merged_from"   uuid,
  CONSTRAINT "property_amount_is_not_negative" CHECK (((amount_usd >= (0)::numeric) OR (name = 'equity'::text))),
  CONSTRAINT "property_details_are_short" CHECK (((jsonb_typeof(details) = 'object'::text) AND (length((details)::text) <= 1000))),
  CONSTRAINT "property_entry_is_short" CHECK ((length(entry) <= 60)),
  CONSTRAINT "property_fact_expires_after_it_came" CHECK ((expires_at > obtained_at)),
  CONSTRAINT "property_fact_is_kept_once" UNIQUE (org_id, lead_id, PROVIDER, name, as_of, entry),
  CONSTRAINT "property_fact_is_known" CHECK ((name = ANY (ARRAY['value'::text, 'equity'::text, 'mortgage'::text, 'sale'::text, 'foreclosure'::text]))),
  CONSTRAINT "property_facts_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."property_facts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."property_facts" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."property_facts_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."property_facts_id_seq" FROM "authenticated";

CREATE OR REPLACE FUNCTION private.properties_to_ask (
  p_org_id   uuid,
  p_provider text,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id  uuid,
    question jsonb
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select l.id, jsonb_build_object('street', case when l.situs_street is not null then
      concat_ws(' ', l.situs_street, 'Unit ' || l.situs_unit) end, 'city', l.situs_city, 'state',
    l.situs_state, 'zip', l.situs_zip, 'countyFips', l.county_fips, 'apn', l.apn, 'mak', l.mak)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and (l.situs_house_number is not null and l.situs_street is not null
        and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not null)
      or l.county_fips is not null and l.apn is not null)
    -- Nothing is bought about somebody who is never contacted.
    and not private.is_never_contacted(p_org_id, l.id)
  order by array_position(p_lead_ids, l.id)
$function$;

CREATE OR REPLACE FUNCTION private.property_hash (
  p_street      text,
  p_unit        text,
  p_city        text,
  p_state       text,
  p_zip         text,
  p_county_fips text,
  p_apn         text
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select coalesce(case when a.situs_house_number is not null then a.addr_hash end,
    case when p_county_fips ~ '^[0-9]{5}$' and private.normalise_apn(p_apn) is not null then
      sha256(convert_to('p1|' || p_county_fips || '|' || private.normalise_apn(p_apn), 'UTF8')) end,
    a.addr_hash)
  from private.parse_address(p_street, p_unit, p_city, p_state, p_zip) a
$function$;

CREATE OR REPLACE FUNCTION private.record_property (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_provider text,
  p_answer   jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  l public.leads;
  q constant jsonb := p_answer -> 'property';
  v_hash constant bytea := private.property_hash(q ->> 'street', q ->> 'unit', q ->> 'city', q ->> 'state',
    q ->> 'zip', q ->> 'countyFips', q ->> 'apn');
  v_count integer;
begin
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  if not found then
    return 'gone';
  end if;
  -- A provider answers with the nearest property that it has: a neighbour's value is not this one's.
  if v_hash is null or not (
    coalesce(v_hash = l.addr_hash, false)
    or coalesce(q ->> 'mak' = l.mak, false)
    or coalesce(q ->> 'countyFips' = l.county_fips and private.normalise_apn(q ->> 'apn') = l.apn, false)
    or exists (select from public.lead_addresses a
      where a.org_id = p_org_id and a.lead_id = p_lead_id and a.addr_hash = v_hash)) then
    return 'other_property';
  end if;
  insert into public.property_facts as f (org_id, lead_id, property_hash, provider, name, as_of, entry, amount_usd,
    details, terms, obtained_at)
  select distinct on (x.name, x.as_of, coalesce(x.entry, '')) p_org_id, p_lead_id, v_hash, p_provider, x.name, x.as_of,
    coalesce(x.entry, ''), x.amount_usd, coalesce(x.details, '{}'), '', p_as_of
  from jsonb_to_recordset(p_answer -> 'facts') x (name text, as_of date, entry text, amount_usd numeric, details jsonb)
  -- What lies in the future is an error of the source.
  where x.as_of <= (p_as_of at time zone 'UTC')::date + 1
  order by x.name, x.as_of, coalesce(x.entry, ''), x.amount_usd desc nulls last
  on conflict (org_id, lead_id, provider, name, as_of, entry) do update set property_hash = excluded.property_hash,
    amount_usd = excluded.amount_usd, details = excluded.details, obtained_at = excluded.obtained_at
    where f.obtained_at < excluded.obtained_at;
  get diagnostics v_count = row_count;
  return case when v_count > 0 then 'recorded' else 'nothing' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_facts (
  p_as_of timestamp with time zone DEFAULT now(),
  p_limit integer                  DEFAULT 100000
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_erased integer;
  v_renewed integer;
begin
  with due as materialized (
    select f.org_id, f.id from public.lead_facts f where f.expires_at <= p_as_of
    order by f.expires_at limit p_limit for update skip locked
  ), gone as (
    delete from public.lead_facts f using due d where f.org_id = d.org_id and f.id = d.id
    returning f.*
  ), noted as (
    insert into private.fact_renewals (org_id, lead_id, contact_point_id, provider, name, expired_at, next_at)
    select g.org_id, g.lead_id, g.contact_point_id, g.provider, g.name, g.expires_at, p_as_of
    from gone g join public.data_terms t on t.terms = g.terms and t.at_end = 'renew'
    -- Nobody asks again about a contact that is gone, wrong, or never to be contacted.
    where g.contact_point_id is null or exists (
      select from public.contact_points c
      where c.org_id = g.org_id and c.id = g.contact_point_id and c.lead_id = g.lead_id and c.invalid_at is null
        and not exists (select from public.suppressions s
          where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
            and not exists (select from public.suppression_lifts l
              where l.org_id = s.org_id and l.suppression_id = s.id)))
    on conflict do nothing
    returning 1
  )
  select (select count(*) from gone), (select count(*) from noted) into v_erased, v_renewed;
  delete from public.property_facts f where f.expires_at <= p_as_of;
  return jsonb_build_object('erased', v_erased, 'to_renew', v_renewed, 'answers', private.purge_answers(p_as_of));
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_property_facts()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.undone_at is null then
    update public.property_facts f set lead_id = new.survivor_id, merged_from = coalesce(f.merged_from, f.lead_id)
    where f.org_id = new.org_id and f.lead_id = new.merged_id
      and not exists (select from public.property_facts s where s.org_id = f.org_id and s.lead_id = new.survivor_id
        and s.provider = f.provider and s.name = f.name and s.as_of = f.as_of and s.entry = f.entry);
  else
    update public.property_facts f set lead_id = new.merged_id, merged_from = null
    where f.org_id = new.org_id and f.lead_id = new.survivor_id and f.merged_from = new.merged_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.erase_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
  v_answers integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  -- What was bought about the person. The property's own facts are public record.
  delete from public.lead_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads)
    and (f.value is null or f.contact_point_id is not null);
  -- Mortgages and foreclosures say something about the debtor.
  delete from public.property_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads);
  delete from private.fact_renewals r where r.org_id = p_org_id and r.lead_id = any (v_leads);
  delete from private.possible_wishes w where w.org_id = p_org_id and w.lead_id = any (v_leads);
  v_answers := private.forget_answers(p_org_id, v_leads);
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values), 'answers', v_answers);
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$function$;

ALTER TABLE "public"."property_facts"
  ADD CONSTRAINT "property_fact_belongs_to_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."property_facts"
  ADD CONSTRAINT "property_facts_terms_fkey" FOREIGN KEY (terms) REFERENCES public.data_terms(terms) ON DELETE RESTRICT;

CREATE INDEX property_facts_expiry_idx ON public.property_facts USING btree (expires_at)
  WHERE (expires_at IS NOT NULL);

CREATE INDEX property_facts_hash_idx ON public.property_facts USING btree (org_id, property_hash);

CREATE INDEX property_facts_terms_idx ON public.property_facts USING btree (terms);

CREATE TRIGGER _220_move_property_facts
  AFTER INSERT ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__move_property_facts();

CREATE TRIGGER _230_restore_property_facts
  AFTER UPDATE OF undone_at ON public.lead_merges
  FOR EACH ROW
  WHEN (((old.undone_at IS NULL) AND (new.undone_at IS NOT NULL)))
  EXECUTE FUNCTION private.tg_lead_merges__move_property_facts();

CREATE TRIGGER _100_apply_terms
  BEFORE INSERT OR UPDATE OF PROVIDER, name, obtained_at, expires_at, terms ON public.property_facts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_facts__apply_terms();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.property_facts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE POLICY "delete_writer" ON "public"."property_facts"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."property_facts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."property_facts"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS
    my_org_ids)::uuid[])) OR private.sees_lead(org_id, lead_id)) AND ((expires_at IS NULL) OR (expires_at > now()))));

CREATE POLICY "select_writer" ON "public"."property_facts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."property_facts"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "public"."property_facts"."as_of" IS 'Date of the valuation, the deed or the event.';

COMMENT ON COLUMN "public"."property_facts"."details" IS 'Numbers and codes, such as low, high and term. Never names.';

COMMENT ON COLUMN "public"."property_facts"."entry" IS 'Tells apart several facts of one date: the number of a document.';

COMMENT ON COLUMN "public"."property_facts"."merged_from" IS 'The lead that it was about before a merge.';

COMMENT ON COLUMN "public"."property_facts"."property_hash" IS 'private.property_hash of what the provider named.';

COMMENT ON FUNCTION "private"."properties_to_ask"(uuid, text, uuid[], timestamp with time zone) IS 'Questions about the properties of leads, in their order: those with an address or a parcel, whose owner may be contacted. Definer: reads suppressions without the policies.';

COMMENT ON FUNCTION "private"."property_hash"(text, text, text, text, text, text, text) IS 'One hash of a property, whoever delivered it: that of its normalised address (private.address_hash) where it has a house number, else SHA-256 of p1|county FIPS|parcel number without punctuation, else that of the address. Null where neither is known.';

COMMENT ON FUNCTION "private"."record_property"(uuid, uuid, text, jsonb, timestamp with time zone) IS 'Records what a provider says about the property of a lead: {property: {street, unit, city, state, zip, countyFips, apn, mak}, facts: [{name, as_of, entry, amount_usd, details}]}. Facts of one name, date and entry replace older ones of the provider; all others stay. Returns recorded, nothing, other_property (the answer is about another one) or gone. Raises SL701. Definer: the worker reads leads of any org only by way of functions.';

COMMENT ON FUNCTION "private"."tg_lead_merges__move_property_facts"() IS 'Trigger: facts of the property follow the lead into a merge and back. Definer: as move_facts.';

COMMENT ON TABLE "public"."property_facts" IS 'Value, equity, mortgages, sales and foreclosures of a lead''s property, each as of a date, from a provider under its terms. Rows of other dates are never replaced.';

REVOKE ALL ON FUNCTION "private"."properties_to_ask"(uuid, text, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."properties_to_ask"(uuid, text, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."property_hash"(text, text, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."property_hash"(text, text, text, text, text, text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."property_hash"(text, text, text, text, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."record_property"(uuid, uuid, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_property"(uuid, uuid, text, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__move_property_facts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__move_property_facts"() TO "pipeline_writer";

REVOKE ALL ON SEQUENCE "public"."property_facts_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."property_facts_id_seq" TO "service_role";

REVOKE ALL ON TABLE "public"."property_facts" FROM "authenticated";

REVOKE ALL ("amount_usd") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("amount_usd") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("as_of") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("as_of") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("details") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("details") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("entry") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("entry") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("expires_at") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("obtained_at") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("obtained_at") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("provider") ON TABLE "public"."property_facts" TO "authenticated";

REVOKE ALL ("terms") ON TABLE "public"."property_facts" FROM "authenticated";

GRANT SELECT ("terms") ON TABLE "public"."property_facts" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."property_facts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."property_facts" FROM "service_role";

GRANT SELECT ON TABLE "public"."property_facts" TO "service_role";

-- Reference data, queues and cron jobs.

insert into private.provider_settings (provider, name) values
  ('attom', 'ATTOM_API_KEY'),
  ('google', 'GOOGLE_MAPS_API_KEY')
on conflict (name, provider) do nothing;

insert into public.enrichment_kinds (kind, meaning, renews, contact_kind) values
  ('property', 'value, mortgages and sales of properties', null, null),
  ('geocode', 'the position of properties', 'location', null)
on conflict (kind) do update set meaning = excluded.meaning, renews = excluded.renews,
  contact_kind = excluded.contact_kind;
