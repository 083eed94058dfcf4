"""Rows to tables: all or nothing, and the same file twice changes nothing."""
