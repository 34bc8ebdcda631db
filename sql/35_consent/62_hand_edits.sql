create trigger _050_consent_by_hand before insert on public.consents
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a consent', 'it needs its evidence; use record_consent');
create trigger _050_link_by_hand before insert or update or delete on public.consent_tokens
  for each row when (current_user not in ('pipeline_writer', 'authenticated')
    and coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a consent link',
    'whoever writes one knows its secret, and its form lifts an opt-out; use issue_consent_link');
create trigger _050_hold_by_hand before insert or update or delete on private.possible_wishes
  for each row when (current_user not in ('pipeline_writer', 'authenticated')
    and coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a possible wish',
    'it ends when somebody has read the message and finished its task');
