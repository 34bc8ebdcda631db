-- Answers of org A to a lead; after support/sending.sql.
create function cast_.queue(p_n integer, p_kind text, p_channel text default 'sms', p_text text default
  'Words for one person', p_reply text default null, p_as_of timestamptz default cast_.noon())
returns uuid language plpgsql as $$
declare v_answer uuid;
begin
  set local role pipeline_writer;
  v_answer := private.queue_message(cast_.org(), cast_.nth(p_n), (select c.id from public.contact_points c
    where c.lead_id = cast_.nth(p_n) and (c.kind = 'email') = (p_channel = 'email')),
    p_channel, p_kind, p_text, p_reply, p_as_of);
  reset role;
  return v_answer;
end
$$;
create function cast_.row_of(p_id uuid) returns text language sql as $$
  select concat_ws(' ', m.kind, m.state, m.purpose, m.refused) from public.messages m where m.id = p_id
$$;
select cast_.runner(n, p_phone => true, p_due => cast_.noon() + interval '1 day') from generate_series(1, 9) n
  \g /dev/null
