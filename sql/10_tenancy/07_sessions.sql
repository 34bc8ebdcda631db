-- Sessions of Supabase Auth. An access token holds for an hour, whatever happens; these functions ask the session
-- behind it, so that a sign-out, a removed factor or a ban of the session counts at once.

-- A token of Supabase Auth names its issuer, and the API logs in as authenticator. Claims that the project's owner sets
-- by hand in a direct session have neither, and no session: the owner could do anything there anyway.
create function private.session_level() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claims constant jsonb := auth.jwt();
  v_user constant uuid := auth.uid();
  v_session constant text := v_claims ->> 'session_id';
  v_level text;
begin
  if v_user is null then
    return null;
  elsif v_claims ->> 'iss' is null and session_user not in ('authenticator', 'anon', 'authenticated') then
    return 'aal2';
  elsif v_session is null or v_session !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
    return 'ended';
  end if;
  select case when v_claims ->> 'aal' = 'aal2' and s.aal::text = 'aal2' then 'aal2' else 'aal1' end into v_level
  from auth.sessions s
  where s.id = v_session::uuid and s.user_id = v_user and (s.not_after is null or s.not_after > now());
  return coalesce(v_level, 'ended');
end
$$;
comment on function private.session_level() is
  'What the caller''s session is now: aal1 (one factor), aal2 (two factors, by its token and by Supabase Auth), ended '
  '(signed out, expired or not named by the token); null without a user. Definer: reads auth.sessions.';

create function private.session_is_current() returns boolean
language sql stable set search_path = '' as $$
  select coalesce(private.session_level() <> 'ended', true)
$$;
comment on function private.session_is_current() is
  'False for a member whose session has ended. True for callers that are no members.';

create function private.require_aal2() returns void
language plpgsql stable set search_path = '' as $$
declare
  v_level constant text := private.session_level();
begin
  perform private.refuse_api_key();
  if v_level = 'ended' then
    raise exception 'your session has ended: sign in again' using errcode = 'SL107';
  elsif v_level = 'aal1' then
    raise exception 'this needs a second factor: confirm with your authenticator' using errcode = 'SL106';
  end if;
end
$$;
comment on function private.require_aal2() is
  'Raises SL106 for a member whose session has one factor only, SL107 for one whose session has ended, and SL134 for an '
  'API key, which has no factors.';

-- A read-only transaction can change nothing: the API runs reads in one.
create function private.check_session() returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_level constant text := private.session_level();
begin
  if v_level = 'ended' then
    raise exception 'your session has ended: sign in again' using errcode = 'SL107';
  elsif v_level = 'aal1' and current_setting('transaction_read_only') = 'off' and exists (
    select from public.members m where m.user_id = (select auth.uid()) and m.role in ('owner', 'admin')) then
    raise exception 'owners and admins need a second factor to change something: confirm with your authenticator'
      using errcode = 'SL106';
  end if;
end
$$;
comment on function private.check_session() is
  'Called wherever a membership counts. Raises SL107 for a member whose session has ended, and SL106 for an owner or '
  'admin with one factor outside of a read-only transaction: one factor may read, and enrol a second. Definer: reads '
  'members.';

create function public.list_second_factors(p_org_id uuid, p_after uuid default null, p_limit integer default 100)
returns table (
  user_id uuid, email text, role public.member_role, has_second_factor boolean, enrolled_at timestamptz,
  last_sign_in_at timestamptz, open_sessions integer
)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'org not found' using errcode = 'SL108';
  end if;
  return query
  select m.user_id, u.email::text, m.role, f.at is not null, f.at, u.last_sign_in_at,
    (select count(*)::integer from auth.sessions s where s.user_id = m.user_id
      and (s.not_after is null or s.not_after > now()))
  from public.members m
  join auth.users u on u.id = m.user_id
  left join lateral (
    select min(x.updated_at) as at from auth.mfa_factors x where x.user_id = m.user_id and x.status = 'verified'
  ) f on true
  where m.org_id = p_org_id and (p_after is null or m.user_id > p_after)
  order by m.user_id
  limit least(greatest(coalesce(p_limit, 100), 1), 1000);
end
$$;
comment on function public.list_second_factors(uuid, uuid, integer) is
  'Members of the org, by user id, with whether they have a verified second factor, when, and their open sessions. '
  'p_after: the last user id of the page before. For owners, admins and the service; raises SL108. Definer: reads auth.';

revoke execute on function private.session_level(), private.session_is_current(), private.require_aal2(),
  private.check_session(), public.list_second_factors(uuid, uuid, integer) from public, anon, authenticated;
grant execute on function private.session_level(), private.session_is_current(), private.require_aal2(),
  private.check_session() to service_role, pipeline_writer;
grant execute on function public.list_second_factors(uuid, uuid, integer) to authenticated, service_role;
