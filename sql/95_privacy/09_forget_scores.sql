-- Scoring leaves out erased persons.
grant select on public.erasures to pipeline_writer;
create policy select_writer on public.erasures for select to pipeline_writer using (true);

create function private.tg_erasures__forget_scores() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.lead_scores s where s.org_id = new.org_id and s.lead_id = new.lead_id;
  delete from private.score_queue q where q.org_id = new.org_id and q.lead_id = new.lead_id;
  delete from public.lead_score_snapshots s where s.org_id = new.org_id and s.lead_id = new.lead_id;
  return null;
end
$$;
comment on function private.tg_erasures__forget_scores() is
  'Trigger: an erased person has no scores. Definer: roles that erase may not write scores.';
create trigger _300_forget_scores after insert on public.erasures
  for each row execute function private.tg_erasures__forget_scores();
