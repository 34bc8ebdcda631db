-- fillers: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.area_codes()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select
    ' 201 202 203 204 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 226 227 '
    '228 229 231 234 235 236 239 240 242 246 248 249 250 251 252 253 254 256 257 260 262 263 264 267 '
    '268 269 270 272 273 274 276 279 281 283 284 289 '
    '301 302 303 304 305 306 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 324 325 326 '
    '327 329 330 331 332 334 336 337 339 340 341 343 345 346 347 350 351 352 353 354 360 361 363 364 '
    '365 367 368 369 380 382 385 386 387 '
    '401 402 403 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419 423 424 425 428 430 431 '
    '432 434 435 436 437 438 440 441 442 443 445 447 448 450 457 458 463 464 465 468 469 470 471 472 '
    '473 474 475 478 479 480 483 484 '
    '500 501 502 503 504 505 506 507 508 509 510 512 513 514 515 516 517 518 519 520 521 522 523 524 '
    '525 526 527 528 529 530 531 532 533 534 539 540 541 544 548 551 557 559 561 562 563 564 566 567 '
    '570 571 572 573 574 575 577 579 580 581 582 584 585 586 587 588 '
    '600 601 602 603 604 605 606 607 608 609 610 612 613 614 615 616 617 618 619 620 621 622 623 624 '
    '626 628 629 630 631 633 636 639 640 641 645 646 647 649 650 651 656 657 658 659 660 661 662 664 '
    '667 669 670 671 672 678 679 680 681 682 683 684 686 689 '
    '701 702 703 704 705 706 707 708 709 712 713 714 715 716 717 718 719 720 721 724 725 726 727 728 '
    '729 730 731 732 734 737 738 740 742 743 747 748 753 754 757 758 760 762 763 765 767 769 770 771 '
    '772 773 774 775 778 779 780 781 782 784 785 786 787 '
    '800 801 802 803 804 805 806 807 808 809 810 812 813 814 815 816 817 818 819 820 821 825 826 828 '
    '829 830 831 832 833 835 837 838 839 840 843 844 845 847 848 849 850 854 855 856 857 858 859 860 '
    '861 862 863 864 865 866 867 868 869 870 872 873 876 877 878 879 888 '
    '901 902 903 904 905 906 907 908 909 910 912 913 914 915 916 917 918 919 920 924 925 928 929 930 '
    '931 934 936 937 938 939 940 941 942 943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 '
    '978 979 980 983 984 985 986 989 '
$function$;

CREATE OR REPLACE FUNCTION private.filler_mail_domains()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select ' none noemail noemails nomail nomailaddress noemailaddress noaddress unknown nowhere nodomain notavailable '
    'notprovided notgiven null nil fake fakeemail fakemail dummy test testing testmail asdf abcd xxx xxxx yourdomain '
    'youremail placeholder invalid refused declined donotemail '
$function$;

CREATE OR REPLACE FUNCTION private.filler_mail_words()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select ' no na non none noemail noemails noemailaddress noemailgiven noemailonfile noemailprovided noemailavailable '
    'nomail nomailaddress noaddress noname noone nobody nothing nope noreply donotreply noresponse noemailyet '
    'unknown unk unknownemail notavailable notapplicable notprovided notgiven notlisted notknown notonfile nil null '
    'undefined decline declined declinedemail refuse refused refusedemail donotemail dontemail donothave doesnothave '
    'donthave donthaveone doesnothaveone test testing testemail testtest testuser testaccount tbd tba pending temp '
    'tempemail temporary blank dummy dummyemail fake fakeemail invalid invalidemail bademail wrongemail placeholder '
    'anonymous xxx abc abcd asdf asdfasdf asdfg asdfgh qwerty yourname youremail yourmail firstname lastname '
    'firstnamelastname someone somebody '
$function$;

