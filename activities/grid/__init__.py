"""The editable table of a draft's activities: every cell is a text, shown, typed, pasted and read in one way."""
