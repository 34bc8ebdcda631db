-- deal storage: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.deal_of_path (
  p_path text,
  OUT    org_id uuid,
  OUT    deal_id uuid
)
  RETURNS record
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select (parts)[1]::uuid, (parts)[2]::uuid
  from regexp_match(p_path, '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/'
    '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/'
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}([.][a-z0-9]{1,8})?$') parts
$function$;

CREATE OR REPLACE FUNCTION private.sees_deal_file (
  p_path text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (select from public.deals d
    join private.deal_of_path(p_path) p on p.org_id = d.org_id and p.deal_id = d.id
    where d.org_id = any (private.my_org_ids('{owner,admin,viewer}'))
      or d.org_id = any (private.my_org_ids()) and d.broker_id = any (private.my_broker_ids()))
$function$;

CREATE OR REPLACE FUNCTION private.works_deal_file (
  p_path text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return exists (select from public.deals d
    join private.deal_of_path(p_path) p on p.org_id = d.org_id and p.deal_id = d.id
    where private.works_deals(d.org_id, d.broker_id));
end
$function$;

CREATE POLICY "deal_files_delete" ON "storage"."objects"
  FOR DELETE
  TO "authenticated"
  USING (((bucket_id = 'deal-files'::text) AND private.works_deal_file(name)));

CREATE POLICY "deal_files_insert" ON "storage"."objects"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((bucket_id = 'deal-files'::text) AND private.works_deal_file(name)));

CREATE POLICY "deal_files_select" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING (((bucket_id = 'deal-files'::text) AND private.sees_deal_file(name)));

COMMENT ON FUNCTION "private"."deal_of_path"(text) IS 'Org and deal of ORG/DEAL/UUID.EXTENSION, the path of a file in the bucket; null for any other path.';

COMMENT ON FUNCTION "private"."sees_deal_file"(text) IS 'Whether the signed-in user sees the deal to which a path of the bucket belongs. Definer: policies of another schema call it.';

COMMENT ON FUNCTION "private"."works_deal_file"(text) IS 'Whether the signed-in user may store and remove files at a path of the bucket: who may change its deal. Raises SL106 and SL107. Definer: policies of another schema call it.';

REVOKE ALL ON FUNCTION "private"."deal_of_path"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sees_deal_file"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sees_deal_file"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."works_deal_file"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."works_deal_file"(text) TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.deal_of_path(text) from pipeline_writer;
revoke execute on function private.sees_deal_file(text) from pipeline_writer;
revoke execute on function private.works_deal_file(text) from pipeline_writer;

-- By hand: no comparison sees the schema of the platform.
-- A file is never overwritten: there is no policy for updates.
do $$
begin
  if to_regclass('storage.objects') is null or to_regclass('storage.buckets') is null then
    return;
  end if;
  insert into storage.buckets (id, name, public, file_size_limit) values ('deal-files', 'deal-files', false, 52428800)
  on conflict (id) do nothing;
  drop policy if exists deal_files_select on storage.objects;
  drop policy if exists deal_files_insert on storage.objects;
  drop policy if exists deal_files_delete on storage.objects;
  create policy deal_files_select on storage.objects for select to authenticated
    using (bucket_id = 'deal-files' and private.sees_deal_file(name));
  create policy deal_files_insert on storage.objects for insert to authenticated
    with check (bucket_id = 'deal-files' and private.works_deal_file(name));
  create policy deal_files_delete on storage.objects for delete to authenticated
    using (bucket_id = 'deal-files' and private.works_deal_file(name));
end
$$;
