"""Who changed what, when and why: authorship, the refusals every action speaks, the audit chain."""
