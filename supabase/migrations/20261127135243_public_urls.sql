-- public urls: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.loopback_urls_allowed()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (select from vault.decrypted_secrets s
    where s.name = 'sluice_loopback_urls' and s.decrypted_secret = 'allow')
$function$;

CREATE OR REPLACE FUNCTION private.tg_subscriptions__check_url()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_problem constant text := private.url_problem(new.url, private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the URL %', v_problem using errcode = 'check_violation',
      constraint = 'subscription_url_is_public';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.url_problem (
  p_url      text,
  p_loopback boolean DEFAULT false
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE TRIGGER _100_check_url
  BEFORE INSERT OR UPDATE OF url ON public.subscriptions
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_subscriptions__check_url();

COMMENT ON FUNCTION "private"."loopback_urls_allowed"() IS 'The switch of development machines: the Vault secret sluice_loopback_urls is allow. Definer: only the owner may read Vault.';

COMMENT ON FUNCTION "private"."tg_subscriptions__check_url"() IS 'Trigger: a new or changed URL has the form of a public one. Raises 23514. Definer: reads the switch of development machines.';

COMMENT ON FUNCTION "private"."url_problem"(text, boolean) IS 'Why a URL that somebody configures is refused; null when its form is right. No IP addresses, user names, other ports, or names without a public top-level domain. p_loopback also allows http on this machine.';

REVOKE ALL ON FUNCTION "private"."loopback_urls_allowed"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_subscriptions__check_url"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_subscriptions__check_url"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."url_problem"(text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."url_problem"(text, boolean) TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.loopback_urls_allowed() from pipeline_writer;
