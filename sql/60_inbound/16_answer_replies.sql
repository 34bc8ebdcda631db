-- The inbox: who deals with a reply or call, what it is about, and the answer to it.

create function private.reply_of_worker(p_org_id uuid, p_reply_id bigint) returns public.replies
language plpgsql volatile set search_path = '' as $$
declare
  r public.replies;
begin
  select x.* into r from public.replies x where x.org_id = p_org_id and x.id = p_reply_id for no key update;
  if not found or not private.may_act_for_lead(p_org_id, r.lead_id) then
    raise exception 'reply not found, or you may not answer it' using errcode = 'SL615';
  end if;
  return r;
end
$$;
comment on function private.reply_of_worker(uuid, bigint) is 'A reply that the caller may answer. Raises SL615.';

create function private.call_of_worker(p_org_id uuid, p_call_id bigint) returns public.calls
language plpgsql volatile set search_path = '' as $$
declare
  k public.calls;
begin
  select x.* into k from public.calls x where x.org_id = p_org_id and x.id = p_call_id for no key update;
  if not found or k.lead_id is null or not private.may_act_for_lead(p_org_id, k.lead_id) then
    raise exception 'call not found, or you may not deal with it' using errcode = 'SL615';
  end if;
  return k;
end
$$;
comment on function private.call_of_worker(uuid, bigint) is 'A call that the caller may deal with. Raises SL615.';

create function private.settle_reply_task(p_org_id uuid, p_lead_id uuid, p_as_of timestamptz) returns void
language sql volatile set search_path = '' as $$
  -- A task about a possible wish ends a hold: whoever has looked at the message finishes it by name.
  update public.tasks t set done_at = p_as_of
  where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'answer_reply' and t.done_at is null
    and not t.detail ?| '{possible_wish,unread,read_by}'
    and not exists (select from public.replies r
      where r.org_id = p_org_id and r.lead_id = p_lead_id and r.answered_at is null)
$$;
comment on function private.settle_reply_task(uuid, uuid, timestamptz) is
  'Finishes the task to answer a lead once none of its replies is open, except where the task is about a possible '
    'wish.';
revoke execute on function private.reply_of_worker(uuid, bigint), private.call_of_worker(uuid, bigint),
  private.settle_reply_task(uuid, uuid, timestamptz) from pipeline_writer;

