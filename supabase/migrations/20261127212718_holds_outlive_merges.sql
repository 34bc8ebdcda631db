-- holds outlive merges: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP POLICY "update_writer" ON "public"."tasks";

CREATE OR REPLACE FUNCTION private.create_task (
  p_org_id  uuid,
  p_lead_id uuid,
  p_kind    text,
  p_detail  jsonb,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.tasks (org_id, lead_id, kind, detail, created_at)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of)
  on conflict (org_id, lead_id, kind) where done_at is null do update
    set detail = tasks.detail || private.wish_in_detail(excluded.detail)
    where excluded.detail ?| '{possible_wish,unread,read_by}'
$function$;

CREATE OR REPLACE FUNCTION private.message_facts (
  p_channel       text,
  p_kind          text,
  p_purpose       text,
  p_matter        text,
  p_sender        public.senders,
  p_confirmations integer        DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select jsonb_strip_nulls(jsonb_build_object(
    'subject', p_matter,
    -- A person answers, or asked for it: a possible wish that waits does not hold it up.
    'sent_as', case when p_kind = 'help' or (p_kind = 'manual' and p_purpose = 'transactional') then p_kind end,
    'message_kind', case when p_kind = 'confirmation' then 'opt_out_confirmation' else p_purpose end,
    'marketing_content', p_purpose = 'marketing',
    'confirmations_already_sent', p_confirmations))
    -- A template without these cannot be saved, and no message without them is sent (private.check_rendered).
    || case when p_channel = 'email' then jsonb_build_object(
      'postal_address_in_body', length(btrim(coalesce((p_sender).postal_address, ''))) > 0,
      'unsubscribe_link', true, 'list_unsubscribe_post', true,
      'from_authenticated', (p_sender).authenticated_at is not null) else '{}' end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_replies()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    update public.replies r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, new.merged_id)
    where r.org_id = new.org_id and r.lead_id = new.merged_id
      and not exists (select from public.replies o where o.org_id = r.org_id and o.provider = r.provider
        and o.event_key = r.event_key and o.lead_id = new.survivor_id);
    update public.calls c set lead_id = new.survivor_id, merged_from = coalesce(c.merged_from, new.merged_id)
    where c.org_id = new.org_id and c.lead_id = new.merged_id;
    update public.bookings b set lead_id = new.survivor_id, merged_from = coalesce(b.merged_from, new.merged_id)
    where b.org_id = new.org_id and b.lead_id = new.merged_id;
    -- Where both have an open task of a kind, the survivor's says what the other said of a possible wish.
    update public.tasks t set detail = t.detail || private.wish_in_detail(x.detail)
    from public.tasks x
    where t.org_id = new.org_id and t.lead_id = new.survivor_id and t.done_at is null and x.org_id = t.org_id
      and x.lead_id = new.merged_id and x.kind = t.kind and x.done_at is null
      and x.detail ?| '{possible_wish,unread,read_by}';
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.survivor_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.merged_id
    on conflict do nothing;
    update public.tasks t set lead_id = new.survivor_id, merged_from = coalesce(t.merged_from, new.merged_id)
    where t.org_id = new.org_id and t.lead_id = new.merged_id
      and (t.done_at is not null or not exists (select from public.tasks o where o.org_id = t.org_id
        and o.lead_id = new.survivor_id and o.kind = t.kind and o.done_at is null));
  elsif old.undone_at is null and new.undone_at is not null then
    update public.replies r set lead_id = new.merged_id, merged_from = null
    where r.org_id = new.org_id and r.merged_from = new.merged_id;
    update public.calls c set lead_id = new.merged_id, merged_from = null
    where c.org_id = new.org_id and c.merged_from = new.merged_id;
    update public.bookings b set lead_id = new.merged_id, merged_from = null
    where b.org_id = new.org_id and b.merged_from = new.merged_id;
    update public.tasks t set lead_id = new.merged_id, merged_from = null
    where t.org_id = new.org_id and t.merged_from = new.merged_id;
    -- Whose wish it was may be unclear now: both wait for the person who looks.
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.merged_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.survivor_id
    on conflict do nothing;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_tasks__release_wishes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from private.possible_wishes w
  where w.org_id = new.org_id and (w.lead_id = new.lead_id or w.value_bidx in (
    select x.value_bidx from private.possible_wishes x where x.org_id = new.org_id and x.lead_id = new.lead_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.wish_in_detail (
  p_detail jsonb
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select jsonb_strip_nulls(jsonb_build_object('possible_wish', p_detail -> 'possible_wish', 'unread',
    p_detail -> 'unread', 'read_by', p_detail -> 'read_by'))
$function$;

CREATE POLICY "update_writer" ON "public"."tasks"
  FOR UPDATE
  TO "pipeline_writer"
  USING (((kind <> 'answer_reply'::text) OR (done_at IS NULL)))
  WITH CHECK (((kind <> 'answer_reply'::text) OR (done_at IS NULL)));

COMMENT ON FUNCTION "private"."tg_lead_merges__move_replies"() IS 'Trigger: replies, phone calls, bookings and tasks move with a merged lead and return when the merge is undone; so does the hold for a possible wish. Definer: roles that merge leads may not write these tables.';

COMMENT ON FUNCTION "private"."tg_tasks__release_wishes"() IS 'Trigger: whoever finishes the task has looked at the message, and what it did not end may be sent again. A task of a lead that has the same phone and did not get the message ends nothing. Definer: members may not write the table.';

COMMENT ON FUNCTION "private"."wish_in_detail"(jsonb) IS 'What a task says of a possible wish, for an open task of the same kind that takes it over.';

REVOKE ALL ON FUNCTION "private"."wish_in_detail"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wish_in_detail"(jsonb) TO "pipeline_writer";
