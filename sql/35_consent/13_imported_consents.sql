-- Consent that an import or a manual edit gives to a lead is recorded as an unproven consent.

create function private.record_imported_consents(p_org_id uuid, p_lead_ids uuid[]) returns void
language sql volatile security definer set search_path = '' as $$
  insert into public.consents (org_id, lead_id, action, type, channels, is_unproven, method, occurred_at, time_zone,
    recorded_by, source_id, upload_id)
  select l.org_id, l.id, 'grant', 'pec', '{email,sms,voice_manual,voice_ai}', true,
    coalesce(nullif(btrim(l.consent_method), ''), 'not stated'), l.consented_at, l.time_zone, a.actor,
    case when a.actor = 'upload' then coalesce(u.source_id, l.source_id) end, u.id
  from public.leads l
  cross join (select private.current_actor() as actor) a
  left join public.uploads u on a.actor = 'upload' and u.org_id = l.org_id
    and u.id = nullif(current_setting('sluice.upload_id', true), '')::uuid
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    -- Consents on record are not recorded again: a merge, a second import of the same list.
    and not exists (
      select from public.consents c
      left join public.uploads x on c.is_unproven and x.org_id = c.org_id and x.id = c.upload_id
      where c.org_id = l.org_id and c.action = 'grant' and c.occurred_at = l.consented_at
        and c.method = coalesce(nullif(btrim(l.consent_method), ''), 'not stated')
        and x.state is distinct from 'undone'
        and (c.lead_id = l.id or c.lead_id in (
          select m.merged_id from public.lead_merges m where m.org_id = l.org_id and m.survivor_id = l.id)))
$$;
comment on function private.record_imported_consents(uuid, uuid[]) is
  'Records the consent columns of leads as unproven consents: express at most, for no number in particular. Definer: '
  'members may edit leads but not record consents.';
revoke execute on function private.record_imported_consents(uuid, uuid[]) from public;

create function private.tg_leads__record_imported_consents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(current_setting('sluice.syncing_consents', true), '') = 'yes' or private.current_actor() = 'system' then
    return null;
  end if;
  perform private.record_imported_consents(n.org_id, array_agg(n.id)) from new_rows n where n.consent
    group by n.org_id;
  return null;
end
$$;
comment on function private.tg_leads__record_imported_consents() is
  'Trigger: records an unproven consent for new leads that an import or a manual edit marks as consenting. Definer: '
  'as record_imported_consents.';
create trigger _600_record_consents after insert on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__record_imported_consents();

create function private.tg_leads__record_imported_consent() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(current_setting('sluice.syncing_consents', true), '') = 'yes' or private.current_actor() = 'system' then
    return null;
  end if;
  if new.consent then
    perform private.record_imported_consents(new.org_id, array[new.id]);
  elsif private.current_actor() = 'member' then
    insert into public.consents (org_id, lead_id, action, channels, revoked_scope, method, occurred_at)
    values (new.org_id, new.id, 'revoke', '{email,sms,voice_manual,voice_ai}', 'all', 'edited by hand', now());
  end if;
  return null;
end
$$;
comment on function private.tg_leads__record_imported_consent() is
  'Trigger: records consent that an import or a manual edit gives to a lead as an unproven consent, and consent that '
  'a manual edit removes as a revocation. Definer: as record_imported_consents.';
create trigger _600_record_consent after update of consent, consented_at on public.leads
  for each row when (new.consent and (not old.consent or old.consented_at <> new.consented_at) or old.consent
    and not new.consent)
  execute function private.tg_leads__record_imported_consent();
