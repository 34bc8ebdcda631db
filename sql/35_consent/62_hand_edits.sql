create trigger _050_consent_by_hand before insert on public.consents
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a consent', 'it needs its evidence; use record_consent');
