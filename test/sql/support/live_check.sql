-- Two leads that the view nominates; cast_.after changes one and feeds. After support/cast.sql and feed.sql.
-- Lead 1 is always valid: a feed that refuses the other lead must still take this one.
select cast_.feedable(1, 90), cast_.feedable(2, 80) \g /dev/null
select cast_.nominate() \g /dev/null
create function cast_.after(p_change text) returns text
language plpgsql as $$
begin
  perform set_config('sluice.actor', 'system', true);
  execute p_change;
  perform set_config('sluice.actor', '', true);
  return cast_.feed() || ' ' || cast_.left_out();
end
$$;
