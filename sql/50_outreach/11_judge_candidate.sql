create function private.judge_candidate(
  p_org_id uuid, p_lead_id uuid, p_busy_phones bytea[], out refusal text, out phones bytea[]
)
language plpgsql volatile set search_path = '' as $$
declare
  v_has_phone boolean;
  v_free_phone boolean;
  v_suppressed boolean;
begin
  select array_agg(c.value_bidx) filter (where c.kind = 'phone' and c.invalid_at is null),
    bool_or(c.usable), bool_or(c.usable and not private.is_suppressed(p_org_id, c.value_bidx)),
    bool_or(private.is_suppressed(p_org_id, c.value_bidx, 'all'))
  into phones, v_has_phone, v_free_phone, v_suppressed
  from (
    select p.*, p.kind = 'phone' and p.verified and p.invalid_at is null as usable
    from public.contact_points p where p.org_id = p_org_id and p.lead_id = p_lead_id
  ) c;
  refusal := case
    when v_has_phone is not true then 'no_verified_phone'
    when v_suppressed or not v_free_phone then 'suppressed'
    when phones && p_busy_phones then 'phone_in_campaign'
    -- The partial index answers for first phones without visiting leads that nobody works on.
    when exists (
      select from public.leads l
      join public.campaigns k on k.org_id = l.org_id and k.id = l.campaign_id and k.state in ('running', 'paused')
      where l.org_id = p_org_id and l.phone_bidx = any (phones) and l.id <> p_lead_id
        and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')) then 'phone_in_campaign'
    when exists (
      select from public.contact_points c
      join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
        and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
      join public.campaigns k on k.org_id = l.org_id and k.id = l.campaign_id and k.state in ('running', 'paused')
      where c.org_id = p_org_id and c.value_bidx = any (phones) and c.kind = 'phone' and c.invalid_at is null
        and c.lead_id <> p_lead_id) then 'phone_in_campaign'
  end;
end
$$;
comment on function private.judge_candidate(uuid, uuid, bytea[]) is
  'The live check of a lead that the caller holds locked: why it may not be fed (null: it may) and its phones. A phone is taken when a lead in work in a running or paused campaign (any lead, this campaign''s too) has it, or when p_busy_phones names it.';
