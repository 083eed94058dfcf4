"""Staff pages about what is done, by noun."""
