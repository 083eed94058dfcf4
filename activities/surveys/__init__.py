"""What people say of a space: its link, their answers, and what of them may be shown (docs/adr/0030)."""
