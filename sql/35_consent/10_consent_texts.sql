-- The texts of the consent form. A version never changes: consents and tokens refer to it, and its wording must still
-- be provable years later.

create table public.consent_texts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  version integer not null,
  language text not null default 'en',
  purpose text not null default 'marketing',
  seller text not null,
  title text not null,
  body text not null,
  privacy_url text,
  automated_disclosed boolean not null default false,
  not_condition_of_purchase boolean not null default false,
  channels text[] not null,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  primary key (org_id, version),
  constraint consent_text_version_is_positive check (version > 0),
  constraint consent_text_is_not_empty check (length(btrim(body)) > 0 and length(btrim(title)) > 0),
  constraint consent_text_names_the_seller check (length(btrim(seller)) > 0 and position(seller in body) > 0),
  constraint consent_text_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint consent_text_privacy_url_is_https check (privacy_url ~ '^https://'),
  constraint consent_text_channels_are_known
    check (cardinality(channels) > 0 and channels <@ '{email,sms,voice_manual,voice_ai}'::text[])
);
comment on table public.consent_texts is 'Versioned texts of the consent form, per org. Insert-only.';
comment on column public.consent_texts.version is 'Counts up per org; the newest is used unless a link names another.';
comment on column public.consent_texts.seller is 'The seller that may contact the person, as named in the text.';
comment on column public.consent_texts.automated_disclosed is
  'Whether the text says that calls or texts may be automated or use an artificial voice.';
comment on column public.consent_texts.not_condition_of_purchase is
  'Whether the text says that consent is not a condition of any purchase.';
comment on column public.consent_texts.channels is
  'Channels that the text asks for: email, sms, voice_manual, voice_ai.';

create function private.refuse_change_while_org_exists() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Rows are deleted only together with their org.
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.refuse_change_while_org_exists() is
  'Trigger for append-only tables that are deleted with their org: raises SL002. Definer: looks up the org without '
  'the policies.';
create trigger _100_append_only before update or delete on public.consent_texts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.consent_texts
  for each statement execute function private.refuse_change();

alter table public.consent_texts enable row level security;
revoke all on public.consent_texts from anon, authenticated, service_role;
grant select on public.consent_texts to authenticated, service_role, pipeline_writer;
grant insert (org_id, version, language, purpose, seller, title, body, privacy_url, automated_disclosed,
  not_condition_of_purchase, channels) on public.consent_texts to authenticated;
grant insert on public.consent_texts to service_role, pipeline_writer;
create policy select_members on public.consent_texts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.consent_texts for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.consent_texts for select to pipeline_writer using (true);
create policy insert_writer on public.consent_texts for insert to pipeline_writer with check (true);
