"""Staff pages about who, by noun."""
