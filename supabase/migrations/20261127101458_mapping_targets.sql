-- mapping targets: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "public"."mapping_targets" (
  "target"  text     NOT NULL,
  "meaning" text     NOT NULL,
  "most"    smallint,
  CONSTRAINT "mapping_targets_pkey" PRIMARY KEY (target),
  CONSTRAINT "numbered_target_has_its_limit" CHECK (((target ~~ '%\_N%'::text) = (most IS NOT NULL))),
  CONSTRAINT "target_is_a_name" CHECK ((target ~ '^[a-z0-9_]*(_N[a-z_]*)?$'::text))
);

ALTER TABLE "public"."mapping_targets"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."mapping_targets" FROM "anon";

CREATE OR REPLACE FUNCTION private.is_mapping_target (
  p_target text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select p_target = 'attribute' or exists (
    select from public.mapping_targets t
    where case when t.most is null then t.target = p_target
      else substring(p_target from '^' || replace(t.target, '_N', '_([1-9][0-9]?)') || '$')::integer <= t.most end
  )
$function$;

CREATE OR REPLACE FUNCTION private.tg_sources__check_column_map()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_wrong text := private.wrong_targets(new.column_map);
begin
  if v_wrong is not null then
    raise exception 'the column map has wrong targets: it maps %', v_wrong using errcode = 'SL207',
      hint = 'The targets are in mapping_targets, and in docs/mapping_targets.md.';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.wrong_targets (
  p_column_map jsonb
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select string_agg(format('"%s" to %s', m.key, case jsonb_typeof(m.value) when 'string' then '"' || (m.value #>> '{}')
    || '"' else m.value::text end), ', ' order by m.key)
  from jsonb_each(p_column_map) m
  where m.value <> 'null'
    and not (jsonb_typeof(m.value) = 'string' and private.is_mapping_target(m.value #>> '{}'))
$function$;

CREATE TRIGGER _200_check_column_map
  BEFORE INSERT ON public.sources
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_sources__check_column_map();

CREATE TRIGGER _200_check_new_column_map
  BEFORE UPDATE OF column_map ON public.sources
  FOR EACH ROW
  WHEN ((old.column_map IS DISTINCT FROM new.column_map))
  EXECUTE FUNCTION private.tg_sources__check_column_map();

CREATE POLICY "select_members" ON "public"."mapping_targets"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."mapping_targets"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."mapping_targets"."target" IS 'Name of the field; N stands for a number from 1 to most.';

COMMENT ON COLUMN "public"."sources"."column_map" IS 'Maps the source''s headers to targets (mapping_targets), {"Their Header": "street"}; null ignores the column.';

COMMENT ON FUNCTION "private"."is_mapping_target"(text) IS 'Whether a column map may name this target: a field of mapping_targets with its number, or attribute.';

COMMENT ON FUNCTION "private"."tg_sources__check_column_map"() IS 'Refuses a column map with a target that does not exist. A map that is not changed is not checked, so that a source whose map is older than this check can be edited; its files are refused until the map is right. Raises SL207. Definer: members may not call the helpers.';

COMMENT ON FUNCTION "private"."wrong_targets"(jsonb) IS 'The entries of a column map that name no target, as text for a message; null when there are none.';

COMMENT ON TABLE "public"."mapping_targets" IS 'Fields that a column of a list can be mapped to.';

REVOKE ALL ON FUNCTION "private"."is_mapping_target"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_mapping_target"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_sources__check_column_map"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_sources__check_column_map"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."wrong_targets"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wrong_targets"(jsonb) TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."mapping_targets" FROM "authenticated";

GRANT SELECT ON TABLE "public"."mapping_targets" TO "authenticated";

GRANT SELECT ON TABLE "public"."mapping_targets" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."mapping_targets" TO "service_role";

-- Reference data, queues and cron jobs.

insert into public.mapping_targets (target, meaning, most) values
  ('mak', 'Melissa address key of the property, 10 digits.', null),
  ('fips', 'County of the property as its FIPS code, five digits.', null),
  ('county', 'County of the property by name.', null),
  ('apn', 'Parcel number (APN) that the county''s assessor gave the property.', null),
  ('street', 'Street line of the property: house number and street, perhaps with a unit.', null),
  ('unit', 'Unit of the property, such as `Apt 4`.', null),
  ('city', 'City of the property.', null),
  ('state', 'State of the property, by code or name.', null),
  ('zip', 'ZIP code of the property.', null),
  ('zip_plus4', 'The four digits after the ZIP code, or all nine.', null),
  ('address_full', 'Whole address of the property in one value; it is split where that is certain.', null),
  ('house_number', 'House number, where the street line is in several columns.', null),
  ('pre_dir', 'Direction before the street name, such as `N`.', null),
  ('street_name', 'Street name without number, direction and suffix.', null),
  ('suffix', 'Suffix of the street, such as `St`.', null),
  ('post_dir', 'Direction after the street name.', null),
  ('owner_1_first', 'First name of the owner.', null),
  ('owner_1_last', 'Last name of the owner.', null),
  ('owner_2_first', 'First name of the second owner.', null),
  ('owner_2_last', 'Last name of the second owner.', null),
  ('owner_full', 'Name of the owner, or of several, or of a company, in one value.', null),
  ('mail_street', 'Street line of the address to which the owner''s mail goes.', null),
  ('mail_unit', 'Unit of the mailing address.', null),
  ('mail_city', 'City of the mailing address.', null),
  ('mail_state', 'State of the mailing address.', null),
  ('mail_zip', 'ZIP code of the mailing address.', null),
  ('mail_address_full', 'Whole mailing address in one value.', null),
  ('result_codes', 'Result codes of a verification service; several columns are added up.', null),
  ('consent', 'Whether the owner consented: an explicit yes or no.', null),
  ('consented_at', 'When the owner consented. Without a readable time there is no consent.', null),
  ('consent_method', 'How the owner consented.', null),
  ('lead_score', 'Score of the lead, from 0 to 100.', null),
  ('phone_N', 'A phone of the owner; a cell may have several.', '30'),
  ('phone_N_type', 'Kind of that phone: mobile, landline, work, VoIP.', '30'),
  ('phone_N_codes', 'Result codes of that phone.', '30'),
  ('email_N', 'An e-mail address of the owner.', '30'),
  ('email_N_codes', 'Result codes of that e-mail address.', '30')
on conflict (target) do update set meaning = excluded.meaning, most = excluded.most;

-- Written by hand. Existing column maps stay as they are, also those with wrong targets: their files are refused until
-- the map is right, and nothing of them is lost. Each is named here.
do $$
declare
  v record;
begin
  for v in
    select s.key, private.wrong_targets(s.column_map) as wrong from public.sources s
    where private.wrong_targets(s.column_map) is not null order by s.key
  loop
    raise warning 'The column map of source % has wrong targets, so its files are refused: it maps %. Set it right with '
      '`sluice source map % set`.', v.key, v.wrong, v.key;
  end loop;
end
$$;
