-- The bytes of documents and photos: a private bucket of Supabase Storage, whose policies look at the deals. A database
-- without Storage has neither; the rows of deal_files are the same.

create function private.deal_of_path(p_path text, out org_id uuid, out deal_id uuid)
language sql immutable parallel safe set search_path = '' as $$
  select (parts)[1]::uuid, (parts)[2]::uuid
  from regexp_match(p_path, '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/'
    '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/'
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}([.][a-z0-9]{1,8})?$') parts
$$;
comment on function private.deal_of_path(text) is
  'Org and deal of ORG/DEAL/UUID.EXTENSION, the path of a file in the bucket; null for any other path.';

create function private.sees_deal_file(p_path text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.deals d
    join private.deal_of_path(p_path) p on p.org_id = d.org_id and p.deal_id = d.id
    where d.org_id = any (private.my_org_ids('{owner,admin,viewer}'))
      or d.org_id = any (private.my_org_ids()) and d.broker_id = any (private.my_broker_ids()))
$$;
comment on function private.sees_deal_file(text) is
  'Whether the signed-in user sees the deal to which a path of the bucket belongs. Definer: policies of another schema '
  'call it.';

create function private.works_deal_file(p_path text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from public.deals d
    join private.deal_of_path(p_path) p on p.org_id = d.org_id and p.deal_id = d.id
    where private.works_deals(d.org_id, d.broker_id));
end
$$;
comment on function private.works_deal_file(text) is
  'Whether the signed-in user may store and remove files at a path of the bucket: who may change its deal. Raises '
  'SL106 and SL107. Definer: policies of another schema call it.';
revoke execute on function private.deal_of_path(text), private.sees_deal_file(text), private.works_deal_file(text)
  from pipeline_writer;
grant execute on function private.sees_deal_file(text), private.works_deal_file(text) to authenticated;

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
