"""Reminders: steps around a day (`steps`), who answers (`recipients`), one digest for each (`digests`), and those
of planning (`by_hand`). All of them write the same log (`dashboard.models.Reminded`; docs/adr/0033)."""
