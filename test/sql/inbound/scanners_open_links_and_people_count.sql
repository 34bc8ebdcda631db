begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- What the reports of one message say about its clicks: seconds after it was accepted, of a person and of a program.
create function pg_temp.clicks(variadic p_reports text[]) returns text language plpgsql as $$
declare
  v_at constant timestamptz := '2026-11-23T18:00Z';
  v_message constant uuid := (select m.id from public.messages m order by m.id limit 1);
  v_words text[];
  v_answer text;
begin
  begin
    for i in 1..cardinality(p_reports) loop
      v_words := string_to_array(p_reports[i], ' ');
      perform private.receive_webhooks(gen_random_uuid(), jsonb_build_array(jsonb_build_object('nth', 1, 'org_id',
        cast_.org(), 'provider', 'sendgrid', 'kind', 'events', 'content_key',
        encode(sha256(p_reports[i]::bytea), 'hex'), 'events', 1,
        'unread', '{"values": [], "messages": []}'::jsonb, 'params', '{}'::jsonb, 'content_type', 'text/plain',
        'correlation_id', gen_random_uuid(), 'received_at', v_at + interval '1 hour', 'body_at', 0,
        'body_bytes', 4)), 'body');
      perform private.apply_webhook_events(cast_.org(), array(select x.id from public.webhook_inbox x
        where x.state = 'received'), jsonb_build_array(jsonb_build_object('inbox_id', (select x.id
          from public.webhook_inbox x where x.state = 'received'), 'provider', 'sendgrid', 'key', p_reports[i],
          'type', 'message', 'kind', v_words[1], 'name', v_words[1], 'message_id', v_message,
          'at', v_at + make_interval(secs => v_words[2]::integer), 'detail', case v_words[1] when 'clicked'
            then jsonb_build_object('machine', coalesce(v_words[4], '') = 'scanner', 'link', v_words[3])
            else '{}' end)), v_at + interval '1 hour');
    end loop;
    select concat_ws(', ', 'person ' || extract(epoch from m.clicked_at - v_at)::integer,
      'program ' || extract(epoch from m.machine_clicked_at - v_at)::integer)
    into v_answer from public.messages m where m.id = v_message;
    raise exception using errcode = 'ZZ001', message = v_answer;
  exception when sqlstate 'ZZ001' then
    return sqlerrm;
  end;
end
$$;
select cast_.runner(1) \g /dev/null
select cast_.claim(), cast_.begin(), cast_.settle('{"result": "accepted"}') \g /dev/null

select is(pg_temp.clicks('delivered 1', 'clicked 4 a', 'clicked 5 b'), 'program 4', 'clicks at once are a scanner''s');
select is(pg_temp.clicks('delivered 1', 'clicked 40 a', 'clicked 41 b', 'clicked 42 c'), 'program 40',
  'so are all links soon after the delivery');
select is(pg_temp.clicks('delivered 1', 'clicked 40 a', 'clicked 41 b', 'clicked 300 a'), 'person 300, program 40',
  'a person who clicks later counts');
select is(pg_temp.clicks('delivered 1', 'clicked 40 a scanner', 'clicked 300 b'), 'person 300, program 40',
  'also after a scanner that says its name');
select is(pg_temp.clicks('clicked 300 a', 'clicked 4 b', 'delivered 1'), 'person 300, program 4',
  'a delivery that is reported last changes nothing');
-- A second report of the delivery, with an earlier time.
select is(pg_temp.clicks('delivered 1', 'delivered 5', 'clicked 12 a'), 'person 12', 'the first delivery counts');
select is(pg_temp.clicks('delivered 5', 'clicked 12 a', 'delivered 1'), 'person 12', 'in whichever order');
select * from finish();
rollback;
