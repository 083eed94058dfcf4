"""Staff pages of entities, dependencies and people."""