create function public.assign_inbox(p_org_id uuid, p_item text, p_id bigint, p_user_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lead uuid;
begin
  v_lead := case when p_item = 'reply' then (private.reply_of_worker(p_org_id, p_id)).lead_id
    when p_item = 'call' then (private.call_of_worker(p_org_id, p_id)).lead_id end;
  if v_lead is null then
    raise exception 'an item of the inbox is a reply or a call' using errcode = 'SL615';
  elsif p_user_id is not null and not private.member_sees_lead(p_org_id, p_user_id, v_lead) then
    raise exception 'this member may not work on the lead' using errcode = 'SL615';
  end if;
  update public.replies r set assigned_to = p_user_id where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id;
  update public.calls k set assigned_to = p_user_id where p_item = 'call' and k.org_id = p_org_id and k.id = p_id;
end
$$;
comment on function public.assign_inbox(uuid, text, bigint, uuid) is
  'Hands a reply or call to a member who may work on its lead; null: to nobody. For owners, admins and the lead''s '
  'broker. Raises SL615. Definer: members may not write these columns.';

create function public.close_inbox(p_org_id uuid, p_item text, p_id bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lead uuid;
begin
  v_lead := case when p_item = 'reply' then (private.reply_of_worker(p_org_id, p_id)).lead_id
    when p_item = 'call' then (private.call_of_worker(p_org_id, p_id)).lead_id end;
  if v_lead is null then
    raise exception 'an item of the inbox is a reply or a call' using errcode = 'SL615';
  end if;
  update public.replies r set answered_at = now()
  where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id and r.answered_at is null;
  update public.calls k set done_at = now()
  where p_item = 'call' and k.org_id = p_org_id and k.id = p_id and k.done_at is null;
  perform private.settle_reply_task(p_org_id, v_lead, now()) where p_item = 'reply';
end
$$;
comment on function public.close_inbox(uuid, text, bigint) is
  'Marks a reply or call as dealt with; with the last reply of its lead, the task to answer is finished, unless it '
  'is about a possible wish. Repeating it has no effect. Raises SL615. Definer: as assign_inbox.';

create function public.reopen_inbox(p_org_id uuid, p_item text, p_id bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lead uuid;
begin
  v_lead := case when p_item = 'reply' then (private.reply_of_worker(p_org_id, p_id)).lead_id
    when p_item = 'call' then (private.call_of_worker(p_org_id, p_id)).lead_id end;
  if v_lead is null then
    raise exception 'an item of the inbox is a reply or a call' using errcode = 'SL615';
  end if;
  update public.replies r set answered_at = null where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id;
  update public.calls k set done_at = null where p_item = 'call' and k.org_id = p_org_id and k.id = p_id;
end
$$;
comment on function public.reopen_inbox(uuid, text, bigint) is
  'Opens a reply or call again. Raises SL615. Definer: as assign_inbox.';

create function public.set_reply_label(p_org_id uuid, p_reply_id bigint, p_label public.reply_label) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
begin
  update public.replies x set label = p_label, labelled_by = case when p_label is not null then 'person' end,
    labelled_at = case when p_label is not null then now() end
  where x.org_id = p_org_id and x.id = r.id;
end
$$;
comment on function public.set_reply_label(uuid, bigint, public.reply_label) is
  'Says what a reply is about; null: nothing is known. opt_out is an opt-out, which no later label lifts. Raises '
  'SL615. Definer: as assign_inbox.';

create function public.save_draft(p_org_id uuid, p_reply_id bigint, p_text text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
  v_text constant text := nullif(btrim(p_text), '');
  -- Also without a text: a generic plan reads the key before it sees that there is nothing to encrypt.
  v_key constant integer := private.active_key_id(p_org_id, 'data');
begin
  if length(v_text) > 20000 then
    raise exception 'an answer has at most 20,000 characters' using errcode = 'SL617';
  end if;
  update public.replies x set draft_cipher = private.encrypt_value(v_text, private.org_key(p_org_id, v_key)),
    draft_key_id = case when v_text is not null then v_key end
  where x.org_id = p_org_id and x.id = r.id;
end
$$;
comment on function public.save_draft(uuid, bigint, text) is
  'Keeps the draft of an answer, encrypted; an empty text discards it. redeem_reveal shows it. Raises SL615, SL617 '
  '(length). Definer: as assign_inbox.';

create function public.send_answer(p_org_id uuid, p_reply_id bigint, p_client_key uuid, p_text text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
  v_text text := nullif(btrim(p_text), '');
  v_in_reply_to constant text := format('%s %s', r.event_key, p_client_key);
  v_id uuid;
  m public.messages;
begin
  -- Sent before, and the draft is gone.
  select x.id into v_id from public.messages x
  where p_client_key is not null and x.org_id = p_org_id and x.value_bidx = r.value_bidx and x.kind = 'manual'
    and x.in_reply_to = v_in_reply_to;
  if v_id is null and v_text is null and r.draft_cipher is not null then
    v_text := private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id));
  end if;
  if v_id is not null then
    null;
  elsif p_client_key is null or v_text is null then
    raise exception 'write the answer first' using errcode = 'SL617';
  elsif length(v_text) > (case r.channel when 'email' then 20000 else 1600 end) then
    raise exception 'the answer is too long for this channel' using errcode = 'SL617';
  elsif v_text ~ '\{\{|\}\}|\{%|%\}' then
    raise exception 'the answer has a placeholder that is not filled' using errcode = 'SL617';
  elsif r.channel not in ('sms', 'email') then
    raise exception 'what was said on the phone is answered by calling back' using errcode = 'SL617';
  elsif r.contact_point_id is null then
    raise exception 'the person wrote from an address that the lead does not have: add it first' using errcode
      = 'SL617';
  end if;
  if v_id is null then
    v_id := private.queue_message(p_org_id, r.lead_id, r.contact_point_id, r.channel, 'manual', v_text, v_in_reply_to,
      now());
  end if;
  select x.* into strict m from public.messages x where x.org_id = p_org_id and x.id = v_id;
  if m.state <> 'cancelled' then
    update public.replies x set answered_at = coalesce(x.answered_at, now()), draft_cipher = null, draft_key_id = null
    where x.org_id = p_org_id and x.id = r.id;
    perform private.settle_reply_task(p_org_id, r.lead_id, now());
  end if;
  return jsonb_build_object('message_id', m.id, 'state', m.state, 'refused', m.refused, 'reasons', coalesce((
    select private.explain_reasons(d.reasons) from public.gate_decisions d
    where m.state = 'cancelled' and d.org_id = p_org_id and d.lead_id = m.lead_id and d.channel = m.channel
      and d.contact_point_id = m.contact_point_id and d.as_of = m.created_at and not d.allow
    order by d.decided_at desc, d.id desc limit 1), '[]'));
end
$$;
comment on function public.send_answer(uuid, bigint, uuid, text) is
  'Answers a reply by text or e-mail, with p_text or else the draft, through the ledger: the gate is asked at once, '
  'and a repeated p_client_key sends nothing twice. Returns {message_id, state, refused, reasons}: cancelled with '
  'the reasons when the gate refuses; then the reply stays open and the draft is kept. For owners, admins and the '
  'lead''s broker. Raises SL615 (reply not found), SL617 (text), SL533 (no sender). Definer: members may not queue '
  'messages.';

revoke execute on function public.assign_inbox(uuid, text, bigint, uuid), public.close_inbox(uuid, text, bigint),
  public.reopen_inbox(uuid, text, bigint), public.set_reply_label(uuid, bigint, public.reply_label),
  public.save_draft(uuid, bigint, text), public.send_answer(uuid, bigint, uuid, text) from public, anon;
grant execute on function public.assign_inbox(uuid, text, bigint, uuid), public.close_inbox(uuid, text, bigint),
  public.reopen_inbox(uuid, text, bigint), public.set_reply_label(uuid, bigint, public.reply_label),
  public.save_draft(uuid, bigint, text), public.send_answer(uuid, bigint, uuid, text) to authenticated, service_role;
