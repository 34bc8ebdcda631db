-- In Studio's grid and in psql, the owner of the database may write every column, and row-level security does not apply.
-- What follows from evidence is not written by hand there: a statement that comes from no function, no pipeline and no
-- service is refused with the way that exists. For a repair, `set local sluice.repair = 'why'` before the statement; the
-- grid cannot set it.

create function private.tg_refuse_hand_edits() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_context text;
begin
  get diagnostics v_context = pg_context;
  -- Lines of the stack: a statement typed by hand has this function alone.
  if current_user = 'pipeline_writer' or coalesce(auth.role(), '') = 'service_role'
    or (select count(*) from regexp_matches(v_context, '(^|\n)(PL/pgSQL|SQL) function', 'g')) > 1
    or v_context ~ 'SQL statement' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception '% of % is not written by hand: %', case tg_op when 'INSERT' then 'a row' when 'DELETE' then 'a row'
    else tg_argv[0] end, tg_table_name, tg_argv[1] using errcode = 'SL311',
    hint = 'For a repair: set local sluice.repair = ''why'' in the same transaction.';
end
$$;
comment on function private.tg_refuse_hand_edits() is
  'Trigger: refuses a statement that was typed by hand (SL311); the arguments say what, and the way that exists. '
  'Functions, the pipeline and the service pass.';

create trigger _050_identity_by_hand before update of mak, apn, apn_segments, county_fips, addr_hash, addr_hash_version,
    situs_house_number, phone_bidx on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = ''
    and (old.mak is distinct from new.mak or old.apn is distinct from new.apn or old.apn_segments is distinct from
      new.apn_segments or old.county_fips is distinct from new.county_fips or old.addr_hash is distinct from
      new.addr_hash or old.addr_hash_version is distinct from new.addr_hash_version or old.situs_house_number is
      distinct from new.situs_house_number or old.phone_bidx is distinct from new.phone_bidx))
  execute function private.tg_refuse_hand_edits('an identity key',
    'it follows from lists and from the address; correct the address, or use merge_leads or split_lead');
create trigger _051_consent_by_hand before update of consent, consented_at, consent_method on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = ''
    and (old.consent is distinct from new.consent or old.consented_at is distinct from new.consented_at or
      old.consent_method is distinct from new.consent_method))
  execute function private.tg_refuse_hand_edits('consent', 'it follows from its evidence; use record_consent');
create trigger _052_verification_by_hand before update of email_verified, phone_verified, email_verification_codes,
    phone_verification_codes on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = ''
    and (old.email_verified is distinct from new.email_verified or old.phone_verified is distinct from
      new.phone_verified or old.email_verification_codes is distinct from new.email_verification_codes or
      old.phone_verification_codes is distinct from new.phone_verification_codes))
  execute function private.tg_refuse_hand_edits('verification',
    'it follows from the provider''s answers about the contacts; start a verification');
create trigger _053_score_by_hand before update of lead_score on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '' and old.lead_score <> new.lead_score)
  execute function private.tg_refuse_hand_edits('a score', 'it follows from lists and from the rules of the org');
create trigger _054_campaign_by_hand before update of campaign_id, campaign_status, added_to_campaign_at,
    current_sequence_step, last_reply_at, call_attempt_count on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = ''
    and (old.campaign_id is distinct from new.campaign_id or old.campaign_status is distinct from new.campaign_status
      or old.added_to_campaign_at is distinct from new.added_to_campaign_at or old.current_sequence_step is
      distinct from new.current_sequence_step or old.last_reply_at is distinct from new.last_reply_at or
      old.call_attempt_count is distinct from new.call_attempt_count))
  execute function private.tg_refuse_hand_edits('the state in a campaign',
    'it follows from what happened; use control_lead, record_call or control_campaign');

create trigger _050_contact_by_hand before insert on public.contact_points
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a contact', 'it is encrypted and indexed; import it with a list');
create trigger _050_contact_value_by_hand before update on public.contact_points
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = ''
    and (old.lead_id is distinct from new.lead_id or old.kind is distinct from new.kind or old.value_bidx is distinct
      from new.value_bidx or old.value_cipher is distinct from new.value_cipher or old.key_id is distinct from
      new.key_id or old.masked is distinct from new.masked or old.verified is distinct from new.verified or
      old.codes is distinct from new.codes or old.invalid_at is distinct from new.invalid_at))
  execute function private.tg_refuse_hand_edits('a contact',
    'its value is encrypted and indexed, and its verification follows from the provider''s answers');
-- Once a statement: a row trigger before an update locks each of its rows, also where it does not apply.
create trigger _050_score_by_hand before insert or update or delete on public.lead_scores
  for each statement when (coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a score', 'it follows from the rules of the org; change the rules');
