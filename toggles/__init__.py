"""Features, toggles, segments, revisions, the change log, and the evaluators that serve them."""
