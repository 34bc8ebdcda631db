-- Reports of audits. The files are in a private bucket; a link is a signed address of a copy, so that deleting the copy
-- ends it before its time.

create table public.website_reports (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  audit_id uuid not null,
  html_sha256 text not null,
  html_path text not null,
  pdf_path text,
  template_version integer not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint report_is_made_once unique (org_id, audit_id, html_sha256),
  constraint report_is_of_an_audit_of_its_org foreign key (org_id, audit_id)
    references public.website_audits (org_id, id) on delete cascade,
  constraint report_hash_is_sha256 check (html_sha256 ~ '^[0-9a-f]{64}$'),
  constraint report_files_are_in_its_folder check (html_path like org_id::text || '/%'
    and pdf_path like org_id::text || '/%')
);
comment on table public.website_reports is
  'Reports of audits. The same facts give the same bytes, so that a report is stored once.';
comment on column public.website_reports.html_path is 'In the bucket website-reports: ORG/AUDIT/SHA256.html.';
comment on column public.website_reports.pdf_path is 'Null where no browser was there to print it.';
create trigger _010_require_pack before insert or update on public.website_reports
  for each row execute function private.tg_require_pack('prospects');

create table public.website_report_links (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  report_id uuid not null,
  path text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (org_id, id),
  constraint report_link_is_of_a_report_of_its_org foreign key (org_id, report_id)
    references public.website_reports (org_id, id) on delete cascade,
  constraint report_link_is_in_its_folder check (path = org_id::text || '/links/' || id::text || '.pdf'),
  constraint report_link_expires check (expires_at > created_at)
);
comment on table public.website_report_links is
  'Links to reports. Each has a copy of the PDF of its own in the bucket, and is a signed address of it: it ends with '
  'its time, or with the copy.';
comment on column public.website_report_links.path is 'The copy; deleted when the link is revoked.';
create index website_report_links_report_idx on public.website_report_links (org_id, report_id);
create trigger _010_require_pack before insert or update on public.website_report_links
  for each row execute function private.tg_require_pack('prospects');

alter table public.website_reports enable row level security;
alter table public.website_report_links enable row level security;
revoke all on public.website_reports, public.website_report_links from anon, authenticated, service_role;
grant select on public.website_reports, public.website_report_links to authenticated, service_role, pipeline_writer;
create policy select_members on public.website_reports for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_writer on public.website_reports for select to pipeline_writer using (true);
create policy select_writer on public.website_report_links for select to pipeline_writer using (true);
create policy select_admins on public.website_report_links for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));

create function private.record_website_report(
  p_org_id uuid, p_audit_id uuid, p_html_sha256 text, p_html_path text, p_pdf_path text, p_template_version integer,
  p_as_of timestamptz default now()
) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.website_reports as r (org_id, audit_id, html_sha256, html_path, pdf_path, template_version,
    created_at)
  values (p_org_id, p_audit_id, p_html_sha256, p_html_path, p_pdf_path, p_template_version, p_as_of)
  on conflict (org_id, audit_id, html_sha256) do update set pdf_path = coalesce(r.pdf_path, excluded.pdf_path)
  returning r.id into v_id;
  return v_id;
end
$$;
comment on function private.record_website_report(uuid, uuid, text, text, text, integer, timestamptz) is
  'Records a report whose files are stored, once for the same bytes, and returns its id. Definer: nobody else writes '
  'reports.';

create function private.add_report_link(
  p_org_id uuid, p_report_id uuid, p_days integer default 30, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id constant uuid := gen_random_uuid();
  v_pdf constant text := (select r.pdf_path from public.website_reports r
    where r.org_id = p_org_id and r.id = p_report_id);
begin
  if v_pdf is null or not coalesce(p_days between 1 and 366, false) then
    raise exception 'report not found, or not from 1 to 366 days' using errcode = 'SL718';
  end if;
  insert into public.website_report_links (org_id, id, report_id, path, created_at, expires_at)
  values (p_org_id, v_id, p_report_id, p_org_id::text || '/links/' || v_id::text || '.pdf', p_as_of,
    p_as_of + make_interval(days => p_days));
  return (select jsonb_build_object('id', l.id, 'pdf_path', v_pdf, 'path', l.path, 'expires_at', l.expires_at)
    from public.website_report_links l where l.org_id = p_org_id and l.id = v_id);
end
$$;
comment on function private.add_report_link(uuid, uuid, integer, timestamptz) is
  'Notes a link to a report for p_days: {id, pdf_path, path, expires_at}; the caller copies the file and signs the '
  'address. Raises SL141 and SL718. Definer: nobody else writes links.';

create function private.revoke_report_links(p_org_id uuid, p_report_id uuid, p_as_of timestamptz default now())
returns text[]
language sql volatile security definer set search_path = '' as $$
  with revoked as (
    update public.website_report_links l set revoked_at = p_as_of
    where l.org_id = p_org_id and l.report_id = p_report_id and l.revoked_at is null
    returning l.path
  )
  select coalesce(array_agg(r.path order by r.path), '{}') from revoked r
$$;
comment on function private.revoke_report_links(uuid, uuid, timestamptz) is
  'Notes that the links of a report are revoked, and returns the copies that the caller has deleted. Raises SL141. '
  'Definer: nobody else writes links.';
grant execute on function
  private.record_website_report(uuid, uuid, text, text, text, integer, timestamptz),
  private.add_report_link(uuid, uuid, integer, timestamptz),
  private.revoke_report_links(uuid, uuid, timestamptz) to pipeline_writer;

-- The service writes the bucket; members read the files of their orgs.
do $$
begin
  if to_regclass('storage.objects') is null or to_regclass('storage.buckets') is null then
    return;
  end if;
  insert into storage.buckets (id, name, public, file_size_limit)
  values ('website-reports', 'website-reports', false, 10485760)
  on conflict (id) do nothing;
  drop policy if exists website_reports_select on storage.objects;
  create policy website_reports_select on storage.objects for select to authenticated
    using (bucket_id = 'website-reports' and split_part(name, '/', 2) <> 'links'
      and split_part(name, '/', 1) = any ((select private.my_org_ids())::text[])
      and split_part(name, '/', 1) = any ((select private.orgs_with_pack('prospects'))::text[]));
end
$$;
