"""Staff pages of activities, sessions and metrics, by noun."""
