create function private.gate_check_email(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_event text;
begin
  if c.unsubscribed and (c.purpose = 'marketing' or c.house -> 'unsubscribe_ends_transactional' = 'true') then
    r := r || row('email_unsubscribed', 'the person unsubscribed; the law allows ten business days, we stop at once',
      'infinity')::private.gate_refusal;
  end if;
  foreach v_event in array c.email_events loop
    if v_event in ('spamreport', 'spam_report', 'spam', 'complaint', 'complained', 'abuse') then
      r := r || row('email_spam_report', 'the person reported an e-mail as spam', 'infinity')::private.gate_refusal;
    elsif v_event in ('bounce', 'bounced', 'hard_bounce', 'hardbounce', 'hard', 'dropped', 'failed', 'invalid',
      'permanent_fail') then
      r := r || row('email_bounced', 'the address bounced', 'infinity')::private.gate_refusal;
    elsif v_event in ('unsubscribe', 'unsubscribed', 'group_unsubscribe', 'list_unsubscribe') then
      if c.purpose = 'marketing' or c.house -> 'unsubscribe_ends_transactional' = 'true' then
        r := r || row('email_unsubscribed', 'the mail provider has an unsubscribe on record',
          'infinity')::private.gate_refusal;
      end if;
    elsif v_event not in ('processed', 'delivered', 'deferred', 'open', 'opened', 'click', 'clicked', 'blocked',
      'block',
      'soft_bounce', 'bounce:soft', 'blocked:soft', 'group_resubscribe', 'sent', 'queued', 'accepted') then
      r := r || row('email_event_unknown', 'an e-mail event of unknown meaning is on record',
        'infinity')::private.gate_refusal;
    end if;
  end loop;
  if c.message -> 'from_authenticated' = 'false' then
    r := r || row('email_unauthenticated', 'the sending domain is not authenticated (SPF, DKIM, DMARC)',
      'infinity')::private.gate_refusal;
  end if;
  if c.purpose <> 'marketing' then
    return r;
  end if;
  if not c.dnc_known then
    r := r || row('email_lists_unknown', 'it is unknown whether the person unsubscribed',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'from_authenticated' is distinct from 'true' and c.message -> 'from_authenticated' is distinct
    from 'false' then
    r := r || row('email_unauthenticated',
      'it is unknown whether the sending domain is authenticated (SPF, DKIM, DMARC)',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'postal_address_in_body' is distinct from 'true' then
    r := r || row('email_without_postal_address', 'a marketing e-mail must contain a postal address',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'unsubscribe_link' is distinct from 'true' then
    r := r || row('email_without_unsubscribe', 'a marketing e-mail must contain a way to unsubscribe',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'list_unsubscribe_post' is distinct from 'true'
    and not coalesce(jsonb_typeof(c.message -> 'daily_volume_to_gmail') = 'number'
      and (c.message ->> 'daily_volume_to_gmail')::numeric between 0 and 5000, false) then
    r := r || row('email_without_one_click',
      'more than 5,000 e-mails a day, or an unknown number, require one-click unsubscribe (RFC 8058)',
      'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_email(private.gate_facts) is
  'Checks CAN-SPAM and the requirements of mailbox providers. E-mail has no calling hours.';
