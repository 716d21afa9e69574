"""Tables whose rows are never changed: triggers refuse it, and the app's role on PostgreSQL lacks the right."""

APPEND_ONLY = ("audit_event", "audit_head")
