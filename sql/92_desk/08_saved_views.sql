create table public.saved_views (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  page text not null,
  name text not null,
  query text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint view_belongs_to_a_member foreign key (org_id, user_id)
    references public.members (org_id, user_id) on delete cascade,
  constraint view_is_named_once unique (org_id, user_id, page, name),
  constraint view_names_a_page check (page ~ '^[a-z][a-z_-]{1,30}$'),
  constraint view_has_a_short_name check (length(btrim(name)) between 1 and 80),
  constraint view_query_is_short check (length(query) <= 2000),
  -- What somebody searched for may be a person.
  constraint view_keeps_filters_only check (query !~* '(^|[?&])(q|query|search)=[^&]')
);
comment on table public.saved_views is
  'Views that members keep: a page with its filters, as the query of its URL. Everybody sees their own.';
comment on column public.saved_views.query is
  'The query of the URL: filters and order, never the words of a search, which may be a person.';
create index saved_views_user_idx on public.saved_views (org_id, user_id, page);
alter table public.saved_views enable row level security;
revoke all on public.saved_views from anon, authenticated, service_role;
grant select, insert (org_id, page, name, query), update (name, query), delete on public.saved_views to authenticated;
grant select on public.saved_views to service_role;
create policy select_own on public.saved_views for select to authenticated
  using (user_id = (select auth.uid()) and org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_own on public.saved_views for insert to authenticated
  with check (user_id = (select auth.uid()) and org_id = any ((select private.my_org_ids())::uuid[]));
create policy update_own on public.saved_views for update to authenticated
  using (user_id = (select auth.uid()) and org_id = any ((select private.my_org_ids())::uuid[]))
  with check (user_id = (select auth.uid()) and org_id = any ((select private.my_org_ids())::uuid[]));
create policy delete_own on public.saved_views for delete to authenticated
  using (user_id = (select auth.uid()) and org_id = any ((select private.my_org_ids())::uuid[]));
