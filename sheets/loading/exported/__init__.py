"""An exported plan that comes back: each row by its key, each difference once."""
