-- hand edits of holds: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

CREATE TRIGGER _050_hold_by_hand
  BEFORE INSERT OR DELETE OR UPDATE ON private.possible_wishes
  FOR EACH ROW
  WHEN
    (((CURRENT_USER <> ALL (ARRAY['pipeline_writer'::name, 'authenticated'::name])) AND (COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND
    (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a possible wish', 'it ends when somebody has read the message and finished its task');

CREATE TRIGGER _050_link_by_hand
  BEFORE INSERT OR DELETE OR UPDATE ON public.consent_tokens
  FOR EACH ROW
  WHEN
    (((CURRENT_USER <> ALL (ARRAY['pipeline_writer'::name, 'authenticated'::name])) AND (COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND
    (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a consent link', 'whoever writes one knows its secret, and its form lifts an opt-out; use issue_consent_link');

CREATE TRIGGER _050_message_by_hand
  BEFORE INSERT OR DELETE OR UPDATE ON public.messages
  FOR EACH ROW
  WHEN
    (((CURRENT_USER <> ALL (ARRAY['pipeline_writer'::name, 'authenticated'::name])) AND (COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND
    (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a message', 'it records what was sent; use control_lead or control_campaign');

CREATE TRIGGER _050_run_by_hand
  BEFORE INSERT OR DELETE OR UPDATE ON public.sequence_runs
  FOR EACH ROW
  WHEN
    (((CURRENT_USER <> ALL (ARRAY['pipeline_writer'::name, 'authenticated'::name])) AND (COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND
    (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a run', 'it follows what was sent and answered; use control_lead, control_campaign or move_runs');

CREATE TRIGGER _050_task_by_hand
  BEFORE DELETE ON public.tasks
  FOR EACH ROW
  WHEN
    (((CURRENT_USER <> ALL (ARRAY['pipeline_writer'::name, 'authenticated'::name])) AND (COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND
    (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a task', 'it may hold back messages to a person; finish it with complete_task');

CREATE TRIGGER _051_task_finished_by_hand
  BEFORE UPDATE OF done_at ON public.tasks
  FOR EACH ROW
  WHEN
    (((CURRENT_USER <> ALL (ARRAY['pipeline_writer'::name, 'authenticated'::name])) AND (COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND
    (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND (old.done_at IS DISTINCT FROM new.done_at)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('whether it is done', 'it may hold back messages to a person; use complete_task or reopen_task');
