"""Staff pages about what was promised, by noun."""
