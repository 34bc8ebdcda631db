create function private.tg_website_audits__check_url() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  -- Sites without TLS are audited, too; the form of the address is otherwise that of all URLs that people give.
  v_problem constant text := private.url_problem(
    regexp_replace(new.url, '^http://(?!127[.]0[.]0[.]1|localhost|\[)', 'https://'), private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the address %', v_problem using errcode = 'SL717';
  end if;
  return new;
end
$$;
comment on function private.tg_website_audits__check_url() is
  'Trigger: the address has the form of a public one. Raises SL717. Definer: reads the switch of development machines.';
create trigger _100_check_url before insert or update of url on public.website_audits
  for each row execute function private.tg_website_audits__check_url();

create function public.request_website_audit(
  p_org_id uuid, p_url text, p_again boolean default false, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_domain text;
  a public.website_audits;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  v_domain := lower(substring(p_url from '^https?://([^/?]+)'));
  if v_domain is null then
    raise exception 'the address must begin with https:// or http://' using errcode = 'SL717';
  end if;
  select x.* into a from public.website_audits x
  where x.org_id = p_org_id and x.domain = v_domain and (x.state in ('queued', 'running')
    or not coalesce(p_again, false) and x.fresh_until > p_as_of)
  order by x.state in ('queued', 'running') desc, x.finished_at desc limit 1;
  if a.id is not null then
    return jsonb_build_object('id', a.id, 'domain', v_domain, 'state', a.state, 'kept', true);
  end if;
  insert into public.website_audits (org_id, domain, url, requested_at, requested_by)
  values (p_org_id, v_domain, p_url, p_as_of, (select auth.uid()))
  on conflict do nothing
  returning * into a;
  if a.id is null then
    select x.* into a from public.website_audits x
    where x.org_id = p_org_id and x.domain = v_domain and x.state in ('queued', 'running');
    return jsonb_build_object('id', a.id, 'domain', v_domain, 'state', a.state, 'kept', true);
  end if;
  -- A report compares with the audit before; older ones go, but for those that have a report.
  delete from public.website_audits x
  where x.org_id = p_org_id and x.domain = v_domain and x.state in ('done', 'failed')
    and x.id not in (select y.id from public.website_audits y
      where y.org_id = p_org_id and y.domain = v_domain and y.finished_at is not null
      order by y.finished_at desc limit 5)
    and not exists (select from public.website_reports r where r.org_id = x.org_id and r.audit_id = x.id);
  return jsonb_build_object('id', a.id, 'domain', v_domain, 'state', a.state, 'kept', false);
end
$$;
comment on function public.request_website_audit(uuid, text, boolean, timestamptz) is
  'Asks for an audit of the website at an address: {id, domain, state, kept}. kept: an audit of the domain is waiting, '
  'running or still fresh, and no other is made, unless p_again. For owners, admins and the service. Raises SL111, '
  'SL141, and SL717 for an address that is not a public one. Definer: nobody else writes audits.';
revoke execute on function public.request_website_audit(uuid, text, boolean, timestamptz) from public, anon;
grant execute on function public.request_website_audit(uuid, text, boolean, timestamptz) to authenticated, service_role;

create function private.website_files(p_org_id uuid, p_domain text) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce(array_agg(x.path order by x.path), '{}')
    from public.website_audits a
    join public.website_reports r on r.org_id = a.org_id and r.audit_id = a.id
    cross join lateral (values (r.html_path), (r.pdf_path)
      union all select l.path from public.website_report_links l
      where l.org_id = r.org_id and l.report_id = r.id and l.revoked_at is null) x (path)
    where a.org_id = p_org_id and a.domain = lower(p_domain) and x.path is not null);
end
$$;
comment on function private.website_files(uuid, text) is
  'The paths of everything that the bucket has of a domain: reports and the copies of their links.';

create function public.forget_website(p_org_id uuid, p_domain text) returns text[]
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paths text[];
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  v_paths := private.website_files(p_org_id, p_domain);
  delete from public.website_audits a where a.org_id = p_org_id and a.domain = lower(p_domain);
  return v_paths;
end
$$;
comment on function public.forget_website(uuid, text) is
  'Deletes every audit, finding, report and link of a domain, and returns the paths of its files in the bucket, which '
  'the caller deletes. For owners, admins and the service, also while the pack is off. Raises SL111. Definer: nobody '
  'else deletes audits.';
revoke execute on function public.forget_website(uuid, text) from public, anon;
grant execute on function public.forget_website(uuid, text) to authenticated, service_role;
