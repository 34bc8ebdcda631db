-- The gate runs as its caller, so the caller needs these functions. None of them writes.
grant execute on function
  private.read_instant(jsonb), private.normalise_spacing(text), private.normalise_reply(text),
    private.is_stop_keyword(text),
  private.is_opt_out(text), private.opt_out_phrases(text), private.opt_out_exceptions(),
    private.is_opt_in_keyword(text), private.opt_out_reach(text, text),
  private.gate_add_address(text, text, text[], text[]), private.gate_places(jsonb, text, boolean),
  private.gate_read_org_rules(jsonb), private.gate_read_consent(private.gate_facts, jsonb, text, text),
  private.gate_read_history(private.gate_facts, jsonb), private.gate_read(jsonb, timestamptz),
  private.gate_check_contact(private.gate_facts), private.gate_check_opt_out(private.gate_facts, timestamptz),
  private.gate_check_confirmation(private.gate_facts), private.gate_check_consent(private.gate_facts),
  private.gate_consent_refusal(text, text), private.gate_check_dnc(private.gate_facts, timestamptz),
  private.gate_check_email(private.gate_facts), private.gate_classes(text), private.daylight_saving(text, timestamptz),
  private.gate_check_hours(private.gate_facts, timestamptz),
    private.gate_hours_open_at(private.gate_facts, timestamptz),
  private.gate_cap_refusal(private.gate_facts, timestamptz, text, int, int, boolean, boolean, text),
  private.gate_check_caps(private.gate_facts, timestamptz), private.gate_check_states(private.gate_facts),
  private.gate_refusals(private.gate_facts),
  private.gate_timed_refusals(private.gate_facts, timestamptz, boolean),
  private.gate_without_waived(private.gate_facts, private.gate_refusal[]),
  private.gate_next_allowed(private.gate_facts, private.gate_refusal[]), private.gate_rule_version(),
  private.us_holiday_dates(int), private.easter_sunday(int)
to authenticated, service_role, pipeline_writer;