CREATE OR REPLACE FUNCTION private.filler_parcel_words()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '^[^A-Z0-9]*(APPLIED|ATTACHED|BLANK|CALL|CHECK|CONTACT|DUMMY|EMPTY|EXEMPT|FAKE|MANY|MISC|MISSING|MULTI'
    '|MULTIPLE|NAN|NIL|NONE|NOT|NULL|PART OF|PEND|PENDING|PLEASE|PORTION|REFER|SAMPLE|SEE|SEVERAL|TBA|TBC|TBD|TEMP|TEMPORARY'
    '|TEST|TO BE|UNAVAILABLE|UNASSIGNED|UNDEFINED|UNK|UNKNOWN|UNLISTED|UNMAPPED|UNRECORDED|UNSPECIFIED|VAR|VARIES'
    '|VARIOUS)([^A-Z0-9]|[0-9]{1,3}$)'
$function$;

CREATE OR REPLACE FUNCTION private.is_damaged_parcel (
  p_text text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  -- 1.38025E+11
  if position('E' in p_text) > 0 and p_text ~ '^[0-9]+(\.[0-9]*)?E\+?[0-9]{1,3}$' and p_text ~ '[.+]' then
    return true;
  end if;
  -- 12-3-4 became 12/3/2004 or, in a workbook, 2004-12-03; 12-3 became 3-Dec. 12-3-2004 is left alone.
  if p_text !~ '[A-SU-Z]' then
    return p_text ~ '^(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|[12][0-9]|3[01])/([0-9]{2}|(19|20)[0-9]{2})$'
      or p_text ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
      or p_text ~ '^[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}[T ]+[0-9]{1,2}:[0-9]{2}';
  end if;
  return p_text ~
    '^([0-9]{1,2}[- ])?(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(([-., ]+[0-9]{1,4}){1,2})?$'
    and p_text ~ '[0-9]';
end
$function$;

CREATE OR REPLACE FUNCTION private.is_filler_local_part (
  p_local  text,
  p_domain text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select position(' ' || p_local || ' ' in private.filler_mail_words()) > 0
    or position(' ' || p_domain || ' ' in private.filler_mail_domains()) > 0
    or length(p_local) >= 4 and ltrim(p_local, left(p_local, 1)) = ''
    or p_local ~ '^[a-z]{4}[a-z]*[0-9]+$'
      and position(' ' || rtrim(p_local, '0123456789') || ' ' in private.filler_mail_words()) > 0
    or length(p_local) >= 3 and (position(p_local in '01234567890') > 0
      or p_local !~ '[^0-9]' and ltrim(p_local, left(p_local, 1)) = '')
    or length(p_local) <= 2 and p_local = p_domain
$function$;

CREATE OR REPLACE FUNCTION private.is_filler_number (
  p_digits text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select length(ltrim(p_digits, '0')) >= 5 and ltrim(ltrim(p_digits, '0'), left(ltrim(p_digits, '0'), 1)) = ''
    or length(p_digits) >= 5 and (position(p_digits in '01234567890123456789') > 0
      or position(p_digits in '98765432109876543210') > 0)
$function$;

CREATE OR REPLACE FUNCTION private.is_filler_phone (
  p_digits text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select left(p_digits, 3) <> all (string_to_array(private.area_codes(), ' '))
    -- 555-0100 to 555-0199 are reserved for fiction, and tests and demonstrations need numbers that reach nobody.
    or substr(p_digits, 4, 3) = '555' and (ltrim(right(p_digits, 4), right(p_digits, 1)) = ''
      or right(p_digits, 4) in ('1212', '1234', '4321'))
    or ltrim(right(p_digits, 7), right(p_digits, 1)) = ''
    or right(p_digits, 7) in ('2345678', '3456789', '4567890', '9876543', '8765432', '7654321')
    or position(p_digits in '0123456789012345678') > 0 or position(p_digits in '9876543210987654321') > 0
    or p_digits = repeat(left(p_digits, 2), 5)
$function$;

CREATE OR REPLACE FUNCTION private.is_rounded_number (
  p_digits text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  -- A spreadsheet shows six digits of a long number, and keeps fifteen.
  select length(p_digits) >= 12 and p_digits ~ '^[1-9](\d{0,5}0{6,}|\d{13}[1-9]0{2,})$'
$function$;

CREATE OR REPLACE FUNCTION private.normalise_apn (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_apn text := raw;
begin
  if raw is null or length(raw) > 200 then
    return null;
  end if;
  if raw ~ '[^0-9A-Z]' then
    v_apn := upper(btrim(raw, E' \t\r\n''"='));
    -- A spreadsheet turns an id into a number: `2029580065.00` can be repaired.
    if position('.' in v_apn) > 0 then
      v_apn := regexp_replace(v_apn, '^([0-9]{6,})\.0{1,2}$', '\1');
    end if;
    if v_apn ~ '[A-Z/:]|^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and (private.is_damaged_parcel(v_apn) or v_apn ~ private.filler_parcel_words()) then
      return null;
    end if;
    v_apn := translate(v_apn, translate(v_apn, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''), '');
  end if;
  -- A parcel number has a digit other than zero.
  if length(v_apn) > 40 or v_apn !~ '[1-9]' then
    return null;
  end if;
  if v_apn ~ '[A-Z]' then
    if v_apn ~ '^[A-Z]{3}' and v_apn ~ private.filler_parcel_words() then
      return null;
    end if;
  elsif private.is_filler_number(v_apn) or private.is_rounded_number(v_apn) then
    return null;
  end if;
  return v_apn;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_email (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_email constant text := private.read_email(raw);
  v_local constant text := translate(split_part(v_email, '@', 1), '._-/', '');
  v_domain constant text := split_part(split_part(v_email, '@', 2), '.', 1);
begin
  if private.is_filler_local_part(v_local, v_domain) then
    return null;
  end if;
  return v_email;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_mak (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  if raw is null then
    return null;
  end if;
  if raw !~ '^[0-9]{10}$' then
    raw := regexp_replace(btrim(raw, E' \t\r\n''"='), '\.0{1,2}$', '');
    if raw !~ '^[0-9]{10}$' then
      return null;
    end if;
  end if;
  -- 2.02958E+09 written out ends in four zeros.
  if right(raw, 4) = '0000' or private.is_filler_number(raw) then
    return null;
  end if;
  return raw;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_phone (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_digits text := translate(raw, '()- ', '');
begin
  if v_digits ~ '[^0-9]' or length(v_digits) <> 10 then
    v_digits := substr(private.read_phone(raw), 3);
  elsif v_digits !~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)' then
    return null;
  end if;
  if private.is_filler_phone(v_digits) then
    return null;
  end if;
  return '+1' || v_digits;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_email (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_email text;
  v_local text;
  v_domain text;
  v_top text;
begin
  if raw is null or length(raw) > 400 or position('@' in raw) = 0 then
    return null;
  end if;
  -- Most addresses match this simple form.
  if length(raw) <= 64
    and raw ~ '^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*'
      '@[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\.[A-Za-z0-9]+(-[A-Za-z0-9]+)*)*\.[A-Za-z]{2,}$' then
    return lower(raw collate "C");
  end if;
  -- Unwraps `Name <a@b>` and `mailto:a@b?subject=…`; repairs nothing else.
  v_email := lower(btrim(raw, E' \t\r\n\f\u00a0\u200b\ufeff"''<>();,') collate "C");
  if position('<' in v_email) > 0 then
    v_email := btrim(split_part(v_email, '<', 2));
  end if;
  if left(v_email, 7) = 'mailto:' then
    v_email := btrim(split_part(substr(v_email, 8), '?', 1));
  end if;
  v_local := split_part(v_email, '@', 1);
  v_domain := substr(v_email, length(v_local) + 2);
  -- RFC 5321: at most 64 characters in the local part and 254 in total. Only the dot-atom form of the local part.
  if length(v_email) > 254 or length(v_local) not between 1 and 64
    or translate(v_local, 'abcdefghijklmnopqrstuvwxyz0123456789.!#$%&''*+/=?^_`{|}~-', '') <> ''
    or left(v_local, 1) = '.' or right(v_local, 1) = '.' or position('..' in v_email) > 0
  then
    return null;
  end if;
  -- The domain: letters, digits and inner hyphens, labels of at most 63 characters, the last one letters (or xn--).
  v_top := split_part(v_domain, '.', -1);
  if translate(v_domain, 'abcdefghijklmnopqrstuvwxyz0123456789.-', '') <> ''
    or position('.' in v_domain) < 2
    or left(v_domain, 1) = '-'
    or position('-.' in v_domain) > 0 or position('.-' in v_domain) > 0
    or length(v_top) not between 2 and 63
    or (ltrim(v_top, 'abcdefghijklmnopqrstuvwxyz') <> '' and (left(v_top, 4) <> 'xn--' or right(v_top, 1) = '-'))
    or (length(v_domain) > 63 and v_domain ~ '[^.]{64}')
  then
    return null;
  end if;
  return v_email;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_phone (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_digits text;
begin
  if raw is null or length(raw) > 60 then
    return null;
  end if;
  -- Most phones are ten digits in US notation.
  v_digits := translate(raw, '()- ', '');
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  -- Then E.164. Everything else is taken apart below.
  if raw ~ '[^0-9]' and raw !~ '^\+1[0-9]{10}$' then
    -- An extension ends the number; a spreadsheet adds `.0` to a number; after that only digits count.
    v_digits := lower(raw);
    if v_digits ~ '[a-z#;,/]' then
      v_digits := regexp_replace(v_digits,
        '^\s*(tel|phone|ph|cell|mobile|home|work|office|fax|p|t|m|c)?[.:]?\s*(?=[+(0-9])', '');
      v_digits := regexp_replace(v_digits, '\s*(x|ext|extn|extension|#|;\s*ext\s*=|,).*$', '');
      if v_digits ~ '[a-z#;,/]' then
        return null;
      end if;
    end if;
    v_digits := regexp_replace(v_digits, '\.0{1,2}\s*$', '');
    if position('+' in v_digits) > 0 and v_digits !~ '^[^0-9]*\+[^0-9]*1' then
      return null;
    end if;
    v_digits := translate(v_digits, translate(v_digits, '0123456789', ''), '');
  else
    v_digits := ltrim(raw, '+');
  end if;
  if length(v_digits) = 11 and left(v_digits, 1) = '1' then
    v_digits := substr(v_digits, 2);
  end if;
  -- NANP: area code and exchange are [2-9]XX, neither is N11, and no real number repeats one digit.
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_suppressions (
  p_org_id uuid,
  p_rows   jsonb,
  p_reason text
)
  RETURNS TABLE (
    line    integer,
    bidx    bytea,
    kind    public.contact_kind,
    channel text,
    reason  text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select r.line, x.bidx, x.kind,
    case when nullif(r.channel, '') is null or r.channel = any (private.channels_for_kind(x.kind))
      then nullif(r.channel, '') else 'wrong' end as channel,
    coalesce(nullif(r.reason, ''), p_reason) as reason
  from jsonb_to_recordset(p_rows) r (line integer, value text, hash text, kind text, channel text, reason text)
  cross join lateral (
    select private.read_phone(r.value) as phone,
      case when position('@' in r.value) > 0 then private.read_email(r.value) end as email,
      case when r.hash ~ '^[0-9a-fA-F]{32}$' and r.kind in ('phone', 'email') then decode(r.hash, 'hex') end as hash
  ) n
  cross join lateral (
    select coalesce(n.hash, private.blind_index(coalesce(n.email, n.phone), private.blind_key(p_org_id))) as bidx,
      (case when n.hash is not null then r.kind when n.email is not null then 'email' when n.phone is not null
        then 'phone' end)::public.contact_kind as kind
  ) x
$function$;

CREATE OR REPLACE FUNCTION private.stage_contacts (
  p_part public.upload_parts
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_warnings jsonb;
begin
  with items as materialized (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n, e.item ->> 'v' as raw,
      private.normalise_phone(e.item ->> 'v') as value,
      e.item ->> 'label' as label, coalesce(e.item ->> 'codes', '') as codes,
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end as results
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n, e.item ->> 'v', private.normalise_email(e.item ->> 'v'),
      e.item ->> 'label', coalesce(e.item ->> 'codes', ''),
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ), judged as materialized (
    -- A list repeats few combinations of codes: each is evaluated once.
    select d.kind, d.codes, d.results, j.*
    from (select distinct i.kind, i.codes, i.results from items i) d
    cross join lateral private.judge_codes(d.kind::text, d.codes, d.results) j
  ), staged as (
    insert into private.leads_staging_contacts
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes)
    select p_part.id, i.line_no, i.kind, row_number() over (partition by i.line_no, i.kind order by i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified, j.invalid, j.known
    from items i join judged j using (kind, codes, results)
    where i.value is not null
    on conflict (part_id, line_number, value_bidx) do nothing
  )
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (
      select i.line_no, case
          when private.read_phone(i.raw) is not null then 'filler_phone'
          when private.read_email(i.raw) is not null then 'filler_email'
          when i.kind = 'phone' then 'phone_unusable'
          else 'email_unusable' end as code
      from items i where i.value is null
    ) u
    group by u.code
  ) w;
  return v_warnings;
end
$function$;

CREATE OR REPLACE FUNCTION private.stage_rows (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  v_warnings := private.stage_contacts(v_part);
  -- A list has many houses in each of its streets.
  select private.known_streets(array_agg(s.street)) into v_streets
  from stage_in s where s.reject_code is null and s.street is not null;

  -- A list has few places and many houses, so each place is looked up once. The place in the street line is used
  -- where the row's own columns are empty.
  with parsed as materialized (
    select s.*, a.situs_house_number, a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash,
      case when m.masked > 0 then a.warnings || '{contact_in_attribute}'::text[] else a.warnings end as row_warnings,
      m.attributes as safe_attributes, k.mak_key, k.apn_key,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    cross join lateral private.mask_attributes(s.attributes) m
    cross join lateral (
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak_key,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn_key offset 0
    ) k
    where s.reject_code is null
  ), places as materialized (
    select d.*, private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, apn_segments, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      s.mak_key, pl.county_fips, s.apn_key,
        case when s.apn_key is not null then private.parcel_segments(s.apn) end, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps),
        coalesce(s.situs_zip, pl.zip5),
      s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.mail_street, s.mail_unit, s.mail_city,
      case when s.mail_state is not null then coalesce(private.normalise_state(s.mail_state), s.mail_state) end,
      case when s.mail_zip is not null then coalesce(private.normalise_zip(s.mail_zip), s.mail_zip) end,
      c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
      private.distinct_codes(c.email_codes), private.distinct_codes(c.phone_codes),
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ','),
      private.encrypt_value(s.raw::text, v_key)
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.to_timestamptz(s.consented_at) end as consented_at
    ) t
    cross join lateral (
      select
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'phone' and x.codes <> '{}') as phone_codes,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'email' and x.codes <> '{}') as email_codes
      from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = s.line_no
    ) c
    where s.mak_key is not null or (pl.county_fips is not null and s.apn_key is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.found), '{}')
     from (
       select u.code,
         jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
       from (
         select p.line_no, unnest(p.row_warnings) as code from parsed p
         union all
         select p.line_no, 'filler_mak' from parsed p where p.mak is not null and p.mak_key is null
         union all
         select p.line_no, 'filler_apn' from parsed p where p.apn is not null and p.apn_key is null
       ) u
       group by u.code
     ) w)
  into v_rows, v_address;

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else private.describe_missing_identity(s.street is not null,
      s.zip is not null or coalesce(s.city, v_source.default_city) is not null
        and coalesce(s.state, v_source.default_state) is not null,
      s.apn is not null,
        jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0) end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  perform private.add_warnings(p_part_id, v_warnings), private.add_warnings(p_part_id, v_address);
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (select s.line_no, unnest(s.warnings) as code from stage_in s) u
    group by u.code
  ) w;
  perform private.add_warnings(p_part_id, v_warnings);

  update public.upload_parts p
  set received = p.received + (select count(*) from stage_in),
    staged = p.staged + v_rows,
    rejected = p.rejected + (select count(*) from stage_in) - v_rows
  where p.id = p_part_id;
  truncate stage_in;
end
$function$;

CREATE OR REPLACE FUNCTION private.store_pulled_opt_outs (
  p_provider    text,
  p_account     text,
  p_list        text,
  p_entries     jsonb,
  p_next_offset integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_reason constant text := case p_list when 'unsubscribes' then 'unsubscribe' when 'spam_reports' then 'complaint'
    else 'bounce' end;
  v_source constant text := p_provider || ' ' || p_list;
  v_count integer := 0;
  v record;
begin
  for v in
    select distinct on (o.id, x.bidx) o.id as org_id, x.bidx, x.at
    from unnest(private.orgs_of_account(p_provider, p_account)) o (id)
    cross join lateral (
      select private.blind_index(n.email, k.key) as bidx, to_timestamp((e ->> 'created')::bigint) as at
      from (select private.blind_key(o.id) as key) k
      cross join jsonb_array_elements(p_entries) e
      cross join lateral (select private.read_email(e ->> 'email') as email) n
      where n.email is not null
    ) x
    where not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason and s.created_at >= x.at)
      -- Nor existing suppressions, nor those that a newer consent outranks.
      and not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason
          and not exists (select from public.suppression_lifts l where l.org_id = s.org_id
            and l.suppression_id = s.id))
      and (v_reason <> 'unsubscribe' or not exists (select from public.consents c
        where c.org_id = o.id and c.value_bidx = x.bidx and c.action = 'grant' and not c.is_unproven
          and c.occurred_at > x.at))
    order by o.id, x.bidx, x.at desc
  loop
    if v_reason = 'unsubscribe' then
      perform private.record_opt_out(v.org_id, v.bidx, 'email', 'email', v_source, null, v_reason, '{email}',
        p_provider_confirms => true, p_as_of => v.at);
    else
      perform private.suppress_value(v.org_id, v.bidx, 'email', 'email', v_reason, v_source, v.at);
    end if;
    v_count := v_count + 1;
  end loop;
  update private.opt_out_pulls p set entries = p.entries + jsonb_array_length(p_entries),
    next_offset = coalesce(p_next_offset, 0),
    since = case when p_next_offset is null then p.began_at else p.since end
  where p.provider = p_provider and p.account = p_account and p.list = p_list;
  return v_count;
end
$function$;

COMMENT ON FUNCTION "private"."area_codes"() IS 'Area codes in use or announced, each between blanks.';

COMMENT ON FUNCTION "private"."filler_mail_domains"() IS 'First labels of invented e-mail domains, each between blanks.';

COMMENT ON FUNCTION "private"."filler_mail_words"() IS 'Words before the @ of an invented e-mail address, in lower case without punctuation, each between blanks; digits may follow those of four letters or more.';

COMMENT ON FUNCTION "private"."filler_parcel_words"() IS 'Pattern of notes in place of a parcel number, in capital letters: a word, and then no more than three digits or another word, as in TEMP1 and SEE DEED 123. A value without digits needs no pattern: it is never a parcel number.';

COMMENT ON FUNCTION "private"."is_damaged_parcel"(text) IS 'Whether a spreadsheet has turned a parcel number (in capital letters, trimmed) into a rounded number or a date, so that several parcels may have become one.';

COMMENT ON FUNCTION "private"."is_filler_local_part"(text, text) IS 'Whether an e-mail address with this local part (without punctuation) and this first label of its domain is invented: none@, test@, noemail@ and similar words, an invented domain, repeated or counting characters (aaaa@, 1234@, a@a.com). Role addresses such as info@ are real.';

COMMENT ON FUNCTION "private"."is_filler_number"(text) IS 'Whether digits are five or more that repeat or count: 9999999999, 0123456, 1234567890.';

COMMENT ON FUNCTION "private"."is_filler_phone"(text) IS 'Whether the ten digits of a phone belong to nobody: an area code that does not exist, directory assistance (555-1212), repeated or counting digits (555-5555, 234-567-8901).';

COMMENT ON FUNCTION "private"."is_rounded_number"(text) IS 'Whether the digits of an id end in the zeros of a spreadsheet''s rounding.';

COMMENT ON FUNCTION "private"."normalise_apn"(text) IS 'Assessor''s parcel number as capital letters and digits (1 to 40), or null when it has no digit but zero, is a filler (words, repeated or counting digits), or damaged beyond repair (rounded, turned into a date). Unique only within its county.';

COMMENT ON FUNCTION "private"."normalise_email"(text) IS 'E-mail address as read_email reads it, or null where it is a filler (is_filler_local_part).';

COMMENT ON FUNCTION "private"."normalise_mak"(text) IS 'Melissa Address Key: ten digits, or null, also where they repeat, count or end in the zeros of rounding.';

COMMENT ON FUNCTION "private"."normalise_phone"(text) IS 'Phone as read_phone reads it, or null where it is a filler (is_filler_phone).';

COMMENT ON FUNCTION "private"."read_email"(text) IS 'E-mail address in lower case, or null. Keeps dots and plus tags, because only the mailbox provider knows whether they matter. For the wishes of people (suppressions), which are kept even where the address looks invented; everything else uses normalise_email.';

COMMENT ON FUNCTION "private"."read_phone"(text) IS 'Phone as E.164 of the North American Numbering Plan (+1 and ten digits), or null. Drops extensions; rejects seven digits, N11 codes, a single repeated digit and other countries. For the wishes of people (suppressions), which are kept even where the number looks invented; everything else uses normalise_phone.';

COMMENT ON FUNCTION "private"."stage_contacts"(public.upload_parts) IS 'Normalises and encrypts the phones and e-mails of pg_temp.stage_in and evaluates their codes; returns the unusable ones and the fillers, as private.add_warnings takes them.';

REVOKE ALL ON FUNCTION "private"."area_codes"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."area_codes"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."area_codes"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."filler_mail_domains"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filler_mail_domains"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."filler_mail_domains"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."filler_mail_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filler_mail_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."filler_mail_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."filler_parcel_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filler_parcel_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."filler_parcel_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_damaged_parcel"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_damaged_parcel"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_damaged_parcel"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_filler_local_part"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_filler_local_part"(text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_filler_local_part"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_filler_number"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_filler_number"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_filler_number"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_filler_phone"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_filler_phone"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_filler_phone"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_rounded_number"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_rounded_number"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_rounded_number"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."read_email"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_email"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."read_email"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."read_phone"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_phone"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."read_phone"(text) TO "service_role";

-- Keys that are fillers identify nobody. They are cleared by the pipeline, not by a person, so that nothing counts as
-- edited by hand.
select set_config('sluice.actor', 'system', true);
update public.leads set mak = null where mak is not null and private.normalise_mak(mak) is null;
update public.leads set apn = null, apn_segments = null where apn is not null and private.normalise_apn(apn) is null;
select set_config('sluice.actor', '', true);
