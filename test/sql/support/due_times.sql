-- Due for lead n, in Los Angeles, as `Mon 2026-11-23 10:00`; Thanksgiving and the day after are holidays of the org.
create function cast_.due(p_delay interval, p_kind text, p_after timestamp, p_from time default '09:00',
  p_until time default '17:00', p_n integer default 1, p_step integer default 2)
returns text language sql as $$
  select to_char(private.step_due_at(row(cast_.org(), cast_.org(), p_step, 'email', p_delay, p_kind, p_from, p_until,
    'marketing', null, null, 'send', null, null, null)::public.sequence_steps,
    cast_.nth(p_n), p_after at time zone 'America/Los_Angeles', 'America/Los_Angeles',
      '{2026-11-26,2026-11-27}') at time zone 'America/Los_Angeles', 'Dy YYYY-MM-DD HH24:MI')
$$;
