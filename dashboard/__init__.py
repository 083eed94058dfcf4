"""Boards and summaries over every app: what needs attention now, and how a plan goes."""
