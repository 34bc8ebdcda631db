-- Levels and weights mean something else now: what was counted and learned of them is left, and the nightly search
-- compares all leads again. Answers stay.
delete from private.match_pattern_counts;
delete from public.match_models;
delete from private.match_profiles;
delete from private.match_words;
delete from private.match_finders;
