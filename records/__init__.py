"""What any row may need: locks, transitions, refusals, search, forms over rows, and the one door of the audit trail."""
