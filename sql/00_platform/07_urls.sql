-- URLs that members configure and the worker requests. The form is checked here, when a URL is stored; the addresses of
-- its host are checked when it is requested (edge-functions/_shared/platform/http), because names can be moved.

create function private.url_problem(p_url text, p_loopback boolean default false) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case
    when length(p_url) > 2000 then 'is longer than 2000 characters'
    when p_loopback
      and p_url ~ ('^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?'
        || '([/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$') then null
    when p_url !~ ('^https://([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9](:(443|8443))?'
      || '([/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$') or length(substring(p_url from '^https://([^/?:]*)')) > 253
      then 'must be https://, a public host name in ASCII, and port 443 or 8443'
    when substring(p_url from '^https://([^/?:]*)') ~ ('(^|\.)(arpa|corp|home|internal|intranet|invalid|lan|local|'
      || 'localdomain|localhost|onion|private)$') then 'has a host name of a private network'
  end
$$;
comment on function private.url_problem(text, boolean) is
  'Why a URL that somebody configures is refused; null when its form is right. No IP addresses, user names, other '
  'ports, or names without a public top-level domain. p_loopback also allows http on this machine.';

create function private.loopback_urls_allowed() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from vault.decrypted_secrets s
    where s.name = 'sluice_loopback_urls' and s.decrypted_secret = 'allow')
$$;
comment on function private.loopback_urls_allowed() is
  'The switch of development machines: the Vault secret sluice_loopback_urls is allow. Definer: only the owner may read '
  'Vault.';
revoke execute on function private.loopback_urls_allowed() from pipeline_writer;
